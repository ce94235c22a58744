"""Receiving: the events of one request put into the store, each once for ever, in one statement."""

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import psycopg
from django.db import DataError, connection, transaction

from vinculo.identify.events import limits
from vinculo.identify.events.calls import MARK, Call, Parcel, Refused

_DELIVERY = "SELECT nextval(pg_get_serial_sequence('identify_delivery', 'id'))"
# In the order of their message ids, so that two requests with the same events wait for each other instead of for ever;
# of two alike in one request the first comes in.
_PUT = """
INSERT INTO identify_event (id, source_id, message_id, type, name, user_key, visitor_key, happened_at, recorded_at,
    remark, payload)
SELECT {number} * {places} + sent.place, %(source)s, message_id, type, name, user_key, visitor_key,
    happened_at::timestamptz, %(now)s, remark, {payload}
FROM {delivery} unnest(%(place)s::bigint[], {columns})
    AS sent (place, message_id, type, name, user_key, visitor_key, happened_at, remark, payload)
WHERE sent.place IS NOT NULL ORDER BY message_id COLLATE "C", sent.place
ON CONFLICT (source_id, message_id) DO NOTHING
"""
COLUMNS = ("message_id", "type", "name", "user_key", "visitor_key", "happened_at", "remark", "payload")
# One text a column: an array would have every quotation mark of every event escaped, which takes longer than all else.
_SPLIT = ", ".join(f"string_to_array(%({name})s, E'\\x1e')" for name in COLUMNS)
# What a batch says once holds for each of its events that does not say otherwise.
_SHARED = """%(shared)s::jsonb || payload::jsonb || jsonb_build_object('context',
    coalesce(%(shared)s::jsonb->'context', '{}') || CASE jsonb_typeof(payload::jsonb->'context')
        WHEN 'object' THEN payload::jsonb->'context' ELSE '{}' END)"""
_AT_ONCE = """
WITH delivery AS MATERIALIZED (SELECT nextval(pg_get_serial_sequence('identify_delivery', 'id')) AS id),
put AS ({put} RETURNING 1), counted AS (SELECT count(*) AS accepted FROM put)
INSERT INTO identify_delivery (id, source_id, received_at, client, accepted, duplicate, quarantined)
SELECT delivery.id, %(source)s, %(now)s, %(client)s, accepted, %(sent)s - accepted, 0 FROM delivery, counted
RETURNING accepted
"""
_COUNTED = """
INSERT INTO identify_delivery (id, source_id, received_at, client, accepted, duplicate, quarantined)
VALUES (%(id)s, %(source)s, %(now)s, %(client)s, %(accepted)s, %(duplicate)s, %(quarantined)s)
"""
_QUARANTINE = """
INSERT INTO identify_quarantined (source_id, verb, shared, raw, reason, detail, received_at)
SELECT %(source)s, %(verb)s, %(shared)s, raw, reason, '', %(now)s
FROM unnest(%(raw)s::bytea[], %(reason)s::text[]) AS refused (raw, reason)
ON CONFLICT (source_id, md5(raw)) WHERE event IS NULL DO NOTHING
"""


@dataclass(frozen=True)
class Received:
    """What became of the events of one request."""

    accepted: int
    duplicate: int
    quarantined: int


def events_receive(
    *,
    source_id: int,
    parcel: Parcel,
    read: Iterable[Call | Refused],
    client: str,
    now: datetime,
    keep: bool = True,
) -> Received:
    """Put the events of a request in; when it returns they are committed, unless the caller holds a transaction open.

    Nothing is looked up and nothing is understood here: that follows (`understanding`). An event the store cannot
    hold, such as one with a null character, goes to quarantine as it was written, like those that were refused; unless
    they are not to be kept, because they are there already.
    """
    calls: list[Call] = []
    refused: list[Refused] = []
    for each in read:
        if isinstance(each, Call):
            calls.append(each)
        else:
            refused.append(each)
    facts = {"source": source_id, "now": now, "client": client, "shared": parcel.shared}
    if not refused:
        try:
            accepted = at_once(calls, facts)
        except DataError:
            pass
        else:
            return Received(accepted, len(calls) - accepted, 0)
    return carefully(calls, refused, {**facts, "verb": parcel.only, "keep": keep})


