"""Standing: what a decision about a level is made from, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from vinculo.programs.levels.terms import Fall, Terms
from vinculo.programs.levels.windows import Period, Window


class Count(NamedTuple):
    """What counts of one day: points, money or orders, and of how many entries it is made.

    What was taken back is subtracted on the day it was earned.
    """

    day: date
    amount: int
    entries: int = 1


class Evidence(NamedTuple):
    """What a level was decided from."""

    window: Period
    counted: int
    entries: int
    threshold: int
    """What the level in question needed: the one that was reached, or the one that was lost."""
    version: int
    fall: Fall
    grace_days: int


class NextFall(NamedTuple):
    """When a level falls if nothing more counts, and to which one."""

    on: date
    to: int


@dataclass(frozen=True)
class Standing:
    """The level of a member on a day and why; `since` is the day it was reached, or fallen to."""

    rank: int
    since: date | None
    fell: bool
    evidence: Evidence
    window: Period
    counted: int
    """In the window that is open on the day."""
    entries: int
    next_fall: NextFall | None


@dataclass(frozen=True)
class Case:
    """Everything a decision is made from; the counts are in the order of days."""

    versions: Sequence[Terms]
    window: Window
    counts: Sequence[Count]
    joined_on: date
    as_of: date

    @property
    def first(self) -> date:
        """Return the first day that matters."""
        return min(self.joined_on, self.counts[0].day) if self.counts else self.joined_on

    def period(self, day: date) -> Period:
        """Return the period that a day is in."""
        return self.window.period(day, joined_on=self.joined_on)

    def within(self, period: Period, until: date) -> list[Count]:
        """Return what counts in a period up to a day, which is included."""
        return [each for each in self.counts if period.begins <= each.day < period.ends and each.day <= until]


class Held:
    """The level that is held while one walks through the days."""

    def __init__(self) -> None:
        self.rank, self.fell = 0, False
        self.since: date | None = None
        self.evidence: Evidence | None = None

    def take(self, rank: int, day: date, evidence: Evidence) -> None:
        """Take a level and why; one that is held already is confirmed."""
        if rank != self.rank:
            self.since, self.fell = day, rank < self.rank
        else:
            self.fell = False
        self.rank, self.evidence = rank, evidence


def evidence(version: Terms, rank: int, window: Period, found: Sequence[Count]) -> Evidence:
    """Return what speaks for a level, or against it."""
    counted, entries = total(found)
    return Evidence(
        window, counted, entries, version.threshold(rank), version.version, version.fall, version.grace_days
    )


def total(found: Sequence[Count]) -> tuple[int, int]:
    """Return the sum of counts and of their entries."""
    return sum(each.amount for each in found), sum(each.entries for each in found)
