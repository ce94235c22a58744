"""Serving: the values of a run's customers, copied to where pages read them one by one."""

import tempfile
from pathlib import Path

from vinculo.differentiate.records import readers, services
from vinculo.differentiate.records.models import CustomerValue, Publication, Run
from vinculo.identify.records.store import store_address
from vinculo.warehouse import queries, runs
from vinculo.warehouse.duck import DuckEngine

TABLES = ("value", "profile", "rhythm")
MEMORY = "1GB"
BATCH_ROWS = 131_072
KEPT = 6
"""Runs whose values stay served besides the published one: so far one can go back at once."""


def values_serve(*, run: Run, finished: runs.Run) -> int:
    """Copy the values of a finished run into a partition of its own and let it be seen; return the customers.

    Whatever ends it before leaves nothing to be seen. Not inside a transaction: the copy comes in by another door.
    """
    # It loads pandas and polars, which nothing else here does.
    from adbc_driver_postgresql import dbapi

    table = services.partition_open(run_id=run.pk)
    with (
        tempfile.TemporaryDirectory(prefix="vinculo-serving-") as spill,
        DuckEngine(Path(spill), memory="1GB") as engine,
    ):
        for name in TABLES:
            engine.attach(name, finished.folder / name)
        sql = f"SELECT {columns()} FROM ({queries.load('vinculo.differentiate.records', 'served')})"
        reader = engine.connection.sql(sql, params={"run_id": run.pk}).to_arrow_reader(BATCH_ROWS)
        with dbapi.connect(store_address()) as connection, connection.cursor() as cursor:
            customers = int(cursor.adbc_ingest(table, reader, mode="append"))
            connection.commit()
    services.partition_attach(run_id=run.pk)
    readers.values_file(run_id=run.pk)
    return customers


def columns() -> str:
    """Return the served columns, each of the very type it has in the store: a binary copy converts nothing."""
    fields = [field for field in CustomerValue._meta.concrete_fields if field.column]
    return ", ".join(
        f"CAST({field.column} AS {readers.TYPES[field.get_internal_type()]}) AS {field.column}" for field in fields
    )


def values_forget() -> list[int]:
    """Stop serving the runs beyond those kept; return them. Their folders stay."""
    published = Publication.objects.order_by("-id").first()
    served = Run.objects.exclude(served_at=None).exclude(pk=published.run_id if published else 0)
    served = served.order_by("-served_at", "-id")
    gone = list(served.values_list("pk", flat=True)[KEPT:])
    for run_id in gone:
        Run.objects.filter(pk=run_id).update(served_at=None)
        services.partition_drop(run_id=run_id)
        readers.values_forget(run_id=run_id)
    return gone
