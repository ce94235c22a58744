"""Orders: what events of sales add up to, written when one of their events is new or a visitor turns out to be known.

Lines that stay as they are keep their numbers, so that what was landed of them stays good.
"""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from vinculo.identify.events import sales
from vinculo.identify.events.sales import Order, SaleEvent
from vinculo.identify.records.events import aside
from vinculo.identify.records.orders import days

AT_ONCE = 5_000
Key = tuple[int, str]
# A visitor's event is of the user he was last said to be, or of the first he is ever said to be.
OWNER = """
SELECT link.to_key FROM identify_eventlink AS link
WHERE link.source_id = {of}.source_id AND link.from_key = {of}.visitor_key AND link.kind IN ('visitor', 'alias')
ORDER BY link.first_at <= {at} DESC, CASE WHEN link.first_at <= {at} THEN link.first_at END DESC,
    CASE WHEN link.first_at <= {at} THEN link.to_key END DESC, link.first_at, link.to_key LIMIT 1
"""
_EVENTS = f"""
SELECT sale.source_id, sale.number, event.id, event.name, event.happened_at, event.message_id,
    coalesce(nullif(sale.user_key, ''), ({OWNER.format(of="sale", at="event.happened_at")}), ''),
    (event.payload->'properties')::text, sender.currency
FROM unnest(%s::bigint[], %s::text[]) AS touched (source_id, number)
JOIN identify_saleevent AS sale ON sale.source_id = touched.source_id AND sale.number = touched.number
JOIN identify_event AS event ON event.id = sale.event
JOIN identify_sender AS sender ON sender.source_id = sale.source_id
"""
_BOUGHT = """
INSERT INTO identify_trait (source_id, kind, key, name, value, happened_at, message_id)
SELECT DISTINCT source_id, 'customers', user_key, 'standing', '{"standing": "actual"}'::jsonb, '-infinity'::timestamptz,
    '' FROM event_sale WHERE user_key <> ''
ON CONFLICT (source_id, kind, key, name) DO NOTHING
"""
_BUYERS = (
    "INSERT INTO event_party SELECT DISTINCT source_id, 'customers', user_key FROM event_sale WHERE user_key <> ''"
)
_CHANNELS = """
INSERT INTO identify_channel (code, name, kind)
SELECT DISTINCT source.code, source.name, 'web' FROM event_sale JOIN identify_source AS source ON source.id = source_id
ON CONFLICT (code) DO NOTHING
"""
_WHOSE = """
UPDATE event_sale AS sale SET customer_id = identifier.customer_id FROM identify_identifier AS identifier
WHERE identifier.kind = 'source_key' AND identifier.source_id = sale.source_id
    AND identifier.value = sale.user_key COLLATE "default"
"""
_WRITTEN = """
INSERT INTO identify_order (source_id, number, customer_id, happened_at, channel_id, currency, by_events)
SELECT sale.source_id, number, customer_id, happened_at, channel.id, currency, TRUE
FROM event_sale AS sale JOIN identify_source AS source ON source.id = sale.source_id
JOIN identify_channel AS channel ON channel.code = source.code ORDER BY sale.source_id, number
ON CONFLICT (source_id, number) DO UPDATE SET customer_id = excluded.customer_id, happened_at = excluded.happened_at,
    channel_id = excluded.channel_id, currency = excluded.currency
WHERE {theirs} AND (identify_order.customer_id, identify_order.happened_at,
    identify_order.currency) IS DISTINCT FROM (excluded.customer_id, excluded.happened_at, excluded.currency)
"""
# An order that a file or a call brought is left to it, and so is one whose lines a file of whole orders has replaced.
_THEIRS = """{order}.by_events AND NOT EXISTS (
        SELECT FROM identify_orderline AS filed WHERE filed.order_id = {order}.id AND filed.import_id IS NOT NULL)"""
_NUMBERED = (
    f"""
    UPDATE event_sale AS sale SET order_id = placed.id FROM identify_order AS placed
    WHERE placed.source_id = sale.source_id AND placed.number = sale.number AND {_THEIRS.format(order="placed")}
    """,
    """
    UPDATE event_line AS line SET order_id = sale.order_id, customer_id = sale.customer_id, product_id = (
        SELECT product.id FROM identify_product AS product
        WHERE line.code <> '' AND product.source_id = line.source_id AND product.code = line.code)
    FROM event_sale AS sale WHERE sale.source_id = line.source_id AND sale.number = line.number
    """,
    "DELETE FROM event_line WHERE order_id IS NULL",
)
_SAME = ("customer_id", "product_id", "happened_at", "line_kind", "description", "quantity", "gross_minor",
         "discount_minor", "net_minor", "tax_minor")  # fmt: skip
