"""Pace: how many events a source may send in a second, whichever process of the site they come to."""

from vinculo.identify.records.senders import pace
from vinculo.identify.records.senders.pace import Rate

AHEAD_SECONDS = 0.1
"""What a process takes ahead: of so long."""
NEXT_TO_NOTHING = 1e-6


def wait_seconds(source_id: int, events: int, limit_per_second: int) -> int:
    """Take events off what a source may send; return how many whole seconds it has to wait instead, 0 for none.

    A batch may take what the next seconds will grant, so that a large one comes in too; then the next has to wait.
    """
    rate = Rate(limit_per_second, limit_per_second, NEXT_TO_NOTHING, ahead=limit_per_second * AHEAD_SECONDS)
    return pace.take(f"source:{source_id}", events, rate).wait_seconds
