"""Pace: how much somebody may send, counted once for all processes of the site: a bucket that fills at a rate.

The bucket is a row of a table that no log is written for. A process takes a little more than it needs and gives that
out by itself for a moment, so that not every request asks the store. What it has not given out by then is lost, which
is a part of a second's worth and never a call too many.
"""

import math
import threading
import time
from dataclasses import dataclass

from django.db import connection

HELD_SECONDS = 1.0
"""How long a process may give out what it took."""
_LOCK = threading.Lock()
_HELD: dict[str, tuple[float, float, float]] = {}
"""By key: what this process may still give out, until when, and what was left in the store when it took that."""
NOTHING = (0.0, 0.0, 0.0)
_OPEN = """
INSERT INTO identify_pace (key, remaining, as_of) VALUES (%(key)s, %(most)s, clock_timestamp()) ON CONFLICT DO NOTHING
"""
_TAKE = """
WITH held AS (
    SELECT key, clock_timestamp() AS at, least(%(most)s::float8, remaining + %(rate)s::float8
        * greatest(extract(epoch FROM clock_timestamp() - as_of), 0)) AS there
    FROM identify_pace WHERE key = %(key)s FOR UPDATE
), taken AS (
    SELECT key, at, there, CASE WHEN there >= %(least)s::float8
        THEN %(need)s::float8 + least(%(ahead)s::float8, greatest(there - %(need)s::float8, 0)) ELSE 0 END AS took
    FROM held
)
UPDATE identify_pace AS pace SET remaining = there - took, as_of = at FROM taken WHERE pace.key = taken.key
RETURNING there, took
"""


@dataclass(frozen=True)
class Rate:
    """How fast a bucket fills a second, and how much it holds; how much must be in it for anybody to take of it.

    Where `least` is next to nothing, somebody may take more than there is, and the next waits until that is made up.
    """

    per_second: float
    most: float
    least: float
    ahead: float = 0.0
    """What a process takes beyond what it needs."""


@dataclass(frozen=True)
class Granted:
    """What came of asking: how long to wait in whole seconds, 0 when it was granted, and how much is left."""

    wait_seconds: int
    left: float


def take(key: str, need: float, rate: Rate) -> Granted:
    """Take what is needed from the bucket of a key, or say after how many seconds there is something in it again."""
    now = time.monotonic()
    with _LOCK:
        held, until, beside = _HELD.pop(key, NOTHING)
        held = held if until > now else 0.0
        if held >= need:
            _HELD[key] = (held - need, until, beside)
            return Granted(0, held - need + beside)
    there, took = taken(key, need - held, rate)
    spare, beside = (held, there) if took == 0 else (took - (need - held), there - took)
    if spare > 0:
        with _LOCK:
            also = _HELD.get(key, NOTHING)[0]
            _HELD[key] = (spare + also, now + HELD_SECONDS, beside)
    if took == 0:
        return Granted(max(1, math.ceil((min(rate.least, need - held) - there) / rate.per_second)), 0.0)
    return Granted(0, spare + beside)


def taken(key: str, need: float, rate: Rate) -> tuple[float, float]:
    """Take from the bucket in the store; return what was in it, and what was taken."""
    facts: dict[str, str | float] = {
        "key": key,
        "need": need,
        "rate": rate.per_second,
        "most": rate.most,
        "least": min(rate.least, need),
        "ahead": rate.ahead,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts)
        row = cursor.fetchone()
        if row is None:
            cursor.execute(_OPEN, facts)
            cursor.execute(_TAKE, facts)
            row = cursor.fetchone()
    return float(row[0]), float(row[1])


def forget() -> None:
    """Give out nothing more of what this process took."""
    with _LOCK:
        _HELD.clear()
