"""Pace: how many events a source may send in a second; each process of the site grants its share."""

import math
import threading
import time

from django.conf import settings

_LOCK = threading.Lock()
_LEFT: dict[int, tuple[float, float]] = {}
"""By source: how many events it may still send, and as of when."""


def wait_seconds(source_id: int, events: int, limit_per_second: int) -> int:
    """Take events off what a source may send; return how many whole seconds it has to wait instead, 0 for none.

    A batch may take what the next seconds will grant, so that a large one comes in too; then the next has to wait.
    """
    grant = max(limit_per_second / settings.SITE_PROCESSES, 0.001)
    now = time.monotonic()
    with _LOCK:
        left, before = _LEFT.get(source_id, (grant, now))
        left = min(grant, left + (now - before) * grant)
        if left <= 0:
            _LEFT[source_id] = (left, now)
            return max(1, math.ceil(-left / grant))
        _LEFT[source_id] = (left - events, now)
    return 0


def forget() -> None:
    """Begin anew."""
    with _LOCK:
        _LEFT.clear()
