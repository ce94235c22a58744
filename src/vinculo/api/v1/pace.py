"""Pace: how many calls a token may make in a minute; each process of the site grants its share."""

import math
import threading
import time

from django.conf import settings

from vinculo.api.v1.problems import TooManyError

_LOCK = threading.Lock()
_LEFT: dict[int, tuple[float, float]] = {}
"""By token: how many calls it may still make, and as of when."""


def take(token_id: int, per_minute: int) -> int:
    """Take a call off what a token may make; return how many are left at once.

    Raises
    ------
    TooManyError
        None is left: `seconds` says how long until there is one.
    """
    most = max(per_minute / settings.SITE_PROCESSES, 1.0)
    now = time.monotonic()
    with _LOCK:
        left, before = _LEFT.get(token_id, (most, now))
        left = min(most, left + (now - before) * most / 60)
        if left < 1:
            _LEFT[token_id] = (left, now)
            seconds = max(1, math.ceil((1 - left) * 60 / most))
            raise TooManyError(
                "This token may make {most} calls a minute: come again in {seconds} s.",
                most=per_minute,
                seconds=seconds,
            )
        _LEFT[token_id] = (left - 1, now)
    return int(left - 1)


def forget() -> None:
    """Begin anew."""
    with _LOCK:
        _LEFT.clear()
