"""Traces: what new events leave behind: visitors, links between keys, traits, and which orders they speak of.

Each is the same whatever order events come in: the first time something was seen, or the latest that was said of it.
Customers, products and orders follow from them (`following`, `orders`).
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from vinculo.identify.events import sales, traits
from vinculo.identify.events.traits import ACCOUNT, Said
from vinculo.identify.records.events import aside
from vinculo.identify.records.relations import posts

BLANK = "E' \\t\\r\\n'"
"""What stands around a key by mistake."""
_VISITORS = """
INSERT INTO identify_visitor (source_id, key, first_at)
SELECT source_id, visitor_key, min(happened_at) FROM event_new WHERE visitor_key <> ''
GROUP BY source_id, visitor_key ORDER BY source_id, visitor_key
ON CONFLICT (source_id, key) DO UPDATE SET first_at = excluded.first_at
    WHERE excluded.first_at < identify_visitor.first_at
"""
# The earliest event that says it; a trait of the link, not of the order in which events come in.
_LINKS = """
WITH made AS (
    INSERT INTO identify_eventlink (source_id, kind, from_key, to_key, first_at, event, announced)
    SELECT DISTINCT ON (source_id, kind, from_key, to_key) source_id, kind, from_key, to_key, happened_at, id, FALSE
    FROM ({said}) AS said WHERE from_key <> '' AND to_key <> '' AND from_key <> to_key
    ORDER BY source_id, kind, from_key, to_key, happened_at, message_id
    ON CONFLICT (source_id, from_key, kind, to_key) DO UPDATE SET first_at = excluded.first_at, event = excluded.event
        WHERE excluded.first_at < identify_eventlink.first_at
    RETURNING source_id, kind, from_key
)
INSERT INTO event_moved SELECT DISTINCT source_id, from_key FROM made WHERE kind <> 'account'
"""
_SAID = (
    """
    SELECT source_id, 'visitor' AS kind, visitor_key AS from_key, user_key AS to_key, happened_at, message_id, id
    FROM event_new WHERE visitor_key <> '' AND user_key <> ''
    """,
    """
    SELECT event_new.source_id, event_new.type AS kind, CASE event_new.type
            WHEN 'alias' THEN btrim(payload->>'previousId', {blank}) ELSE event_new.user_key END AS from_key,
        CASE event_new.type WHEN 'alias' THEN event_new.user_key
            ELSE %(account)s || btrim(payload->>'groupId', {blank}) END AS to_key,
        event_new.happened_at, event_new.message_id, id
    FROM (SELECT id, CASE type WHEN 'group' THEN 'account' ELSE type END AS type, source_id, user_key, happened_at,
        message_id FROM event_new WHERE type IN ('alias', 'group')) AS event_new
    JOIN identify_event AS event USING (id)
    """,
)
_USERS = """
INSERT INTO event_party
SELECT DISTINCT source_id, 'customers', user_key FROM event_new AS event
WHERE user_key <> '' AND NOT EXISTS (
    SELECT FROM identify_identifier AS known WHERE known.source_id = event.source_id
        AND known.value = event.user_key COLLATE "default" AND known.kind = 'source_key'
)
"""
_SPOKEN = """
SELECT event_new.id, event_new.source_id, event_new.type, event_new.user_key, payload->>'groupId',
    event_new.happened_at, event_new.message_id, (payload->'traits')::text, (payload#>'{context,traits}')::text,
    payload#>>'{context,locale}'
FROM event_new JOIN identify_event USING (id)
WHERE event_new.type = 'group' OR (event_new.type = 'identify' AND event_new.user_key <> '')
"""
_TRAITS = """
INSERT INTO identify_trait (source_id, kind, key, name, value, happened_at, message_id)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[], %s::text[])
    AS said (source_id, kind, key, name, value, happened_at, message_id)
ORDER BY source_id, kind, key COLLATE "C", name
ON CONFLICT (source_id, kind, key, name) DO UPDATE SET value = excluded.value, happened_at = excluded.happened_at,
    message_id = excluded.message_id
