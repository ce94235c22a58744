"""Products of a file: written from the states of their records, with the categories they lie in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from vinculo.identify.folding import SEARCHED
from vinculo.identify.records.parties import arrivals
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.warehouse.duck import DuckEngine

DEEPEST = 8
"""Levels of a category path that are kept."""
_VALUES = {
    "name": "coalesce(state->>'name', '')",
    "search_text": f"left(identify_fold(states.source_key || ' ' || coalesce(state->>'name', '')), {SEARCHED})",
    "category_id": "(SELECT id FROM identify_category WHERE path = state->>'category')",
    "list_price_minor": "(state->>'list_price_minor')::bigint",
    "unit_cost_minor": "(state->>'unit_cost_minor')::bigint",
    "currency": "coalesce(state->>'currency', '')",
}
"""Columns of a product, each from the state of its records."""
_OWNED = """
CREATE TEMP TABLE party_owned ON COMMIT DROP AS
SELECT touched.source_key, product.id AS product_id FROM party_touched AS touched
JOIN identify_product AS product ON product.source_id = %(source)s AND product.code = touched.source_key
"""
_CATEGORIES = """
INSERT INTO identify_category (name, path, parent_id)
SELECT DISTINCT parts[%(level)s], array_to_string(parts[:%(level)s], ' / '), parent.id
FROM (SELECT string_to_array(nullif(state->>'category', ''), ' / ') AS parts FROM party_states) AS split
LEFT JOIN identify_category AS parent ON parent.path = array_to_string(parts[:%(level)s - 1], ' / ')
WHERE cardinality(parts) >= %(level)s
ON CONFLICT (path) DO NOTHING
"""
_INSERT = f"""
INSERT INTO identify_product (source_id, code, {", ".join(_VALUES)}, import_id)
SELECT %(source)s, states.source_key, {", ".join(_VALUES.values())}, %(import)s
FROM party_states AS states
JOIN (SELECT source_key, min(row_number) AS place FROM party_arrived GROUP BY source_key) AS arrived USING (source_key)
WHERE NOT EXISTS (SELECT FROM party_owned AS owned WHERE owned.source_key = states.source_key) ORDER BY place
"""
_ADD = f"""
INSERT INTO identify_product (source_id, code, {", ".join(_VALUES)})
SELECT %(source)s, states.source_key, {", ".join(_VALUES.values())} FROM party_states AS states
WHERE NOT EXISTS (SELECT FROM party_owned AS owned WHERE owned.source_key = states.source_key)
"""
_UPDATE = f"""
UPDATE identify_product AS product SET ({", ".join(_VALUES)}) = ROW({", ".join(_VALUES.values())})
FROM party_owned AS owned JOIN party_states AS states USING (source_key)
WHERE product.id = owned.product_id
    AND ({", ".join(f"product.{name}" for name in _VALUES)}) IS DISTINCT FROM ({", ".join(_VALUES.values())})
"""
_DIFFERENT = f"""
SELECT owned.source_key, jsonb_strip_nulls(jsonb_build_object(
        'name', CASE WHEN product.name NOT IN ('', {_VALUES["name"]}) THEN product.name END,
        'category', CASE WHEN category.path IS DISTINCT FROM nullif(state->>'category', '') THEN category.path END,
        'list_price_minor', CASE WHEN product.list_price_minor IS DISTINCT FROM {_VALUES["list_price_minor"]}
            THEN product.list_price_minor::text END,
        'unit_cost_minor', CASE WHEN product.unit_cost_minor IS DISTINCT FROM {_VALUES["unit_cost_minor"]}
            THEN product.unit_cost_minor::text END,
        'currency', CASE WHEN product.currency NOT IN ('', {_VALUES["currency"]}) THEN product.currency END
    )) AS clean,
    CASE WHEN held_key IS NULL THEN product.import_id END AS import_id
FROM party_owned AS owned
JOIN identify_product AS product ON product.id = owned.product_id
LEFT JOIN identify_category AS category ON category.id = product.category_id
LEFT JOIN (SELECT source_key AS held_key, state AS held_state FROM party_states) AS held ON held_key = owned.source_key
CROSS JOIN LATERAL (SELECT owned.source_key, coalesce(held_state, '{{}}') AS state) AS states
"""
# Lines name products without a key of the database and without an index, so they are looked through once.
_SOLD = """
CREATE TEMP TABLE party_newcomers ON COMMIT DROP AS
SELECT DISTINCT line.product_id, min(line.import_id) AS first_import FROM identify_orderline AS line
WHERE line.product_id IN (
    SELECT product_id FROM party_owned AS owned
    WHERE NOT EXISTS (SELECT FROM party_states AS states WHERE states.source_key = owned.source_key)
) GROUP BY line.product_id
"""
_LEAVING = """
CREATE TEMP TABLE party_gone ON COMMIT DROP AS
SELECT owned.product_id FROM party_owned AS owned
WHERE NOT EXISTS (SELECT FROM party_states AS states WHERE states.source_key = owned.source_key)
    AND NOT EXISTS (SELECT FROM party_newcomers AS sold WHERE sold.product_id = owned.product_id)
"""
_TO_ITS_CODE = f"""
UPDATE identify_product AS product SET name = '', search_text = left(identify_fold(product.code || ' '), {SEARCHED}),
    category_id = NULL, list_price_minor = NULL, unit_cost_minor = NULL, currency = '',
    import_id = sold.first_import
