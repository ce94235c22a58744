"""Terms: what each level of a set needs, and what becomes of one that is not confirmed; every change is a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from vinculo.foundation.errors import SettingsError

GRACE_DAYS = 92
"""So many days of grace at most: a quarter."""


class Basis(StrEnum):
    """What is counted."""

    POINTS = "points"
    SPEND = "spend"
    ORDERS = "orders"


class Fall(StrEnum):
    """What becomes of a level that the window did not confirm."""

    ONE_DOWN = "one_down"
    TO_BALANCE = "to_balance"
    NEVER = "never"


class TermsError(SettingsError):
    """The terms of these levels make no sense."""

    code = "levels.terms"


@dataclass(frozen=True)
class Rung:
    """A level as the terms see it: the higher its rank, the more it needs."""

    rank: int
    threshold: int
    kept: bool = False
    """Whoever reached it never falls below it."""


@dataclass(frozen=True)
class Terms:
    """One version of the terms of a set, in force from a day until the next one.

    >>> terms = Terms((Rung(1, 0), Rung(2, 100), Rung(3, 500)), fall=Fall.ONE_DOWN)
    >>> terms.rank_for(120), terms.fallen(3, qualified=1), terms.threshold(3)
    (2, 2, 500)
    """

    rungs: tuple[Rung, ...]
    fall: Fall = Fall.ONE_DOWN
    grace_days: int = 0
    version: int = 1
    begins_on: date = date.min

    def __post_init__(self) -> None:
        if not self.rungs:
            raise TermsError("A set needs at least one level.")
        ordered = list(zip(self.rungs, self.rungs[1:], strict=False))
        if self.rungs[0].rank < 1 or self.rungs[0].threshold < 0:
            raise TermsError("Ranks begin at 1 and thresholds at 0.")
        if any(lower.rank >= upper.rank or lower.threshold >= upper.threshold for lower, upper in ordered):
            raise TermsError("A higher level needs more than the one below it.")
        if not 0 <= self.grace_days <= GRACE_DAYS:
            raise TermsError("Days of grace are {found}: allow 0 to {most}.", found=self.grace_days, most=GRACE_DAYS)

    def rank_for(self, counted: int) -> int:
        """Return the level that a count reaches; 0 for none."""
        found = 0
        for rung in self.rungs:
            if rung.threshold > counted:
                break
            found = rung.rank
        return found

    def threshold(self, rank: int) -> int:
        """Return what a level needs; of one that is given no more, what the next one above it needs."""
        return next((rung.threshold for rung in self.rungs if rung.rank >= rank), self.rungs[-1].threshold)

    def above(self, rank: int) -> Rung | None:
        """Return the next level above one."""
        return next((rung for rung in self.rungs if rung.rank > rank), None)

    def below(self, rank: int) -> int:
        """Return the next level below one; 0 for none."""
        return max((rung.rank for rung in self.rungs if rung.rank < rank), default=0)

    def fallen(self, rank: int, *, qualified: int) -> int:
        """Return what becomes of a level at the end of a window in which another one was reached."""
        if qualified >= rank or self.fall == Fall.NEVER:
            return max(rank, qualified)
        to = qualified if self.fall == Fall.TO_BALANCE else max(qualified, self.below(rank))
        return max(to, *(rung.rank for rung in self.rungs if rung.kept and rung.rank <= rank), 0)

    def said(self) -> dict[str, Any]:
        """Return the terms as they are kept."""
        rungs = [{"rank": each.rank, "threshold": each.threshold, "kept": each.kept} for each in self.rungs]
        return {"rungs": rungs, "fall": str(self.fall), "grace_days": self.grace_days}


def read(said: Mapping[str, Any], *, version: int, begins_on: date) -> Terms:
    """Return terms as they were kept."""
    rungs = tuple(Rung(each["rank"], each["threshold"], each["kept"]) for each in said["rungs"])
    return Terms(rungs, Fall(said["fall"]), said["grace_days"], version, begins_on)


def in_force(versions: Sequence[Terms], day: date) -> Terms:
    """Return the version in force on a day; before the first one, the first."""
    found = versions[0]
    for each in versions:
        if each.begins_on <= day:
            found = each
    return found
