"""A shop's real year in the store: its customers under their own numbers, and runs served as in practice."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from django.db import connection

from vinculo.differentiate.records import services
from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.identify.records.models import Customer
from vinculo.warehouse import queries, runs

NOW = datetime(2011, 12, 10, 3, 0, tzinfo=UTC)


def customers(folder: Path) -> None:
    """Put the customers of a run into the store, under the numbers the shop gave them."""
    given = runs.read(folder).table("value")["customer_id"].to_pylist()
    # The folded name is kept by the services; here it is the name itself, which has nothing to fold but its capital.
    Customer.objects.bulk_create(
        [
            Customer(pk=int(each), name=f"Customer {each}", search_text=f"customer {each}", created_at=NOW)
            for each in given
        ]
    )


def serve(folder: Path, *, publish: bool = False) -> Run:
    """Serve an analysis as a run of the platform."""
    manifest = runs.read(folder).manifest
    as_of, settings = date.fromisoformat(manifest["as_of"]), manifest["settings"]
    run = services.run_open(as_of=as_of, settings=settings, now=NOW)
    name = services.partition_open(run_id=run.pk)
    people = queries.load("vinculo.measure", "ranked_people")
    wanted = [field.column for field in CustomerValue._meta.concrete_fields if field.column]
    with duckdb.connect() as engine:
        engine.execute(f"CREATE VIEW value AS FROM read_parquet('{folder}/value/*.parquet')")
        held = {row[0] for row in engine.execute(f"DESCRIBE {people}").fetchall()}
        columns = [column for column in wanted if column in held]
        rows = engine.execute(f"SELECT {', '.join(columns)} FROM ({people})").fetchall()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {name} (run_id, {', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((run.pk, *row))
    services.partition_attach(run_id=run.pk)
    Run.objects.filter(pk=run.pk).update(state="done", folder=str(folder), served_at=NOW)
    run.refresh_from_db()
    if publish:
        services.run_publish(run_id=run.pk, now=NOW)
    return run
