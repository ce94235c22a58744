"""Days: what `as_of` includes, and one place where a year becomes days."""

from datetime import date, timedelta
from math import log1p

DAYS_PER_YEAR = 365.25


def parse_day(text: str) -> date:
    """Read a day written as ISO 8601 (`2011-06-09`)."""
    return date.fromisoformat(text)


def horizon_end(as_of: date, horizon_days: int) -> date:
    """Return the last day of a horizon.

    A calculation as of a day knows everything that happened up to the close of that day; its horizon is the
    `horizon_days` days that follow.

    >>> horizon_end(date(2011, 6, 9), 180)
    datetime.date(2011, 12, 6)
    """
    return as_of + timedelta(days=horizon_days)


def annual_to_daily(rate_annual: float) -> float:
    """Convert an effective annual discount rate to the continuous rate a day.

    >>> round(annual_to_daily(0.15) * 365.25, 6)
    0.139762
    """
    return log1p(rate_annual) / DAYS_PER_YEAR
