"""Visits: events that follow each other closely, seen as one stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP = timedelta(minutes=30)
"""Of so long a silence, the next event begins another visit (the convention of web analytics)."""


@dataclass(frozen=True)
class Happening:
    """One event: its number, when, of what type, its name, and the source that sent it."""

    event_id: int
    happened_at: datetime
    type: str = ""
    name: str = ""
    source_id: int = 0


@dataclass(frozen=True)
class Visit:
    """Events of one stay, the latest first."""

    events: tuple[Happening, ...]

    @property
    def ends_at(self) -> datetime:
        """Return when the last of them happened."""
        return self.events[0].happened_at

    @property
    def begins_at(self) -> datetime:
        """Return when the first of them happened."""
        return self.events[-1].happened_at

    @property
    def minutes(self) -> int:
        """Return how long it took."""
        return round((self.ends_at - self.begins_at).total_seconds() / 60)


def visits(events: Iterable[Happening]) -> list[Visit]:
    """Return events, the latest first, as visits, the latest first.

    >>> from datetime import UTC
    >>> at = lambda minute: datetime(2026, 5, 1, 10 + minute // 60, minute % 60, tzinfo=UTC)
    >>> [visit.minutes for visit in visits(Happening(n, at(n)) for n in (95, 80, 45, 10, 0))]
    [15, 0, 10]
    """
    found: list[list[Happening]] = []
    for each in events:
        if found and found[-1][-1].happened_at - each.happened_at <= GAP:
            found[-1].append(each)
        else:
            found.append([each])
    return [Visit(tuple(each)) for each in found]
