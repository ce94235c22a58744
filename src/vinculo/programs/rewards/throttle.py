"""Throttle: how long whoever gives wrong codes has to wait, and when that is forgotten."""

from datetime import datetime, timedelta

FREE = 5
"""Wrong codes in a row that cost nothing: slips of the pen."""
FIRST, LONGEST = timedelta(seconds=15), timedelta(hours=1)
FORGOTTEN = timedelta(hours=24)
"""After so long without a wrong code, all is as if there had been none."""


def wait(failures: int) -> timedelta:
    """Return how long to wait after so many wrong codes: twice as long after each, an hour at most.

    A thousand wrong codes take more than forty days, in which 80 bits are as safe as they were.

    >>> [wait(n).total_seconds() for n in (4, 5, 6, 7, 40)]
    [0.0, 15.0, 30.0, 60.0, 3600.0]
    """
    if failures < FREE:
        return timedelta()
    return FIRST * 2 ** (failures - FREE) if failures - FREE < 8 else LONGEST


def seconds_left(locked_until: datetime | None, now: datetime) -> int:
    """Return the whole seconds after which another try is worth making, as `Retry-After` says them."""
    if locked_until is None or locked_until <= now:
        return 0
    return -((now - locked_until) // timedelta(seconds=1))
