"""Opportunities: what is counted, and whether a simulated base of customers is described."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.contracts import opportunities
from vinculo.differentiate.contracts.opportunities import Opportunities
from vinculo.differentiate.validation.calibration import Group
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.contracts import OPPORTUNITIES

AS_OF = date(2024, 12, 31)
ALPHA, BETA, GAMMA, DELTA = 1.2, 0.75, 0.66, 2.8


def examined(days: list[tuple[int, date]], tmp_path: Path, *, period_days: int = 30) -> Opportunities:
    table = pa.table(
        {
            "customer_id": pa.array([customer for customer, _ in days], pa.int64()),
            "day": pa.array([day for _, day in days], pa.date32()),
            "sale_lines": pa.array([1] * len(days), pa.int64()),
        }
    )
    with DuckEngine(tmp_path) as engine:
        engine.attach("sampled_days", table)
        return opportunities.examine(engine, as_of=AS_OF, period_days=period_days)


def simulated(customers: int, periods: int, period_days: int) -> list[tuple[int, date]]:
    """A first purchase in the oldest period or the one after it, then purchases by the model at a day of a period."""
    random = np.random.default_rng(11)
    days = []
    for customer in range(customers):
        first = customer % 2
        buys, leaves = random.beta(ALPHA, BETA), random.beta(GAMMA, DELTA)
        bought = [first]
        for period in range(first + 1, periods + 1):
            if random.random() < leaves:
                break
            if random.random() < buys:
                bought.append(period)
        days += [
            (customer, AS_OF - timedelta((periods - period) * period_days + int(random.integers(period_days))))
            for period in bought
        ]
    return days


def test_simulated_customers_are_described_by_the_model_that_made_them(tmp_path: Path) -> None:
    found = examined(simulated(6_000, 6, 30), tmp_path)

    rows = found.table.to_pylist()
    observed, expected = (np.array([row[name] for row in rows]) for name in ("customers", "expected_customers"))
    assert found.fit.diagnosis.code == "ok"
    for name, true in zip(("alpha", "beta", "gamma", "delta"), (ALPHA, BETA, GAMMA, DELTA), strict=True):
        assert abs(found.fit.parameters[name] - true) < 4 * found.fit.standard_errors[name]
    assert [row["repeat_periods"] for row in rows] == list(range(7))
    assert observed.sum() == 6_000
    assert expected.sum() == pytest.approx(6_000)
    assert np.sum((observed - expected) ** 2 / expected) < 15


def test_customers_without_an_opportunity_yet_are_left_out(tmp_path: Path) -> None:
    days = [(0, AS_OF), (1, AS_OF - timedelta(29)), (2, AS_OF - timedelta(30)), (3, AS_OF - timedelta(70)), (3, AS_OF)]

    rows = examined(days, tmp_path).table.to_pylist()

    assert [row["customers"] for row in rows] == [1, 1, 0]
    assert [row["expected_customers"] is None for row in rows] == [False, False, False]


def test_what_cannot_be_fitted_has_no_expectation(tmp_path: Path) -> None:
    found = examined([(0, AS_OF - timedelta(50))], tmp_path)

    assert found.fit.diagnosis.code == "no_repeats"
    assert [row["expected_customers"] for row in found.table.to_pylist()] == [None, None]


def test_nobody_gives_an_empty_table(tmp_path: Path) -> None:
    found = examined([], tmp_path)

    assert found.fit.diagnosis.code == "no_customers"
    assert found.table.num_rows == 0
    assert found.table.schema == OPPORTUNITIES.schema


def test_large_values_have_parameters_of_their_own_and_small_ones_those_of_everybody(tmp_path: Path) -> None:
    days = simulated(1500, 6, 30)
    codes = np.array([0 if customer < 1200 else 1 for customer in range(1500)])
    table = pa.table(
        {
            "customer_id": pa.array([customer for customer, _ in days], pa.int64()),
            "day": pa.array([day for _, day in days], pa.date32()),
            "sale_lines": pa.array([1] * len(days), pa.int64()),
        }
    )
    with DuckEngine(tmp_path) as engine:
        engine.attach("sampled_days", table)
        whole = opportunities.examine(engine, as_of=AS_OF, period_days=30)
        parts, fits = opportunities.examine_by(
            engine,
            Group("country", ("ES", "PT"), codes),
            everybody=whole.fit,
            as_of=AS_OF,
            period_days=30,
            fewest=500,
        )

    assert set(fits) == {"ES"}
    assert fits["ES"].parameters != whole.fit.parameters
    seen = {value: {} for value in ("ES", "PT")}
    for row in parts.to_pylist():
        seen[row["dimension_value"]][row["repeat_periods"]] = row["customers"], row["expected_customers"]
    for row in whole.table.to_pylist():
        both = [seen[value][row["repeat_periods"]] for value in seen]
        assert sum(customers for customers, _ in both) == row["customers"]
    assert sum(expected for _, expected in seen["PT"].values()) == pytest.approx(300)
