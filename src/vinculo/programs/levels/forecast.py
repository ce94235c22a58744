"""Forecast: how far to the next level and when, and how long the present one is held, at the member's own pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from vinculo.programs.levels import terms
from vinculo.programs.levels.standing import Case, Count, Standing
from vinculo.programs.levels.windows import Kind, add_months

LOOKED_BACK, SHORTEST = 365, 30
"""Days whose counts make the pace, and how many at least they are spread over."""
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Forecast:
    """What is ahead of a member."""

    rank: int
    pace_yearly: int
    """What the member counts in a year, as the last one went."""
    next_rank: int | None
    missing: int
    """What lacks for the next level."""
    until: date | None
    """The last day on which what is missing can be made up in this window; none when it rolls on."""
    on_course_on: date | None
    """The day on which the next level is reached at this pace; none when it is not within the window."""
    falls_on: date | None
    """The day on which the present level is lost if nothing more counts."""
    falls_to: int
    missing_to_keep: int
    keeps_at_pace: bool


def ahead(case: Case, found: Standing) -> Forecast:
    """Return what is ahead of a member who stands so."""
    version = terms.in_force(case.versions, case.as_of)
    pace = pace_daily(case.counts, case.joined_on, case.as_of)
    rung, fall = version.above(found.rank), found.next_fall
    rolls = case.window.kind == Kind.ROLLING
    until = None if rolls else found.window.ends - ONE
    missing = max(rung.threshold - found.counted, 0) if rung else 0
    on_course = None
    if rung:
        on_course = rolling_on(case, rung.threshold, pace) if rolls else steady_on(missing, pace, case.as_of, until)
    to_keep, begins, last = keeping(case, found, fall.on) if fall else (0, case.as_of, case.as_of)
    return Forecast(
        rank=found.rank,
        pace_yearly=round(pace * LOOKED_BACK),
        next_rank=rung.rank if rung else None,
        missing=missing,
        until=until,
        on_course_on=on_course,
        falls_on=fall.on if fall else None,
        falls_to=fall.to if fall else found.rank,
        missing_to_keep=to_keep,
        keeps_at_pace=steady_on(to_keep, pace, begins, last) is not None,
    )


def keeping(case: Case, found: Standing, falls_on: date) -> tuple[int, date, date]:
    """Return what lacks to keep a level, and from which day until which it can be made up."""
    needs = terms.in_force(case.versions, case.as_of).threshold(found.rank)
    if case.window.kind == Kind.ROLLING:
        held = sum(each.amount for each in case.counts if add_months(each.day, case.window.months) > falls_on)
        return max(needs - held, 0), case.as_of, falls_on
    window = case.period(case.period(falls_on).begins - ONE)
    last = window.ends - ONE
    if last < case.as_of:  # in the days of grace only the new period helps
        window, last = found.window, falls_on
    counted = sum(each.amount for each in case.within(window, case.as_of))
    return max(needs - counted, 0), max(case.as_of, window.begins - ONE), last


def pace_daily(counts: Sequence[Count], joined_on: date, as_of: date) -> float:
    """Return what a member counts a day: of the last year, or since the first day where that is less."""
    first = min([joined_on, *(each.day for each in counts[:1])])
    days = min(LOOKED_BACK, max(SHORTEST, (as_of - first).days + 1))
    begins = as_of - timedelta(days=days)
    return sum(each.amount for each in counts if begins < each.day <= as_of) / days


def steady_on(missing: int, pace: float, as_of: date, until: date | None) -> date | None:
    """Return the day on which what is missing is made up; none when that is after another day."""
    if missing <= 0:
        return as_of
    if pace <= 0 or missing / pace > 36500:
        return None
    day = as_of + timedelta(days=ceil(missing / pace))
    return day if until is None or day <= until else None


def rolling_on(case: Case, threshold: int, pace: float) -> date | None:
    """Return the day on which a rolling window holds enough, while old counts leave it and new ones come."""
    if pace <= 0:
        return None
    end = add_months(case.as_of, case.window.months)
    goes = sorted((add_months(each.day, case.window.months), each.amount) for each in case.counts)
    held = sum(amount for day, amount in goes if case.as_of < day)
    leaving = [(day, amount) for day, amount in goes if case.as_of < day]
    since = case.as_of
    for day, amount in [*leaving, (end, 0)]:
        reached = steady_on(threshold - held, pace, case.as_of, day - timedelta(days=1))
        if reached is not None:
            return max(reached, since)
        held, since = held - amount, day
    return None
