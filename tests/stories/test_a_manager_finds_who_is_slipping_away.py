"""A manager of a wholesaler runs one command on her sales, finds who is slipping away, and checks the figures.

Online Retail (UCI 352: Chen, Sain & Guo 2012): 541,909 lines from 2010-12-01 to 2011-12-09, through the terminal.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow
LINES = Path(__file__).parents[2] / "data" / "online_retail.parquet"
SOURCE_LINES = 541_909
COMMAND = (sys.executable, "-c", "from vinculo.cli.main import run; run()", "analyse", str(LINES), "--currency", "GBP")


def analyse(out: Path, *options: str) -> dict[str, Any]:
    found = subprocess.run([*COMMAND, "--out", out, "--json", *options], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    facts: dict[str, Any] = json.loads(found.stdout)
    return facts


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    run = tmp_path_factory.mktemp("today") / "run"
    return run, analyse(run, "--by", "country")


def of_everybody(run: Path, table: str) -> list[dict[str, Any]]:
    return [row for row in pq.read_table(run / table).to_pylist() if row["dimension"] == "all"]


def test_the_run_is_whole_and_counts_every_line(today: tuple[Path, dict[str, Any]]) -> None:
    run, facts = today

    assert (run / "report.html").stat().st_size > 100_000
    assert sum(row["lines"] for row in facts["line_counts"]) == SOURCE_LINES
    assert all((run / name / "part-0.parquet").is_file() or any((run / name).iterdir()) for name in facts["tables"])
    assert facts["as_of"] == "2011-12-09"


def test_the_profit_of_customers_adds_up_to_the_ledger_and_to_the_equity(today: tuple[Path, dict[str, Any]]) -> None:
    run, facts = today

    value = pq.read_table(run / "value", columns=["contribution_minor", "residual_value_minor"]).to_pydict()
    totals = {row["line"]: row["amount_minor"] for row in of_everybody(run, "ledger_totals")}
    (equity,) = facts["customer_equity"]
    assert sum(value["contribution_minor"]) == totals["contribution"] == equity["past_profit_minor"]
    assert sum(value["residual_value_minor"]) == equity["equity_minor"]
    assert {row["unexplained_minor"] for row in of_everybody(run, "ledger_totals")} <= {0, None}
    counted = {row["line_kind"]: row["net_minor"] for row in facts["line_counts"]}
    known = ("sale", "return", "cancellation")
    assert sum(counted.get(kind, 0) for kind in known) == totals["net_sales"]


def test_who_is_slipping_away_is_valuable_overdue_and_explained(today: tuple[Path, dict[str, Any]]) -> None:
    run, _ = today

    slipping = [row for row in of_everybody(run, "slipping") if row["state"] == "slipping"]
    areas = dict(pq.read_table(run / "value", columns=["customer_id", "relationship_area"]).to_pandas().to_numpy())
    assert len(slipping) > 10
    for row in slipping:
        assert areas[row["customer_id"]] == "retain"
        assert row["value_tier"] in ("high_performance", "high_potential")
        assert row["since_last_days"] > 2 * row["mean_interpurchase_days"]
        assert str(row["since_last_days"]) in row["reason"]
    at_risk = [row["value_at_risk_minor"] for row in slipping]
    assert at_risk == sorted(at_risk, reverse=True)


def test_half_a_year_ago_the_forecast_would_have_been_right_within_a_quarter(tmp_path: Path) -> None:
    analyse(tmp_path / "run", "--as-of", "2011-06-09", "--horizon-days", "180", "--no-report")

    with duckdb.connect() as connection:
        row = connection.execute(
            """
            WITH purchases AS (
                SELECT DISTINCT CAST(CustomerID AS VARCHAR) AS customer_id, CAST(InvoiceDate AS DATE) AS day
                FROM read_parquet($lines)
                WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0 AND InvoiceNo NOT LIKE 'C%'
                    AND StockCode NOT IN ('POST', 'DOT', 'C2', 'D', 'M', 'm', 'S', 'B', 'BANK CHARGES', 'AMAZONFEE',
                        'CRUK', 'PADS') AND StockCode NOT LIKE 'TEST%' AND StockCode NOT LIKE 'gift_%'
            ),
            known AS (SELECT customer_id FROM purchases WHERE day <= DATE '2011-06-09' GROUP BY customer_id)
            SELECT count(DISTINCT customer_id), count(*)
            FROM purchases JOIN known USING (customer_id)
            WHERE day > DATE '2011-06-09' AND day <= DATE '2011-06-09' + INTERVAL 180 DAY
            """,
            {"lines": str(LINES)},
        ).fetchone()
    assert row is not None
    value = pq.read_table(tmp_path / "run" / "value", columns=["expected_purchases", "p_buys"]).to_pydict()
    assert sum(value["expected_purchases"]) == pytest.approx(row[1], rel=0.25)
    assert sum(value["p_buys"]) == pytest.approx(row[0], rel=0.25)
