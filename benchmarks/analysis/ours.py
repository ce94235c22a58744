"""Vinculo's side: `vinculo analyse` with every table of the run, without the HTML report."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import duckdb

import vinculo
from vinculo.differentiate.simulation.population import Scenario

SUMS = "SELECT count(*), sum(sales_minor - returns_minor) FROM read_parquet($days)"


def analyse(orders: Path, target: Path) -> dict[str, object]:
    """Analyse simulated orders as of their last day; return what tells that the work was done."""
    as_of = Scenario.first_day + timedelta(days=Scenario.days - 1)
    run = vinculo.analyse(orders, as_of=as_of, horizon_days=180, out=target, report=False)
    days = duckdb.execute(SUMS, {"days": str(target / "customer_days" / "*.parquet")}).fetchone() or (0, 0)
    return {
        "customers": run.manifest["tables"]["value"]["rows"],
        "days": days[0],
        "net_minor": int(days[1]),
        "timings": run.manifest["timings"],
    }


if __name__ == "__main__":
    print(json.dumps(analyse(Path(sys.argv[1]), Path(sys.argv[2]))))
