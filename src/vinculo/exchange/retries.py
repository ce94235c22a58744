"""Retries: when a delivery that failed is tried again, and when it no longer is."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""From one try to the next, as Standard Webhooks recommends; three days in all, then somebody has to look."""
JITTER = 0.2
LONGEST_WISH = timedelta(days=1)
"""No endpoint makes us wait longer than this."""
REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)


def delay(tries: int, random: Random) -> timedelta | None:
    """Return how long to wait after so many tries; None when it is not tried again. A little more or less each time.

    >>> delay(1, Random(1)) < timedelta(seconds=7), delay(10, Random(1))
    (True, None)
    """
    if tries > len(DELAYS):
        return None
    return jittered(DELAYS[tries - 1], random)


def jittered(wait: timedelta, random: Random) -> timedelta:
    """Return a little more or less, so that not everybody comes at once."""
    return wait * random.uniform(1 - JITTER, 1 + JITTER)


def rest(failures: int, random: Random) -> timedelta:
    """Return how long an endpoint that failed so many times in a row is left alone, whatever waits for it.

    >>> rest(1, Random(1)) < rest(4, Random(1)) <= rest(99, Random(1)) <= LONGEST_REST * (1 + JITTER)
    True
    """
    doubled: timedelta = REST * 2 ** min(failures - 1, 10)
    return jittered(min(doubled, LONGEST_REST), random)


def wished(retry_after: str, now: datetime) -> timedelta | None:
    """Return how long a `Retry-After` asks to wait, in seconds or as a date; None when it says nothing of use.

    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> wished("120", now), wished("Thu, 01 Jan 2026 00:01:00 GMT", now), wished("soon", now)
    (datetime.timedelta(seconds=120), datetime.timedelta(seconds=60), None)
    """
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WISH)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WISH)
