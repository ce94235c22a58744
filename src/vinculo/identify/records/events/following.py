"""Following: customers and products brought in line with what events say of them, through source records.

What is news of a trait becomes a source record, and the customer follows from its records as from those of a file
(decision 0008): a person's correction stays until events say something new, and an import undone takes nothing of it.
"""

from datetime import datetime
from types import ModuleType
from typing import Any

from vinculo.identify.events.traits import ACCOUNT
from vinculo.identify.records.models import Import
from vinculo.identify.records.parties import arrivals, customers, products
from vinculo.identify.records.parties.arrivals import Arrival

KINDS: dict[str, ModuleType] = {"customers": customers, "products": products}
_NEWS = """
INSERT INTO event_said
SELECT source_id, kind, key, row_number() OVER (ORDER BY source_id, kind, key),
    CASE WHEN known OR kind = 'products' THEN '{}'
        WHEN starts_with(key, %(account)s) THEN jsonb_build_object('kind', 'organisation', 'standing', 'prospect',
            'name', substr(key, length(%(account)s) + 1))
        ELSE '{"kind": "person", "standing": "prospect"}' END || coalesce(news, '{}')
FROM (SELECT DISTINCT source_id, kind, key FROM event_party) AS party
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(part.key, part.value) AS news
    FROM identify_trait AS trait CROSS JOIN LATERAL jsonb_each(trait.value) AS part
    WHERE trait.source_id = party.source_id AND trait.kind = party.kind AND trait.key = party.key
        AND trait.value IS DISTINCT FROM trait.said
) AS differing
CROSS JOIN LATERAL (
    SELECT CASE party.kind
        WHEN 'products' THEN EXISTS (SELECT FROM identify_product AS product
            WHERE product.source_id = party.source_id AND product.code = party.key)
        ELSE EXISTS (SELECT FROM identify_identifier AS identifier WHERE identifier.kind = 'source_key'
            AND identifier.source_id = party.source_id AND identifier.value = party.key COLLATE "default") END AS known
) AS there
WHERE news IS NOT NULL OR NOT known
"""
_TOLD = """
UPDATE identify_trait AS trait SET said = trait.value FROM event_said
WHERE trait.source_id = event_said.source_id AND trait.kind = event_said.kind AND trait.key = event_said.source_key
    AND trait.value IS DISTINCT FROM trait.said
"""
_ARRIVED = """
CREATE TEMP TABLE party_arrived ON COMMIT DROP AS
SELECT place AS row_number, source_key, jsonb_build_object('clean', clean, 'events', TRUE) AS payload
FROM event_said WHERE source_id = %(source)s AND kind = %(kind)s
"""
_RECORDS = """
INSERT INTO identify_sourcerecord (source_id, kind, source_key, version, payload, recorded_at)
SELECT %(source)s, %(kind)s, source_key, 1 + coalesce((
    SELECT max(version) FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s
        AND record.kind = %(kind)s AND record.source_key = arrived.source_key), 0), payload, %(now)s
FROM party_arrived AS arrived ORDER BY row_number
"""


def follow(cursor: Any, now: datetime) -> list[int]:
    """Bring everybody and everything in `event_party` in line; return the customers that changed."""
    cursor.execute("ANALYZE event_party")
    cursor.execute("TRUNCATE event_said")
    cursor.execute(_NEWS, {"account": ACCOUNT})
    if not cursor.rowcount:
        return []
    cursor.execute("ANALYZE event_said")
    cursor.execute(_TOLD)
    cursor.execute("SELECT DISTINCT source_id, kind FROM event_said ORDER BY 1, 2")
    changed: list[int] = []
    for source_id, kind in cursor.fetchall():
        put(cursor, Arrival(None, source_id, kind, now), KINDS[kind])
        if kind == "customers":
            cursor.execute("SELECT customer_id FROM party_owned")
            changed += [customer for (customer,) in cursor.fetchall()]
    arrivals.clear(cursor)
    return changed


def put(cursor: Any, arrival: Arrival, kind: ModuleType) -> None:
    """Write what is said in one source of customers or of products as records, and bring these in line."""
    arrivals.clear(cursor)
    cursor.execute(_ARRIVED, arrival.facts)
    arrivals.touch(cursor, "SELECT source_key FROM party_arrived", arrival)
    cursor.execute("ANALYZE party_arrived")
    kind.own(cursor, arrival)
    # What an import of orders said of them is no record yet.
    if Import.objects.filter(source_id=arrival.source_id).exists():
        kind.keep_by_hand(cursor, arrival)
    cursor.execute(_RECORDS, arrival.facts)
    kind.follow(cursor, arrival)
