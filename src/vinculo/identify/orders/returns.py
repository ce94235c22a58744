"""Returns: which earlier sale a return or a cancellation brings back, told from the lines alone.

A return belongs to the latest sale, not after it, of the same product to the same customer, of which enough pieces are
still out. The links are worked out anew for everything one customer bought and returned of one product, so they
depend on the lines only, not on the order in which imports came or went.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from vinculo.warehouse.duck import DuckEngine

ROUNDS = 100
"""Rounds after which what is left stays unlinked; two or three do in practice."""


@dataclass(frozen=True)
class Sale:
    """A line that was sold, and how many pieces of it are still out."""

    line_id: int
    happened_at: datetime
    number: str
    line_key: str
    pieces_out: Decimal


def latest(sales: Iterable[Sale], *, wanted: Decimal, at: datetime) -> Sale | None:
    """Return the sale that a single return brings back, by the rule of `link`; nothing where none can be.

    >>> from datetime import UTC
    >>> may, june = (Sale(n, datetime(2026, n, 1, tzinfo=UTC), f"N{n}", "", Decimal(2)) for n in (5, 6))
    >>> latest([may, june], wanted=Decimal(1), at=datetime(2026, 5, 20, tzinfo=UTC)).number
    'N5'
    """
    fitting = [each for each in sales if each.happened_at <= at and each.pieces_out >= wanted]
    return max(fitting, key=lambda each: (each.happened_at, each.number, each.line_key), default=None)


def link(engine: DuckEngine) -> None:
    """Create `return_links` (id, returns_line_id) from `pair_lines`.

    `pair_lines` holds id, customer_id, product_id, happened_at, quantity (negative for a return), number and line_key
    of all lines of the customers and products looked at.
    """
    engine.run("CREATE OR REPLACE TEMP TABLE return_links (id BIGINT, returns_line_id BIGINT)")
    columns = "id, customer_id, product_id, happened_at, number, line_key"
    engine.materialise(
        "returns_open",
        f"SELECT {columns}, -quantity AS wanted FROM pair_lines WHERE quantity < 0",
    )
    engine.materialise(
        "sales_out",
        f"""
        SELECT {columns}, quantity AS pieces_out FROM pair_lines
        SEMI JOIN returns_open USING (customer_id, product_id) WHERE quantity > 0
        """,
    )
    for _round in range(ROUNDS):
        if not linked_in_one_round(engine):
            return


def linked_in_one_round(engine: DuckEngine) -> int:
    """Offer every open return its latest sale and link those that can have it; return how many."""
    engine.materialise(
        "links_made",
        """
        SELECT id, sale AS returns_line_id, wanted FROM (
            SELECT *, sum(wanted) OVER (PARTITION BY sale ORDER BY happened_at, number, line_key) AS claimed FROM (
                SELECT back.id, back.wanted, back.happened_at, back.number, back.line_key,
                    arg_max(sale.id, (sale.happened_at, sale.number, sale.line_key)) AS sale,
                    arg_max(sale.pieces_out, (sale.happened_at, sale.number, sale.line_key)) AS pieces_out
                FROM returns_open AS back JOIN sales_out AS sale
                    ON sale.customer_id = back.customer_id AND sale.product_id = back.product_id
                    AND sale.happened_at <= back.happened_at AND sale.pieces_out >= back.wanted
                GROUP BY ALL
            )
        ) WHERE claimed <= pieces_out
        """,
    )
    engine.run("INSERT INTO return_links SELECT id, returns_line_id FROM links_made")
    engine.run("DELETE FROM returns_open WHERE id IN (SELECT id FROM links_made)")
    engine.run(
        """
        UPDATE sales_out SET pieces_out = pieces_out - taken FROM (
            SELECT returns_line_id AS id, sum(wanted) AS taken FROM links_made GROUP BY ALL
        ) AS made WHERE made.id = sales_out.id
        """
    )
    (row,) = engine.rows("SELECT count(*) AS made FROM links_made").to_pylist()
    return int(row["made"])