WHERE (excluded.happened_at, excluded.message_id) > (identify_trait.happened_at, identify_trait.message_id)
"""
# Names and categories of products are traits too: the latest look tells.
_GOODS = """
WITH said AS (
    SELECT event_new.id, event_new.source_id, event_new.happened_at, event_new.message_id,
        btrim(coalesce(nullif(each->>'product_id', ''), nullif(each->>'productId', ''), nullif(each->>'sku', ''),
            each->>'id')) AS code,
        nullif(btrim(left(each->>'name', %(name)s)), '') AS name,
        nullif(btrim(left(each->>'category', %(category)s)), '') AS category
    FROM event_new JOIN identify_event AS event USING (id)
    CROSS JOIN LATERAL jsonb_array_elements(CASE
        WHEN jsonb_typeof(event.payload#>'{properties,products}') = 'array'
                AND lower(event_new.name) = ANY(%(sold)s::text[])
            THEN event.payload#>'{properties,products}'
        WHEN lower(event_new.name) = ANY(%(viewed)s::text[]) THEN jsonb_build_array(event.payload->'properties')
        ELSE '[]' END) AS each
    WHERE event_new.type = 'track' AND lower(event_new.name) = ANY(%(sold)s::text[] || %(viewed)s::text[])
        AND jsonb_typeof(each) = 'object'
), told AS MATERIALIZED (SELECT * FROM said WHERE code <> '' AND length(code) <= %(key)s), viewed AS (
    INSERT INTO event_viewed SELECT told.id, told.source_id, code, told.happened_at
    FROM told JOIN event_new USING (id) WHERE lower(event_new.name) = ANY(%(viewed)s::text[])
), parties AS (
    INSERT INTO event_party SELECT DISTINCT source_id, 'products', code FROM told
)
INSERT INTO identify_trait (source_id, kind, key, name, value, happened_at, message_id)
SELECT DISTINCT ON (source_id, code, trait) source_id, 'products', code, trait, jsonb_build_object(trait, value),
    happened_at, message_id
FROM told CROSS JOIN LATERAL (VALUES ('name', name), ('category', category)) AS traits (trait, value)
WHERE value IS NOT NULL ORDER BY source_id, code, trait, happened_at DESC, message_id DESC, value
ON CONFLICT (source_id, kind, key, name) DO UPDATE SET value = excluded.value, happened_at = excluded.happened_at,
    message_id = excluded.message_id
WHERE (excluded.happened_at, excluded.message_id) > (identify_trait.happened_at, identify_trait.message_id)
"""
_ORDERS = """
WITH said AS (
    SELECT event_new.*, btrim(coalesce(payload#>>'{properties,order_id}', payload#>>'{properties,orderId}', ''))
        AS number
    FROM event_new JOIN identify_event AS event USING (id)
    WHERE event_new.type = 'track' AND lower(event_new.name) = ANY(%(sold)s::text[])
), kept AS (
    INSERT INTO identify_saleevent (event, source_id, number, user_key, visitor_key)
    SELECT id, source_id, number, user_key, visitor_key FROM said WHERE length(number) BETWEEN 1 AND %(key)s ORDER BY id
    ON CONFLICT (event) DO NOTHING
), touched AS (
    INSERT INTO event_order SELECT DISTINCT source_id, number FROM said WHERE length(number) BETWEEN 1 AND %(key)s
)
SELECT id FROM said WHERE NOT length(number) BETWEEN 1 AND %(key)s
"""
_MOVED = """
INSERT INTO event_order SELECT DISTINCT sale.source_id, sale.number
FROM event_moved AS moved JOIN identify_saleevent AS sale
    ON sale.source_id = moved.source_id AND sale.visitor_key = moved.visitor_key AND sale.user_key = ''
"""


def gather(cursor: Any) -> None:
    """Leave the traces of the events in `event_new`, and note who and what has to follow."""
    cursor.execute(_VISITORS)
    for said in _SAID:
        cursor.execute(_LINKS.format(said=said.format(blank=BLANK)), {"account": ACCOUNT})
    cursor.execute(_USERS)
    told = posts.gather(cursor)
    cursor.execute(_SPOKEN)
    keep_traits(cursor, [*cursor.fetchall(), *told])
    words = {"viewed": list(sales.VIEWED), "sold": list(sales.NAMES), "name": 2000, "category": 160, "key": 250}
    cursor.execute(_GOODS, words)
    cursor.execute(_ORDERS, words)
    aside.put(cursor, [(number, "order_id", "") for (number,) in cursor.fetchall()])
    cursor.execute(_MOVED)


def keep_traits(cursor: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    """Read what identify and group calls say, and keep of each trait the latest word."""
    latest: dict[tuple[int, str, str], Said] = {}
    unclear: list[tuple[int, str, str]] = []
    named: set[tuple[int, str]] = set()
    for number, source, kind, user, group, at, message, written, beside, locale in rows:
        read = traits_of(written, beside)
        if read is None:
            unclear.append((number, "traits", ""))
            continue
        account = kind == "group"
        key = f"{ACCOUNT}{group.strip()}" if account else user
        named.add((source, key))
        found = (traits.of_account if account else traits.of_user)(read, locale=locale or "")
        for name, value in found.items():
            said = Said(value, at, message)
            before = latest.get((source, key, name))
            if before is None or said.beats(before):
                latest[source, key, name] = said
    aside.put(cursor, unclear)
    cursor.execute(
        "INSERT INTO event_party SELECT source_id, 'customers', key "
        "FROM unnest(%s::bigint[], %s::text[]) AS named (source_id, key)",
        [[source for source, _key in named], [key for _source, key in named]],
    )
    if latest:
        put_traits(cursor, latest)


def put_traits(cursor: Any, latest: dict[tuple[int, str, str], Said]) -> None:
    """Put traits where they are later than what is known."""
    cursor.execute(
        _TRAITS,
        [
            [source for source, _key, _name in latest],
            ["customers"] * len(latest),
            [key for _source, key, _name in latest],
            [name for _source, _key, name in latest],
            [json.dumps(said.value) for said in latest.values()],
            [said.happened_at for said in latest.values()],
            [said.message_id for said in latest.values()],
        ],
    )


def traits_of(written: str | None, beside: str | None) -> dict[str, Any] | None:
    """Return the traits of an event, those in its context filling gaps; nothing where they are no object."""
    found: dict[str, Any] = {}
    for text in (beside, written):
        read = json.loads(text, parse_float=Decimal) if text else None
        if read is None:
            continue
        if not isinstance(read, dict):
            return None
        found |= read
    return found
