"""Test mailing."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.differentiate.rfmt import mailing
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.tables.rfmt import RFMT_CELLS, RFMT_MAILING


def cells(*rows: tuple[int, float | None]) -> pa.Table:
    one = dict.fromkeys(RFMT_CELLS.names) | {
        "dimension": "all",
        "dimension_value": "all",
        "grain": "rfm",
        "cell": "555",
    }
    found = [one | {"customers": customers, "break_even_response_rate": rate} for customers, rate in rows]
    return pa.Table.from_pylist(found, schema=RFMT_CELLS.schema)


def test_a_plan_samples_each_cell_around_break_even() -> None:
    plan = mailing.plan(cells((100_000, 0.02), (1_000, 0.02)), contact_cost_minor=50).to_pylist()

    # 1.96^2 * 0.02 * 0.98 / 0.005^2 = 3011.7, and 3012 / (1 + 3011 / 100000) = 2923.8 from a cell of 100,000.
    assert plan[0]["sample_customers"] == 2924
    assert plan[0]["sample_cost_minor"] == 2924 * 50
    assert [row["large_enough"] for row in plan] == [True, False]
    assert plan[1]["sample_customers"] == 751


def test_a_plan_keeps_its_contract() -> None:
    plan = mailing.plan(cells((10, 0.5)), contact_cost_minor=1)

    assert plan.schema.equals(RFMT_MAILING.schema)


@pytest.mark.parametrize("rate", [None, 0.0, 1.0, 2.5])
def test_no_sample_is_planned_where_there_is_nothing_to_learn(rate: float | None) -> None:
    (row,) = mailing.plan(cells((1_000, rate)), contact_cost_minor=50).to_pylist()

    assert (row["sample_customers"], row["sample_cost_minor"], row["large_enough"]) == (0, 0, False)


@given(rate=st.floats(0.001, 0.999), customers=st.integers(1, 10**7), precision=st.floats(0.05, 0.95))
def test_a_sample_never_exceeds_its_cell_nor_that_of_an_endless_one(
    rate: float, customers: int, precision: float
) -> None:
    sample = float(mailing.sample_size(rate, margin=precision * rate, customers=customers))

    assert 0 <= sample <= customers
    assert sample <= float(mailing.sample_size(rate, margin=precision * rate))


@given(mailed=st.integers(1, 10_000), share=st.floats(0, 1))
def test_wilsons_interval_holds_the_rate_measured(mailed: int, share: float) -> None:
    responses = round(share * mailed)

    low, high = mailing.wilson(responses, mailed)

    assert 0 <= low <= responses / mailed + 1e-12
    assert responses / mailed - 1e-12 <= high <= 1


def test_a_cell_is_mailed_only_when_its_whole_interval_beats_break_even() -> None:
    verdicts = mailing.verdicts(np.array([60, 21, 5]), np.array([1000, 1000, 1000]), np.array([0.02, 0.02, 0.02]))

    assert verdicts.tolist() == ["mail", "unclear", "leave"]


def test_figures_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingsError, match="precision"):
        mailing.plan(cells((10, 0.5)), contact_cost_minor=1, precision=0.0)
    with pytest.raises(SettingsError, match="confidence"):
        mailing.sample_size(0.1, margin=0.01, confidence=95)
    with pytest.raises(SettingsError, match="responding"):
        mailing.wilson(5, 4)
