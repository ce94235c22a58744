"""Streaks: weeks or months in a row in which a member did something."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class Every(StrEnum):
    """How long one step of a streak is."""

    WEEK = "week"
    MONTH = "month"


class Run(NamedTuple):
    """Steps in a row: of each the first day on which something was done, and how many in between were forgiven."""

    begins_on: date
    """First day of the first step."""
    days: tuple[date, ...]
    missed: int = 0

    @property
    def length(self) -> int:
        """Return the number of steps in which something was done."""
        return len(self.days)


def step(day: date, every: Every) -> int:
    """Return the number of the week (from Monday) or month a day is in."""
    return (day.toordinal() - 1) // 7 if every == Every.WEEK else day.year * 12 + day.month - 1


def begins(number: int, every: Every) -> date:
    """Return the first day of a step.

    >>> begins(step(date(2024, 6, 6), Every.WEEK), Every.WEEK)
    datetime.date(2024, 6, 3)
    """
    if every == Every.WEEK:
        return date.fromordinal(number * 7 + 1)
    return date(number // 12, number % 12 + 1, 1)


def runs(days: Iterable[date], *, every: Every, grace: int = 0) -> list[Run]:
    """Return the streaks of a member; each forgives as many steps without anything as there is grace.

    >>> days = [date(2024, 1, 9), date(2024, 2, 1), date(2024, 4, 30)]
    >>> [run.length for run in runs(days, every=Every.MONTH)]
    [2, 1]
    >>> [run.length for run in runs(days, every=Every.MONTH, grace=1)]
    [3]
    """
    first: dict[int, date] = {}
    for day in sorted(days):
        first.setdefault(step(day, every), day)
    found: list[Run] = []
    last = 0
    for number, day in first.items():
        gap = number - last - 1
        if found and found[-1].missed + gap <= grace:
            found[-1] = Run(found[-1].begins_on, (*found[-1].days, day), found[-1].missed + gap)
        else:
            found.append(Run(begins(number, every), (day,)))
        last = number
    return found


def current(found: Sequence[Run], *, every: Every, grace: int = 0, as_of: date) -> Run | None:
    """Return the streak that can still go on: the step of the day may be done yet."""
    if not found:
        return None
    gap = step(as_of, every) - step(found[-1].days[-1], every) - 1
    return found[-1] if found[-1].missed + max(gap, 0) <= grace else None


def ends_after(run: Run, *, every: Every, grace: int = 0) -> date:
    """Return the last day on which a streak can be continued."""
    return begins(step(run.days[-1], every) + 2 + grace - run.missed, every) - timedelta(days=1)
