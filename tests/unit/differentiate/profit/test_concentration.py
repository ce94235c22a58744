from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.profit import concentration
from vinculo.differentiate.settings import Settings
from vinculo.foundation.language import translator
from vinculo.warehouse.duck import DuckEngine

AS_OF = date(2011, 6, 9)
ENGLISH = translator("en")
LEDGER = (
    *("gross_sales_minor", "discounts_minor", "returns_minor", "net_sales_minor", "margin_minor"),
    *("deliveries_cost_minor", "returns_handling_cost_minor", "cost_to_serve_minor", "contribution_minor"),
    *("purchase_days", "return_days"),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path, threads=2) as engine:
        yield engine


def scoped(contributions: list[int], dimension: str = "all", value: str = "all") -> pa.Table:
    nothing = dict.fromkeys(LEDGER, 0)
    rows = [
        {"dimension": dimension, "dimension_value": value, "customer_id": f"C{place}"}
        | nothing
        | {"contribution_minor": amount, "net_sales_minor": 10 * abs(amount), "gross_sales_minor": 10 * abs(amount)}
        for place, amount in enumerate(contributions)
    ]
    return pa.Table.from_pylist(rows)


def test_the_whale_curve_peaks_above_the_total_where_some_lose_money(engine: DuckEngine) -> None:
    engine.attach("scoped_profile", scoped([60, 50, 40, 0, -50]))

    tables = concentration.summarize(engine, Settings(AS_OF), ENGLISH)

    found = tables["concentration"].to_pylist()[0]
    assert (found["measure"], found["customers"], found["total_minor"]) == ("contribution", 5, 100)
    assert (found["peak_customers"], found["peak_share"]) == (3, 1.5)
    assert (found["unprofitable_customers"], found["unprofitable_minor"]) == (1, -50)
    assert found["gini"] is None
    assert "Lorenz and Gini do not apply" in found["reading"]
    curve = tables["whale_curve"].filter(pa.compute.equal(tables["whale_curve"]["measure"], "contribution"))
    assert curve["cumulative_share"].to_pylist() == [0, 0.6, 1.1, 1.5, 1.5, 1.0]


def test_net_sales_of_a_decile_are_those_of_its_customers(engine: DuckEngine) -> None:
    engine.run(
        "CREATE TEMP TABLE scoped_profile AS SELECT 'all' AS dimension, 'all' AS dimension_value, "
        "CAST(hash(range) % 1000003 AS BIGINT) AS contribution_minor, 7 * contribution_minor AS net_sales_minor, "
        "CAST(range AS VARCHAR) AS customer_id FROM range(300000)"
    )
    found = list(concentration.rankings(engine, ("all",)))

    deciles = concentration.rank(found, Settings(AS_OF), ENGLISH)["deciles"].to_pylist()

    by_contribution = [row for row in deciles if row["measure"] == "contribution"]
    assert [row["net_sales_minor"] for row in by_contribution] == [7 * row["amount_minor"] for row in by_contribution]
    assert [row["customers"] for row in by_contribution] == [30_000] * 10
    assert by_contribution[-1]["cumulative_share"] == 1


def test_every_value_of_a_dimension_has_its_own_curve(engine: DuckEngine) -> None:
    table = pa.concat_tables([scoped([9, 1]), scoped([9], "country", "ES"), scoped([1], "country", "FR")])
    engine.attach("scoped_profile", table)

    tables = concentration.summarize(engine, Settings(AS_OF, by=("country",)), ENGLISH)

    scopes = tables["concentration"].select(["dimension", "dimension_value", "measure", "total_minor"]).to_pylist()
    assert [tuple(scope.values()) for scope in scopes] == [
        ("all", "all", "contribution", 10),
        ("all", "all", "net_sales", 100),
        ("country", "ES", "contribution", 9),
        ("country", "ES", "net_sales", 90),
        ("country", "FR", "contribution", 1),
        ("country", "FR", "net_sales", 10),
    ]


