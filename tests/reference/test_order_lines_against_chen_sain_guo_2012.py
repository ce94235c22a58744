"""UCI Online Retail: Chen, Sain, Guo (2012), Data mining for the online retail industry, doi 10.1057/dbm.2012.17."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.options import ReadingOptions

DATA = Path(__file__).parents[2] / "data" / "online_retail.parquet"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as opened:
        report = orders.read(DATA, engine=opened, options=ReadingOptions(currency="GBP"))
        assert (report.rows, report.rejected, report.warnings) == (541_909, 0, ())
        yield opened


def only(engine: DuckEngine, query: str) -> int:
    return int(engine.rows(query).column(0)[0].as_py())


def test_amounts_add_up_to_the_published_total(engine) -> None:
    assert only(engine, "SELECT sum(net_minor) FROM order_lines") == 974_774_793


def test_customers_orders_and_guests_are_as_published(engine) -> None:
    assert only(engine, "SELECT count(DISTINCT customer_id) FROM order_lines") == 4_372
    assert only(engine, "SELECT count(DISTINCT order_id) FROM order_lines") == 25_900
    assert only(engine, "SELECT count(*) FROM order_lines WHERE customer_id IS NULL") == 135_080


def test_every_line_has_one_kind(engine) -> None:
    counts = engine.rows("SELECT line_kind, count(*) AS lines FROM order_lines GROUP BY ALL").to_pylist()

    assert {row["line_kind"]: row["lines"] for row in counts} == {
        "sale": 396_337,
        "guest": 135_077,
        "cancellation": 8_539,
        "not_goods": 1_920,
        "zero_price": 33,
        "adjustment": 3,
    }
