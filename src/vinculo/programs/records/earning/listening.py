"""Listening: orders, imports and events that the customer base announces earn points, or give them back."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from vinculo.identify.records import facts


def listen() -> None:
    """Follow what the customer base announces; the engine is loaded only then."""
    facts.order_placed.connect(order_placed, dispatch_uid="programs.earning.order_placed")
    facts.import_finished.connect(import_finished, dispatch_uid="programs.earning.import_finished")
    facts.import_undone.connect(import_undone, dispatch_uid="programs.earning.import_undone")
    facts.events_read.connect(events_read, dispatch_uid="programs.earning.events_read")
    facts.person_erased.connect(person_erased, dispatch_uid="programs.earning.person_erased")


def running() -> bool:
    """Tell whether any programme runs."""
    from vinculo.programs.records.models import Program

    return Program.objects.filter(state=Program.State.OPEN).exists()


def order_placed(*, order_id: int, **_fact: Any) -> None:
    """Give the points of an order in the transaction that places it."""
    from vinculo.programs.records.earning import orders

    if running():
        orders.orders_settle(order_ids=[order_id], now=timezone.now())


def import_finished(*, import_id: int, **_fact: Any) -> None:
    """Have a job give the points of what an import brought."""
    from vinculo.programs.records.earning import tasks

    if running():
        tasks.import_settle.defer(import_id=import_id)


def import_undone(*, import_id: int, now: datetime, **_fact: Any) -> None:
    """Have a job take back the points of what an import had brought."""
    from vinculo.programs.records.earning import tasks

    if running():
        tasks.undone_settle.defer(import_id=import_id)


def events_read(*, pieces: list[tuple[int, int]], orders: list[tuple[int, str]], **_fact: Any) -> None:
    """Give the points of events, and of the orders they add up to."""
    from vinculo.programs.records.earning import happenings
    from vinculo.programs.records.earning import orders as earned

    if running():
        now = timezone.now()
        earned.told_settle(orders=orders, now=now)
        happenings.events_award(pieces=pieces, now=now)


def person_erased(*, customer_ids: list[int], renamed: dict[str, str], **_fact: Any) -> None:
    """Forget the birthdays of a person, and follow numbers of orders that named her."""
    from vinculo.programs.records.models import Birthday, Earning, PointsPaid

    Birthday.objects.filter(member__customer_id__in=customer_ids).delete()
    for before, after in renamed.items():
        Earning.objects.filter(member__customer_id__in=customer_ids, event=before).update(event=after)
        PointsPaid.objects.filter(number=before).update(number=after)
