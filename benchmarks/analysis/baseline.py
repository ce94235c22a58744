"""The physical limit: DuckDB merely scans the same Parquet and writes it grouped by customer and day."""

import json
import sys
from pathlib import Path

import duckdb

AMOUNTS = {
    "same": """
        count(*) FILTER (quantity > 0) AS sale_lines, count(*) FILTER (quantity < 0) AS return_lines,
        sum(quantity) FILTER (quantity > 0) AS quantity, sum(gross_minor) FILTER (quantity > 0) AS gross_minor,
        sum(discount_minor) FILTER (quantity > 0) AS discount_minor,
        sum(net_minor) FILTER (quantity > 0) AS sales_minor, -sum(net_minor) FILTER (quantity < 0) AS returns_minor,
        sum(cost_minor) AS cost_minor, min(happened_at) FILTER (quantity > 0) AS first_moment
    """,
    "bare": "sum(net_minor) AS net_minor, count(*) AS lines",
}
"""What is added up of a customer's day: all that the table `customer_days` holds, or the bare minimum."""
QUERY = """
COPY (
  SELECT customer_id, CAST(happened_at AS DATE) AS day, {amounts}
  FROM read_parquet($orders)
  GROUP BY customer_id, day
) TO '{target}' (FORMAT parquet)
"""
TOTALS = {
    "same": "SELECT count(*), sum(coalesce(sales_minor, 0) - coalesce(returns_minor, 0)) FROM read_parquet($days)",
    "bare": "SELECT count(*), sum(net_minor) FROM read_parquet($days)",
}


def group(amounts: str, orders: Path, target: Path) -> dict[str, object]:
    """Group the lines; return the rows written and their net amount."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '6GB'")
        connection.execute(f"SET temp_directory = '{target.parent / 'baseline-spill'}'")
        statement = QUERY.format(amounts=AMOUNTS[amounts], target=target)
        connection.execute(statement, {"orders": str(orders / "*.parquet")})
        found = connection.execute(TOTALS[amounts], {"days": str(target)}).fetchone() or (0, 0)
    return {"days": found[0], "net_minor": int(found[1])}


if __name__ == "__main__":
    print(json.dumps(group(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
