"""Expiry: the last day of points, by age, by a day of the year or by inactivity; and the day the sweep may take them.

Points are good through the whole of their last day, in the zone of the programme, and stay so through the days of
grace: only a posting takes them (expiry is never a filter).
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """How points of a unit are lost."""

    expiry: str = "none"
    months: int = 0
    rounding: str = "day"
    day: str = ""
    grace_days: int = 0


def last_day(policy: Policy, earned_on: date) -> date | None:
    """Return the last day of points earned on a day; none when they do not age.

    >>> last_day(Policy("age", months=12), date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    >>> last_day(Policy("age", months=12, rounding="quarter"), date(2026, 1, 31))
    datetime.date(2027, 3, 31)
    >>> last_day(Policy("calendar", months=6, day="12-31"), date(2026, 9, 1))
    datetime.date(2027, 12, 31)
    """
    if policy.expiry == "age":
        return rounded(months_after(earned_on, policy.months), policy.rounding)
    if policy.expiry == "calendar":
        earliest = months_after(earned_on, policy.months)
        this = in_year(policy.day, earliest.year)
        return this if this >= earliest else in_year(policy.day, earliest.year + 1)
    return None


def inactive_day(policy: Policy, active_on: date) -> date | None:
    """Return the last day of a wallet whose last activity was on a day, where inactivity loses its points.

    >>> inactive_day(Policy("inactivity", months=6), date(2025, 8, 31))
    datetime.date(2026, 2, 28)
    """
    return months_after(active_on, policy.months) if policy.expiry == "inactivity" else None


def lost_before(policy: Policy, as_of: date) -> date:
    """Return the day before which a last day lies for the points to be taken on `as_of`.

    >>> lost_before(Policy("age", months=12, grace_days=30), date(2026, 3, 31))
    datetime.date(2026, 3, 1)
    """
    return as_of - timedelta(days=policy.grace_days)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later; the last of a shorter month.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rounded(day: date, rounding: str) -> date:
    """Return the last day of the month, quarter or year a day lies in.

    >>> rounded(date(2028, 2, 3), "month"), rounded(date(2028, 2, 3), "year")
    (datetime.date(2028, 2, 29), datetime.date(2028, 12, 31))
    """
    if rounding == "day":
        return day
    month = {"month": day.month, "quarter": (day.month + 2) // 3 * 3, "year": 12}[rounding]
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def in_year(day: str, year: int) -> date:
    """Return a day of the year, written MM-DD; 29 February is the 28th of other years.

    >>> in_year("02-29", 2027)
    datetime.date(2027, 2, 28)
    """
    month, number = (int(part) for part in day.split("-"))
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))