FROM party_newcomers AS sold WHERE product.id = sold.product_id
"""
_ORIGINS = """
UPDATE identify_product AS product SET import_id = states.first_import
FROM party_owned AS owned JOIN party_states AS states USING (source_key)
WHERE product.id = owned.product_id AND product.import_id = %(import)s
"""
_PATHS = """
SELECT DISTINCT payload->'clean'->>'category' FROM identify_sourcerecord
WHERE import_id = %(import)s AND kind = %(kind)s AND payload->'clean' ? 'category'
"""
_EMPTY = """
DELETE FROM identify_category AS category WHERE path = ANY(%s)
    AND NOT EXISTS (SELECT FROM identify_product WHERE category_id = category.id)
    AND NOT EXISTS (SELECT FROM identify_category AS child WHERE child.parent_id = category.id)
"""


def load(cursor: psycopg.Cursor, engine: DuckEngine, arrival: Arrival, *, folder: Path) -> dict[str, int]:
    """Put the products of `party_rows` in; return how many are new, updated and unchanged."""
    arrivals.clear(cursor)
    arrivals.stage(cursor, engine, folder)
    named = arrivals.number(cursor, "SELECT count(*) FROM party_touched", arrival)
    own(cursor, arrival)
    keep_by_hand(cursor, arrival)
    arrivals.mark_states(cursor)
    arrivals.add_records(cursor, arrival)
    new = follow(cursor, arrival)
    return arrivals.counted(cursor, arrival, new=new, named=named)


def own(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Find the products of everything touched."""
    cursor.execute(_OWNED, arrival.facts)
    cursor.execute("ANALYZE party_owned")


def follow(cursor: psycopg.Cursor, arrival: Arrival) -> int:
    """Bring the products of everything touched in line with their records; return how many are new."""
    arrivals.add_states(cursor, arrival)
    write_categories(cursor)
    cursor.execute(_INSERT, arrival.facts)
    new = cursor.rowcount
    cursor.execute(_UPDATE, arrival.facts)
    return new


def change(cursor: psycopg.Cursor, arrival: Arrival, *, code: str, said: Mapping[str, Any]) -> None:
    """Write down what somebody said of one product, and bring the product in line with it.

    `said` is the payload of the record, with `clean` and `by_hand`.
    """
    arrivals.clear(cursor)
    arrivals.touch(cursor, 'SELECT %(key)s::text COLLATE "C" AS source_key', arrival, key=code)
    cursor.execute(_OWNED, arrival.facts)
    keep_by_hand(cursor, arrival)
    arrivals.add_by_hand(cursor, arrival, key=code, payload=said)
    arrivals.add_states(cursor, arrival)
    write_categories(cursor)
    cursor.execute(_ADD, arrival.facts)
    cursor.execute(_UPDATE, arrival.facts)


def undo(cursor: psycopg.Cursor, arrival: Arrival) -> dict[str, int]:
    """Take the products of an import back; return how many were removed, restored and kept.

    A product that lines of an order name is kept under its code, as the import of orders would have made it.
    """
    arrivals.clear(cursor)
    records = "SELECT DISTINCT source_key FROM identify_sourcerecord WHERE import_id = %(import)s AND kind = %(kind)s"
    arrivals.touch(cursor, records, arrival)
    cursor.execute(_OWNED, arrival.facts)
    keep_by_hand(cursor, arrival)
    paths = [str(path) for (path,) in cursor.execute(_PATHS, arrival.facts)]
    arrivals.withdraw(cursor, arrival)
    cursor.execute(_SOLD)
    cursor.execute(_LEAVING)
    write_categories(cursor)
    cursor.execute(_TO_ITS_CODE)
    cursor.execute(_UPDATE, arrival.facts)
    cursor.execute(_ORIGINS, arrival.facts)
    cursor.execute(
        "DELETE FROM identify_product AS product USING party_gone AS gone WHERE product.id = gone.product_id"
    )
    removed = cursor.rowcount
    remove_empty_categories(cursor, paths)
    restored = arrivals.number(cursor, "SELECT count(*) FROM party_states", arrival)
    named = arrivals.number(cursor, "SELECT count(*) FROM party_owned", arrival)
    return {"removed": removed, "restored": restored, "kept": named - removed - restored}


def keep_by_hand(cursor: psycopg.Cursor, arrival: Arrival) -> None:
    """Write down what was changed by hand, or by an import of orders, since records last said it."""
    arrivals.add_states(cursor, arrival)
    arrivals.keep_by_hand(cursor, arrival, _DIFFERENT)


def write_categories(cursor: psycopg.Cursor) -> None:
    """Make the categories that the states name, the widest first."""
    for level in range(1, DEEPEST + 1):
        cursor.execute(_CATEGORIES, {"level": level})
        if cursor.rowcount == 0 and level > 1:
            break


def remove_empty_categories(cursor: psycopg.Cursor, paths: list[str]) -> None:
    """Remove categories in which nothing is left, the narrowest first."""
    parts = [path.split(" / ") for path in paths]
    for level in range(max((len(part) for part in parts), default=0), 0, -1):
        cursor.execute(_EMPTY, [[" / ".join(part[:level]) for part in parts if len(part) >= level]])
