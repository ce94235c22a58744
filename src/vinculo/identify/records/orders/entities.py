"""Entities of an order file: customers, products, categories, channels and orders that the store does not know yet.

Each function leaves a table in the engine that gives, for what the file calls a thing, the number it has in the store.
Nothing that is known is changed: an order file says who bought what, not who they are.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa

from vinculo.identify import folding
from vinculo.identify.cleaning import places
from vinculo.identify.records.imports.kinds import Work
from vinculo.identify.records.orders import passage
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.warehouse.duck import DuckEngine, quote

_CUSTOMERS = """
SELECT sent.key, identifier.customer_id FROM sent JOIN identify_identifier AS identifier
    ON identifier.kind = 'source_key' AND identifier.source_id = {source} AND identifier.value = sent.key
"""
_PRODUCTS = """
SELECT sent.key, product.id FROM sent JOIN identify_product AS product
    ON product.source_id = {source} AND product.code = sent.key
"""
_CATEGORIES = "SELECT sent.key, category.id FROM sent JOIN identify_category AS category ON category.path = sent.key"
_CHANNELS = "SELECT sent.key, channel.id FROM sent JOIN identify_channel AS channel ON channel.code = sent.key"
ORDERS = """
SELECT sent.key, placed.id FROM sent JOIN identify_order AS placed
    ON placed.source_id = {source} AND placed.number = sent.key
