"""Events of tracking clients: a source with a key, what it sends, and what was understood of it."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test import Client

from vinculo.identify.events import calls
from vinculo.identify.records.events import keys, receiving, understanding
from vinculo.identify.records.events.receiving import Received
from vinculo.identify.records.models import Customer, Identifier

NOW = datetime(2026, 11, 27, 12, 0, 10, tzinfo=UTC)


def source(code: str = "shop", **more: str) -> tuple[int, str]:
    """Make a source with a key; return its number and the key."""
    sender = keys.sender_ensure(code=code, **more)
    return sender.source_id, keys.write_key_create(source_id=sender.source_id, now=NOW).text


def send(client: Client, key: str, *events: dict[str, Any], **more: Any) -> int:
    """Send a batch as a client does; return the status."""
    body = json.dumps({"batch": list(events), "writeKey": key, **more})
    return int(client.post("/v1/batch", body, content_type="application/json").status_code)


def receive(source_id: int, *events: dict[str, Any], now: datetime = NOW, **more: Any) -> Received:
    """Put a batch in without a door."""
    parcel = calls.opened(json.dumps({"batch": list(events), **more}).encode(), "batch")
    read = calls.read(parcel, received=now, zone=UTC)
    return receiving.events_receive(source_id=source_id, parcel=parcel, read=read, client="test 1", now=now)


def understand() -> int:
    """Understand all that waits; return how many events it was."""
    count = 0
    while found := understanding.events_understand(now=NOW):
        count += found
    return count


def customer(source_id: int, key: str) -> Customer:
    """Return the customer a source knows by a key."""
    found = Identifier.objects.select_related("customer").get(source_id=source_id, kind="source_key", value=key)
    return found.customer


def event(kind: str, number: int, *, user: str = "", visitor: str = "", minute: int = 0, **more: Any) -> dict[str, Any]:
    """Make an event of a minute after ten."""
    who = {"userId": user or None, "anonymousId": visitor or None}
    return {"type": kind, "messageId": f"m{number:04d}", **who, "timestamp": f"2026-11-27T10:{minute:02d}:00Z", **more}


def track(name: str, number: int, **more: Any) -> dict[str, Any]:
    """Make a track event; `said` are its properties."""
    return event("track", number, event=name, properties=more.pop("said", {}), **more)


def state(source_id: int) -> dict[str, Any]:
    """Return all that events of a source add up to, without numbers of ours: equal after equal events."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name, statement in STATE.items():
            cursor.execute(statement, [source_id])
            found[name] = cursor.fetchall()
    return found


_KEY = "(SELECT value FROM identify_identifier WHERE customer_id = {0} AND kind = 'source_key' LIMIT 1)"
STATE = {
    "customers": """
        SELECT identifier.value, customer.kind, standing, name, given_name, family_name, language, country, acquired_on,
            ARRAY(SELECT i.kind || ':' || i.value FROM identify_identifier AS i WHERE i.customer_id = customer.id
                ORDER BY 1),
            ARRAY(SELECT concat_ws('|', lines, postcode, city, region, country) FROM identify_address AS a
                WHERE a.customer_id = customer.id ORDER BY 1)
        FROM identify_customer AS customer
        JOIN identify_identifier AS identifier ON identifier.customer_id = customer.id
        WHERE identifier.kind = 'source_key' AND identifier.source_id = %s ORDER BY 1
        """,
    "visitors": "SELECT key, first_at FROM identify_visitor WHERE source_id = %s ORDER BY 1",
    "links": "SELECT kind, from_key, to_key, first_at FROM identify_eventlink WHERE source_id = %s ORDER BY 1, 2, 3",
    "orders": f"""
        SELECT number, {_KEY.format("placed.customer_id")}, happened_at, currency FROM identify_order AS placed
        WHERE source_id = %s ORDER BY 1
        """,
    "lines": f"""
        SELECT placed.number, line.line_key, line.line_kind, product.code, line.quantity, line.gross_minor,
            line.discount_minor, line.net_minor, line.tax_minor, line.happened_at, sale.line_key,
            {_KEY.format("line.customer_id")}
        FROM identify_orderline AS line JOIN identify_order AS placed ON placed.id = line.order_id
        LEFT JOIN identify_product AS product ON product.id = line.product_id
        LEFT JOIN identify_orderline AS sale ON sale.id = line.returns_line_id AND sale.order_id = line.order_id
        WHERE placed.source_id = %s ORDER BY 1, 2
        """,
    "products": """
        SELECT code, product.name, category.path FROM identify_product AS product
        LEFT JOIN identify_category AS category ON category.id = product.category_id
        WHERE product.source_id = %s ORDER BY 1
        """,
    "views": """
        SELECT event.message_id, product.code FROM identify_productview AS view
        JOIN identify_event AS event ON event.id = view.event JOIN identify_product AS product
            ON product.id = view.product_id WHERE event.source_id = %s ORDER BY 1
        """,
    "aside": """
        SELECT event.message_id, reason FROM identify_quarantined AS aside JOIN identify_event AS event
            ON event.id = aside.event WHERE aside.source_id = %s AND replayed_at IS NULL ORDER BY 1
        """,
}
