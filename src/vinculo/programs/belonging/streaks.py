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
    """Steps in a row: when the first one began, how many there were, and the last of them."""

    begins_on: date
    length: int
    last_on: date
    missed: int
    """Steps in between in which nothing was done, and which were forgiven."""


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
    found: list[Run] = []
    first = last = length = missed = 0
    for number in sorted({step(day, every) for day in days}):
        gap = number - last - 1
        if length and missed + gap <= grace:
            length, missed, last = length + 1, missed + gap, number
            continue
        if length:
            found.append(Run(begins(first, every), length, begins(last, every), missed))
        first, last, length, missed = number, number, 1, 0
    if length:
        found.append(Run(begins(first, every), length, begins(last, every), missed))
    return found


def current(found: Sequence[Run], *, every: Every, grace: int = 0, as_of: date) -> Run | None:
    """Return the streak that can still go on: the step of the day may be done yet."""
    if not found:
        return None
    gap = step(as_of, every) - step(found[-1].last_on, every) - 1
    return found[-1] if found[-1].missed + max(gap, 0) <= grace else None


def ends_after(run: Run, *, every: Every, grace: int = 0) -> date:
    """Return the last day on which a streak can be continued."""
    return begins(step(run.last_on, every) + 2 + grace - run.missed, every) - timedelta(days=1)
