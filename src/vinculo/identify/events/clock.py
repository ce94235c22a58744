"""Clock: when an event happened, whatever the clock of the device that says so."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

WITHOUT_ZONE = "without_zone"
AHEAD = "ahead"
AHEAD_AT_MOST = timedelta(days=1)
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(NamedTuple):
    """When something happened, and what is to be said of it: a code, or nothing."""

    at: datetime
    remark: str = ""


class UnreadableTimeError(ValueError):
    """A time that no calendar knows."""


def happened(*, original: object, sent: object, received: datetime, zone: tzinfo) -> Moment:
    """Return when an event happened: received - (sent - original), so that a wrong clock cancels itself out.

    Without `sent`, the original time is taken as it is; without both, the event happened when it came in. A time
    without a zone is read in the zone of its source and said to be. One that lies ahead, which cannot be, gives way to
    the time of arrival.

    Raises
    ------
    UnreadableTimeError
        A time is given that cannot be read.

    Examples
    --------
    The device is five minutes fast:

    >>> received = datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC)
    >>> at = "2026-01-01T12:05:{}Z"
    >>> happened(original=at.format("00"), sent=at.format("05"), received=received, zone=UTC).at.time().isoformat()
    '12:00:05'
    """
    if original is None:
        return Moment(received)
    first, zoned = read(original, zone)
    try:
        if sent is None:
            at = first
        else:
            last, also = read(sent, zone)
            at, zoned = received - (last - first), zoned and also
    except OverflowError:
        raise UnreadableTimeError(str(original)) from None
    if at < OLDEST:
        raise UnreadableTimeError(str(original))
    if at > received + AHEAD_AT_MOST:
        return Moment(received, AHEAD)
    return Moment(at, "" if zoned else WITHOUT_ZONE)


def read(written: object, zone: tzinfo) -> tuple[datetime, bool]:
    """Return a written time, and whether it named its zone."""
    if not isinstance(written, str):
        raise UnreadableTimeError(repr(written))
    try:
        found = datetime.fromisoformat(written.strip())
        if found.tzinfo is not None:
            return found.astimezone(UTC), True
        return found.replace(tzinfo=zone).astimezone(UTC), False
    except (ValueError, OverflowError):
        raise UnreadableTimeError(written) from None