def test_the_largest_losses_come_first_with_their_cause(engine: DuckEngine) -> None:
    table = scoped([-5, 10, -70, -5]).to_pylist()
    table[2] |= {"returns_minor": 60, "returns_handling_cost_minor": 20}
    engine.attach("scoped_profile", pa.Table.from_pylist(table))

    losses = concentration.summarize(engine, Settings(AS_OF), ENGLISH)["unprofitable"].to_pylist()

    assert [(row["loss_rank"], row["customer_id"]) for row in losses] == [(1, "C2"), (2, "C0"), (3, "C3")]
    assert [row["cause"] for row in losses] == ["returns", "no_margin", "no_margin"]


def test_both_sides_of_zero_are_compared(engine: DuckEngine) -> None:
    engine.attach("scoped_profile", scoped([30, 10, -5]))

    sides = concentration.summarize(engine, Settings(AS_OF), ENGLISH)["profit_sides"].to_pylist()

    assert [(row["side"], row["customers"], row["contribution_minor"]) for row in sides] == [
        ("profitable", 2, 40),
        ("unprofitable", 1, -5),
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "80.0\xa0% of contribution comes from 20.0\xa0% of the customers (95\xa0% interval: "),
        ("es", "El 80,0\xa0% de la contribución procede del 20,0\xa0% de los clientes (intervalo del 95\xa0%: "),
    ],
)
def test_the_reading_speaks_the_language_of_the_run(engine: DuckEngine, language: str, said: str) -> None:
    engine.attach("scoped_profile", scoped([16] * 20 + [1] * 80))

    tables = concentration.summarize(engine, Settings(AS_OF, language=language), translator(language))

    assert tables["concentration"]["reading"][0].as_py().startswith(said)


def test_products_are_ranked_like_customers() -> None:
    items = pa.table({"item": ["a", "b", "c"], "amount_minor": [98, 1, 1]})

    tables = concentration.rank_items(
        items, dimension="product", measure="net_sales", settings=Settings(AS_OF), translate=ENGLISH
    )

    found = tables["concentration"].to_pylist()[0]
    assert (found["dimension"], found["dimension_value"], found["customers"]) == ("product", "all", 3)
    assert found["reading"].endswith("of the items.")


def test_net_sales_of_an_item_leave_out_what_is_not_goods(engine: DuckEngine) -> None:
    lines = [
        ("a", 900, "sale"),
        ("a", -100, "return"),
        ("b", 50, "guest"),
        ("post", 999, "not_goods"),
        (None, 5, "sale"),
    ]
    columns = dict(zip(("product_id", "net_minor", "line_kind"), map(list, zip(*lines, strict=True)), strict=True))
    engine.attach("order_lines", pa.table(columns | {"category": ["x"] * len(lines)}))

    assert concentration.item_amounts(engine, "product").to_pylist() == [
        {"item": "a", "amount_minor": 800},
        {"item": "b", "amount_minor": 50},
    ]
    assert concentration.item_amounts(engine, "category")["amount_minor"].to_pylist() == [855]


def test_order_of_the_data_changes_nothing() -> None:
    random = np.random.default_rng(5)
    amounts, sold = random.integers(-50, 200, 3_000), random.integers(0, 900, 3_000)
    shuffled = random.permutation(3_000)

    straight, mixed = (
        concentration.rank(
            [concentration.Ranking("all", "all", "contribution", amounts[order], sold[order])], Settings(AS_OF), ENGLISH
        )
        for order in (np.arange(3_000), shuffled)
    )

    assert straight == mixed


def test_nobody_gives_empty_tables(engine: DuckEngine) -> None:
    engine.attach("scoped_profile", scoped([1]).slice(0, 0))

    tables = concentration.summarize(engine, Settings(AS_OF), ENGLISH)

    assert {table.num_rows for table in tables.values()} == {0}


def test_losses_that_tie_at_the_hundredth_are_cut_by_customer(engine: DuckEngine) -> None:
    engine.attach("scoped_profile", scoped([-7] * 130 + [-9]))

    losses = concentration.summarize(engine, Settings(AS_OF), ENGLISH)["unprofitable"].to_pylist()

    assert len(losses) == 100
    assert losses[0]["customer_id"] == "C130"
    assert [row["customer_id"] for row in losses[1:4]] == ["C0", "C1", "C10"]
