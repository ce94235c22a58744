"""Cut-offs: which postings a period holds, by two clocks (when it happened, when it was recorded).

A posting belongs to the period in which it happened, unless that period was closed before the posting was written:
then it belongs to the next period that was still open, and keeps the day on which it happened. So every set of books
is named by two figures: the moment before which a posting must have happened, and the last posting that was known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cutoff:
    """The books before a moment: postings that happened before `until` and are numbered up to `last_posting`.

    `last_posting` is None while no period closed that holds the moment: then all are known that are written.
    """

    until: datetime
    last_posting: int | None = None

    def holds(self, happened_at: datetime, posting: int) -> bool:
        """Tell whether a posting is in these books."""
        return happened_at < self.until and (self.last_posting is None or posting <= self.last_posting)


def at(until: datetime, closes: Sequence[Cutoff]) -> Cutoff:
    """Return the books before a moment, given the closed periods in their order.

    The books of an earlier moment are part of those of a later one, whatever was closed in between.

    >>> from datetime import UTC
    >>> march, april, may = (datetime(2025, month, 1, tzinfo=UTC) for month in (3, 4, 5))
    >>> closes = [Cutoff(march, 70), Cutoff(april, 90)]
    >>> [at(day, closes).last_posting for day in (march, april, may)]
    [70, 90, None]
    """
    return next((Cutoff(until, close.last_posting) for close in closes if close.until >= until), Cutoff(until))
