from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vinculo.differentiate.profit import ledger
from vinculo.differentiate.settings import CostToServe, Settings
from vinculo.foundation.errors import InputError, SettingsError
from vinculo.warehouse import queries, spark
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables import profit
from vinculo.warehouse.tables.customers import PROFILE

AS_OF = date(2011, 6, 9)
COSTS = CostToServe(
    delivery_minor=350,
    return_handling_minor=500,
    contact_minor=100,
    contacts_per_year=2,
    commission_share=0.05,
)
SCOPED = """
    CREATE OR REPLACE TEMP VIEW scoped_profile AS
    SELECT 'all' AS dimension, 'all' AS dimension_value, p.*, l.* EXCLUDE (
        customer_id, gross_sales_minor, discounts_minor, returns_minor,
        net_sales_minor, cost_of_goods_minor, margin_minor
    )
    FROM profile AS p JOIN ledger AS l USING (customer_id)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path, threads=1) as engine:
        yield engine


def profile(*customers: dict[str, object]) -> pa.Table:
    rows = []
    for number, given_columns in enumerate(customers):
        row = dict.fromkeys(PROFILE.names, None)
        row |= dict.fromkeys((c.name for c in PROFILE.columns if c.type in ("integer", "number")), 0)
        row |= {"customer_id": f"C{number}"} | given_columns
        row["net_sales_minor"] = row["gross_sales_minor"] - row["discounts_minor"] - row["returns_minor"]
        row["margin_minor"] = row["net_sales_minor"] - row["cost_of_goods_minor"]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=PROFILE.schema)


def buyer(**columns: object) -> dict[str, object]:
    return {
        "gross_sales_minor": 10_000,
        "discounts_minor": 1_000,
        "returns_minor": 500,
        "cost_of_goods_minor": 4_000,
        "purchase_days": 3,
        "return_days": 1,
        "tenure_days": 731,
    } | columns


def lines(engine: DuckEngine) -> list[dict[str, object]]:
    table = engine.rows("SELECT * FROM ledger ORDER BY customer_id")
    assert table.schema.names == list(profit.LEDGER.names)
    return table.to_pylist()


def test_every_line_is_the_rate_times_its_count(engine: DuckEngine) -> None:
    engine.attach("profile", profile(buyer()))

    known = ledger.create_view(engine, Settings(AS_OF, costs=COSTS))

    assert known == ()
    assert lines(engine) == [
        {
            "customer_id": "C0",
            "gross_sales_minor": 10_000,
            "discounts_minor": 1_000,
            "returns_minor": 500,
            "net_sales_minor": 8_500,
            "cost_of_goods_minor": 4_000,
            "margin_minor": 4_500,
            "contacts_cost_minor": 400,
            "deliveries_cost_minor": 1_050,
            "returns_handling_cost_minor": 500,
            "commissions_cost_minor": 450,
            "other_cost_minor": 0,
            "cost_to_serve_minor": 2_400,
            "contribution_minor": 2_100,
        }
    ]


def test_a_customer_with_only_returns_has_no_contacts_to_pay(engine: DuckEngine) -> None:
    engine.attach("profile", profile({"returns_minor": 700, "return_days": 1, "tenure_days": None}))

    ledger.create_view(engine, Settings(AS_OF, costs=COSTS))

    assert lines(engine)[0]["contribution_minor"] == -700 - 500


def test_actual_costs_of_a_kind_replace_its_rate_for_everybody(engine: DuckEngine) -> None:
    engine.attach("profile", profile(buyer(), buyer()))
    booked = [
        {"customer_id": "C0", "kind": "deliveries", "happened_on": AS_OF, "cost_minor": 777},
        {"customer_id": "C0", "kind": "other", "happened_on": AS_OF, "cost_minor": 11},
        {"customer_id": "C1", "kind": "deliveries", "happened_on": date(2011, 6, 10), "cost_minor": 9_999},
    ]
    engine.attach("customer_costs", pa.Table.from_pylist(booked, schema=profit.CUSTOMER_COSTS.schema))

    known = ledger.create_view(engine, Settings(AS_OF, costs=COSTS), actual_costs=True)

    assert known == ("deliveries", "other")
    assert [line["deliveries_cost_minor"] for line in lines(engine)] == [777, 0]
    assert [line["other_cost_minor"] for line in lines(engine)] == [11, 0]
    assert [line["contacts_cost_minor"] for line in lines(engine)] == [400, 400]


def test_an_unknown_kind_of_cost_is_refused_by_name(engine: DuckEngine) -> None:
    engine.attach("profile", profile(buyer()))
    booked = [{"customer_id": "C0", "kind": "parking", "happened_on": AS_OF, "cost_minor": 1}]
    engine.attach("customer_costs", pa.Table.from_pylist(booked, schema=profit.CUSTOMER_COSTS.schema))

    with pytest.raises(InputError, match="parking"):
        ledger.create_view(engine, Settings(AS_OF), actual_costs=True)


@pytest.mark.parametrize("wrong", [CostToServe(delivery_minor=-1), CostToServe(commission_share=float("nan"))])
def test_a_rate_below_zero_is_refused(engine: DuckEngine, wrong: CostToServe) -> None:
    engine.attach("profile", profile(buyer()))

    with pytest.raises(SettingsError, match=r"costs\."):
        ledger.create_view(engine, Settings(AS_OF, costs=wrong))


def test_the_waterfall_goes_from_gross_sales_to_contribution(engine: DuckEngine) -> None:
    engine.attach("profile", profile(buyer(), buyer()))
    ledger.create_view(engine, Settings(AS_OF, costs=COSTS))
    engine.run(SCOPED)

    waterfall = ledger.totals(engine)

    assert waterfall.schema.names == list(profit.LEDGER_TOTALS.names)
    assert waterfall["line"].to_pylist() == list(profit.LEDGER_LINES)
    assert waterfall["amount_minor"].to_pylist() == [
        *(20_000, -2_000, -1_000, 17_000, -8_000, 9_000),
        *(-800, -2_100, -1_000, -900, 0, -4_800, 4_200),
    ]
    assert set(waterfall["unexplained_minor"].to_pylist()) == {0}


def test_the_waterfall_shows_what_a_profile_does_not_explain(engine: DuckEngine) -> None:
    wrong = profile(buyer())
    place = wrong.schema.get_field_index("net_sales_minor")
    engine.attach("profile", wrong.set_column(place, "net_sales_minor", pa.array([8_507], pa.int64())))
    ledger.create_view(engine, Settings(AS_OF, costs=COSTS))
    engine.run(SCOPED)

    unexplained = {line["line"]: line["unexplained_minor"] for line in ledger.totals(engine).to_pylist()}

    assert unexplained["net_sales"] == 7


amounts = st.integers(0, 10**9)
customers = st.fixed_dictionaries(
    {
        "gross_sales_minor": amounts,
        "discounts_minor": amounts,
        "returns_minor": amounts,
        "cost_of_goods_minor": st.integers(-(10**9), 10**9),
        "purchase_days": st.integers(0, 1_000),
        "return_days": st.integers(0, 1_000),
        "tenure_days": st.none() | st.integers(0, 5_000),
    }
)


@given(st.lists(customers, min_size=1, max_size=5), st.floats(0, 1), st.floats(0, 50))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_subtotal_reconciles_to_the_minor_unit(
    engine: DuckEngine, people: list[dict[str, object]], commission: float, contacts: float
) -> None:
    costs = CostToServe(commission_share=commission, contact_minor=37, contacts_per_year=contacts)
    engine.attach("profile", profile(*people))

    ledger.create_view(engine, Settings(AS_OF, costs=costs))
    engine.run(SCOPED)

    for line in lines(engine):
        net = line["gross_sales_minor"] - line["discounts_minor"] - line["returns_minor"]
        served = sum(value for name, value in line.items() if name.endswith("_cost_minor"))
        assert line["net_sales_minor"] == net
        assert line["margin_minor"] == net - line["cost_of_goods_minor"]
        assert line["cost_to_serve_minor"] == served
        assert line["contribution_minor"] == line["margin_minor"] - served
    waterfall = ledger.totals(engine)
    assert set(waterfall["unexplained_minor"].to_pylist()) == {0}
    assert waterfall["amount_minor"].to_pylist()[-1] == sum(line["contribution_minor"] for line in lines(engine))


@pytest.mark.parametrize(
    "query", ["assumed_costs", "actual_costs", "ledger", "ledger_totals", "amounts", "period_margins"]
)
def test_spark_can_say_the_query(query: str) -> None:
    assert "SELECT" in spark.translate(queries.load("vinculo.differentiate.profit", query))
