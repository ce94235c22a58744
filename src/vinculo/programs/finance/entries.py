"""Entries: what the general ledger is told of a period, each as one amount from one account to another.

Of purchases: the part of the price that belongs to points is deferred (or comes back with a return), earned as points
are redeemed, and caught up when an estimate changes. Of other points: their cost is accrued, used as they are
redeemed, and caught up the same way. Together the entries move what is owed from the beginning of a period to its end.
Of what a partner delivers for whom we are only the agent, what the partner gets is passed on: no revenue of ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vinculo.programs.finance.recognition import PURCHASE, Recognised

GOODS, POINTS, CONTRACT = "goods_revenue", "points_revenue", "contract_liability"
COST, ACCRUED, REWARDS, PARTNERS = "promotion_cost", "accrued_points", "rewards_used", "partner_payable"
ACCOUNTS = (GOODS, POINTS, CONTRACT, COST, ACCRUED, REWARDS, PARTNERS)
"""Roles of accounts; the books of a programme say which number of the general ledger each has."""
DEFERRED, RETURNED, EARNED, TRUED_UP, USED = "deferred", "returned", "earned", "trued_up", "used"
ACCRUED_MORE, ACCRUED_LESS, PASSED_ON = "accrued", "released", "passed_on"


@dataclass(frozen=True)
class Entry:
    """An amount above zero, debited to one account and credited to another."""

    line: str
    grant_class: str
    debit: str
    credit: str
    minor: int


@dataclass(frozen=True)
class Turn:
    """A pool at the beginning of a period, at its beginning with the estimate of its end, and at its end."""

    before: Recognised | None
    restated: Recognised | None
    after: Recognised


def entries(turns: Sequence[Turn]) -> tuple[Entry, ...]:
    """Return the entries of a period, by what happened and by class of grant."""
    sums: dict[tuple[str, str, str, str], int] = {}
    for turn in turns:
        for line, debit, credit, minor in moved(turn):
            key = line, turn.after.pool.grant_class, debit, credit
            sums[key] = sums.get(key, 0) + minor
    return tuple(
        Entry(line, grant, debit, credit, minor) if minor > 0 else Entry(line, grant, credit, debit, -minor)
        for (line, grant, debit, credit), minor in sorted(sums.items())
        if minor
    )


def moved(turn: Turn) -> list[tuple[str, str, str, int]]:
    """Return what one pool moves, signed: line, debit, credit, amount."""
    due, done = change(turn, lambda found: found.allocated_minor), change(turn, lambda found: found.recognised_minor)
    caught_due, caught_done = (
        caught(turn, lambda each: each.allocated_minor),
        caught(turn, lambda each: each.recognised_minor),
    )
    if turn.after.pool.grant_class == PURCHASE:
        return [
            (DEFERRED if due >= 0 else RETURNED, GOODS, CONTRACT, due),
            (TRUED_UP, CONTRACT, POINTS, caught_done),
            (EARNED, CONTRACT, POINTS, done - caught_done),
        ]
    accrued = due - caught_due
    return [
        (ACCRUED_MORE if accrued >= 0 else ACCRUED_LESS, COST, ACCRUED, accrued),
        (TRUED_UP, COST, ACCRUED, caught_due - caught_done),
        (USED, ACCRUED, REWARDS, done - caught_done),
    ]


Figure = Callable[[Recognised], int]


def change(turn: Turn, figure: Figure) -> int:
    """Return how a figure moved over the period."""
    return figure(turn.after) - (figure(turn.before) if turn.before else 0)


def caught(turn: Turn, figure: Figure) -> int:
    """Return how a figure of the beginning moves by the estimate of the end alone."""
    return figure(turn.restated) - figure(turn.before) if turn.before and turn.restated else 0


def passed_on(minor: int) -> tuple[Entry, ...]:
    """Return the entry that takes what partners get out of revenue, where we are their agent."""
    if not minor:
        return ()
    debit, credit = (POINTS, PARTNERS) if minor > 0 else (PARTNERS, POINTS)
    return (Entry(PASSED_ON, PURCHASE, debit, credit, abs(minor)),)


def balances(found: Sequence[Entry]) -> Mapping[str, int]:
    """Return what the entries add to each account: debits above zero, credits below; they add up to nothing."""
    sums = dict.fromkeys(ACCOUNTS, 0)
    for entry in found:
        sums[entry.debit] += entry.minor
        sums[entry.credit] -= entry.minor
    return sums
