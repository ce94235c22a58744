"""Reports of finance, read from the journal as of any day; each row names whose promise it is (`Head`).

Days are half-open: a period begins with `since` and ends before `until`. What was written after a period was closed is
in the next one. Every report of a cut-off agrees with every other, and with the wallets, to the point (I12).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vinculo.programs.finance import ageing as ages
from vinculo.programs.finance import movements, rates
from vinculo.programs.records.finance import books
from vinculo.programs.records.finance.books import Head, Window
from vinculo.programs.records.models import CampaignBudget


@dataclass(frozen=True)
class UnitRollforward:
    """Report 1: one unit from one day to another."""

    head: Head
    since: date
    until: date
    roll: movements.Rollforward


def rollforward(
    *, program_id: int, since: date, until: date, last_posting: int | None = None
) -> tuple[UnitRollforward, ...]:
    """Return the roll-forward of every unit of a programme, in points and in money at the cost of a point."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    start, end = (books.cutoff(program_id, day, heads[0].zone, last_posting) for day in (since, until))
    moved = movements_of(heads, Window(end, start))
    opening = books.balances(program_id, Window(start))
    return tuple(
        UnitRollforward(
            head,
            since,
            until,
            movements.roll(
                opening.get(head.unit_id, 0),
                moved[head.unit_id],
                cost=books.rates_of(head.unit_id, rates.COST),
                opened_on=books.day_before(since),
                closed_on=books.day_before(until),
            ),
        )
        for head in heads
    )


def movements_of(heads: Sequence[Head], window: Window) -> Mapping[int, Sequence[movements.Movement]]:
    """Return the movements of a window by unit."""
    found: dict[int, list[movements.Movement]] = defaultdict(list)
    for unit, line, by, day, points, transfers in books.rows(
        books.query("movements"), heads[0].program_id, window, zone=heads[0].zone
    ):
        found[unit].append(movements.Movement(line, by, day, points, transfers))
    return found


@dataclass(frozen=True)
class Ageing:
    """Report 5: what lots hold by the day of loss; what is held for rewards comes back to its lots or is redeemed.

    Lots and held points together, less what members owe, are what wallets hold.
    """

    head: Head
    until: date
    buckets: tuple[ages.Bucket, ...]
    by_month: tuple[tuple[date, int], ...]
    in_lots: int
    outside_lots: int
    """What is held for rewards, less what members owe."""
    concentration: ages.Concentration
    """As of today, whatever the day."""


def ageing(
    *, program_id: int, until: date, now: datetime, dormant_months: int = 12, last_posting: int | None = None
) -> tuple[Ageing, ...]:
    """Return what expires when, and with whom points lie; dormant is who did nothing for so many months."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    window = Window(books.cutoff(program_id, until, heads[0].zone, last_posting))
    by_day: dict[int, dict[date | None, int]] = defaultdict(dict)
    for unit, day, points in books.rows(books.query("ageing"), program_id, window):
        by_day[unit][day] = points
    since = now - timedelta(days=round(dormant_months * 365.25 / 12))
    held = books.balances(program_id, window)
    with_whom = {
        unit: ages.Concentration(*figures)
        for unit, *figures in books.rows(books.query("concentration"), program_id, since=since)
    }
    return tuple(
        aged(head, until, by_day[head.unit_id], held.get(head.unit_id, 0), with_whom.get(head.unit_id))
        for head in heads
    )


def aged(
    head: Head, until: date, by_day: Mapping[date | None, int], held: int, found: ages.Concentration | None
) -> Ageing:
    """Return the ageing of one unit."""
    in_lots = sum(by_day.values())
    return Ageing(
        head=head,
        until=until,
        buckets=ages.buckets(by_day, books.day_before(until)),
        by_month=summed((day.replace(day=1), points) for day, points in by_day.items() if day is not None),
        in_lots=in_lots,
        outside_lots=held - in_lots,
        concentration=found or ages.Concentration(0, 0, 0, 0, 0),
    )


def summed(pairs: Iterable[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """Return sums by day, in order."""
    sums: dict[date, int] = defaultdict(int)
    for day, points in pairs:
        sums[day] += points
    return tuple(sorted(sums.items()))


@dataclass(frozen=True)
class Exposure:
    """Report 10: what a campaign gave in one unit, and the most it can still cost; one row a unit and campaign."""

    head: Head
    campaign: str
    issued: int
    taken_back: int
    pending: int
    available: int
    held: int
    maximum_minor: int
    """If everybody redeems all that is outstanding, at what a point costs today."""
    budget: int | None
    """The points it may give, over all units; None without one."""
    left: int | None

    @property
    def outstanding(self) -> int:
        """Return the points that can still be redeemed."""
        return self.pending + self.available + self.held


def exposure(*, program_id: int, on: date, campaign: str = "") -> tuple[Exposure, ...]:
    """Return what campaigns gave, may still cost, and have left of their budgets; of all, or of one."""
    heads = {head.unit_id: head for head in books.heads(program_id)}
    found = books.rows(books.query("exposure"), program_id, campaign=campaign)
    given: dict[str, int] = defaultdict(int)
    for _unit, name, issued, taken_back, *_ in found:
        given[name] += issued - taken_back
    budgets = budgets_of(program_id)
    costs = {unit: books.rates_of(unit, rates.COST) for unit in heads}
    return tuple(
        Exposure(
            head=heads[unit],
            campaign=name,
            issued=issued,
            taken_back=taken_back,
            pending=pending,
            available=available,
            held=held,
            maximum_minor=round(costs[unit].worth(pending + available + held, on)),
            budget=budgets.get(name),
            left=budgets[name] - given[name] if name in budgets else None,
        )
        for unit, name, issued, taken_back, pending, available, held in found
    )


def budgets_of(program_id: int) -> Mapping[str, int]:
    """Return the points campaigns may give: the budget given last."""
    found = CampaignBudget.objects.filter(program_id=program_id).order_by("pk")
    return dict(found.values_list("campaign", "points"))


def campaign_left(*, program_id: int, campaign: str) -> int | None:
    """Return how many points a campaign may still give; none below zero, None without a budget.

    Whoever gives points for a campaign asks this first, in the transaction that posts them, and gives no more.
    """
    budget = budgets_of(program_id).get(campaign)
    if budget is None:
        return None
    ((given,),) = books.rows(GIVEN, program_id, campaign=campaign)
    return max(0, budget - int(given))


GIVEN = """
SELECT coalesce(sum(p.amount - coalesce(back.amount, 0)), 0)
FROM programs_posting AS p
LEFT JOIN LATERAL (
    SELECT sum(r.amount) AS amount FROM programs_posting AS r
    WHERE r.refers_to = p.id AND r.kind IN ('reverse', 'cancel', 'timeout') AND r.outcome = ''
) AS back ON true
WHERE p.program_id = %(program)s AND p.campaign = %(campaign)s AND p.campaign <> '' AND p.kind = 'award'
    AND p.to_account_id IS NULL AND p.held_until IS NULL AND p.outcome = ''
"""
