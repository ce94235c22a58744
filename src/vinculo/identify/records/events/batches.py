"""Batches: the tables, seen by one transaction only, through which new events become what they mean."""

from collections.abc import Sequence
from typing import Any

from vinculo.identify.events import limits

Piece = tuple[int, int]
"""Numbers of events, from the first to the last."""

# A batch looks few rows up in tables of any size, by their indexes, also before the statistics of these are known.
_BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1; SET LOCAL jit = off"
# Made once for a connection and emptied by each transaction.
_TABLES = (
    """
    CREATE TEMP TABLE IF NOT EXISTS event_new (
        id bigint, source_id bigint, message_id text COLLATE "C", type text, name text, user_key text COLLATE "C",
        visitor_key text COLLATE "C", happened_at timestamptz
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_party (
        source_id bigint, kind text, key text COLLATE "C"
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_order (source_id bigint, number text COLLATE "C") ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_viewed (
        event bigint, source_id bigint, code text COLLATE "C", happened_at timestamptz
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_moved (source_id bigint, visitor_key text COLLATE "C") ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_account (
        source_id bigint, account_key text COLLATE "C", user_key text COLLATE "C"
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_said (
        source_id bigint, kind text, source_key text COLLATE "C", place bigint, clean jsonb
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_sale (
        source_id bigint, number text COLLATE "C", user_key text COLLATE "C", happened_at timestamptz, currency text,
        order_id bigint, customer_id bigint
    ) ON COMMIT DELETE ROWS
    """,
    """
    CREATE TEMP TABLE IF NOT EXISTS event_line (
        source_id bigint, number text COLLATE "C", line_key text COLLATE "C", code text COLLATE "C", description text,
        line_kind text, quantity numeric(18, 4), gross_minor bigint, discount_minor bigint, net_minor bigint,
        tax_minor bigint, happened_at timestamptz, returns_key text COLLATE "C", place bigint,
        order_id bigint, customer_id bigint, product_id bigint
    ) ON COMMIT DELETE ROWS
    """,
)
_FILL = """
INSERT INTO event_new
SELECT event.id, source_id, message_id, type, name, user_key, visitor_key, happened_at
FROM unnest(%s::bigint[], %s::bigint[]) AS piece (first, last)
JOIN identify_event AS event ON event.id BETWEEN piece.first AND piece.last
"""
_TAKEN = """
WITH waiting AS (
    SELECT id, accepted, sum(accepted) OVER (ORDER BY id) AS upto
    FROM (SELECT id, accepted FROM identify_delivery ORDER BY id LIMIT %(most)s) AS first
), gone AS (
    DELETE FROM identify_delivery USING waiting
    WHERE identify_delivery.id = waiting.id AND upto - waiting.accepted < %(most)s
    RETURNING identify_delivery.*
), counted AS (
    INSERT INTO identify_traffic (source_id, day, client, requests, accepted, duplicate, quarantined, last_at)
    SELECT source_id, (received_at AT TIME ZONE 'UTC')::date, client, count(*), sum(accepted), sum(duplicate),
        sum(quarantined), max(received_at)
    FROM gone GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (source_id, day, client) DO UPDATE SET
        requests = identify_traffic.requests + excluded.requests,
        accepted = identify_traffic.accepted + excluded.accepted,
        duplicate = identify_traffic.duplicate + excluded.duplicate,
        quarantined = identify_traffic.quarantined + excluded.quarantined,
        last_at = greatest(identify_traffic.last_at, excluded.last_at)
)
SELECT id, accepted FROM gone ORDER BY id
"""


def prepare(cursor: Any) -> None:
    """Make the tables."""
    cursor.execute(_BY_INDEX)
    for statement in _TABLES:
        cursor.execute(statement)


def taken(cursor: Any, most: int) -> list[Piece]:
    """Take deliveries of about so many events off the queue and count them as traffic; return their events."""
    cursor.execute(_TAKEN, {"most": most})
    places = limits.EVENTS_A_DELIVERY
    return [(number * places, number * places + places - 1) for number, accepted in cursor.fetchall() if accepted]


def fill(cursor: Any, pieces: Sequence[Piece]) -> int:
    """Fill `event_new` with the events of some pieces; return how many there are."""
    cursor.execute("TRUNCATE event_new")
    cursor.execute(_FILL, [[first for first, _last in pieces], [last for _first, last in pieces]])
    count = int(cursor.rowcount)
    cursor.execute("ANALYZE event_new")
    return count
