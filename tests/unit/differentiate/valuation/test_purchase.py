"""What a future purchase leaves: spend, less returns, cost of goods and cost to serve, by hand."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.valuation import purchase
from vinculo.differentiate.valuation.purchase import Rates
from vinculo.warehouse.duck import DuckEngine

RATES = Rates(mean_spend=100.0, return_share=0.10, margin_share=0.40, cost_to_serve=5.0)


def left(spend: float = 100.0, rates: Rates = RATES, **ledger: float) -> float:
    nothing = dict.fromkeys(
        ("sales_minor", "returns_minor", "net_sales_minor", "margin_minor", "cost_to_serve_minor", "purchase_days"), 0.0
    )
    customer = {name: np.array([value]) for name, value in {**nothing, **ledger}.items()}
    return float(purchase.contribution(rates, np.array([spend]), customer)[0])


def test_a_customer_of_whom_nothing_is_known_is_like_all() -> None:
    assert left() == pytest.approx(100 * 0.9 * 0.4 - 5)


def test_own_rates_weigh_as_much_as_they_are_evidence_for() -> None:
    found = left(
        sales_minor=300,
        returns_minor=90,
        net_sales_minor=210,
        margin_minor=105,
        cost_to_serve_minor=30,
        purchase_days=3,
    )

    returned = (90 + 0.1 * 300) / (300 + 300)
    margin = (105 + 0.4 * 300) / (210 + 300)
    serve = (30 + 5 * 3) / (3 + 3)
    assert found == pytest.approx(100 * (1 - returned) * margin - serve)


def test_who_returned_his_only_purchase_is_not_expected_to_return_all() -> None:
    found = left(sales_minor=100, returns_minor=100, cost_to_serve_minor=5, purchase_days=1)

    assert -5 < found < left()


def test_a_loss_on_every_sale_stays_a_loss() -> None:
    assert left(net_sales_minor=1e9, margin_minor=-5e8, sales_minor=1e9, purchase_days=10) < 0


def test_more_returned_than_sold_leaves_only_the_cost() -> None:
    found = left(sales_minor=10, returns_minor=10_000, net_sales_minor=-9_990, margin_minor=-9_990, purchase_days=1)

    assert found == pytest.approx(-5 * 3 / 4)


@pytest.mark.parametrize(
    "columns", [{"sales_minor": [0], "purchase_days": [0]}, {"sales_minor": [], "purchase_days": []}]
)
def test_rates_without_sales_are_nothing_and_no_error(tmp_path: Path, columns: dict[str, list[int]]) -> None:
    size = len(columns["sales_minor"])
    others = ("returns_minor", "net_sales_minor", "margin_minor", "cost_to_serve_minor")
    table = pa.table({name: pa.array([0] * size, pa.int64()) for name in ("sales_minor", "purchase_days", *others)})
    with DuckEngine(tmp_path) as engine:
        engine.attach("accounts", table)

        found = Rates.of(engine)

    assert found == Rates(0.0, 0.0, 0.0, 0.0)


def test_rates_are_those_of_all_customers_together(tmp_path: Path) -> None:
    columns = {"sales_minor": [1000, 3000], "returns_minor": [100, 300], "net_sales_minor": [900, 2700]}
    columns |= {"margin_minor": [450, 990], "cost_to_serve_minor": [50, 150], "purchase_days": [1, 3]}
    with DuckEngine(tmp_path) as engine:
        engine.attach("accounts", pa.table(columns))

        found = Rates.of(engine)

    assert found == Rates(mean_spend=1000.0, return_share=0.1, margin_share=0.4, cost_to_serve=50.0)


def test_rates_of_a_value_are_those_of_its_customers(tmp_path: Path) -> None:
    columns = {"sales_minor": [1000, 3000, 7], "returns_minor": [100, 300, 7], "net_sales_minor": [900, 2700, 0]}
    columns |= {"margin_minor": [450, 990, 0], "cost_to_serve_minor": [50, 150, 0], "purchase_days": [1, 3, 1]}
    where = {"dimension": ["country", "country", "channel"], "dimension_value": ["ES", "PT", "web"]}
    with DuckEngine(tmp_path) as engine:
        engine.attach("scoped_profile", pa.table(where | columns))

        found = Rates.by(engine, "country")

    assert found == {
        "ES": Rates(mean_spend=1000.0, return_share=0.1, margin_share=0.5, cost_to_serve=50.0),
        "PT": Rates(mean_spend=1000.0, return_share=0.1, margin_share=990 / 2700, cost_to_serve=50.0),
    }
