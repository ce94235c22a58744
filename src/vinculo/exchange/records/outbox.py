"""Outbox: events written with their facts, put in one order once these are committed, and read in that order.

Numbers of rows are given before a transaction commits: a reader who has seen number 8 may find 7 later. So events get a
position afterwards, under a lock, from whoever comes first: the job that sends, or a reader of the feed.
"""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.exchange import kinds
from vinculo.exchange.envelopes import Told
from vinculo.exchange.records.models import Endpoint, Event
from vinculo.foundation import actor

LOCK = 1_702_389_611
"""Names our advisory locks among all others of the database; the second number says which."""
PLACING, SENDING = 0, 1
QUEUE = "exchange"

_PLACE = """
WITH placed AS (
    UPDATE exchange_event AS event SET position = numbered.position FROM (
        SELECT id, coalesce((SELECT max(position) FROM exchange_event), 0) + row_number() OVER (ORDER BY id) AS position
        FROM exchange_event WHERE position IS NULL
    ) AS numbered WHERE event.id = numbered.id
    RETURNING event.id, event.kind, event.recorded_at, event.position
)
INSERT INTO exchange_delivery (event_id, endpoint_id, state, due_at, tries, answers)
SELECT placed.id, endpoint.id, 'waiting', placed.recorded_at, 0, '[]' FROM placed
JOIN exchange_endpoint AS endpoint ON endpoint.disabled_at IS NULL AND endpoint.active_from <= placed.recorded_at
    AND (endpoint.kinds = '[]' OR endpoint.kinds ? placed.kind)
WHERE placed.kind <> %s ORDER BY placed.position, endpoint.id
ON CONFLICT (event_id, endpoint_id) DO NOTHING
"""


def event_write(kind: str, *, subject: str, data: Mapping[str, Any]) -> Event:
    """Write an event in the transaction of its fact; somebody is told of it once that is committed."""
    event = Event.objects.create(uid=uid_new(), kind=kind, subject=subject, data=dict(data), by=actor.current().name)
    wake_later()
    return event


def wake_later() -> None:
    """Have whoever listens told once what was written is committed; until then it would tell of nothing.

    The fact stands whatever becomes of this: the courier comes round every minute anyway.
    """
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Have a worker tell whoever listens, unless one has been asked to already."""
    if anybody_listens():
        with suppress(AlreadyEnqueued):
            app.configure_task("exchange.work_off", queue=QUEUE, queueing_lock="exchange.work_off").defer()


def uid_new() -> str:
    """Return a new name of an event, by which receivers know it again."""
    return f"evt_{uuid.uuid4().hex}"


def events_place() -> None:
    """Give the events that are committed their positions, and make a delivery for every endpoint that wants one."""
    if not Event.objects.filter(position=None).exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, PLACING])
        cursor.execute(_PLACE, [kinds.TEST])


def event_list(*, after: int = 0, wanted: Sequence[str] = ()) -> QuerySet[Event]:
    """Return the events after a position, in the order in which they were committed."""
    events_place()
    found = Event.objects.filter(position__gt=after).exclude(kind=kinds.TEST).order_by("position")
    return found.filter(kind__in=list(wanted)) if wanted else found


def told(event: Event) -> Told:
    """Return what is told of an event."""
    return Told(event.uid, event.kind, event.subject, event.recorded_at, event.data)


def anybody_listens() -> bool:
    """Tell whether there is an endpoint to tell."""
    return Endpoint.objects.filter(disabled_at=None).exists()
