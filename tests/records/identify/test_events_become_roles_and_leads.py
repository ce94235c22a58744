"""Events of companies become organisations, dated roles and leads, in whatever order they come in."""

import random
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from tests.make import events, store
from tests.make.events import customer, event, track

from vinculo.identify.records.events import replay
from vinculo.identify.records.models import (
    AccountRole,
    Customer,
    Identifier,
    Lead,
    LeadStep,
    LinkChange,
    Quarantined,
    Relation,
)
from vinculo.identify.records.relations import services as relations

NOW = events.NOW


def at(name: str, number: int, day: int, *, user: str = "", group: str = "", **more: Any) -> dict[str, Any]:
    """Make a track event of a day of November, about an account."""
    made = track(name, number, user=user, said=more.pop("said", {}), **more)
    return {**made, "timestamp": f"2026-11-{day:02d}T10:00:00Z", "context": {"groupId": group or None}}


def roles() -> list[tuple[str, str, int | None, int | None]]:
    """Return who holds which post, from which day until which."""
    return sorted(
        (each.first.name, each.post, each.begins_on and each.begins_on.day, each.ends_on and each.ends_on.day)
        for each in Relation.objects.filter(kind__code="post").select_related("first")
    )


def leads() -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Return the leads with their steps, by whose they are."""
    return sorted(
        (
            lead.customer.name,
            lead.stage,
            [(each.from_stage, each.to_stage, each.happened_at.day) for each in lead.steps.order_by("id")],
        )
        for lead in Lead.objects.select_related("customer")
    )


STORY = [
    at("Signed Up", 1, 1, user="ana", said={"first_name": "Ana", "last_name": "Ruiz", "email": "ana@acme.example"}),
    at("Account Created", 2, 2, user="ana", group="acme", said={"account_name": "Acme, S.L."}),
    at("Account Added User", 3, 2, user="ana", group="acme", said={"role": "owner"}),
    at("Trial Started", 4, 3, user="ana", group="acme", said={"trial_plan_name": "Pro",
       "trial_end_date": "2026-11-17"}),
    at("Invite Sent", 5, 4, user="ana", group="acme", said={"invitee_email": "Eva@Acme.example",
       "invitee_first_name": "Eva", "invitee_role": "buyer"}),
    at("Signed Up", 6, 5, user="eva", said={"first_name": "Eva", "last_name": "Gil"}),
    at("Account Added User", 7, 5, user="eva", group="acme", said={"role": "buyer"}),
    at("Account Added User", 8, 9, user="eva", group="acme", said={"role": "head of buying"}),
    at("Trial Ended", 9, 17, user="ana", group="acme", said={"trial_plan_name": "Pro"}),
    at("Account Removed User", 10, 20, user="eva", group="acme"),
    {**event("group", 11, user="pol", groupId="acme"), "timestamp": "2026-11-21T10:00:00Z"},
    {**event("identify", 12, user="pol", traits={"name": "Pol Sanz"}), "timestamp": "2026-11-21T10:00:00Z"},
    {**event("identify", 13, user="eva", visitor="v1"), "timestamp": "2026-11-22T10:00:00Z"},
    at("Account Added User", 14, 23, visitor="v1", group="other"),
    at("Account Deleted", 15, 25, user="ana", group="acme"),
    at("Order Completed", 16, 26, user="eva", said={"order_id": "E1", "total": 5, "currency": "EUR"}),
]  # fmt: skip
ROLES = [
    ("Ana Ruiz", "owner", 2, 25),
    ("Eva Gil", "", 23, None),
    ("Eva Gil", "buyer", 5, 9),
    ("Eva Gil", "head of buying", 9, 20),
    ("Pol Sanz", "", 21, 25),
]
LEADS = [
    ("Acme, S.L.", "lost", [("", "qualified", 3), ("qualified", "lost", 17)]),
    ("Ana Ruiz", "interest", [("", "interest", 1)]),
    ("Eva", "interest", [("", "interest", 4)]),
]


def stages_of(found: list[Any]) -> list[Any]:
    return [(name, stage, [step[:2] for step in steps]) for name, stage, steps in found]


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_the_story_of_an_account_is_the_same_in_any_order(records: store.Database, seed: int | None) -> None:
    source, _key = events.source()
    story = list(STORY)
    if seed is not None:
        random.Random(seed).shuffle(story)
    cuts = (len(story),) if seed is None else (4, 7, 11, len(story))

    for first, last in zip((0, *cuts), cuts, strict=False):
        events.receive(source, *story[first:last])
        events.understand()
    events.receive(source, *story)
    events.understand()

    assert roles() == ROLES
    bought = [each for each in leads() if each[0] == "Eva Gil"]
    assert [each for each in leads() if each not in bought] == LEADS
    assert stages_of(bought) == [("Eva Gil", "converted", [("", "interest"), ("interest", "converted")])]
    acme = customer(source, "group:acme")
    assert (acme.name, acme.kind, acme.standing) == ("Acme, S.L.", "organisation", "prospect")
    assert Lead.objects.get(customer=acme).expected_on == date(2026, 11, 17)
    assert Lead.objects.get(customer=acme).interest == "Pro"
    invited = Identifier.objects.get(kind="email", value="eva@acme.example").customer
    assert (invited.name, invited.standing) == ("Eva", "prospect")
    assert not Quarantined.objects.filter(replayed_at=None).exists()
    if seed is None:
        told = Relation.objects.count(), LinkChange.objects.count(), LeadStep.objects.count()
        replay.events_rederive(source_id=source, now=NOW)
        assert roles() == ROLES
        assert (Relation.objects.count(), LinkChange.objects.count(), LeadStep.objects.count()) == told


def test_a_late_event_moves_the_beginning_and_takes_back_what_was_never_so(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, at("Account Created", 1, 1, user="u", group="g"))
    events.receive(source, at("Account Removed User", 2, 9, user="u", group="g"))
    events.understand()
    alone = roles()
    events.receive(source, at("Account Added User", 3, 12, user="u", group="g", said={"role": "A"}))
    events.understand()
    two = roles()

    events.receive(source, at("Account Added User", 4, 3, user="u", group="g", said={"role": "A"}))
    events.receive(source, at("Account Removed User", 5, 12, user="u", group="g"))
    events.understand()

    assert alone == [("u", "", None, 9)]
    assert two == [("u", "", None, 9), ("u", "A", 12, None)]
    # Added and removed on one day: it held on none.
    assert [each for each in roles() if each[2] != each[3]] == roles()
    assert ("u", "A", 3, 9) in roles()


def test_what_a_person_corrects_stays_until_events_say_something_new(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, at("Account Added User", 1, 3, user="u", group="g", said={"role": "Buyer"}))
    events.understand()
    (row,) = Relation.objects.all()
    details = relations.Details(begins_on=date(2025, 1, 1), post="Buyer", decision="buyer")
    relations.relation_change(relation_id=row.pk, details=details, now=NOW)

    events.receive(source, at("Account Added User", 2, 5, user="u", group="g", said={"role": "Buyer"}))
    events.understand()
    before = Relation.objects.get()
    events.receive(source, at("Account Removed User", 3, 8, user="u", group="g"))
    events.understand()
    after = Relation.objects.get()

    assert (before.begins_on, before.decision, before.ends_on) == (date(2025, 1, 1), "buyer", None)
    assert (after.begins_on, after.decision, after.ends_on) == (date(2025, 1, 1), "buyer", date(2026, 11, 8))


def test_a_lead_that_a_person_moved_is_theirs_until_an_event_says_more(records: store.Database) -> None:
    from vinculo.identify.records.leads import services

    source, _key = events.source()
    events.receive(source, at("Signed Up", 1, 1, user="u"))
    events.understand()
    lead = Lead.objects.get()
    services.lead_move(lead_id=lead.pk, to_stage="quote", now=datetime(2026, 11, 2, tzinfo=NOW.tzinfo))

    events.receive(source, at("Signed Up", 2, 3, user="u"))
    events.understand()
    quiet = Lead.objects.get().stage
    events.receive(source, at("Trial Started", 3, 5, user="u"), at("Trial Ended", 4, 6, user="u"))
    events.understand()

    assert quiet == "quote"
    assert (Lead.objects.get().stage, LeadStep.objects.count()) == ("lost", 3)


@pytest.mark.parametrize(
    ("name", "said", "reason"),
    [
        ("Account Added User", {}, "group_id"),
        ("Account Deleted", None, "group_id"),
        ("Invite Sent", {"invitee_email": "nobody"}, "invitee"),
        ("Invite Sent", {"invitee_email": ["x"]}, "invitee"),
        ("Account Added User", {"groupId": "g" * 300}, "group_id"),
    ],
)
def test_what_speaks_of_no_account_is_set_aside(records: store.Database, name: str, said: Any, reason: str) -> None:
    source, _key = events.source()

    events.receive(source, at(name, 1, 1, user="u", said=said), at("Signed Up", 2, 1, user="u"))
    events.understand()

    assert Quarantined.objects.get().reason == reason
    assert Lead.objects.count() == 1


def test_a_role_that_cannot_be_is_set_aside_alone(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, event("group", 1, user="u", groupId="g"), event("group", 2, user="w", groupId="g"))
    events.understand()
    Customer.objects.filter(pk=customer(source, "w").pk).update(kind="organisation")
    Relation.objects.all().delete()
    AccountRole.objects.all().delete()

    events.receive(source, event("group", 3, user="u", groupId="g"), event("group", 4, user="w", groupId="g"))
    events.understand()

    assert Quarantined.objects.get().reason == "relation"
    assert Relation.objects.get().first_id == customer(source, "u").pk


WRONG = (None, True, 5, -1.5, 10**30, "", "\x01\x1e\x7f", "x" * 5_000, [], [1, "a"], {}, {"a": {"b": [None]}})
FIELDS = {
    "identify": ("name", "firstName", "email", "phone", "address", "birthday", "createdAt", "company", "taxId"),
    "group": ("name", "email", "website", "address", "createdAt", "employees"),
    "Signed Up": ("first_name", "last_name", "email", "phone"),
    "Account Created": ("account_name",),
    "Account Added User": ("role", "groupId"),
    "Invite Sent": ("invitee_email", "invitee_first_name"),
    "Trial Started": ("trial_plan_name", "trial_end_date"),
    "Trial Ended": ("trial_plan_name",),
    "Order Completed": ("order_id", "total", "products", "currency", "discount", "tax"),
    "Order Refunded": ("order_id", "total", "products"),
    "Product Viewed": ("product_id", "name", "category", "price"),
}


def test_a_value_of_any_kind_in_any_field_is_understood_or_set_aside_with_its_reason(records: store.Database) -> None:
    source, _key = events.source()
    sent: list[dict[str, Any]] = []
    for name, fields in FIELDS.items():
        for field in fields:
            for value in WRONG:
                said, number = {"order_id": "N", "total": 5, field: value}, len(sent)
                if name in ("identify", "group"):
                    sent.append(event(name, number, user=f"u{number}", groupId="g", traits=said))
                else:
                    sent.append(at(name, number, 5, user=f"u{number}", group="g", said=said))
        sent += [
            {**event("track", len(sent) + place, user="u"), "event": name, "properties": value, "context": value}
            for place, value in enumerate(WRONG)
        ]

    for first in range(0, len(sent), 100):
        events.receive(source, *sent[first : first + 100])
    count = events.understand()

    unforeseen = Quarantined.objects.filter(reason="unforeseen")
    assert [each.detail for each in unforeseen] == []
    assert count + Quarantined.objects.filter(event=None).count() == len(sent)
    assert Relation.objects.filter(kind__code="post").exists()


def test_whoever_was_invited_can_be_erased_from_the_invitation(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(
        source,
        at("Invite Sent", 1, 4, user="ana", group="acme", said={"invitee_email": "eva@acme.example"}),
        at("Account Added User", 2, 5, user="ana", group="acme", said={"role": "owner"}),
    )
    events.understand()
    invited = Identifier.objects.get(kind="email", value="eva@acme.example").customer_id
    ana = customer(source, "ana").pk

    with connection.cursor() as cursor:
        cursor.execute("SELECT identify_erase(%s)", [[invited]])
        cursor.execute("SELECT count(*) FROM identify_event WHERE payload::text LIKE '%%eva@acme%%'")
        left = cursor.fetchone()
        cursor.execute("SELECT identify_erase(%s)", [[ana]])
        cursor.execute(
            "SELECT (SELECT count(*) FROM identify_accountevent), (SELECT count(*) FROM identify_accountrole)"
        )
        rows = cursor.fetchone()

    assert (left, rows) == ((0,), (0, 0))
