"""Periods: the day on which a limit begins to count anew."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

EVER = date(1970, 1, 1)
"""The first day of a limit that is never counted anew."""
PERIODS = ("ever", "day", "week", "month", "quarter", "year")


def day_of(moment: datetime, zone: str) -> date:
    """Return the day of a moment where the programme runs."""
    return moment.astimezone(ZoneInfo(zone)).date()


def first_day(period: str, day: date) -> date:
    """Return the first day of the period a day is in; weeks begin on Monday.

    >>> [first_day(period, date(2028, 2, 29)).isoformat() for period in PERIODS]
    ['1970-01-01', '2028-02-29', '2028-02-28', '2028-02-01', '2028-01-01', '2028-01-01']
    """
    return {
        "ever": EVER,
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=day.month - (day.month - 1) % 3, day=1),
        "year": day.replace(month=1, day=1),
    }[period]
