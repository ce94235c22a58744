"""What tracking clients send becomes customers, visitors, accounts, products and orders."""

import random
from pathlib import Path
from typing import Any

import pytest
from tests.make import events, store
from tests.make.events import event, track

from vinculo.identify.records.events import replay
from vinculo.identify.records.membership import selectors
from vinculo.identify.records.models import (
    Customer,
    EventLink,
    Order,
    OrderLine,
    Product,
    Quarantined,
    SourceRecord,
    Visitor,
)

SOLD = {
    "order_id": "A-1",
    "currency": "EUR",
    "discount": 1.00,
    "products": [
        {"product_id": "P1", "name": "Cup", "category": "Kitchen", "price": 9.95, "quantity": 2},
        {"product_id": "P2", "name": "Plate", "price": 0.10, "quantity": 1},
    ],
}


def test_an_identify_call_makes_a_prospect_from_its_source_record(records: store.Database) -> None:
    source, _key = events.source()
    traits = {"firstName": "Ana", "lastName": "Ruiz", "email": "Ana@Ruiz.ES", "phone": "600 12 34 56"}

    events.receive(source, event("identify", 1, user="u1", traits=traits))
    assert events.understand() == 1

    ana = events.customer(source, "u1")
    assert (ana.name, ana.kind, ana.standing) == ("Ana Ruiz", "person", "prospect")
    assert set(ana.identifiers.values_list("kind", "value")) == {
        ("source_key", "u1"),
        ("email", "ana@ruiz.es"),
        ("phone", "+34600123456"),
    }
    assert SourceRecord.objects.get(source_id=source, source_key="u1").payload["clean"]["email"] == "ana@ruiz.es"


def test_an_order_becomes_lines_to_the_cent_and_its_buyer_a_customer(records: store.Database) -> None:
    source, _key = events.source()

    events.receive(source, track("Order Completed", 1, user="u1", said=SOLD))
    events.understand()

    placed = Order.objects.get(source_id=source, number="A-1")
    lines = placed.lines.order_by("row_number").values_list("product__code", "quantity", "net_minor", "line_kind")
    assert list(lines) == [("P1", 2, 1890, "sale"), ("P2", 1, 10, "sale")]
    assert (placed.customer, placed.currency) == (events.customer(source, "u1"), "EUR")
    assert placed.customer is not None
    assert placed.customer.standing == "actual"


def test_a_visitor_becomes_known_and_its_guest_order_with_it(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, track("Order Completed", 1, visitor="v1", said=SOLD))
    events.understand()
    assert Order.objects.get(number="A-1").customer is None
    assert set(OrderLine.objects.values_list("line_kind", flat=True)) == {"guest"}

    events.receive(source, event("identify", 2, user="u1", visitor="v1", minute=5))
    events.understand()

    assert Order.objects.get(number="A-1").customer == events.customer(source, "u1")
    assert set(OrderLine.objects.values_list("line_kind", flat=True)) == {"sale"}
    assert Visitor.objects.get().key == "v1"


def test_refunds_and_cancellations_bring_back_what_was_sold(records: store.Database) -> None:
    source, _key = events.source()
    part = {"order_id": "A-1", "products": [{"product_id": "P1", "quantity": 1}]}

    events.receive(source, track("Order Refunded", 2, user="u1", minute=9, said=part))
    events.understand()
    assert not Order.objects.exists()
    events.receive(source, track("Order Completed", 1, user="u1", said=SOLD))
    events.understand()

    back = OrderLine.objects.get(line_kind="return")
    sale = OrderLine.objects.get(product__code="P1", line_kind="sale")
    assert (back.quantity, back.returns_line_id, back.net_minor * 2) == (-1, sale.pk, -sale.net_minor)

    events.receive(source, track("Order Cancelled", 3, user="u1", minute=10, said={"order_id": "A-1"}))
    events.understand()

    assert sum(OrderLine.objects.values_list("net_minor", flat=True)) == 0
    assert sum(OrderLine.objects.values_list("quantity", flat=True)) == 0


def test_a_group_becomes_an_account_with_its_members(records: store.Database) -> None:
    source, _key = events.source()

    events.receive(source, event("group", 1, user="u1", groupId=7, traits={"name": "Acme, S.L.", "phone": "912345678"}))
    events.understand()

    acme = events.customer(source, "group:7")
    assert (acme.kind, acme.name) == (Customer.Kind.ORGANISATION, "Acme, S.L.")
    link = EventLink.objects.get(kind="account")
    assert (link.from_key, link.to_key) == ("u1", "group:7")


