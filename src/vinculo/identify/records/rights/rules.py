"""Rules: what kinds of data can be kept for so long and no longer; each room adds those it keeps."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kind:
    """One kind of data: how much is older than a moment, and how that is removed."""

    count: Callable[[datetime], int]
    remove: Callable[[datetime, datetime], int]
    """Given the moment and now; returns how much went."""


KINDS: dict[str, Kind] = {}
"""What can be removed, by the code of its rule."""


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months before, or the last of that month.

    >>> from datetime import UTC
    >>> months_before(datetime(2026, 3, 31, tzinfo=UTC), 13).date()
    datetime.date(2025, 2, 28)
    """
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(whole, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))
