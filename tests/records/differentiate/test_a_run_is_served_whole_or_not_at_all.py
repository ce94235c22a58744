"""Runs are published, rolled back, and served through partitions of their own."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from tests.make import store

from vinculo.differentiate.records import selectors, services
from vinculo.differentiate.records.models import CustomerValue, Publication, Run
from vinculo.foundation import actor
from vinculo.foundation.errors import RunError
from vinculo.project.audit import trail
from vinculo.warehouse.tables import customers as tables
from vinculo.warehouse.tables import habits

NOW = datetime(2011, 12, 10, 3, 0, tzinfo=UTC)


def a_run(state: str = "done") -> Run:
    run = services.run_open(as_of=date(2011, 12, 9), settings={"horizon_days": 180}, now=NOW)
    Run.objects.filter(pk=run.pk).update(state=state, folder=f"runs/{run.pk}", served_at=NOW)
    return run


def serve(run: Run, customers: int) -> None:
    fill(services.partition_open(run_id=run.pk), run, customers)


def fill(table: str, run: Run, customers: int, *, first: int = 1) -> None:
    wanted = [field for field in CustomerValue._meta.concrete_fields if not field.null]
    filled = {"run_id": str(run.pk), "customer_id": "n", "total_value_minor": "1000 - n"}
    columns = [field.column for field in wanted if field.column]
    values = [filled.get(column, "'1'") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {', '.join(values)} FROM generate_series({first}, {customers}) n"
        )


def test_scores_are_seen_once_attached(records: store.Database) -> None:
    run = a_run()
    serve(run, 3)
    before = selectors.value_list(run_id=run.pk).count()

    services.partition_attach(run_id=run.pk)

    assert before == 0
    assert [value.customer_id for value in selectors.value_list(run_id=run.pk)] == [1, 2, 3]
    assert selectors.value_find(run_id=run.pk, customer_id=2).total_value_minor == 998


def test_an_interrupted_serving_is_forgotten_by_the_next(records: store.Database) -> None:
    run = a_run()
    serve(run, 3)

    serve(run, 2)
    services.partition_attach(run_id=run.pk)

    assert selectors.value_list(run_id=run.pk).count() == 2


WRITES = (
    "INSERT INTO {table} SELECT * FROM {table}",
    "UPDATE {table} SET total_value_minor = 0",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
)


@pytest.mark.parametrize("write", WRITES)
def test_the_served_rows_of_a_run_cannot_be_written_to_by_hand_afterwards(
    own_records: store.Database, write: str
) -> None:
    filled, filling = a_run(), a_run()
    serve(filled, 1)
    services.partition_attach(run_id=filled.pk)
    serve(filling, 1)

    trail.secure(using="owner")
    services.partition_attach(run_id=filling.pk)

    for table in ("", f"_{filled.pk}", f"_{filling.pk}"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(write.format(table=f"differentiate_customervalue{table}"))
    assert [selectors.value_list(run_id=run.pk).count() for run in (filled, filling)] == [1, 1]


def test_a_run_is_filled_while_privileges_are_granted_anew(own_records: store.Database) -> None:
    run = a_run()
    table = services.partition_open(run_id=run.pk)
    fill(table, run, 1)

    trail.secure(using="owner")
    fill(table, run, 2, first=2)
    services.partition_attach(run_id=run.pk)

    assert selectors.value_list(run_id=run.pk).count() == 2


def test_the_latest_publication_holds_and_a_rollback_is_a_publication(records: store.Database) -> None:
    one, two = a_run(), a_run()
    found = [selectors.run_published()]
    with actor.acting("ana"):
        for run in (one, two, one):
            services.run_publish(run_id=run.pk, now=NOW)
            found.append(selectors.run_published())

    assert found == [None, one, two, one]
    assert {each.published_by for each in Publication.objects.all()} == {"ana"}


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled"])
def test_a_run_that_is_not_done_is_not_published(records: store.Database, state: str) -> None:
    run = a_run(state)

    with pytest.raises(RunError):
        services.run_publish(run_id=run.pk, now=NOW)

    assert selectors.run_published() is None


def test_the_values_of_the_published_run_cannot_be_dropped(records: store.Database) -> None:
    one, two = a_run(), a_run()
    for run in (one, two):
        serve(run, 1)
        services.partition_attach(run_id=run.pk)
    services.run_publish(run_id=two.pk, now=NOW)

    services.partition_drop(run_id=one.pk)
    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        services.partition_drop(run_id=two.pk)

    assert not selectors.value_list(run_id=one.pk).exists()
    assert selectors.value_list(run_id=two.pk).exists()


def test_the_served_columns_are_those_of_the_warehouse() -> None:
    served = {field.column for field in CustomerValue._meta.concrete_fields if field.column}
    others = {*tables.PROFILE.names, *habits.RHYTHM.names, "run_id", "contribution_rank"}

    assert served >= set(tables.VALUE.names) - {"as_of", "currency"}
    assert served <= set(tables.VALUE.names) | others
