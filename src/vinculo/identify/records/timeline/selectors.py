"""The timeline of the customers that are one, read a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.db import connection

from vinculo.identify.records.timeline import queries
from vinculo.identify.timeline import streams
from vinculo.identify.timeline.streams import Position
from vinculo.identify.timeline.visits import Happening, Visit, visits

EVENTS = 300
"""Events read at most for a page: what more there are come with the next."""
MANY = 10_000
"""Events counted at most."""
_LATEST = Position(datetime.max.replace(tzinfo=UTC), 2**63 - 1)


@dataclass(frozen=True)
class Entry:
    """One entry: its stream, its number there, and when it was, by the clock on the wall."""

    stream: str
    id: int
    at: datetime
    clock: datetime
    """Without a zone: the clock of where a sale took place, else that of the company."""
    position: Position
    """From where the stream is read on after it."""
    visit: Visit | None = None


@dataclass(frozen=True)
class Page:
    """Entries, the latest first, and where the next page begins; nowhere when this is the last."""

    entries: tuple[Entry, ...]
    after: str


def timeline(
    *, customer_ids: Sequence[int], wanted: Sequence[str], after: str = "", size: int = 20, zone: tzinfo
) -> Page:
    """Return a page of all that happened with the customers that are one, in the streams that are wanted.

    Raises
    ------
    InputError
        `after` is no place that a page gave.
    """
    stood = {stream: each for stream, each in streams.read(after).items() if stream in wanted}
    limits = {stream: EVENTS if stream == "event" else size + 1 for stream in wanted}
    heads: dict[str, list[Entry]] = {stream: [] for stream in wanted}
    happenings = []
    for stream, at, number, *event in rows(customer_ids, stood, limits, zone):
        if stream == "event":
            happenings.append(Happening(number, at, *event))
        else:
            heads[stream].append(Entry(stream, number, at, clock(stream, at, zone), Position(at, number)))
    stays = visits(happenings)
    waits = None
    if len(happenings) == EVENTS:
        # More events may belong to the last visit: it is left for the page that reads them all. One too long for that
        # is shown in parts.
        waits = clock("event", stays.pop().ends_at if len(stays) > 1 else stays[0].begins_at, zone)
    if stays:
        heads["event"] = [seen(visit, zone) for visit in stays]
    shown = merged(heads, size, waits)
    more = waits is not None or any(heads.values())
    stood |= {each.stream: each.position for each in shown}
    return Page(tuple(shown), streams.written(stood) if more and shown else "")


def present(*, customer_ids: Sequence[int], wanted: Sequence[str], zone: tzinfo) -> set[str]:
    """Return in which of some streams there is anything."""
    return {row[0] for row in rows(customer_ids, {}, dict.fromkeys(wanted, 1), zone)}


def event_count(*, customer_ids: Sequence[int]) -> int:
    """Return how many events the customers that are one have, `MANY` at most."""
    at, number = _LATEST
    given: dict[str, Any] = {"customers": list(customer_ids), "event_at": at, "event_id": number, "event_limit": MANY}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({queries.union(['event'])}) AS found", given)
        return int(cursor.fetchone()[0])


def rows(
    customer_ids: Sequence[int], stood: Mapping[str, Position], limits: Mapping[str, int], zone: tzinfo
) -> list[Any]:
    """Return the rows of streams, each in its order, from where its reader stands."""
    if not limits:
        return []
    given: dict[str, Any] = {"customers": list(customer_ids), "zone": str(zone)}
    for stream, limit in limits.items():
        at, number = stood.get(stream, _LATEST)
        given |= {f"{stream}_at": at, f"{stream}_id": number, f"{stream}_limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(queries.union(list(limits)), given)
        return list(cursor.fetchall())


def clock(stream: str, at: datetime, zone: tzinfo) -> datetime:
    """Return what the clock on the wall showed."""
    return at.astimezone(UTC if stream in streams.WALL_CLOCK else zone).replace(tzinfo=None)


def seen(visit: Visit, zone: tzinfo) -> Entry:
    """Return a visit as an entry; it is read on from the first of its events."""
    last, first = visit.events[0], visit.events[-1]
    place = Position(first.happened_at, first.event_id)
    return Entry("event", last.event_id, last.happened_at, clock("event", last.happened_at, zone), place, visit)


def merged(heads: Mapping[str, list[Entry]], size: int, waits: datetime | None) -> list[Entry]:
    """Take entries off the heads of their streams, the latest first; nothing that is older than a visit that waits."""
    found: list[Entry] = []
    while len(found) < size and (filled := [each for each in heads.values() if each]):
        first = max(filled, key=lambda each: (each[0].clock, each[0].stream))
        if waits is not None and not heads.get("event") and first[0].clock < waits:
            break
        found.append(first.pop(0))
    return found
