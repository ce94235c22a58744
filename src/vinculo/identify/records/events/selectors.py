"""What can be read of events: of a source, for whoever connects it, and of a customer, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from vinculo.identify.records.models import Event, Quarantined, Refusal, Sender, WriteKey

SHOWN = 20


@dataclass(frozen=True)
class ClientSeen:
    """What one client of a source has sent so far."""

    client: str
    requests: int
    accepted: int
    duplicate: int
    quarantined: int
    last_at: datetime


_CLIENTS = """
SELECT client, sum(requests)::bigint, sum(accepted)::bigint, sum(duplicate)::bigint, sum(quarantined)::bigint,
    max(last_at)
FROM (
    SELECT client, requests, accepted, duplicate, quarantined, last_at FROM identify_traffic
    WHERE source_id = %(source)s
    UNION ALL SELECT client, 1, accepted, duplicate, quarantined, received_at FROM identify_delivery
    WHERE source_id = %(source)s
) AS sent GROUP BY client ORDER BY max(last_at) DESC
"""
# An event of a mere visitor is of the user he was last said to be by then, or of the first he is ever said to be.
SPANS = """visited AS MATERIALIZED (
    SELECT DISTINCT keys.source_id, link.from_key FROM keys CROSS JOIN LATERAL (
        SELECT from_key FROM identify_eventlink AS link
        WHERE link.source_id = keys.source_id AND link.to_key = keys.key AND link.kind IN ('visitor', 'alias') OFFSET 0
    ) AS link
), spans AS MATERIALIZED (
    SELECT visited.source_id, visited.from_key, link.to_key, link.since, link.until
    FROM visited CROSS JOIN LATERAL (
        SELECT to_key, CASE WHEN row_number() OVER whose = 1 THEN '-infinity' ELSE first_at END AS since,
            coalesce(lead(first_at) OVER whose, 'infinity') AS until
        FROM identify_eventlink AS link WHERE link.source_id = visited.source_id AND link.from_key = visited.from_key
            AND link.kind IN ('visitor', 'alias')
        WINDOW whose AS (ORDER BY first_at, to_key)
    ) AS link
)"""
"""Common table expressions after `keys` (source, key): from when until when a visitor is which of them."""


def sender_list() -> QuerySet[Sender]:
    """Return the sources that send events, by name."""
    return Sender.objects.select_related("source").order_by("source__name", "id")


def sender_get(*, source_id: int) -> Sender:
    """Return a source that sends events; raise `Sender.DoesNotExist` when there is none."""
    return Sender.objects.select_related("source").get(source_id=source_id)


def write_key_list(*, source_id: int) -> QuerySet[WriteKey]:
    """Return the keys of a source, the latest first."""
    return WriteKey.objects.filter(source_id=source_id).order_by("-id")


def clients_seen(*, source_id: int) -> list[ClientSeen]:
    """Return the clients of a source and what each has sent, who sent last first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, {"source": source_id})
        return [ClientSeen(*row) for row in cursor.fetchall()]


def event_list(*, source_id: int) -> QuerySet[Event]:
    """Return the latest events of a source."""
    return Event.objects.filter(source_id=source_id).order_by("-id")[:SHOWN]


def quarantine_list(*, source_id: int) -> QuerySet[Quarantined]:
    """Return the latest events of a source that are in quarantine."""
    return Quarantined.objects.filter(source_id=source_id, replayed_at=None).order_by("-id")[:SHOWN]


def quarantine_reasons(*, source_id: int) -> list[tuple[str, int]]:
    """Return how many events of a source are in quarantine, by the code of the reason."""
    waiting = Quarantined.objects.filter(source_id=source_id, replayed_at=None).values("reason")
    return list(waiting.annotate(events=Count("pk")).order_by("-events").values_list("reason", "events"))


def events_quarantined(*, events: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what some events of the store say, by their numbers."""
    return dict(Event.objects.filter(pk__in=list(events)).values_list("pk", "payload"))


def refusal_list(*, source_id: int | None) -> QuerySet[Refusal]:
    """Return the latest days on which somebody came with a revoked key of a source, or with one nobody knows."""
    whose = Q(source=None) if source_id is None else Q(source_id=source_id)
    return Refusal.objects.filter(whose).order_by("-day")[:7]
