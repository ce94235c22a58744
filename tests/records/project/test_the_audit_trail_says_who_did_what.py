"""Who changed what is written down by the database itself, and stays."""

import pytest
from django.db import DatabaseError, connection, connections, transaction
from tests.make import programs, staff, store

from vinculo.foundation import actor
from vinculo.identify.records.models import Source
from vinculo.programs.records.till import byhand
from vinculo.project.audit import selectors, trail


@pytest.fixture
def source(records: store.Database) -> Source:
    with actor.acting("ana"):
        return Source.objects.create(code="shop", name="Shop")


def test_a_new_row_is_put_down_to_its_actor(source: Source) -> None:
    entry = selectors.entry_list(table="identify_source", row_key=str(source.pk)).get()

    assert (entry.actor, entry.action, entry.after["code"]) == ("ana", "insert", "shop")
    assert entry.before is None


def test_a_change_holds_only_what_changed(source: Source) -> None:
    with actor.acting("ben"):
        Source.objects.filter(pk=source.pk).update(name="The shop")

    entry = selectors.entry_list(table="identify_source", actor="ben").get()

    assert (entry.before, entry.after) == ({"name": "Shop"}, {"name": "The shop"})


def test_a_change_that_changes_nothing_is_not_written_down(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(name="Shop")

    assert selectors.entry_list(table="identify_source").count() == 1


def test_a_removed_row_is_kept_in_the_trail(source: Source) -> None:
    with actor.acting("eva"):
        source.delete()

    entry = selectors.entry_list(table="identify_source", actor="eva").get()

    assert (entry.action, entry.before["name"]) == ("delete", "Shop")


def test_a_row_whose_key_has_another_name_is_known_by_it(records: store.Database) -> None:
    program = programs.program()
    with actor.acting("ana"):
        byhand.limit_set(program_id=program.pk, day_points=50)
        byhand.limit_set(program_id=program.pk, day_points=70)

    added, changed = selectors.entry_list(table="programs_handlimit", row_key=str(program.pk)).order_by("id")

    assert (added.after["day_points"], changed.before, changed.after) == (50, {"day_points": 50}, {"day_points": 70})


def test_nobody_in_particular_is_the_role_that_signed_in(records: store.Database) -> None:
    Source.objects.create(code="till", name="Till")

    assert selectors.entry_list(table="identify_source").get().actor == "vinculo_app"


def test_the_actor_survives_a_savepoint_that_was_rolled_back(records: store.Database) -> None:
    with actor.acting("ana"):
        with transaction.atomic():
            Source.objects.create(code="gone", name="Gone")
            transaction.set_rollback(True)
        Source.objects.create(code="kept", name="Kept")
    Source.objects.create(code="after", name="After")

    found = list(selectors.entry_list(table="identify_source").values_list("actor", "after__code"))
    assert found == [("vinculo_app", "after"), ("ana", "kept")]


def test_the_actor_reaches_statements_outside_a_transaction(own_records: store.Database) -> None:
    with actor.acting("ana"):
        Source.objects.create(code="one", name="One")
    Source.objects.create(code="two", name="Two")

    assert [entry.actor for entry in selectors.entry_list(table="identify_source")] == ["vinculo_app", "ana"]


def test_the_rows_of_an_import_are_counted_by_statement(records: store.Database) -> None:
    with actor.acting("ana", import_id=7):
        Source.objects.bulk_create([Source(code=f"s{number}", name="x") for number in range(20)])

    entry = selectors.entry_list(table="identify_source").get()

    assert (entry.actor, entry.import_id, entry.row_count, entry.after) == ("ana", 7, 20, None)


def test_passwords_never_reach_the_trail(records: store.Database) -> None:
    user = staff.user("agent")

    entries = selectors.entry_list(table="staff_user", row_key=str(user.pk))

    assert entries.exists()
    assert not any("password" in (entry.after or {}) for entry in entries)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'somebody else'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "INSERT INTO audit_entry (recorded_at, actor, table_name, action) VALUES (now(), 'x', 'x', 'insert')",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "ALTER TABLE identify_source DISABLE TRIGGER audit_update",
        "DROP TRIGGER audit_update ON identify_source",
        "CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "SET ROLE vinculo_owner",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_application_cannot_rewrite_or_escape_the_trail(source: Source, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert selectors.entry_list(table="identify_source").get().actor == "ana"


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_not_even_the_owner_rewrites_the_trail_by_mistake(worker_database: store.Database, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic(using="owner"):
        connections["owner"].cursor().execute(statement)


def test_every_table_of_ours_is_audited_or_says_why_not(records: store.Database) -> None:
    ours = ("audit_", "staff_", "identify_", "differentiate_")
    tables = [table for table in connection.introspection.table_names() if table.startswith(ours)]

    assert [table for table in tables if table not in {**trail.TABLES, **trail.UNAUDITED}] == []


def test_the_triggers_stand_on_every_audited_table(records: store.Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname IN ('audit_insert', 'audit_update', 'audit_delete') GROUP BY 1"
        )
        found = dict(cursor.fetchall())

    assert found == dict.fromkeys(trail.TABLES, 3)
