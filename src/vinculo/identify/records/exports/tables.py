"""Tables: the rows of an export, read a piece at a time, under headers that an import knows for certain.

What comes out is what the records of a source add up to, not what was made of several sources: so the same file,
brought in under the same source, says nothing new. A value that would be read otherwise than it stands is left empty,
because an empty cell changes nothing.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from vinculo.foundation import money
from vinculo.identify.orders.arriving import UNNUMBERED
from vinculo.identify.parties import products
from vinculo.identify.records.models import Source
from vinculo.identify.templates import blanks

KINDS = ("customers", "products", "orders")
MONEY = frozenset(("unit_cost", "cost"))
"""Columns for those who see costs."""
PIECE = 2_000
Cell = str | int | float | Decimal | date | None
_EXTRA = {
    "name": ("Full name", "Nombre completo"),
    "standing": ("Standing", "Situación"),
    "email_2": ("E-mail 2", "Correo 2"),
}
_STATED = (
    *("kind", "standing", "name", "given_name", "family_name", "second_family_name", "email", "email_2", "phone"),
    *("phone_2", "tax_id", "birth_on", "language", "lines", "postcode", "city", "region", "country"),
    *("acquisition_channel", "acquired_on"),
)
TARGETS: Mapping[str, tuple[str, ...]] = {
    "customers": ("source_key", *_STATED[:6], "organisation", *_STATED[6:]),
    "products": ("source_key", "name", "category", "list_price", "unit_cost", "currency"),
    "orders": (
        *("order_id", "happened_at", "customer_id", "product_id", "product_name", "category", "quantity", "amount"),
        *("discount", "cost", "currency", "channel"),
    ),
}
"""Columns of each export."""
QUERIES = {
    "customers": """
        SELECT key.value, customer.name, state.state, customer.kind, customer.standing, customer.country
        FROM identify_identifier AS key JOIN identify_customer AS customer ON customer.id = key.customer_id
        LEFT JOIN LATERAL (
            SELECT identify_state(CASE WHEN record.payload ? 'by_hand' AND record.import_id IS NULL
                THEN record.payload->'clean' || '{"by_hand": true}' ELSE record.payload->'clean' END,
                coalesce(imported.options->'column_policies', imported.options->'policies') ORDER BY record.id) AS state
            FROM identify_sourcerecord AS record LEFT JOIN identify_import AS imported ON imported.id = record.import_id
            WHERE record.source_id = key.source_id AND record.kind = 'customers' AND record.source_key = key.value
        ) AS state ON TRUE
        WHERE key.kind = 'source_key' AND key.source_id = %(source)s ORDER BY key.value COLLATE "C"
    """,
    "products": """
        SELECT code, product.name, coalesce(category.path, ''), list_price_minor, unit_cost_minor, currency
        FROM identify_product AS product LEFT JOIN identify_category AS category ON category.id = product.category_id
        WHERE product.source_id = %(source)s ORDER BY code
    """,
    # Keys are few and lines many: identifiers have no index by their customer.
    "orders": """
        WITH keys AS MATERIALIZED (
            SELECT DISTINCT ON (customer_id) customer_id, value FROM identify_identifier
            WHERE kind = 'source_key' AND source_id = %(source)s ORDER BY customer_id, id
        )
        SELECT placed.number, line.happened_at, key.value, product.code, coalesce(line.description, product.name),
            category.path, line.quantity, line.net_minor, line.discount_minor, line.cost_minor, placed.currency,
            channel.code
        FROM identify_order AS placed JOIN identify_orderline AS line ON line.order_id = placed.id
        LEFT JOIN keys AS key ON key.customer_id = line.customer_id
        LEFT JOIN identify_product AS product ON product.id = line.product_id
        LEFT JOIN identify_category AS category ON category.id = product.category_id
        LEFT JOIN identify_channel AS channel ON channel.id = placed.channel_id
        WHERE placed.source_id = %(source)s AND line.superseded_by_id IS NULL ORDER BY placed.id, line.id
    """,
}


def rows(kind: str, *, source: Source, language: str, without: Collection[str] = ()) -> Iterator[Sequence[Cell]]:
    """Yield the headers of an export in a language, then its rows; columns `without` are left out."""
    wanted = [place for place, target in enumerate(TARGETS[kind]) if target not in without]
    yield [header(kind, TARGETS[kind][place], language) for place in wanted]
    cells: Callable[[tuple[Any, ...]], Sequence[Cell]] = CELLS[kind]
    with connection.chunked_cursor() as cursor:
        cursor.execute(QUERIES[kind], {"source": source.pk})
        while found := cursor.fetchmany(PIECE):
            for row in found:
                read = cells(row)
                yield [read[place] for place in wanted]


def header(kind: str, target: str, language: str) -> str:
    """Return the header of a column."""
    for column in blanks.COLUMNS[kind]:
        if column.target == target:
            return column.header(language)
    return _EXTRA[target][blanks.LANGUAGES.index(language) if language in blanks.LANGUAGES else 0]


def customer(row: tuple[Any, ...]) -> Sequence[Cell]:
    """Return the cells of a customer; one of whom no record says anything has a number and what orders told."""
    key, name, state, kind, standing, country = row
    said = stated(state)
    if not said:
        said = {"country": country, "standing": standing if standing == "prospect" else ""}
        said |= {"kind": kind, "name": name} if name != key else {}
    company = said.get("kind") == "organisation"
    named = any(said.get(part) for part in ("given_name", "family_name", "second_family_name"))
    organisation = said.get("name", "") if company else ""
    whole = said.get("contact", "") if company else "" if named else said.get("name", "")
    cells = {**said, "name": whole, **({"given_name": ""} if company else {})}
    values = [cells.get(name, "") for name in _STATED]
    return [key, *values[:6], organisation, *values[6:]]


def stated(state: Any) -> dict[str, str]:
    """Return the columns of a state that hold a value."""
    found = json.loads(state) if isinstance(state, str) else state or {}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def product(row: tuple[Any, ...]) -> Sequence[Cell]:
    """Return the cells of a product."""
    code, name, category, list_price, unit_cost, currency = row
    path = category if products.category_path(category) == category else ""
    return [code, name, path, major(list_price, currency), major(unit_cost, currency), currency]


def line(row: tuple[Any, ...]) -> Sequence[Cell]:
    """Return the cells of a line of an order; one without a number is told by its customer and moment again."""
    number, happened_at, key, code, name, category, quantity, net, discount, cost, currency, channel = row
    told = "" if number.startswith(UNNUMBERED) else number
    moment: datetime = happened_at.replace(tzinfo=None)
    # Three decimals could be taken for thousands; none or four cannot.
    pieces = int(quantity) if quantity == quantity.to_integral_value() else quantity
    amounts = (major(net, currency), major(discount, currency), major(cost, currency))
    return [told, moment, key or "", code or "", name or "", category or "", pieces, *amounts, currency, channel or ""]


CELLS: Mapping[str, Callable[[tuple[Any, ...]], Sequence[Cell]]] = {
    "customers": customer,
    "products": product,
    "orders": line,
}


def major(minor: int | None, currency: str) -> Decimal | None:
    """Return an amount in whole units, exactly."""
    if minor is None:
        return None
    digits = money.digits(currency) if currency else 2
    return Decimal(minor).scaleb(-digits)
