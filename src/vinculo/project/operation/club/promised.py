"""Promised: deliveries and answers of the club, some late; orders are real, what is promised of them is simulated."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vinculo.foundation import actor
from vinculo.identify.records.models import Order
from vinculo.identify.records.orders import days
from vinculo.programs.guarantees import terms
from vinculo.programs.guarantees.happening import Happening
from vinculo.programs.records.guarantees import promises, published
from vinculo.programs.records.models import Guarantee, Program, Promise
from vinculo.project.operation.club.simulated import SOURCE, chance

EVERY_WEEK = {"delivery": 3, "answer": 2}
"""Promises that are looked at, of all orders of a week."""
LATE, SILENT = 0.09, 0.02
"""Share of promises that are kept too late, and of those of which nothing is heard again."""
DELIVERED_WITHIN = 3
HOUR = timedelta(hours=1)


def open_some(program: Program, monday: date, order_ids: Sequence[int]) -> None:
    """Promise, for some orders of a week, a day of delivery, or an answer to a question about it."""
    guarantees = {each.code: each for each in Guarantee.objects.filter(program=program).select_related("program")}
    random = chance("promises", monday)
    drawn = random.sample(list(order_ids), min(len(order_ids), sum(EVERY_WEEK.values())))
    # What comes back is delivered by nobody.
    orders = Order.objects.filter(pk__in=drawn, customer__isnull=False, lines__net_minor__gt=0).distinct()
    codes = [code for code, several in EVERY_WEEK.items() for _one in range(several)]
    made = [opened(guarantees[code], order) for order, code in zip(orders.order_by("-pk"), codes, strict=False)]
    Promise.objects.bulk_create(made, ignore_conflicts=True)


def opened(guarantee: Guarantee, order: Order) -> Promise:
    """Return the promise to the buyer of an order, open and due when the terms say."""
    placed = days.moment(order.happened_at)
    on = placed.astimezone(ZoneInfo(guarantee.program.zone)).date() + timedelta(days=DELIVERED_WITHIN)
    due = terms.due_at(published.terms_of(guarantee), published.hours_of(guarantee), placed, on)
    return Promise(
        guarantee=guarantee, customer_id=order.customer_id, origin=SOURCE, reference=order.number,
        state=Promise.State.OPEN, started_at=placed, due_at=due,
    )  # fmt: skip


def hear(program: Program, now: datetime) -> None:
    """Hear what became of promises until now; whatever is broken by now is made good."""
    waiting = Promise.objects.filter(guarantee__program=program, state=Promise.State.OPEN, origin=SOURCE)
    with actor.acting(SOURCE):
        for each in waiting.select_related("guarantee__program").order_by("pk"):
            kept_at = done_at(each)
            if kept_at is not None and kept_at <= now:
                told = Happening(program.pk, each.guarantee.keeps, each.reference, kept_at, origin=SOURCE)
                promises.promise_keep(guarantee=each.guarantee, happening=told, now=now)
        promises.sweep(program_id=program.pk, now=now)


def done_at(promise: Promise) -> datetime | None:
    """Return when a promise is kept, in time or not; nothing where it never is."""
    assert promise.started_at is not None
    assert promise.due_at is not None
    random = chance(promise.reference, promise.started_at.date())
    drawn = random.random()
    if drawn < SILENT:
        return None
    late = drawn < SILENT + LATE
    if promise.guarantee.measure == Guarantee.Measure.ON_THE_DAY:
        zone = ZoneInfo(promise.guarantee.program.zone)
        # It is due when the day is over.
        day = promise.due_at.astimezone(zone).date() + timedelta(days=random.randint(0, 1) if late else -1)
        return datetime.combine(day, time(random.randint(9, 18), random.randint(0, 59)), zone)
    return promise.due_at + HOUR * (random.uniform(1, 30) if late else -random.uniform(1, 23))