"""
KEYED = {"key": "VARCHAR", "id": "BIGINT"}


@dataclass(frozen=True)
class Meeting:
    """Where the lines of an import meet the store."""

    cursor: psycopg.Cursor[Any]
    work: Work
    arrival: Arrival

    @property
    def engine(self) -> DuckEngine:
        """Return the engine that holds the lines."""
        return self.work.engine

    def known(self, keys: str, lookup: str, columns: dict[str, str]) -> None:
        """Create `known`: what the store knows of some keys."""
        lookup = lookup.format(source=self.arrival.source_id)
        passage.known(self.cursor, self.engine, self.work.folder, keys=keys, lookup=lookup, columns=columns)

    def send(self, table: str, query: str) -> int:
        """Copy the result of a query of the engine into a table of the store."""
        return passage.send(self.cursor, self.engine, table=table, query=query)

    def newcomers(self, table: str, arriving: str) -> int:
        """Create `newcomers`: the rows of a table of the engine with unknown keys, each with a number of its own."""
        unknown = f"FROM {arriving} ANTI JOIN known USING (key)"
        count = passage.number(self.engine, f"SELECT count(*) {unknown}")
        first = passage.allot(self.cursor, table, count) if count else 0
        self.engine.materialise(
            "newcomers", f"SELECT {first} - 1 + row_number() OVER (ORDER BY place) AS id, * {unknown} ORDER BY place"
        )
        return count

    def remember(self, table: str) -> None:
        """Create a table of the engine, not of this connection alone, with the number of every key, known or new."""
        self.engine.run(
            f"CREATE OR REPLACE TABLE {table} AS SELECT key, id FROM known UNION ALL SELECT key, id FROM newcomers"
        )


def customers(meeting: Meeting) -> int:
    """Create `customer_numbers`; a customer nobody knows yet is added under its number."""
    engine, arrival = meeting.engine, meeting.arrival
    engine.materialise(
        "arriving",
        """
        SELECT customer_id AS key, min(line_number) AS place, arg_min(country, line_number) AS country
        FROM arrived WHERE customer_id IS NOT NULL GROUP BY customer_id
        """,
    )
    meeting.known("SELECT key FROM arriving", _CUSTOMERS, KEYED)
    count = meeting.newcomers("identify_customer", "arriving")
    if count:
        fold(engine, "SELECT key AS text FROM newcomers")
        countries(engine)
        empty = ", ".join(["''"] * 4)
        meeting.send(
            "identify_customer (id, kind, standing, name, given_name, family_name, second_family_name, language, "
            "search_text, country, acquisition_channel, created_at, import_id)",
            f"SELECT id, 'person', 'actual', key, {empty}, folded, coalesce(code, ''), '', "
            f"{quote(arrival.now.isoformat())}, {arrival.import_id} FROM newcomers "
            "JOIN folded_texts ON folded_texts.text = key LEFT JOIN country_codes ON country_codes.country = "
            "newcomers.country ORDER BY id",
        )
        meeting.send(
            "identify_identifier (customer_id, kind, value, normalised, source_id, import_id)",
            f"SELECT id, 'source_key', key, folded, {arrival.source_id}, {arrival.import_id} FROM newcomers "
            "JOIN folded_texts ON folded_texts.text = key ORDER BY id",
        )
    meeting.remember("customer_numbers")
    return count


def fold(engine: DuckEngine, texts: str) -> None:
    """Create `folded_texts`: every text of a query as it is searched; plain ones without leaving the engine."""
    plain = "regexp_full_match(text, '[!-~]+( [!-~]+)*')"
    odd = engine.rows(f"SELECT DISTINCT text FROM ({texts}) WHERE NOT {plain}").column(0).to_pylist()
    engine.attach(
        "odd_texts",
        pa.table({"text": pa.array(odd, pa.string()), "folded": pa.array(map(folding.searched, odd), pa.string())}),
    )
    engine.materialise(
        "folded_texts",
        f"SELECT DISTINCT text, left(lower(text), {folding.SEARCHED}) AS folded FROM ({texts}) WHERE {plain} "
        "UNION ALL SELECT text, folded FROM odd_texts",
    )


def countries(engine: DuckEngine) -> None:
    """Create `country_codes`: the code of every country that newcomers are said to be of; odd names stay as written."""
    names = engine.rows("SELECT DISTINCT country FROM newcomers WHERE country IS NOT NULL").column(0).to_pylist()
    codes = [places.country(name).value or "" for name in names]
    engine.attach(
        "country_codes", pa.table({"country": pa.array(names, pa.string()), "code": pa.array(codes, pa.string())})
    )


def categories(meeting: Meeting) -> int:
    """Create `category_numbers`."""
    meeting.engine.materialise(
        "arriving",
        "SELECT category AS key, min(line_number) AS place FROM arrived WHERE category <> '' GROUP BY category",
    )
    meeting.known("SELECT key FROM arriving", _CATEGORIES, KEYED)
    count = meeting.newcomers("identify_category", "arriving")
    if count:
        meeting.send("identify_category (id, name, path)", "SELECT id, key, key FROM newcomers ORDER BY id")
    meeting.remember("category_numbers")
    return count


def channels(meeting: Meeting) -> int:
    """Create `channel_numbers`."""
    meeting.engine.materialise(
        "arriving", "SELECT channel AS key, min(line_number) AS place FROM arrived WHERE channel <> '' GROUP BY channel"
    )
    meeting.known("SELECT key FROM arriving", _CHANNELS, KEYED)
    count = meeting.newcomers("identify_channel", "arriving")
    if count:
        meeting.send("identify_channel (id, code, name, kind)", "SELECT id, key, key, '' FROM newcomers ORDER BY id")
    meeting.remember("channel_numbers")
    return count


def products(meeting: Meeting) -> int:
    """Create `product_numbers`."""
    engine, arrival = meeting.engine, meeting.arrival
    engine.materialise(
        "arriving",
        """
        SELECT product_id AS key, min(line_number) AS place,
            coalesce(arg_min(product_name, line_number), '') AS name, arg_min(category, line_number) AS category
        FROM arrived WHERE product_id <> '' GROUP BY product_id
        """,
    )
    meeting.known("SELECT key FROM arriving", _PRODUCTS, KEYED)
    count = meeting.newcomers("identify_product", "arriving")
    if count:
        fold(engine, "SELECT key || ' ' || name AS text FROM newcomers")
        meeting.send(
            "identify_product (id, source_id, code, name, search_text, category_id, currency, import_id)",
            f"SELECT newcomers.id, {arrival.source_id}, newcomers.key, name, folded, categories.id, '', "
            f"{arrival.import_id} FROM newcomers JOIN folded_texts ON text = newcomers.key || ' ' || name "
            "LEFT JOIN category_numbers AS categories ON categories.key = category ORDER BY newcomers.id",
        )
    meeting.remember("product_numbers")
    return count


def orders(meeting: Meeting, currency: str) -> int:
    """Create `order_numbers`, with `fresh` true for orders that the store did not know."""
    engine, arrival = meeting.engine, meeting.arrival
    engine.materialise("arriving", HEADERS.format(lines="arrived"))
    meeting.known("SELECT key FROM arriving", ORDERS, KEYED)
    count = meeting.newcomers("identify_order", "arriving")
    if count:
        meeting.send(
            "identify_order (id, source_id, number, customer_id, happened_at, channel_id, currency, import_id)",
            f"SELECT newcomers.id, {arrival.source_id}, newcomers.key, customers.id, happened_at, channels.id, "
            f"{quote(currency)}, {arrival.import_id} FROM newcomers "
            "LEFT JOIN customer_numbers AS customers ON customers.key = customer_id "
            "LEFT JOIN channel_numbers AS channels ON channels.key = channel ORDER BY newcomers.id",
        )
    engine.run(
        "CREATE OR REPLACE TABLE order_numbers AS "
        "SELECT key, id, FALSE AS fresh FROM known UNION ALL SELECT key, id, TRUE AS fresh FROM newcomers"
    )
    return count


HEADERS = """
SELECT number AS key, min(line_number) AS place, arg_min(customer_id, line_number) AS customer_id,
    min(happened_at) AS happened_at, arg_min(channel, line_number) AS channel
FROM {lines} GROUP BY number
"""
"""One row an order: arg_min passes over lines that do not say."""
