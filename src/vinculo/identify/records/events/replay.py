"""Replay: what is in quarantine tried again after a fix, and all that events add up to worked out from nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction

from vinculo.foundation import actor
from vinculo.identify.events import calls
from vinculo.identify.events.calls import Parcel
from vinculo.identify.records.events import batches, differences, receiving, traces, understanding
from vinculo.identify.records.events.differences import Difference
from vinculo.identify.records.imports import watch
from vinculo.identify.records.models import Import, Quarantined, Sender

AT_ONCE = 1_000
RANGE = understanding.AT_ONCE
# What events say that a rule of retention has removed cannot be said again: it stays.
# What was said stays until a replayed event says it again, so that only what differs in the end is news.
_FORGET = (
    "INSERT INTO event_order SELECT DISTINCT source_id, number FROM identify_saleevent WHERE source_id = %(source)s",
    """
    INSERT INTO event_account SELECT source_id, account_key, user_key FROM identify_accountrole
    WHERE source_id = %(source)s
    """,
    """
    UPDATE identify_visitor SET first_at = 'infinity' WHERE source_id = %(source)s
        AND first_at >= coalesce((SELECT kept_from FROM identify_sender WHERE source_id = %(source)s), '-infinity')
    """,
    """
    UPDATE identify_eventlink AS link SET first_at = 'infinity' WHERE source_id = %(source)s
        AND EXISTS (SELECT FROM identify_event AS event WHERE event.id = link.event)
    """,
    "DELETE FROM identify_saleevent WHERE source_id = %(source)s",
    "DELETE FROM identify_accountevent WHERE source_id = %(source)s",
    """
    DELETE FROM identify_productview AS view USING identify_event AS event
    WHERE event.id = view.event AND event.source_id = %(source)s
    """,
    """
    UPDATE identify_trait AS trait SET happened_at = '-infinity', message_id = ''
    WHERE source_id = %(source)s AND name <> 'standing' AND EXISTS (
        SELECT FROM identify_event AS event
        WHERE event.source_id = trait.source_id AND event.message_id = trait.message_id)
    """,
    """
    UPDATE identify_quarantined SET replayed_at = %(now)s
    WHERE source_id = %(source)s AND event IS NOT NULL AND replayed_at IS NULL
    """,
)
_UNSAID = (
    "DELETE FROM identify_visitor WHERE source_id = %(source)s AND first_at = 'infinity'",
    "DELETE FROM identify_eventlink WHERE source_id = %(source)s AND first_at = 'infinity'",
    """
    DELETE FROM identify_trait WHERE source_id = %(source)s AND happened_at = '-infinity' AND message_id = ''
        AND name <> 'standing'
    """,
)
_MISSING = """
INSERT INTO event_order SELECT DISTINCT source_id, number FROM identify_saleevent AS sale WHERE source_id = %s
    AND NOT EXISTS (SELECT FROM identify_order AS placed
        WHERE placed.source_id = sale.source_id AND placed.number = sale.number)
"""
_RANGES = """
SELECT min(id), max(id) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM identify_event WHERE source_id = %s
) AS numbered GROUP BY part ORDER BY part
"""


Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Rederived:
    """How many events were read again, and by what the result differs from what was there."""

    events: int
    differences: dict[str, Difference]


def silent(_words: str, _share: float) -> None:
    """Tell nobody how far it is."""


def quarantine_replay(*, source_id: int, now: datetime) -> dict[str, int]:
    """Try everything again that is in quarantine of a source; return how much was tried, and how much is there still.

    What was never taken in comes in with the moment at which it was received; what was, is understood anew.
    """
    tried, last = 0, 0
    while True:
        rows = list(
            Quarantined.objects.filter(source_id=source_id, replayed_at=None, pk__gt=last).order_by("pk")[:AT_ONCE]
        )
        if not rows:
            break
        last = rows[-1].pk
        tried += len(rows)
        with transaction.atomic():
            Quarantined.objects.filter(pk__in=[row.pk for row in rows]).update(replayed_at=now)
            for row in rows:
                if row.event is None:
                    receive_again(row)
            understand_again([row.event for row in rows if row.event is not None], now)
    return {"tried": tried, "left": Quarantined.objects.filter(source_id=source_id, replayed_at=None).count()}


def receive_again(row: Quarantined) -> None:
    """Take an event in that could not be taken before; one that cannot be yet stays where it is."""
    sender = Sender.objects.get(source_id=row.source_id)
    shared = receiving.shared_of(bytes(row.shared))
    raw = bytes(row.raw).decode("utf-8", "surrogatepass")
    parcel = Parcel([raw], only=row.verb, shared=msgspec.json.encode(shared).decode() if shared else "")
    (read,) = calls.read(parcel, received=row.received_at, zone=ZoneInfo(sender.time_zone))
    found = receiving.events_receive(
        source_id=row.source_id, parcel=parcel, read=[read], client="", now=row.received_at, keep=False
    )
    if found.quarantined:
        Quarantined.objects.filter(pk=row.pk).update(replayed_at=None)


def understand_again(events: Sequence[int], now: datetime) -> None:
    """Understand events of the store anew; those that are not clear yet are set aside again."""
    if not events:
        return
    with actor.acting(understanding.ACTOR, import_id=0), transaction.atomic(), connection.cursor() as cursor:
        watch.alone_writing(cursor)
        batches.prepare(cursor)
        understanding.by_halves(cursor, [(number, number) for number in events], now)


def events_rederive(*, source_id: int, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Rederived:
    """Work out from nothing what all events of a source add up to; return how many events there are, and what differs.

    Customers, products and orders keep their numbers. Where the result is what it was, no record is written; so a
    second time nothing differs. A dry run takes all of it back once the differences are counted.
    """
    facts: dict[str, int | datetime] = {"source": source_id, "now": now}
    count = 0
    with actor.acting(understanding.ACTOR, import_id=0), transaction.atomic(), connection.cursor() as cursor:
        watch.alone_writing(cursor)
        batches.prepare(cursor)
        differences.remember(cursor, source_id)
        for statement in _FORGET:
            cursor.execute(statement, facts)
        pieces = list(ranges(cursor, source_id))
        for number, piece in enumerate(pieces):
            progress("Reading events again", 0.8 * number / len(pieces))
            count += batches.fill(cursor, [piece])
            cursor.execute("DELETE FROM event_new WHERE source_id <> %s", [source_id])
            traces.gather(cursor)
        progress("Adding up", 0.8)
        for statement in _UNSAID:
            cursor.execute(statement, facts)
        understanding.settle(cursor, now)
        progress("Comparing", 0.95)
        found = Rederived(count, differences.counted(cursor, source_id))
        if dry_run:
            transaction.set_rollback(True)
    return found


def orders_again(*, import_id: int, now: datetime) -> None:
    """Put in what events say of orders that an import had brought first and has taken away with its undo."""
    imported = Import.objects.get(pk=import_id)
    if imported.kind != Import.Kind.ORDERS:
        return
    with actor.acting(understanding.ACTOR, import_id=0), connection.cursor() as cursor:
        batches.prepare(cursor)
        cursor.execute(_MISSING, [imported.source_id])
        if cursor.rowcount:
            understanding.settle(cursor, now)


def ranges(cursor: Any, source_id: int) -> Iterator[batches.Piece]:
    """Return the numbers of the events of a source, some thousands at a time."""
    cursor.execute(_RANGES, [RANGE, source_id])
    yield from cursor.fetchall()
