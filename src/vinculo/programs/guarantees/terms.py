"""Terms: when a promise is due, and how it stands.

A promise that is kept at the very moment it is due is kept. How it stands follows from what is known of it, in whatever
order the news came.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from vinculo.programs.guarantees import hours as service
from vinculo.programs.guarantees.hours import Hours

EARLY, OPEN, KEPT, BROKEN, EXCLUDED = "early", "open", "kept", "broken", "excluded"


@dataclass(frozen=True)
class Terms:
    """In what time: so many minutes, hours or days, or on the day that was promised."""

    measure: str
    amount: int = 0


def due_at(terms: Terms, hours: Hours, started_at: datetime, promised_on: date | None = None) -> datetime:
    """Return when a promise is due: within so much working time, by the end of so many working days, or of a day.

    >>> from datetime import UTC
    >>> friday = datetime(2026, 11, 27, 17, tzinfo=UTC)
    >>> due_at(Terms("days", 5), Hours("UTC"), friday).isoformat()
    '2026-12-03T00:00:00+00:00'
    """
    if terms.measure == "minutes":
        return service.add(hours, started_at, timedelta(minutes=terms.amount))
    if terms.measure == "hours":
        return service.add(hours, started_at, timedelta(hours=terms.amount))
    if terms.measure == "days":
        return service.end_of_day(hours, started_at, terms.amount)
    if promised_on is None:
        return service.end_of_day(hours, started_at, 0)
    return service.moment(promised_on, time.max, hours.zone)


@dataclass(frozen=True)
class Known:
    """What is known of a promise."""

    started_at: datetime | None = None
    due_at: datetime | None = None
    kept_at: datetime | None = None
    excluded: bool = False


def standing(known: Known, *, now: datetime, late_news: timedelta = timedelta()) -> str:
    """Return how a promise stands.

    It is not called broken before late news could have come; then at once, without anybody asking for it.
    """
    if known.due_at is None:
        return EARLY
    if known.excluded:
        return EXCLUDED
    if known.kept_at is not None:
        return KEPT if known.kept_at <= known.due_at else BROKEN
    return BROKEN if now > known.due_at + late_news else OPEN
