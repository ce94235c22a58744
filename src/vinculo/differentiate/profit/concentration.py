"""Concentration of profit: our own 80/20 with its interval, the whale curve, deciles, and who loses money.

This is the one place where a column leaves the engine whole: the amounts of one dimension at a time, eight bytes a
customer. Formulas are in `curves.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from babel.numbers import format_decimal

from vinculo.differentiate.profit import curves
from vinculo.differentiate.profit.curves import Amounts, Bootstrap
from vinculo.differentiate.settings import Settings
from vinculo.foundation.language import Translate
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import Table, profit

Row = dict[str, object]
Tables = dict[str, pa.Table]
LEVEL = 0.95
LISTED, LISTED_BY_VALUE = 100, 10
"""Largest losses listed: of everybody, and of one value of a dimension."""
_LIMITS = pa.schema(
    [
        ("dimension", pa.string()),
        ("dimension_value", pa.string()),
        ("listed", pa.int64()),
        ("limit_minor", pa.int64()),
    ]
)
_WHAT = {"contribution": "contribution", "net_sales": "net sales"}


@dataclass(frozen=True)
class Ranking:
    """One amount of one group: what is summed, whose it is, and the net sales that go with it."""

    dimension: str
    dimension_value: str | None
    measure: str
    amounts: Amounts
    net_sales: Amounts
    whose: str = "customers"

    @property
    def scope(self) -> Row:
        """Return the columns every table begins with."""
        return {"dimension": self.dimension, "dimension_value": self.dimension_value, "measure": self.measure}


def summarize(engine: Engine, settings: Settings, translate: Translate) -> Tables:
    """Return the tables `concentration`, `whale_curve`, `deciles`, `unprofitable` and `profit_sides`.

    Assumes the relation `scoped_profile` (profile and ledger columns, rows repeated for each asked dimension). One
    row of each table is described in `warehouse.tables.profit`; amounts are in minor units. Intervals are those of
    a Poisson bootstrap of 200 draws, 95 %.

    Sources: R. S. Kaplan and V. G. Narayanan (2001) for the whale curve; see `curves.py` for the balance share.
    """
    tables = rank(rankings(engine, ("all", *settings.by)), settings, translate)
    engine.attach("loss_limits", tables.pop("loss_limits"))
    for table in (profit.UNPROFITABLE, profit.PROFIT_SIDES):
        tables[table.name] = engine.rows(queries.load(__package__, table.name)).cast(table.schema)
    return tables


def item_amounts(engine: Engine, item: str) -> pa.Table:
    """Return net sales by `product` or `category`, guests' included, ready for `rank_items`.

    Assumes the relation `order_lines`. One row is one item: `item` and `amount_minor`, in minor units.
    """
    return engine.rows(queries.load(__package__, f"{item}_amounts"))


def rank_items(items: pa.Table, *, dimension: str, measure: str, settings: Settings, translate: Translate) -> Tables:
    """Return the same three tables for any amounts by key: products, categories, complaint causes, shops.

    `items` has a column `amount_minor` and optionally `net_sales_minor`; one row is one item, already summed (see
    `item_amounts`). `dimension` says what the items are; its value is `all`.
    """
    amounts = items["amount_minor"].to_numpy().astype(np.int64)
    sold = items["net_sales_minor"].to_numpy().astype(np.int64) if "net_sales_minor" in items.schema.names else amounts
    tables = rank([Ranking(dimension, "all", measure, amounts, sold, "items")], settings, translate)
    return {table.name: tables[table.name] for table in TABLES if table.name in tables}


def rank(rankings: Iterator[Ranking] | list[Ranking], settings: Settings, translate: Translate) -> Tables:
    """Return the tables `concentration`, `whale_curve` and `deciles` of some rankings, and `loss_limits`.

    One row of `loss_limits` is one ranked contribution: the amount from which a customer is among the largest losses.
    """
    bootstrap = Bootstrap.draw(seed=settings.lifetime.seed)
    summaries: list[Row] = []
    points: list[pa.Table] = []
    tenths: list[Row] = []
    limits: list[Row] = []
    for ranking in rankings:
        if not len(ranking.amounts):
            continue
        ranked = curves.descending(ranking.amounts)
        summary = summary_of(ranked, bootstrap)
        said = reading(summary, ranking, settings.language, translate)
        summaries.append({**ranking.scope, **summary, "reading": said})
        points.append(_curve(ranking, ranked, summary))
        tenths.extend(_deciles(ranking, ranked))
        if ranking.measure == "contribution":
            listed = LISTED if ranking.dimension == "all" else LISTED_BY_VALUE
            limit = int(ranked[-min(listed, len(ranked))])
            limits.append({**ranking.scope, "listed": listed, "limit_minor": limit})
    return {
        "concentration": pa.Table.from_pylist(summaries, schema=profit.CONCENTRATION.schema),
        "whale_curve": pa.concat_tables([profit.WHALE_CURVE.schema.empty_table(), *points]),
        "deciles": pa.Table.from_pylist(tenths, schema=profit.DECILES.schema),
        "loss_limits": pa.Table.from_pylist(limits, schema=_LIMITS),
    }


def summary_of(ranked: Amounts, bootstrap: Bootstrap) -> Row:
    """Return the figures of one ranked amount, by the names of the table `concentration`."""
    customers, total = len(ranked), int(ranked.sum())
    peak = int(np.searchsorted(-ranked, 0, side="left"))
    losing = customers - int(np.searchsorted(-ranked, 0, side="right"))
    share = curves.balance_share(ranked)
    low, high = bootstrap.interval(ranked, LEVEL) or (None, None)
    fifth = -(-customers // 5)
    top = int(ranked[:peak].sum())
    return {
        "customers": customers,
        "total_minor": total,
        "balance_share": share,
        "balance_share_low": low,
        "balance_share_high": high,
        "balance_amount_share": None if share is None else 1 - share,
        "top_fifth_share": int(ranked[:fifth].sum()) / total if total > 0 else None,
        "gini": curves.gini(ranked),
        "peak_customers": peak,
        "peak_customer_share": peak / customers,
        "peak_minor": top,
        "peak_share": top / total if total > 0 else None,
        "unprofitable_customers": losing,
        "unprofitable_share": losing / customers,
        "unprofitable_minor": total - top,
    }


def reading(summary: Mapping[str, object], ranking: Ranking, language: str, translate: Translate) -> str:
    """Say the figures of one ranked amount in words."""

    def percent(name: str) -> str:
        value = summary[name]
        assert isinstance(value, float)
        return format_decimal(value * 100, "#,##0.0", locale=language)

    if summary["balance_share"] is None:
        return translate("The total is not above zero, so no share of it can be given.")
    facts = {name: percent(name) for name in ("balance_share", "balance_amount_share", "peak_share")}
    facts |= {name: percent(name) for name in ("peak_customer_share", "unprofitable_share")}
    facts |= {"what": translate(_WHAT.get(ranking.measure, "the amount")), "whose": translate(ranking.whose)}
    sentence = translate("{balance_amount_share} % of {what} comes from {balance_share} % of the {whose}.")
    if summary["balance_share_low"] is not None:
        facts |= {"low": percent("balance_share_low"), "high": percent("balance_share_high")}
        sentence = translate(
            "{balance_amount_share} % of {what} comes from {balance_share} % of the {whose} "
            "(95 % interval: {low} % to {high} %)."
        )
    if summary["unprofitable_customers"]:
        sentence += " " + translate(
            "{unprofitable_share} % of the {whose} lose money: read the whale curve, which peaks at {peak_share} % "
            "of the total with {peak_customer_share} % of the {whose}; Lorenz and Gini do not apply."
        )
    return sentence.format(**facts)


def rankings(engine: Engine, dimensions: tuple[str, ...]) -> Iterator[Ranking]:
    """Fetch contribution and net sales of every value of some dimensions, one dimension at a time."""
    query = queries.load(__package__, "amounts")
    for dimension in dimensions:
        groups = engine.rows(query, dimension=dimension)
        for place in range(groups.num_rows):
            value = groups["dimension_value"][place].as_py()
            amounts = {name: _numbers(groups[name][place]) for name in ("contribution", "net_sales")}
            for measure, numbers in amounts.items():
                yield Ranking(dimension, value, measure, numbers, amounts["net_sales"])


def _numbers(scalar: pa.ListScalar) -> Amounts:
    return np.asarray(scalar.values.to_numpy(zero_copy_only=False), dtype=np.int64)


def _curve(ranking: Ranking, ranked: Amounts, summary: Mapping[str, object]) -> pa.Table:
    customers, total = len(ranked), int(ranked.sum())
    peak = summary["peak_customers"]
    assert isinstance(peak, int)
    ranks = curves.curve_ranks(customers, also=(peak,))
    cumulative = curves.cumulative_at(ranked, ranks)
    columns: dict[str, object] = {name: [value] * len(ranks) for name, value in ranking.scope.items()}
    columns |= {
        "customers": ranks,
        "customer_share": ranks / customers,
        "cumulative_minor": cumulative,
        "cumulative_share": cumulative / total if total > 0 else [None] * len(ranks),
    }
    return pa.Table.from_pydict(columns, schema=profit.WHALE_CURVE.schema)


def _deciles(ranking: Ranking, ranked: Amounts) -> Iterator[Row]:
    ranks = curves.tenths(len(ranked))
    total = int(ranked.sum())
    amounts = curves.cumulative_at(ranked, ranks)
    # Only the contribution needs the second column: sorted by itself, net sales are their own companion.
    by_itself = ranking.net_sales is ranking.amounts
    sold = amounts if by_itself else curves.companion_at(ranking.amounts, ranking.net_sales, ranked, ranks)
    for decile in range(1, 11):
        first, last = int(ranks[decile - 1]), int(ranks[decile])
        if first == last:
            continue
        amount = int(amounts[decile] - amounts[decile - 1])
        yield {
            **ranking.scope,
            "decile": decile,
            "customers": last - first,
            "amount_minor": amount,
            "share": amount / total if total > 0 else None,
            "cumulative_share": int(amounts[decile]) / total if total > 0 else None,
            "net_sales_minor": int(sold[decile] - sold[decile - 1]),
            "highest_minor": int(ranked[first]),
            "lowest_minor": int(ranked[last - 1]),
        }


TABLES: tuple[Table, ...] = (
    profit.CONCENTRATION,
    profit.WHALE_CURVE,
    profit.DECILES,
    profit.UNPROFITABLE,
    profit.PROFIT_SIDES,
)
