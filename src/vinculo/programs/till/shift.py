"""Shift: how long the last thing one did can be undone by oneself."""

from datetime import datetime, timedelta

LENGTH = timedelta(hours=12)
"""A shift, breaks included."""


def lasts(since: datetime, now: datetime) -> bool:
    """Tell whether the shift in which something was done can still go on.

    >>> from datetime import UTC
    >>> lasts(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 19, 59, tzinfo=UTC))
    True
    """
    return now - since < LENGTH
