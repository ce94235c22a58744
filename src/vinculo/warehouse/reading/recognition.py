"""Recognition: what kind of line each is, by the first rule that matches, and what is done with it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pyarrow as pa

from vinculo.foundation.language import Translate
from vinculo.warehouse import queries
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.tables import orders as tables

DUPLICATE_COLUMNS = (
    *("order_id", "customer_id", "happened_at", "product_id", "product_name", "category", "channel", "country"),
    *("segment", "quantity", "gross_minor", "discount_minor", "net_minor"),
)
"""Two lines that agree in all of these, nulls included, repeat each other; only where orders are numbered."""

TREATMENTS = {
    "sale": "Counted as a purchase of its customer.",
    "return": "Taken off the sales of its customer; no purchase.",
    "cancellation": "Taken off the sales of its customer, as a return; no purchase.",
    "guest": "Counted in the totals; in no customer's profile, because nobody is named.",
    "zero_price": "Left out: no money moved.",
    "not_goods": "Left out: postage, fees, samples, vouchers and manual entries are no goods.",
    "adjustment": "Left out: an entry of the books, no sale.",
    "other_currency": "Left out: in another currency, as asked.",
    "after_as_of": "Left out: after the day the analysis looks from.",
    "future": "Left out: dated after today.",
    "rejected": "Left out: a date or an amount could not be read; the rows are listed.",
    "duplicate": "Left out: repeats another line in every column.",
}
"""What is done with the lines of each kind; English templates for translation."""


def kind(
    *,
    as_of: date,
    today: date | None,
    not_goods: Sequence[str],
    other_currency: str = "FALSE",
    order_prefixes: bool = True,
) -> str:
    """Return the SQL of `line_kind` over the columns of `order_lines`: the first rule that matches.

    Without `order_prefixes` no order begins with A or C, and orders need not be read.
    """
    negative = "net_minor < 0 OR quantity < 0"
    rules = [("future", f"happened_at >= {midnight_after(today)}")] if today else []
    rules += [("after_as_of", f"happened_at >= {midnight_after(as_of)}")]
    if other_currency != "FALSE":
        rules.append(("other_currency", other_currency))
    if order_prefixes:
        booked = "customer_id IS NULL OR coalesce(product_name ILIKE '%bad debt%', FALSE)"
        rules.append(("adjustment", f"order_id LIKE 'A%' AND ({booked}) AND regexp_full_match(order_id, 'A\\d+')"))
    rules.append(("guest", "customer_id IS NULL"))
    if not_goods:
        rules.append(("not_goods", matches("product_id", not_goods)))
    rules.append(("zero_price", "net_minor = 0"))
    if order_prefixes:
        rules.append(("cancellation", f"({negative}) AND regexp_full_match(order_id, 'C\\d+')"))
    rules.append(("return", negative))
    return f"CASE {' '.join(f'WHEN {rule} THEN {sources.literal(name)}' for name, rule in rules)} ELSE 'sale' END"


def matches(column: str, codes: Sequence[str]) -> str:
    """Return the SQL that tells whether a column is one of some codes; a star at the end stands for any ending."""
    exact = ", ".join(sources.literal(code) for code in codes if not code.endswith("*"))
    tests = [f"list_contains([{exact}], {column})"] if exact else []
    tests += [f"starts_with({column}, {sources.literal(code[:-1])})" for code in codes if code.endswith("*")]
    return "(" + " OR ".join(tests) + ")"


def midnight_after(day: date) -> str:
    """Return the SQL of the moment a day ends."""
    last = min(day, date(9999, 12, 30))
    return f"TIMESTAMP '{datetime.combine(last + timedelta(days=1), datetime.min.time()):%Y-%m-%d}'"


def counts(engine: DuckEngine, translate: Translate) -> pa.Table:
    """Count the lines of each kind, rejected ones included, as the table `line_counts`.

    The lines of all rows add up to the lines of the source. One scan of `order_lines`.
    """
    found = engine.rows(queries.load(__package__, "line_counts")).to_pylist()
    rows = [row | {"treatment": translate(TREATMENTS[row["line_kind"]])} for row in found]
    return pa.Table.from_pylist(rows, schema=tables.LINE_COUNTS.schema)
