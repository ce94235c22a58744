"""Orphans: what an import of orders had added and nothing needs once its lines are gone."""

from collections.abc import Sequence
from typing import Any

from vinculo.identify.records.membership import moves
from vinculo.identify.records.orders import entities
from vinculo.identify.records.orders.entities import Meeting
from vinculo.identify.records.parties import customers, products
from vinculo.identify.records.parties.arrivals import Arrival

_ORDERS = """
DELETE FROM identify_order AS placed WHERE import_id = %(import)s
    AND NOT EXISTS (SELECT FROM identify_orderline AS line WHERE line.order_id = placed.id)
"""
_BROUGHT = (
    "DROP TABLE IF EXISTS brought_customers",
    """
    CREATE TEMP TABLE brought_customers ON COMMIT DROP AS
    SELECT id FROM identify_customer WHERE import_id = %(import)s
    """,
)
# Lines name customers and products without an index, so they are looked through once for all that may leave.
_USED = (
    "DROP TABLE IF EXISTS leaving_customers, leaving_products, used_customers, used_products",
    """
    CREATE TEMP TABLE leaving_customers ON COMMIT DROP AS
    SELECT customer.id, key.value AS key FROM identify_customer AS customer
    JOIN identify_identifier AS key ON key.customer_id = customer.id AND key.kind = 'source_key'
        AND key.source_id = %(source)s
    WHERE customer.import_id = %(import)s
    """,
    """
    CREATE TEMP TABLE leaving_products ON COMMIT DROP AS
    SELECT id, code AS key FROM identify_product WHERE import_id = %(import)s
    """,
    """
    CREATE TEMP TABLE used_customers ON COMMIT DROP AS
    SELECT customer_id AS id FROM identify_orderline WHERE customer_id IN (SELECT id FROM leaving_customers)
    UNION SELECT customer_id FROM identify_order WHERE customer_id IN (SELECT id FROM leaving_customers)
    """,
    """
    CREATE TEMP TABLE used_products ON COMMIT DROP AS
    SELECT DISTINCT product_id AS id FROM identify_orderline WHERE product_id IN (SELECT id FROM leaving_products)
    """,
    "ANALYZE leaving_customers, leaving_products, used_customers, used_products",
)
_RECORDED = """
EXISTS (SELECT FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s AND record.kind = '{kind}'
    AND record.source_key = leaving.key)
"""
_CHANGED_BY_HAND = """
customer.name <> leaving.key OR customer.given_name <> '' OR customer.family_name <> '' OR customer.language <> ''
OR customer.acquisition_channel <> '' OR customer.acquired_on IS NOT NULL
OR EXISTS (SELECT FROM identify_address WHERE customer_id = leaving.id)
OR (SELECT count(*) FROM identify_identifier WHERE customer_id = leaving.id) > 1
"""
_KEEP_CUSTOMERS = f"""
DELETE FROM leaving_customers AS leaving USING identify_customer AS customer WHERE customer.id = leaving.id
    AND (leaving.id IN (SELECT id FROM used_customers) OR leaving.id IN (SELECT customer_id FROM identify_bound)
        OR {_RECORDED.format(kind="customers")} OR {_CHANGED_BY_HAND})
"""
_KEEP_PRODUCTS = f"""
DELETE FROM leaving_products AS leaving
WHERE leaving.id IN (SELECT id FROM used_products) OR {_RECORDED.format(kind="products")}
"""
_REMOVE = (
    "DELETE FROM identify_identifier WHERE customer_id IN (SELECT id FROM leaving_customers)",
    "DELETE FROM identify_customer WHERE id IN (SELECT id FROM leaving_customers)",
    "DELETE FROM identify_product WHERE id IN (SELECT id FROM leaving_products)",
)
_HANDED = (
    """
    UPDATE identify_customer AS customer SET import_id = heir.import_id, country = CASE
        WHEN EXISTS (SELECT FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s
            AND record.kind = 'customers' AND record.source_key = heir.key) THEN customer.country
        ELSE heir.country END
    FROM heirs AS heir JOIN identify_identifier AS key ON key.kind = 'source_key' AND key.source_id = %(source)s
        AND key.value = heir.key
    WHERE heir.kind = 'customer' AND customer.id = key.customer_id AND customer.import_id = %(import)s
    """,
    """
    UPDATE identify_identifier AS key SET import_id = heir.import_id FROM heirs AS heir
    WHERE heir.kind = 'customer' AND key.kind = 'source_key' AND key.source_id = %(source)s AND key.value = heir.key
        AND key.import_id = %(import)s
    """,
    """
    UPDATE identify_product AS product SET import_id = heir.import_id FROM heirs AS heir
    WHERE heir.kind = 'product' AND product.source_id = %(source)s AND product.code = heir.key
        AND product.import_id = %(import)s
        AND EXISTS (SELECT FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s
            AND record.kind = 'products' AND record.source_key = heir.key)
    """,
    """
    UPDATE identify_product AS product SET import_id = heir.import_id, name = heir.name,
        search_text = left(identify_fold(product.code || ' ' || heir.name), 250),
        category_id = (SELECT id FROM identify_category WHERE path = heir.category)
    FROM heirs AS heir WHERE heir.kind = 'product' AND product.source_id = %(source)s AND product.code = heir.key
        AND product.import_id = %(import)s
    """,
)
_SAID = """
(SELECT record.import_id FROM identify_sourcerecord AS record WHERE record.source_id = %(source)s
    AND record.kind = '{kind}' AND record.source_key = {key} AND record.import_id IS NOT NULL
    ORDER BY record.id LIMIT 1)
"""
# What stays belongs to the first file that says something of it, else to nobody: never to an import that is gone.
_LEFT = (
    f"""
    UPDATE identify_customer AS customer SET import_id = {_SAID.format(kind="customers", key="key.value")}
    FROM identify_identifier AS key WHERE key.customer_id = customer.id AND key.kind = 'source_key'
        AND key.source_id = %(source)s AND customer.import_id = %(import)s
    """,
    f"""
    UPDATE identify_identifier AS key SET import_id = {_SAID.format(kind="customers", key="key.value")}
    WHERE key.import_id = %(import)s
    """,
    f"""
    UPDATE identify_product AS product SET import_id = {_SAID.format(kind="products", key="product.code")}
    WHERE product.import_id = %(import)s
    """,
)
_PLACES = (
    """
    DELETE FROM identify_category AS category WHERE path = ANY(%s)
        AND NOT EXISTS (SELECT FROM identify_product WHERE category_id = category.id)
        AND NOT EXISTS (SELECT FROM identify_category AS child WHERE child.parent_id = category.id)
    """,
    """
    DELETE FROM identify_channel AS channel WHERE code = ANY(%s)
        AND NOT EXISTS (SELECT FROM identify_order WHERE channel_id = channel.id)
    """,
)


