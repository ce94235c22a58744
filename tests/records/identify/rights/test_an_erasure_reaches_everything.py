"""An erasure takes a person out of events, relations, households, leads, and out of what was decided about them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import InternalError, ProgrammingError, connection, transaction
from tests.make import events, served

from vinculo.foundation import actor
from vinculo.identify.records.leads import services as leads
from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Customer, Event, Merge, Quarantined, Relation
from vinculo.identify.records.relations import services as relations
from vinculo.identify.records.rights import erasure

NOW = served.NOW + timedelta(days=1)
VALUES = ("zoraida", "quintanilla", "sordera", "visitor-of-hers")

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def holding() -> set[str]:
    """Return the tables in which a value of the person is written."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'identify%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(row_to_json(held)::text, '') FROM {table} AS held")
            written = str(cursor.fetchone()[0] or "").lower()
            if any(value in written or value.encode().hex() in written for value in VALUES):
                found.add(table)
    return found


def person_everywhere() -> tuple[Customer, Customer]:
    """Have a person known by events, relations, a lead and a merge; return her and somebody she is bound to."""
    source, _key = events.source()
    hello: dict[str, Any] = {"traits": {"email": "zoraida@quintanilla.es", "name": "Zoraida Quintanilla"}}
    events.receive(
        source,
        events.event("page", 1, visitor="visitor-of-hers"),
        {**events.event("identify", 2, user="U-1", visitor="visitor-of-hers"), **hello},
        events.track("Product Viewed", 3, user="U-1", said={"product_id": "P1", "note": "quintanilla"}),
    )
    events.understand()
    one = events.customer(source, "U-1")
    Quarantined.objects.create(
        source_id=source, raw=b'{"email": "zoraida@quintanilla.es"', reason="json", received_at=NOW
    )
    other = served.customer("Luis Mora", number="C-2")
    twin = served.customer("Z. Quintanilla", number="C-3")
    with actor.acting("ana"):
        relations.relation_add(
            kind="friend", first_id=one.pk, second_id=other.pk, details=relations.Details(note="Su sordera."), now=NOW
        )
        wanted = leads.Prospect(interest="Aparatos para su sordera")
        leads.lead_open(customer_id=one.pk, prospect=wanted, reason="Zoraida llamó.", now=NOW)
        membership.customers_merge(
            customer_ids=[one.pk, twin.pk], now=NOW, survivor=one.pk, why=membership.Why("Zoraida lo dijo.")
        )
    return one, other


def test_nothing_of_what_she_did_or_whom_she_knew_is_left() -> None:
    one, other = person_everywhere()
    before = holding()
    expected = {"event", "trait", "visitor", "eventlink", "quarantined", "relation", "linkchange", "lead", "merge"}
    assert {f"identify_{name}" for name in expected} <= before

    done = erasure.person_erase(customer_ids=[one.pk, *one.parties.values_list("id", flat=True)], now=NOW)

    assert holding() == set()
    assert done.left == ()
    assert not Event.objects.filter(user_key="U-1").exists()
    assert not Relation.objects.exists()
    assert Customer.objects.filter(pk=other.pk, name="Luis Mora").exists()
    assert Merge.objects.get().evidence == {}


def test_the_application_alone_removes_no_event() -> None:
    person_everywhere()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vinculo.erasing', 'yes', true)")
        with pytest.raises((InternalError, ProgrammingError), match="never changed"), transaction.atomic():
            cursor.execute("DELETE FROM identify_event")
