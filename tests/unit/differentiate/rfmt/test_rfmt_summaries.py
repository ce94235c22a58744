"""Cells, segments and cross-tab."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.differentiate.rfmt import summaries
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.customers import VALUE
from vinculo.warehouse.tables.rfmt import RFMT_CELLS, RFMT_CROSSTAB, RFMT_SEGMENTS

SCORES = ("recency_score", "frequency_score", "monetary_score", "time_score")


def customer(code: str, segment: str, category: str | None, sales: int, p_buys: float, profit: float) -> dict:
    return {
        **{name: int(digit) for name, digit in zip(SCORES, code, strict=True)},
        "rfmt_segment": segment,
        "dominant_category": category,
        "net_sales_minor": sales,
        "contribution_minor": sales // 2,
        "residual_value_minor": sales // 4,
        "expected_purchases": 2 * p_buys,
        "p_buys": p_buys,
        "contribution_per_purchase_minor": profit,
        "country": "ES" if sales > 500 else "PT",
    }


CUSTOMERS = [
    customer("5555", "champions", "toys", 8000, 0.9, 1000.0),
    customer("5554", "champions", "toys", 6000, 0.7, 600.0),
    customer("5451", "champions", "books", 4000, 0.5, 400.0),
    customer("1111", "lost", "books", 100, 0.04, 1000.0),
    customer("1112", "lost", None, 300, 0.02, 1000.0),
    customer("1121", "lost", None, 300, 0.02, -50.0),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("run")
    scoped = [{"dimension": "all", "dimension_value": "all", **row} for row in CUSTOMERS]
    scoped += [{"dimension": "country", "dimension_value": row["country"], **row} for row in CUSTOMERS]
    fields = [pa.field("dimension", pa.string()), pa.field("dimension_value", pa.string())]
    with DuckEngine(folder / "spill") as engine:
        engine.attach("scoped_value", pa.Table.from_pylist(scoped, schema=pa.schema([*fields, *VALUE.schema])))
        summaries.summarize(engine, folder, contact_cost_minor=50)
        yield folder


def cells(run: Path, grain: str, dimension: str = "all") -> dict[str, dict]:
    rows = pq.read_table(run / "rfmt_cells").to_pylist()
    return {row["cell"]: row for row in rows if row["grain"] == grain and row["dimension"] == dimension}


@pytest.mark.parametrize("table", [RFMT_CELLS, RFMT_SEGMENTS, RFMT_CROSSTAB], ids=lambda table: table.name)
def test_tables_keep_their_contract(run: Path, table) -> None:
    found = pq.read_schema(run / table.name / "part-0.parquet")

    assert list(zip(found.names, found.types, strict=True)) == [(field.name, field.type) for field in table.schema]


@pytest.mark.parametrize("grain", ["rf", "rfm", "rfmt"])
@pytest.mark.parametrize("dimension", ["all", "country"])
def test_every_grain_adds_up_to_all_customers(run: Path, grain: str, dimension: str) -> None:
    found = cells(run, grain, dimension).values()

    assert sum(row["customers"] for row in found) == len(CUSTOMERS)
    assert sum(row["net_sales_minor"] for row in found) == sum(row["net_sales_minor"] for row in CUSTOMERS)


def test_cells_of_a_grain_join_those_of_a_finer_one(run: Path) -> None:
    assert list(cells(run, "rf")) == ["55", "54", "11"]
    assert list(cells(run, "rfm")) == ["555", "545", "112", "111"]
    assert cells(run, "rf")["55"]["monetary_score"] is None
    assert cells(run, "rfm")["555"]["customers"] == 2


def test_break_even_is_the_cost_of_a_contact_over_the_profit_of_a_response(run: Path) -> None:
    champions, lost = cells(run, "rf")["55"], cells(run, "rfm")["111"]

    assert champions["mean_contribution_per_purchase_minor"] == 800.0
    assert champions["break_even_response_rate"] == 50 / 800
    assert champions["p_buys_exceeds_break_even"]
    assert (lost["break_even_response_rate"], lost["mean_p_buys"]) == (0.05, pytest.approx(0.03))
    assert not lost["p_buys_exceeds_break_even"]


def test_no_response_rate_pays_where_a_response_brings_no_profit(run: Path) -> None:
    found = cells(run, "rfm")["112"]

    assert found["break_even_response_rate"] is None
    assert found["p_buys_exceeds_break_even"] is False


def test_segments_hold_counts_sums_and_means(run: Path) -> None:
    rows = pq.read_table(run / "rfmt_segments").to_pylist()

    champions = next(row for row in rows if row["rfmt_segment"] == "champions" and row["dimension"] == "all")
    assert champions["customers"] == 3
    assert champions["customers_share"] == 0.5
    assert (champions["net_sales_minor"], champions["contribution_minor"]) == (18000, 9000)
    assert champions["mean_frequency_score"] == pytest.approx(14 / 3)
    assert champions["mean_p_buys"] == pytest.approx(0.7)
    assert champions["mean_expected_purchases"] == pytest.approx(1.4)


def test_shares_add_up_to_one_within_each_value_of_a_dimension(run: Path) -> None:
    rows = pq.read_table(run / "rfmt_segments").to_pylist()

    for value in ("all", "ES", "PT"):
        assert sum(row["customers_share"] for row in rows if row["dimension_value"] == value) == pytest.approx(1)


def test_the_crosstab_tells_which_goods_a_segment_prefers(run: Path) -> None:
    rows = [row for row in pq.read_table(run / "rfmt_crosstab").to_pylist() if row["dimension"] == "all"]

    found = {(row["rfmt_segment"], row["dominant_category"]): row for row in rows}
    assert found["champions", "toys"]["segment_share"] == pytest.approx(2 / 3)
    assert found["champions", "toys"]["affinity"] == pytest.approx(2 / (3 * 2 / 6))
    assert found["lost", None]["customers"] == 2
    assert sum(row["customers"] for row in rows) == len(CUSTOMERS)


def test_a_contact_never_costs_less_than_nothing(tmp_path: Path) -> None:
    with DuckEngine(tmp_path) as engine, pytest.raises(SettingsError, match="contact_cost_minor is -1"):
        summaries.summarize(engine, tmp_path, contact_cost_minor=-1)
