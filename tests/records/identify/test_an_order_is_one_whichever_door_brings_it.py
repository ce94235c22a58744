"""One source and one number are one order, whichever door brings it first: events, a file, or a call."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from tests.make import events, imports, store
from tests.make.events import track

from vinculo.identify.records.events import replay
from vinculo.identify.records.models import Order, OrderLine, Sender
from vinculo.identify.records.orders import placing
from vinculo.identify.records.services import source_ensure

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
WORTH = {"events": 500, "file": 700, "call": 900}


@pytest.fixture(autouse=True)
def folder(records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORTS_FOLDER", tmp_path / "imports")


def by_events(number: int = 1, name: str = "Order Completed", **more: object) -> None:
    if not Sender.objects.exists():
        events.source()
    said = {"order_id": "N1", "products": [{"product_id": "A1", "price": 5, "quantity": 1}], "currency": "EUR", **more}
    events.receive(Sender.objects.get().source_id, track(name, number, user="C1", said=said))
    events.understand()


def by_file(**options: object) -> object:
    return imports.bring(f"{imports.HEADER}N1;C1;2026-03-01;A1;Taza;Casa;web;España;1;7,00\n", **options)


def by_call() -> None:
    line = placing.NewLine(Decimal(1), 900, product_code="A1")
    order = placing.NewOrder(source_ensure(code="shop"), "N1", AT, "EUR", lines=[line])
    placing.order_place(order=order, now=AT)


DOORS: dict[str, Callable[[], object]] = {"events": by_events, "file": by_file, "call": by_call}


def worth() -> tuple[int, int]:
    """Return how many orders there are, and what their lines in force come to."""
    force = OrderLine.objects.filter(superseded_by=None)
    return Order.objects.count(), force.aggregate(net=Sum("net_minor"))["net"]


@pytest.mark.parametrize(("first", "second"), list(permutations(DOORS, 2)))
def test_the_door_that_brought_it_says_what_it_is(first: str, second: str) -> None:
    DOORS[first]()

    if second == "call":
        with pytest.raises(placing.OrderExistsError):
            DOORS[second]()
    else:
        DOORS[second]()

    assert worth() == (1, WORTH[first])
    assert OrderLine.objects.count() == 1


@pytest.mark.parametrize("first", ["events", "call"])
def test_a_file_of_whole_orders_takes_its_place_until_it_is_undone(first: str) -> None:
    DOORS[first]()

    brought = by_file(complete_orders=True)
    taken = worth()
    by_events(2, "Order Updated", coupon="x")
    replay.events_rederive(source_id=Sender.objects.get().source_id, now=events.NOW)
    later = worth()
    imports.take_back(brought)

    assert (taken, later) == ((1, 700), (1, 700))
    assert worth() == (1, WORTH[first])


def test_events_that_follow_change_the_order_they_brought_and_no_other() -> None:
    by_events()
    by_file()

    by_events(2, "Order Refunded")

    assert worth() == (1, 0)
    assert OrderLine.objects.filter(quantity__lt=0, returns_line__isnull=False).count() == 1


@pytest.mark.parametrize(("zone", "day", "hour"), [("UTC", 27, 23), ("Europe/Madrid", 28, 0)])
def test_an_order_of_events_is_of_the_day_it_was_where_the_company_is(zone: str, day: int, hour: int) -> None:
    source, _key = events.source()
    late = {**track("Order Completed", 1, user="u", said={"order_id": "E1", "total": 5}), "type": "track"}
    late["timestamp"] = "2026-11-27T23:30:00Z"

    with timezone.override(zone):
        events.receive(source, late, now=datetime(2026, 11, 28, tzinfo=UTC))
        events.understand()

    moments = {Order.objects.get().happened_at, OrderLine.objects.get().happened_at}
    assert {(each.day, each.hour, each.minute) for each in moments} == {(day, hour, 30)}
