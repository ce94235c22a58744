"""Totals of Online Retail, worked out once by plain SQL and once by the pass."""

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from vinculo.differentiate.profile import days
from vinculo.differentiate.settings import Habits, Settings
from vinculo.warehouse.duck import DuckEngine

DATA = Path(__file__).parents[4] / "data" / "online_retail.parquet"
LINES = f"""
    SELECT
      file_row_number + 2 AS line_number, InvoiceNo AS order_id, CAST(CustomerID AS VARCHAR) AS customer_id,
      InvoiceDate AS happened_at, StockCode AS product_id, Description AS product_name,
      CAST(NULL AS VARCHAR) AS category, CAST(NULL AS VARCHAR) AS channel, Country AS country,
      CAST(NULL AS VARCHAR) AS segment, CAST(Quantity AS DOUBLE) AS quantity,
      CAST(round(Quantity * UnitPrice * 100) AS BIGINT) AS gross_minor, CAST(0 AS BIGINT) AS discount_minor,
      CAST(round(Quantity * UnitPrice * 100) AS BIGINT) AS net_minor, CAST(NULL AS BIGINT) AS cost_minor,
      CASE WHEN CustomerID IS NULL THEN 'guest' WHEN UnitPrice = 0 THEN 'zero_price'
        WHEN Quantity < 0 THEN 'return' ELSE 'sale' END AS line_kind
    FROM read_parquet('{DATA}', file_row_number = true)
"""
USED = """
    SELECT * FROM order_lines WHERE line_kind IN ('sale', 'return') QUALIFY row_number() OVER (
      PARTITION BY customer_id, order_id, product_id, happened_at, quantity, net_minor ORDER BY line_number) = 1
"""


@pytest.mark.slow
def test_totals_are_those_of_plain_sql(tmp_path: Path) -> None:
    with DuckEngine(tmp_path / "spill") as engine:
        engine.materialise("order_lines", LINES)
        engine.materialise("used", USED)

        chosen = Settings(as_of=date(2011, 12, 9), habits=Habits(bucket_lines=200_000))
        report = days.build(engine, staging=tmp_path, settings=chosen)

        (known,) = engine.rows(
            "SELECT count(*) AS n FROM order_lines WHERE line_kind IN ('sale', 'return')"
        ).to_pylist()
        expected = engine.rows(
            "SELECT customer_id, CAST(happened_at AS DATE) AS day, count(*) FILTER (line_kind = 'sale') AS sale_lines,"
            " sum(net_minor)::BIGINT AS net FROM used GROUP BY ALL ORDER BY ALL"
        )
        favourites = engine.rows(
            "SELECT customer_id, max(lines) AS lines FROM (SELECT customer_id, product_id, count(*) AS lines FROM used"
            " WHERE line_kind = 'sale' GROUP BY ALL) GROUP BY ALL ORDER BY ALL"
        )
    found = pq.read_table(tmp_path / "customer_days").sort_by([("customer_id", "ascending"), ("day", "ascending")])
    first = pq.read_table(tmp_path / "favourite_products", filters=[("rank", "=", 1)]).sort_by("customer_id")

    assert report.buckets == 4
    assert report.customers == 4371
    assert report.lines == pc.sum(pc.add(found["sale_lines"], found["return_lines"])).as_py()
    assert report.lines + report.duplicates == known["n"]
    assert found["customer_id"].to_pylist() == expected["customer_id"].to_pylist()
    assert found["day"].to_pylist() == expected["day"].to_pylist()
    assert found["sale_lines"].to_pylist() == expected["sale_lines"].to_pylist()
    assert pc.subtract(found["sales_minor"], found["returns_minor"]).to_pylist() == expected["net"].to_pylist()
    assert first.select(["customer_id", "lines"]).to_pylist() == favourites.to_pylist()