def at_once(calls: Sequence[Call], facts: dict[str, Any]) -> int:
    """Put events in, in one statement and one journey; return how many were new.

    Arguments travel apart from the statement: quoting half a megabyte takes longer than reading it.
    """
    put = _PUT.format(
        number="delivery.id",
        delivery="delivery,",
        places=limits.EVENTS_A_DELIVERY,
        columns=_SPLIT,
        payload=_SHARED if facts["shared"] else "payload::jsonb",
    )
    values = {**facts, **columns(calls, range(len(calls))), "sent": len(calls)}
    held = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with connection.cursor() as cursor, connection.wrap_database_errors, held, raw(cursor) as plain:
        row = plain.execute(_AT_ONCE.format(put=put), values).fetchone()
    return int(row[0]) if row else 0


def carefully(calls: Sequence[Call], refused: Sequence[Refused], facts: dict[str, Any]) -> Received:
    """Put events in, those that the store cannot hold into quarantine."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DELIVERY)
        delivery = int(cursor.fetchone()[0])
        bad: list[Refused] = []
        accepted = put(cursor, list(enumerate(calls)), {**facts, "delivery": delivery}, bad)
        aside = [*refused, *bad]
        if aside and facts["keep"]:
            quarantine(cursor, aside, facts)
        found = Received(accepted, len(calls) - len(bad) - accepted, len(aside))
        cursor.execute(
            _COUNTED,
            {
                **facts,
                "id": delivery,
                "accepted": found.accepted,
                "duplicate": found.duplicate,
                "quarantined": found.quarantined,
            },
        )
    return found


def put(cursor: Any, calls: Sequence[tuple[int, Call]], facts: dict[str, Any], bad: list[Refused]) -> int:
    """Put events in, all or each half by itself, until those that cannot be held are found."""
    if not calls:
        return 0
    statement = _PUT.format(
        number="%(delivery)s",
        delivery="",
        places=limits.EVENTS_A_DELIVERY,
        columns=_SPLIT,
        payload=_SHARED if facts["shared"] else "payload::jsonb",
    )
    values = {**facts, **columns([call for _place, call in calls], [place for place, _call in calls])}
    try:
        with transaction.atomic():
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    except DataError:
        if len(calls) == 1:
            bad.append(Refused("characters", calls[0][1].payload))
            return 0
    half = len(calls) // 2
    return put(cursor, calls[:half], facts, bad) + put(cursor, calls[half:], facts, bad)


def quarantine(cursor: Any, aside: Sequence[Refused], facts: dict[str, Any]) -> None:
    """Keep what could not be taken, as it was written."""
    cursor.execute(
        _QUARANTINE,
        {
            **facts,
            "shared": facts["shared"].encode(),
            "raw": [each.raw.encode("utf-8", "surrogatepass") for each in aside],
            "reason": [each.reason for each in aside],
        },
    )


def columns(calls: Sequence[Call], places: Sequence[int]) -> dict[str, Any]:
    """Return the events column by column, each as one text; the mark after the last keeps a lone empty value."""
    told = {
        name: "".join(f"{getattr(call, name)}{MARK}" for call in calls) for name in COLUMNS if name != "happened_at"
    }
    moments = "".join(f"{call.happened_at.isoformat()}{MARK}" for call in calls)
    return {"place": list(places), **told, "happened_at": moments}


def raw(cursor: Any) -> psycopg.Cursor[Any]:
    """Return a cursor of the same connection that sends arguments apart from the statement."""
    return psycopg.Cursor(cast("psycopg.Connection[Any]", cursor.connection))


def shared_of(written: bytes) -> dict[str, Any]:
    """Return what a batch said once, as it was kept with an event in quarantine."""
    found: dict[str, Any] = json.loads(written) if written else {}
    return found
