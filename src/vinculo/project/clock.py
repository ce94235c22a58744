"""Clock: the platform may stand at another day than the calendar, as the demonstration does, whose shop sold long ago.

Points expire, levels end and windows of returns close by the clock. Where the orders are of a year long past, a
programme over them would be over before anybody saw it. So the home of a demonstration says by how much its clock is
back, and all its processes follow: the last order was yesterday, and time goes on from there.
"""

import json
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from vinculo.project import home

FILE = "clock.json"


def back() -> timedelta:
    """Return by how much the clock of this home is back; nothing but in a demonstration."""
    try:
        kept = json.loads((home.path() / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return timedelta()
    return timedelta(days=kept["days_back"])


def keep(days: int) -> None:
    """Set the clock of this home back, once and for all, and follow it."""
    home.keep_once(home.folder() / FILE, json.dumps({"days_back": days}))
    follow()


def follow() -> None:
    """Let this process go by the clock of its home."""
    by = back()
    if by:
        timezone.now = lambda: datetime.now(UTC) - by