def test_what_cannot_be_understood_is_set_aside_alone_and_comes_in_after_a_fix(records: store.Database) -> None:
    source, _key = events.source()
    bad = {**SOLD, "order_id": "B", "currency": "XX"}

    events.receive(
        source,
        track("Order Completed", 1, user="u1", said=bad),
        track("Order Completed", 2, user="u1", said={"total": 5}),
        event("identify", 3, user="u1", traits=["no", "object"]),
        track("Order Completed", 4, user="u1", said=SOLD),
    )
    events.understand()

    aside = dict(Quarantined.objects.values_list("reason", "event"))
    assert set(aside) == {"currency", "order_id", "traits"}
    assert [order.number for order in Order.objects.all()] == ["A-1"]
    assert replay.quarantine_replay(source_id=source, now=events.NOW) == {"tried": 3, "left": 3}


def story() -> list[dict[str, Any]]:
    """A month of a shop: late words, ties, shared browsers, orders before their buyers, refunds before their orders."""
    home = {"address": {"street": "C/ Mayor 1", "city": "Madrid", "postalCode": "28001", "country": "ES"}}
    moved = {"address": {"street": "C/ Sol 2", "city": "Toledo"}}
    refund = {"order_id": "A-1", "products": [{"product_id": "P1", "quantity": 1}]}
    return [
        track("Product Viewed", 1, visitor="v1", said={"product_id": "P1", "name": "Mug", "category": "Old"}),
        event("identify", 2, user="u1", visitor="v1", minute=2, traits={"name": "Ana Ruiz", "email": "ana@uno.es"}),
        event("identify", 3, user="u1", minute=8, traits={"email": "ana@dos.es", **moved}),
        event("identify", 4, user="u1", minute=4, traits={"email": "ana@tres.es", "phone": "600123456", **home}),
        event("identify", 5, user="u2", minute=8, traits={"firstName": "Luis"}),
        event("identify", 6, user="u2", minute=8, traits={"firstName": "Luisa"}),
        track("Order Completed", 7, user="u1", minute=5, said=SOLD),
        track("Order Updated", 8, user="u1", minute=6, said={**SOLD, "discount": 2}),
        track("Order Refunded", 9, user="u1", minute=7, said=refund),
        track("Order Completed", 10, visitor="v1", minute=1, said={**SOLD, "order_id": "A-2"}),
        track("Order Completed", 11, visitor="v2", minute=3, said={"order_id": "A-3", "revenue": "7.77"}),
        track("Order Cancelled", 12, visitor="v2", minute=4, said={"order_id": "A-3"}),
        event("identify", 13, user="u2", visitor="v1", minute=20),
        track("Order Completed", 14, visitor="v1", minute=21, said={"order_id": "A-4", "revenue": 3}),
        event("group", 15, user="u2", minute=9, groupId="g", traits={"name": "Acme"}),
        event("group", 16, user="u1", minute=3, groupId="g", traits={"name": "Acme, S.A."}),
        event("alias", 17, user="u2", minute=30, previousId="v9"),
        track("Order Completed", 18, visitor="v9", minute=29, said={"order_id": "A-5", "total": 2, "tax": 1}),
        track("Order Updated", 19, user="u1", minute=40, said={**SOLD, "currency": "NOPE"}),
        event("page", 20, visitor="v3", name="Home"),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_does_not_matter(records: store.Database, seed: int) -> None:
    told, shuffled = events.source("told")[0], events.source("shuffled")[0]
    events.receive(told, *story())
    events.understand()
    assert all(events.state(told).values())
    draw = random.Random(seed)
    rest = story() * 2
    draw.shuffle(rest)

    while rest:
        size = draw.randint(1, 9)
        events.receive(shuffled, *rest[:size])
        rest = rest[size:]
        if draw.random() < 0.7:
            events.understand()
    events.understand()

    assert events.state(shuffled) == events.state(told)


def test_all_can_be_worked_out_again_from_nothing(records: store.Database) -> None:
    source, _key = events.source()
    for one in story():
        events.receive(source, one)
        events.understand()
    before = events.state(source)
    records_before = SourceRecord.objects.count()

    found = replay.events_rederive(source_id=source, now=events.NOW)
    assert found.events == len(story())
    assert not any(each.any for each in found.differences.values()), found

    assert events.state(source) == before
    assert SourceRecord.objects.count() == records_before


def test_what_a_hand_corrected_stays_until_events_say_something_new(records: store.Database) -> None:
    from vinculo.identify.records import services
    from vinculo.identify.records.services.by_hand import Change

    source, _key = events.source()
    events.receive(source, event("identify", 1, user="u1", traits={"name": "Ana Ruis", "email": "ana@uno.es"}))
    events.understand()
    ana = events.customer(source, "u1")
    services.customer_change(customer_id=ana.pk, change=Change({"name": "Ana Ruiz"}), now=events.NOW)

    events.receive(source, event("identify", 2, user="u1", minute=5, traits={"name": "Ana Ruis", "phone": "600123456"}))
    events.understand()
    ana.refresh_from_db()
    assert ana.name == "Ana Ruiz"

    events.receive(source, event("identify", 3, user="u1", minute=6, traits={"name": "Ana Ruiz Gil"}))
    events.understand()
    ana.refresh_from_db()
    assert ana.name == "Ana Ruiz Gil"


def test_the_audit_trail_counts_what_events_wrote(records: store.Database) -> None:
    from vinculo.project.audit.models import AuditEntry

    source, _key = events.source()
    events.receive(source, *(event("identify", number, user=f"u{number}") for number in range(30)))
    events.understand()

    entry = AuditEntry.objects.get(table_name="identify_customer")
    assert (entry.actor, entry.import_id, entry.row_count) == ("events", 0, 30)


def test_an_alias_of_two_customers_is_announced_once(records: store.Database) -> None:
    from vinculo.identify.records import facts

    told: list[tuple[int, int]] = []

    def listen(customer_ids: tuple[int, int], **_signal: object) -> None:
        told.append(tuple(customer_ids))  # type: ignore[arg-type] # always two

    source, _key = events.source()
    facts.customers_linked.connect(listen)
    try:
        events.receive(source, event("alias", 1, user="new", previousId="old"))
        events.understand()
        assert told == []
        events.receive(source, event("identify", 2, user="old"))
        events.understand()
        events.receive(source, event("alias", 3, user="new", previousId="old"))
        events.understand()
    finally:
        facts.customers_linked.disconnect(listen)

    old, new = events.customer(source, "old"), events.customer(source, "new")
    assert told == [(old.pk, new.pk)]
    assert set(selectors.members_of(customer_id=old.merged_into_id or old.pk)) == {old.pk, new.pk}


def test_an_event_that_nobody_foresaw_is_set_aside_and_the_others_go_on(
    records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vinculo.identify.events import traits

    usual = traits.of_user

    def failing(said: Any, *, locale: str = "") -> Any:
        if "bad" in said:
            raise KeyError("bad")
        return usual(said, locale=locale)

    monkeypatch.setattr(traits, "of_user", failing)
    source, _key = events.source()
    calls = [event("identify", number, user=f"u{number}", traits={"n": 1}) for number in range(9)]
    calls[4]["traits"] = {"bad": 1}

    events.receive(source, *calls)
    events.understand()

    assert Customer.objects.count() == 8
    assert (Quarantined.objects.get().reason, Quarantined.objects.get().detail) == ("unforeseen", "KeyError")
    monkeypatch.undo()
    assert replay.quarantine_replay(source_id=source, now=events.NOW) == {"tried": 1, "left": 0}
    assert Customer.objects.count() == 9


def test_a_file_of_orders_of_the_same_source_is_undone_and_leaves_what_events_said(
    records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from tests.make import imports

    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")
    brought = imports.bring(
        imports.HEADER + "F1;u1;01/02/2024;P1;Taza;Cocina;tienda;España;1;5,00\n"
        "F2;u9;01/02/2024;P9;Vaso;Cocina;tienda;España;1;5,00\n"
    )
    source, _key = events.source("shop")
    events.receive(source, event("identify", 1, user="u1", traits={"name": "Ana Ruiz"}))
    events.receive(source, track("Order Completed", 2, user="u1", said={**SOLD, "order_id": "F1"}))
    events.receive(source, track("Order Completed", 3, user="u1", said=SOLD))
    events.understand()
    ana = events.customer(source, "u1")
    assert (ana.name, ana.country, ana.standing, Customer.objects.count()) == ("Ana Ruiz", "ES", "actual", 2)
    assert OrderLine.objects.filter(order__number="F1").count() == 1

    imports.take_back(brought)

    ana.refresh_from_db()
    assert (ana.name, Customer.objects.count()) == ("Ana Ruiz", 1)
    # The file had brought F1 first; now it is what the event says of it.
    assert sorted(Order.objects.filter(customer=ana).values_list("number", flat=True)) == ["A-1", "F1"]
    assert OrderLine.objects.filter(order__number="F1").count() == OrderLine.objects.filter(order__number="A-1").count()
    assert {each.code for each in Product.objects.all()} == {"P1", "P2"}