def remove(meeting: Meeting, others: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Remove orders without lines, then customers, products, categories and channels nobody else needs.

    What stays is given to the first other import that names it. Returns how many customers and products stay though
    no other import names them: because a file of theirs, or somebody's hand, says more of them.
    """
    cursor, facts = meeting.cursor, meeting.arrival.facts
    cursor.execute(_ORDERS, facts)
    orders = cursor.rowcount
    for statement in _BROUGHT:
        cursor.execute(statement, facts)
    take_records_back(meeting)
    for statement in (*_USED, _KEEP_CUSTOMERS, _KEEP_PRODUCTS):
        cursor.execute(statement, facts)
    moves.release_all(cursor, "leaving_customers", "id", now=meeting.arrival.now)
    for statement in _REMOVE:
        cursor.execute(statement, facts)
    hand_over(meeting, others)
    kept = cursor.execute(
        "SELECT (SELECT count(*) FROM brought_customers JOIN identify_customer AS kept USING (id) "
        "WHERE coalesce(kept.import_id, %(import)s) = %(import)s), "
        "(SELECT count(*) FROM identify_product WHERE import_id = %(import)s)",
        facts,
    ).fetchone()
    for statement in _LEFT:
        cursor.execute(statement, facts)
    for statement, column in zip(_PLACES, ("category", "channel"), strict=True):
        named = f"SELECT {column} FROM withdrawn WHERE {column} <> '' EXCEPT SELECT {column} FROM ({united(others)})"
        cursor.execute(statement, [meeting.engine.rows(named).column(0).to_pylist()])
    return {"orders_removed": orders, "kept": sum(kept) if kept else 0}


def take_records_back(meeting: Meeting) -> None:
    """Take back what a later file of customers or products wrote down of what this import had said."""
    arrival = meeting.arrival
    for kind, party in (("customers", customers), ("products", products)):
        found = meeting.cursor.execute(
            "SELECT EXISTS (SELECT FROM identify_sourcerecord WHERE import_id = %s AND kind = %s)",
            [arrival.import_id, kind],
        ).fetchone()
        if found and found[0]:
            party.undo(meeting.cursor, Arrival(arrival.import_id, arrival.source_id, kind, arrival.now))


def united(others: Sequence[tuple[int, str]]) -> str:
    """Return the lines of the other imports, each with its place in time."""
    if not others:
        return "SELECT *, 0 AS place, 0 AS import_id FROM withdrawn LIMIT 0"
    return " UNION ALL ".join(
        f"SELECT *, {place} AS place, {number} AS import_id FROM {lines}"
        for place, (number, lines) in enumerate(others)
    )


def hand_over(meeting: Meeting, others: Sequence[tuple[int, str]]) -> None:
    """Give the customers and products that stay to the first other import that names them, as that one says."""
    engine = meeting.engine
    engine.materialise("newcomers", f"{heirs('customer', others)} UNION ALL {heirs('product', others)}")
    entities.countries(engine)
    meeting.cursor.execute("DROP TABLE IF EXISTS heirs")
    meeting.cursor.execute(
        "CREATE TEMP TABLE heirs (kind text, key text, import_id bigint, country text, name text, category text) "
        "ON COMMIT DROP"
    )
    meeting.send(
        "heirs (kind, key, import_id, country, name, category)",
        "SELECT kind, key, import_id, coalesce(code, ''), coalesce(name, ''), category FROM newcomers "
        "LEFT JOIN country_codes USING (country)",
    )
    meeting.cursor.execute("ANALYZE heirs")
    for statement in _HANDED:
        meeting.cursor.execute(statement, meeting.arrival.facts)


def heirs(kind: str, others: Sequence[tuple[int, str]]) -> str:
    """Return the query of the customers or products of the withdrawn lines that another import names first."""
    said = ("country", "product_name", "category")
    first = ", ".join(f"arg_min({name}, line_number) AS {name}" for name in said)
    packed = ", ".join(f"'{name}': {name}" for name in said)
    return f"""
        SELECT '{kind}' AS kind, {kind}_id AS key, arg_min(import_id, place) AS import_id,
            arg_min({{{packed}}}, place).country AS country, arg_min({{{packed}}}, place).product_name AS name,
            arg_min({{{packed}}}, place).category AS category
        FROM (
            SELECT {kind}_id, place, import_id, {first} FROM ({united(others)})
            SEMI JOIN (SELECT DISTINCT {kind}_id FROM withdrawn) USING ({kind}_id) GROUP BY ALL
        ) GROUP BY {kind}_id
    """
