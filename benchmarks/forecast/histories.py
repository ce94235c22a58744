"""Simulated purchase histories, one row a customer: the input that both sides of the forecast read."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import prepared
from vinculo.differentiate.simulation import population
from vinculo.differentiate.simulation.population import Scenario
from vinculo.warehouse import runs


def write(scenario: Scenario, target: Path) -> None:
    """Write x, t_x and T in days of simulated customers into a folder (CDNOW's BG/NBD parameters, three years)."""
    random = np.random.default_rng(scenario.seed)
    people = population.draw(scenario, random)
    customer, day = population.purchase_days(scenario, people, random)
    customer_days = np.unique(customer.astype(np.int64) * scenario.days + day)
    buyer, day = customer_days // scenario.days, customer_days % scenario.days
    starts = np.flatnonzero(np.diff(buyer, prepend=-1))
    days = np.diff(starts, append=buyer.size)
    first, last = day[starts], day[starts + days - 1]
    table = {
        "repeat_purchase_days": days - 1,
        "age_at_last_days": last - first,
        "tenure_days": scenario.days - 1 - first,
        "purchase_days": days,
    }
    with runs.staging(target) as folder:
        (folder / "histories").mkdir()
        pq.write_table(pa.table(table), folder / "histories" / "part-0.parquet")
        runs.write_manifest(folder, {"product": "histories", "scenario": asdict(scenario), "tables": {}})


if __name__ == "__main__":
    asked, place = Scenario(customers=int(sys.argv[1])), Path(sys.argv[2])
    print(json.dumps({"written": prepared.once(place, asked, lambda: write(asked, place))}))
