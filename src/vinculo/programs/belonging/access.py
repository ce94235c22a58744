"""Early access: who may see or buy something before everybody else, by level."""

from collections.abc import Mapping
from datetime import date


def opens_on(public_on: date, by_rank: Mapping[int, date], rank: int) -> date:
    """Return the day from which a member of a level may see it: a higher level is never later than a lower one.

    >>> opens_on(date(2024, 6, 10), {1: date(2024, 6, 5), 3: date(2024, 6, 8)}, rank=3)
    datetime.date(2024, 6, 5)
    """
    return min([public_on, *(day for needed, day in by_rank.items() if needed <= rank)])
