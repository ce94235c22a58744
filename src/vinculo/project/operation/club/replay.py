"""Replay: what the shop really sold goes through the production engine in the order of time.

Week by week the club sees what was bought, as the import of a Sunday night would bring it: new buyers become members on
the day they first bought, orders earn, returns take back, what is no longer pending is released, what is old expires,
levels are decided. The clock is handed in, so a year passes in a minute; nothing is made up but what `simulated` and
`promised` add.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from vinculo.foundation import actor
from vinculo.programs.records.belonging import badges
from vinculo.programs.records.belonging import sweeps as belonging
from vinculo.programs.records.earning import orders
from vinculo.programs.records.ledger import members, sweeps
from vinculo.programs.records.levels import sweeps as levels
from vinculo.programs.records.models import Earning, Program
from vinculo.programs.records.rewards import resolving
from vinculo.project.operation.club import founding, promised, simulated

NIGHT = time(2)
"""When the books of a week are done, on the Monday after it."""
SETTLED_EVERY = 4
"""Weeks from one settling of challenges and referrals to the next."""
Step = Callable[[str, float], None]
_ORDERS = """
SELECT (placed.happened_at AT TIME ZONE %(zone)s)::date, placed.id, coalesce(buyer.merged_into_id, buyer.id)
FROM identify_order AS placed JOIN identify_customer AS buyer ON buyer.id = placed.customer_id
JOIN identify_source AS source ON source.id = placed.source_id
WHERE source.code = %(source)s AND placed.currency = %(currency)s
ORDER BY 1, placed.happened_at, placed.id
"""


@dataclass(frozen=True)
class Week:
    """A week of the shop: its orders and returns, and who bought for the first time on which day."""

    monday: date
    order_ids: tuple[int, ...]
    newcomers: Mapping[date, Sequence[int]]

    @property
    def over(self) -> date:
        """Return the Monday after it."""
        return self.monday + timedelta(days=7)


def weeks(program: Program, source: str) -> Iterator[Week]:
    """Yield the weeks in which anybody bought, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, {"zone": program.zone, "source": source, "currency": program.currency})
        rows = cursor.fetchall()
    known: set[int] = set()
    for monday, group in groupby(rows, key=lambda row: row[0] - timedelta(days=row[0].weekday())):
        found, newcomers = list(group), defaultdict(list)
        for on, _order, buyer in found:
            if buyer not in known:
                known.add(buyer)
                newcomers[on].append(buyer)
        yield Week(monday, tuple(order for _on, order, _buyer in found), newcomers)


def replay(*, source: str, currency: str, now: datetime, progress: Step) -> None:
    """Let the club live through all orders of a source; what has been done is not done again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(placed.happened_at) FROM identify_order AS placed JOIN identify_source AS source "
            "ON source.id = placed.source_id WHERE source.code = %s AND placed.currency = %s",
            [source, currency],
        )
        (first,) = cursor.fetchone()
    if first is None:
        return
    program = Program.objects.filter(code=founding.CODE).first()
    if program is None:
        program = founding.found(on=first.date(), currency=currency, now=first - timedelta(hours=1))
    everything = list(weeks(program, source))
    through = last_day(program)
    # A week is lived in one transaction: whatever earned in it tells that all of it is done.
    left = [week for week in everything if through is None or week.monday > through]
    for number, week in enumerate(left):
        live(program, week, settle=(len(everything) - len(left) + number) % SETTLED_EVERY == 0, latest=now)
        progress("Living a year of the gift club", (number + 1) / len(left))
    if left:
        catch_up(program, now)


def last_day(program: Program) -> date | None:
    """Return the day of the last order that earned."""
    last = Earning.objects.filter(program=program, trigger="purchase").order_by("-happened_at")
    found = last.values_list("happened_at", flat=True).first()
    return found.astimezone(ZoneInfo(program.zone)).date() if found else None


def live(program: Program, week: Week, *, settle: bool, latest: datetime) -> None:
    """Let one week pass, or what there is of the last one."""
    now = min(datetime.combine(week.over, NIGHT, ZoneInfo(program.zone)), latest)
    today = now.astimezone(ZoneInfo(program.zone)).date()
    with transaction.atomic():
        for on, customer_ids in week.newcomers.items():
            with actor.acting(founding.AUTHOR):
                joined = members.members_join(program_id=program.pk, customer_ids=customer_ids, on=on)
            simulated.referrals(program, on, sorted(joined.values()))
        with actor.acting("earning"):
            orders.orders_of_program(program, week.order_ids, now, as_of=now)
        time_passes(program, today, now)
        if settle:
            belonging_settled(program, today, now)
        simulated.challenges(program, today)
        simulated.redemptions(program, week.monday, now)
        promised.open_some(program, week.monday, week.order_ids)
        promised.hear(program, now)


def time_passes(program: Program, today: date, now: datetime) -> None:
    """Release, expire and decide what is due."""
    with actor.acting("sweep"):
        sweeps.release(program.pk, now)
        sweeps.expire(program.pk, today, now)
        levels.sweep(program_id=program.pk, as_of=today, now=now, everybody=False)


def belonging_settled(program: Program, today: date, now: datetime) -> None:
    """Give what challenges and referrals bring, and take back what was not used."""
    with actor.acting("sweep"):
        belonging.sweep(program_id=program.pk, as_of=today, now=now, everybody=False)
        resolving.redemptions_expire(program_id=program.pk, now=now)


def catch_up(program: Program, now: datetime) -> None:
    """Let pass what is left until now."""
    today = now.astimezone(ZoneInfo(program.zone)).date()
    time_passes(program, today, now)
    belonging_settled(program, today, now)
    with actor.acting("sweep"):
        badges.settle(program_id=program.pk, as_of=today, now=now)
