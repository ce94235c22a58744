"""Events are read again after a rule was mended, also when old ones have gone; what is old goes, and no more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.make import events, store
from tests.make.events import customer, event, track

from vinculo.foundation import actor
from vinculo.identify.events import sales
from vinculo.identify.records.events import replay
from vinculo.identify.records.models import Event, Order, OrderLine, ProductView, Quarantined, Relation, Trait
from vinculo.identify.records.rights import retention
from vinculo.project.commands import identity as command

SOLD = {"order_id": "A-1", "products": [{"product_id": "P1", "price": 5, "quantity": 2}], "currency": "EUR"}
OLD = datetime(2020, 1, 1, 12, tzinfo=UTC)


def told(**said: Any) -> list[dict[str, Any]]:
    return [
        event("identify", 1, user="u1", visitor="v1", traits={"name": "Ana Ruiz"}),
        track("Product Viewed", 2, visitor="v1", said={"product_id": "P1", "name": "Cup"}),
        track("Order Completed", 3, user="u1", said=SOLD),
        track("Order Completed", 4, user="u1", said={**SOLD, "order_id": "A-2"}),
        event("group", 5, user="u1", groupId="g"),
    ]


def differing(found: replay.Rederived) -> dict[str, tuple[int, int, int]]:
    return {name: (each.new, each.gone, each.changed) for name, each in found.differences.items() if each.any}


def test_a_mended_rule_is_counted_first_and_then_put_in_force_once(
    records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _key = events.source()
    events.receive(source, *told(), track("Purchase Made", 6, user="u1", said={**SOLD, "order_id": "A-3"}))
    events.understand()
    steps: list[str] = []
    monkeypatch.setitem(sales.NAMES, "purchase made", sales.COMPLETED)

    def again(*, dry_run: bool) -> dict[str, tuple[int, int, int]]:
        return differing(
            replay.events_rederive(
                source_id=source, now=events.NOW, dry_run=dry_run, progress=lambda words, _share: steps.append(words)
            )
        )

    tried = again(dry_run=True)
    untouched = sorted(Order.objects.values_list("number", flat=True))
    done = again(dry_run=False)

    assert tried == done == {"orders": (1, 0, 0), "lines": (1, 0, 0)}
    assert untouched == ["A-1", "A-2"]
    assert sorted(Order.objects.values_list("number", flat=True)) == ["A-1", "A-2", "A-3"]
    assert again(dry_run=False) == {}
    assert {"Reading events again", "Adding up", "Comparing"} == set(steps)

    monkeypatch.delitem(sales.NAMES, "purchase made")

    assert again(dry_run=False) == {"orders": (0, 1, 0), "lines": (0, 1, 0)}
    assert OrderLine.objects.count() == 2


def test_the_command_says_what_would_differ_and_what_does(
    records: store.Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, _key = events.source()
    events.receive(source, *told())
    events.understand()
    Trait.objects.filter(source_id=source, name="name").update(value={"name": "Wrong"}, said={"name": "Wrong"})
    monkeypatch.setattr(command.start, "store", lambda: None)

    command.rederive("shop", dry_run=True, language="es")
    command.rederive("shop", dry_run=False, language="en", as_json=True)

    printed = capsys.readouterr().out
    assert "shop: 5 eventos leídos de nuevo." in printed
    assert '"events": 5' in printed
    assert '"dry_run": false' in printed


def test_what_is_old_goes_and_what_it_said_stays(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, *told(), [1], now=OLD)
    events.receive(source, event("page", 9, visitor="v2"), {"type": "track"}, now=events.NOW)
    events.understand()
    before = events.state(source)
    for code in ("events", "quarantine"):
        retention.rule_set(code=code, months=60, active=True)
    due = {each.rule.code: each.count for each in retention.dues(now=events.NOW)}

    with actor.acting("retention"):
        gone = {each.rule.code: each.count for each in retention.rules_apply(now=events.NOW)}
        again = [each.count for each in retention.rules_apply(now=events.NOW)]

    assert gone == {"events": 2, "quarantine": 1} == {code: due[code] for code in gone}
    assert again == [0, 0]
    # The events of orders and roles stay, and whatever is younger.
    assert sorted(Event.objects.values_list("message_id", flat=True)) == ["m0003", "m0004", "m0005", "m0009"]
    assert (Quarantined.objects.count(), ProductView.objects.count()) == (1, 0)
    kept = {name: rows for name, rows in before.items() if name not in ("views", "aside")}
    assert {name: rows for name, rows in events.state(source).items() if name in kept} == kept

    found = replay.events_rederive(source_id=source, now=events.NOW)

    assert differing(found) == {}
    assert {name: rows for name, rows in events.state(source).items() if name in kept} == kept
    assert customer(source, "u1").name == "Ana Ruiz"
    assert Relation.objects.count() == 1
    events.receive(source, track("Order Refunded", 20, user="u1", said={"order_id": "A-1"}))
    events.understand()
    assert OrderLine.objects.filter(order__number="A-1").count() == 2


def test_young_events_are_kept_whoever_asks(records: store.Database) -> None:
    source, _key = events.source()
    events.receive(source, event("page", 1, visitor="v"), now=datetime.now(UTC))

    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="a month"), transaction.atomic():
        cursor.execute("SELECT identify_events_expire(%s, %s)", [datetime.now(UTC) - timedelta(days=20), 2**62])

    assert Event.objects.count() == 1
