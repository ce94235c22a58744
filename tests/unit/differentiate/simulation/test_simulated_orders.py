"""Simulated orders are what was asked for, and the same whenever they are asked for."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from vinculo.differentiate.simulation import orders, population
from vinculo.differentiate.simulation.population import Scenario
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders as reading
from vinculo.warehouse.reading.options import ReadingOptions

SMALL = Scenario(customers=300, days=400, seed=4)


def written(folder: Path, scenario: Scenario = SMALL) -> pa.Table:
    orders.write(scenario, folder)
    return pq.read_table(folder / "orders")


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        orders.write(SMALL, tmp_path / name)

    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 3
    assert [
        file for file in files if (tmp_path / "one" / file).read_bytes() != (tmp_path / "two" / file).read_bytes()
    ] == []


def test_another_seed_gives_others(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one"), written(tmp_path / "two", replace(SMALL, seed=5))

    assert not one.equals(two)


@pytest.mark.parametrize("model", population.DROPOUTS)
def test_every_customer_buys_on_his_first_day_and_within_the_days(tmp_path: Path, model: str) -> None:
    found = written(tmp_path / "s", replace(SMALL, model=model))
    truth = pq.read_table(tmp_path / "s" / "truth")

    day = found["happened_at"].cast(pa.date32())
    first = found.append_column("day", day).group_by("customer_id").aggregate([("day", "min")])
    assert dict(zip(first["customer_id"].to_pylist(), first["day_min"].to_pylist(), strict=True)) == dict(
        zip(truth["customer_id"].to_pylist(), truth["first_purchase_on"].to_pylist(), strict=True)
    )
    assert pc.min(day).as_py() >= date(2022, 1, 1)
    assert pc.max(day).as_py() < date(2022, 1, 1).replace(year=2023, month=2, day=5)


def test_lines_stand_in_the_order_of_time_and_returns_after_their_sale(tmp_path: Path) -> None:
    found = written(tmp_path / "s", replace(SMALL, return_share=0.3))

    moments = found["happened_at"].to_pylist()
    assert moments == sorted(moments)
    sold: dict[tuple[str, str, int], Any] = {}
    for row in found.to_pylist():
        if row["net_minor"] > 0:
            sold.setdefault((row["order_id"], row["product_id"], row["net_minor"]), row["happened_at"])
    returns = [row for row in found.to_pylist() if row["net_minor"] < 0]
    assert returns
    assert all(sold[row["order_id"], row["product_id"], -row["net_minor"]] < row["happened_at"] for row in returns)


def test_margin_and_spend_are_those_asked_for(tmp_path: Path) -> None:
    found = written(tmp_path / "s", replace(SMALL, margin_share=0.30, return_share=0.0))

    margin = 1 - pc.sum(found["cost_minor"]).as_py() / pc.sum(found["net_minor"]).as_py()
    assert margin == pytest.approx(0.30, abs=0.001)
    assert pc.min(found["net_minor"]).as_py() >= 1


def test_the_lines_are_read_as_they_are(tmp_path: Path) -> None:
    found = written(tmp_path / "s")
    with DuckEngine(tmp_path / "spill") as engine:
        report = reading.read(tmp_path / "s" / "orders", engine=engine, options=ReadingOptions(currency="EUR"))

    assert (report.rows, report.rejected) == (found.num_rows, 0)
    assert {mapped.why for mapped in report.mapping} == {"canonical"}


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    told: list[float] = []

    orders.write(SMALL, tmp_path / "s", step=told.append)

    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"model": "magic"}, "choose one of bg_nbd, pareto_nbd"),
        ({"customers": 0}, "customers must be above 0"),
        ({"days": -1}, "days must be above 0"),
        ({"dropout_a": float("nan")}, "dropout_a must be above 0"),
        ({"purchase_rate_scale": float("inf")}, "purchase_rate_scale must be above 0"),
        ({"spend_shape": 0.0}, "spend_shape must be above 0"),
        ({"lines_per_order": 0.5}, "lines_per_order must be 1 or more"),
        ({"return_share": 1.5}, "return_share must be a share"),
        ({"margin_share": -0.1}, "margin_share must be a share"),
        ({"seed": -3}, "seed must be 0 or more"),
    ],
)
def test_scenarios_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Scenario(**given)


def test_nobody_drops_out_of_pareto_with_rates_near_zero() -> None:
    scenario = Scenario(customers=50, days=100, model="pareto_nbd", dropout_a=0.001, dropout_b=1000.0)
    random = np.random.default_rng(0)

    people = population.draw(scenario, random)
    customer, day = population.purchase_days(scenario, people, random)

    assert set(customer.tolist()) == set(range(50))
    assert day.max() < 100
