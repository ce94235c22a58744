"""A base too large for one go is worked in buckets of customers, and every figure is the same."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import vinculo
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.simulation import orders
from vinculo.differentiate.simulation.population import Scenario

TABLES = ("value", "profile", "customer_days", "cohorts", "tiers", "concentration", "favourite_products", "rhythm")
KEYS = ("customer_id", "day", "rank", "dimension", "cohort", "age_periods", "measure", "value_tier")


@pytest.mark.slow
def test_the_same_customers_come_out_whatever_the_buckets(tmp_path: Path) -> None:
    orders.write(Scenario(customers=2_000, days=400), tmp_path / "simulated")
    settings = Settings(as_of=date(2022, 12, 31), horizon_days=90)
    small = replace(settings, habits=replace(settings.habits, bucket_lines=4_000))

    whole, buckets = (
        vinculo.analyse(tmp_path / "simulated" / "orders", settings=each, out=tmp_path / name, report=False)
        for name, each in (("whole", settings), ("buckets", small))
    )

    assert len(list((buckets.folder / "customer_days").glob("*.parquet"))) > 1
    for name in TABLES:
        assert exact(whole[name]) == exact(buckets[name]), name


def exact(table: pa.Table) -> pa.Table:
    """The rows in one order, without the means and shares, whose last digit depends on the order of adding up."""
    summary = "dimension" in table.schema.names
    kept = [field.name for field in table.schema if not (summary and pa.types.is_floating(field.type))]
    return table.select(kept).sort_by([(key, "ascending") for key in KEYS if key in kept])