_LINES = (
    f"""
    DELETE FROM identify_orderline AS line USING event_sale AS sale
    WHERE line.order_id = sale.order_id AND line.import_id IS NULL AND NOT EXISTS (
        SELECT FROM event_line AS said WHERE said.order_id = line.order_id AND said.line_key = line.line_key
            AND ({", ".join(f"said.{name}" for name in _SAME)})
                IS NOT DISTINCT FROM ({", ".join(f"line.{name}" for name in _SAME)})
    )
    """,
    f"""
    INSERT INTO identify_orderline (order_id, line_key, row_number, {", ".join(_SAME)})
    SELECT order_id, line_key, place, {", ".join(_SAME)} FROM event_line AS said
    WHERE NOT EXISTS (
        SELECT FROM identify_orderline AS line WHERE line.order_id = said.order_id AND line.line_key = said.line_key
            AND line.superseded_by_id IS NULL
    ) ORDER BY order_id, place
    """,
    """
    UPDATE identify_orderline AS line SET returns_line_id = sale.id
    FROM event_line AS said LEFT JOIN identify_orderline AS sale ON sale.order_id = said.order_id
        AND sale.line_key = said.returns_key AND sale.superseded_by_id IS NULL
    WHERE line.order_id = said.order_id AND line.line_key = said.line_key AND line.superseded_by_id IS NULL
        AND line.returns_line_id IS DISTINCT FROM sale.id
    """,
)
_GONE = """
DELETE FROM identify_{table} AS gone USING unnest(%s::bigint[], %s::text[]) AS nothing (source_id, number)
{join} WHERE placed.source_id = nothing.source_id AND placed.number = nothing.number AND {theirs} {more}
"""


def add_up(cursor: Any) -> list[Key]:
    """Work out the orders in `event_order` and note their buyers; return those of which nothing is left."""
    cursor.execute("TRUNCATE event_sale, event_line")
    cursor.execute("SELECT DISTINCT source_id, number FROM event_order")
    touched = cursor.fetchall()
    nothing: list[Key] = []
    for first in range(0, len(touched), AT_ONCE):
        found, empty = worked_out(cursor, touched[first : first + AT_ONCE])
        stage(cursor, found)
        nothing += empty
    if touched:
        cursor.execute("ANALYZE event_sale, event_line")
        cursor.execute(_BOUGHT)
        cursor.execute(_BUYERS)
    return nothing


def worked_out(cursor: Any, keys: list[Key]) -> tuple[dict[Key, Order], list[Key]]:
    """Return what the events of some orders add up to, and the orders that nothing is left of.

    An event that cannot be understood is set aside by itself; its order is what the others say.
    """
    cursor.execute(_EVENTS, [[source for source, _number in keys], [number for _source, number in keys]])
    events: dict[Key, list[SaleEvent]] = defaultdict(list)
    unclear: list[tuple[int, str, str]] = []
    currencies: dict[int, str] = {}
    for source, order, number, name, at, message, user, said, currency in cursor.fetchall():
        read = json.loads(said, parse_float=Decimal) if said else {}
        event = SaleEvent(sales.NAMES[name.lower()], at, message, user, read if isinstance(read, dict) else {})
        try:
            sales.require_clear(event, currency)
        except sales.UnclearError as error:
            unclear.append((number, error.reason, order))
            continue
        events[source, order].append(event)
        currencies[source] = currency
    aside.put(cursor, unclear)
    added = {key: sales.order(known, currency=currencies[key[0]]) for key, known in events.items()}
    found = {key: order for key, order in added.items() if order is not None}
    return found, [key for key in keys if key not in found]


def stage(cursor: Any, found: dict[Key, Order]) -> None:
    """Put orders and lines where the statements that write them find them."""
    with cursor.copy("COPY event_sale (source_id, number, user_key, happened_at, currency) FROM STDIN") as copy:
        for (source, number), order in found.items():
            copy.write_row((source, number, order.user_key, days.clock(order.happened_at), order.currency))
    names = ("line_key", "code", "description", "line_kind", "quantity", "gross_minor", "discount_minor", "net_minor",
             "tax_minor", "happened_at", "returns_key")  # fmt: skip
    with cursor.copy(f"COPY event_line (source_id, number, place, {', '.join(names)}) FROM STDIN") as copy:
        for (source, number), order in found.items():
            for place, line in enumerate(order.lines, start=1):
                money = (line.gross_minor, line.discount_minor, line.net_minor, line.tax_minor)
                told = (line.key, line.product, line.name or None, line.kind, line.quantity)
                copy.write_row(
                    (source, number, place, *told, *money, days.clock(line.happened_at), line.returns or None)
                )


def write(cursor: Any, nothing: list[Key]) -> None:
    """Write the orders that were worked out, now that their buyers and products are there, and remove the others."""
    if nothing:
        keys = [[source for source, _number in nothing], [number for _source, number in nothing]]
        joined = "JOIN identify_order AS placed USING (source_id, number)"
        theirs = _THEIRS.format(order="placed")
        lines = "AND gone.order_id = placed.id"
        cursor.execute(_GONE.format(table="orderline", join=joined, theirs=theirs, more=lines), keys)
        cursor.execute(_GONE.format(table="order", join=joined, theirs=theirs, more="AND gone.id = placed.id"), keys)
    written = _WRITTEN.format(theirs=_THEIRS.format(order="identify_order"))
    for statement in (_CHANNELS, _WHOSE, written, *_NUMBERED, *_LINES):
        cursor.execute(statement)
