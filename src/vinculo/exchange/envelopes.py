"""Envelopes: an event as a webhook says it (Standard Webhooks) and as a feed does (CloudEvents 1.0)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SOURCE = "/vinculo"
"""What CloudEvents calls the context in which an event happened; relative to the site that tells it."""


@dataclass(frozen=True)
class Told:
    """What is told of an event: ids, never names or addresses of people."""

    uid: str
    kind: str
    subject: str
    recorded_at: datetime
    data: Mapping[str, Any]


def written(moment: datetime) -> str:
    """Write a moment as RFC 3339 does, in UTC.

    >>> written(datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))
    '2026-01-02T03:04:05.678Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def webhook(event: Told) -> bytes:
    """Return the body of a webhook, the same bytes however often it is sent.

    >>> event = Told("evt_1", "order.placed", "orders/7", datetime(2026, 1, 2, tzinfo=UTC), {"order_id": 7})
    >>> webhook(event)
    b'{"type":"order.placed","timestamp":"2026-01-02T00:00:00.000Z","data":{"order_id":7}}'
    """
    body = {"type": event.kind, "timestamp": written(event.recorded_at), "data": dict(event.data)}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def cloud_event(event: Told) -> dict[str, Any]:
    """Return an event in the JSON format of CloudEvents 1.0.

    >>> event = Told("evt_1", "order.placed", "orders/7", datetime(2026, 1, 2, tzinfo=UTC), {"order_id": 7})
    >>> cloud_event(event)["type"], cloud_event(event)["id"]
    ('vinculo.order.placed', 'evt_1')
    """
    return {
        "specversion": "1.0",
        "id": event.uid,
        "source": SOURCE,
        "type": f"vinculo.{event.kind}",
        "subject": event.subject,
        "time": written(event.recorded_at),
        "datacontenttype": "application/json",
        "data": dict(event.data),
    }
