"""Decision: the level of one member on one day, worked out anew from everything that counts.

Nothing decided earlier is taken in: the same counts give the same level in whatever order they arrived (I11), and a
purchase that came back leaves no trace (I9), because what is taken back is subtracted on the day it was earned. The
terms in force on a day decide for that day: a threshold that is raised takes nothing from those who reached it before.
"""

from dataclasses import dataclass
from enum import StrEnum

from vinculo.programs.levels import periods, rolling
from vinculo.programs.levels.standing import Case, Standing
from vinculo.programs.levels.windows import Kind


def decide(case: Case) -> Standing:
    """Return the standing of a member as of the close of a day.

    >>> from datetime import date
    >>> from vinculo.programs.levels import standing, terms, windows
    >>> silver_and_gold = terms.Terms((terms.Rung(1, 100), terms.Rung(2, 500)))
    >>> june = date(2024, 6, 1)
    >>> year, counts = windows.Window(Kind.CALENDAR), [standing.Count(june, 520)]
    >>> found = decide(Case([silver_and_gold], year, counts, joined_on=june, as_of=date(2025, 3, 1)))
    >>> found.rank, found.next_fall
    (2, NextFall(on=datetime.date(2026, 1, 1), to=1))
    """
    walk = rolling.Walk(case) if case.window.kind == Kind.ROLLING else periods.Walk(case)
    return walk.standing()


class Origin(StrEnum):
    """Where a level comes from."""

    EARNED = "earned"
    GRANTED = "granted"
    GROUP = "group"


@dataclass(frozen=True)
class Effective:
    """The level that is in effect: the best of what was earned, given by hand, or is of the company or household."""

    rank: int
    origin: Origin


def effective(*, earned: int, granted: int = 0, of_group: int = 0) -> Effective:
    """Return the level in effect; of equal ones the member's own stands before others.

    >>> effective(earned=1, granted=2).origin.value
    'granted'
    """
    best = max(earned, granted, of_group)
    if earned == best:
        return Effective(best, Origin.EARNED)
    return Effective(best, Origin.GRANTED if granted == best else Origin.GROUP)
