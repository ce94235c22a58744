"""Aside: events of the store whose meaning is in doubt, put where people see them with the reason."""

from collections.abc import Sequence
from typing import Any

_PUT = """
INSERT INTO identify_quarantined (source_id, event, verb, shared, raw, reason, detail, received_at)
SELECT event.source_id, event.id, '', '', '', reason, detail, event.recorded_at
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS unclear (id, reason, detail)
JOIN identify_event AS event USING (id)
ON CONFLICT (event) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, replayed_at = NULL
"""


def put(cursor: Any, unclear: Sequence[tuple[int, str, str]]) -> None:
    """Set events aside, each with the code of a reason and, where need be, a word more; once each."""
    if not unclear:
        return
    once = {number: (reason, detail) for number, reason, detail in unclear}
    reasons = list(once.values())
    cursor.execute(_PUT, [list(once), [reason for reason, _ in reasons], [detail for _, detail in reasons]])


def clear(cursor: Any, events: Sequence[int], now: Any) -> None:
    """Note that events are understood after all."""
    cursor.execute(
        "UPDATE identify_quarantined SET replayed_at = %s WHERE event = ANY(%s) AND replayed_at IS NULL",
        [now, list(events)],
    )
