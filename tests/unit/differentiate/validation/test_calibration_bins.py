"""Bins of the calibration."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.validation import calibration

FORECASTS = st.lists(st.integers(0, 12), min_size=1, max_size=200)


@settings(deadline=None)
@given(FORECASTS)
def test_ties_share_a_bin_and_bins_rise_with_the_forecast(values: list[int]) -> None:
    predicted = np.array(values, dtype=np.float64)

    bins = calibration.deciles(predicted)

    assert all(len(set(bins[predicted == value].tolist())) == 1 for value in set(values))
    assert (np.diff(bins[np.argsort(predicted, kind="stable")]) >= 0).all()
    assert 0 <= bins.min() <= bins.max() < calibration.BINS


def test_without_ties_bins_are_equal() -> None:
    bins = calibration.deciles(np.random.default_rng(1).permutation(1000.0 + np.arange(1000)))

    assert np.bincount(bins).tolist() == [100] * 10


def test_seven_repeats_or_more_share_a_row() -> None:
    assert calibration.by_repeats(np.array([0, 6, 7, 30])).tolist() == [0, 6, 7, 7]


def question(predicted: list[float], actual: list[float], quantity: str = "p_buys") -> calibration.Question:
    given = np.array(predicted)
    return calibration.Question(
        "bg_nbd", quantity, date(2024, 1, 1), given, np.array(actual), calibration.deciles(given)
    )


@settings(deadline=None)
@given(FORECASTS)
def test_the_customers_of_a_cut_add_up_to_all(values: list[int]) -> None:
    asked = question([value / 12 for value in values], [float(value > 6) for value in values])
    codes = np.arange(len(values)) % 3
    cuts = [calibration.everybody(len(values)), calibration.Group("country", ("ES", "FR", "PT"), codes)]

    rows = calibration.table([(asked, cuts)]).to_pylist()

    for dimension in ("all", "country"):
        of = [row for row in rows if row["dimension"] == dimension]
        assert sum(row["customers"] for row in of) == len(values)
        total = sum(row["customers"] * row["mean_predicted"] for row in of)
        assert total == pytest.approx(sum(values) / 12)


def test_a_share_lies_in_its_interval() -> None:
    (row,) = calibration.table([(question([0.5] * 10, [1.0] * 3 + [0.0] * 7), [calibration.everybody(10)])]).to_pylist()

    assert row["mean_actual"] == pytest.approx(0.3)
    assert 0.1 < row["actual_low"] < 0.3 < row["actual_high"] < 0.61


def test_the_interval_of_a_mean_is_two_standard_errors_wide() -> None:
    actual = [0.0, 1.0, 2.0, 3.0]
    asked = question([1.0] * 4, actual, "expected_purchases")

    (row,) = calibration.table([(asked, [calibration.everybody(4)])]).to_pylist()

    error = np.std(actual, ddof=1) / 2
    assert row["actual_high"] - row["mean_actual"] == pytest.approx(1.96 * error)


def test_repeats_are_counted_from_zero_and_deciles_from_one() -> None:
    asked = calibration.Question(
        "bg_nbd", "expected_by_repeats", None, np.ones(2), np.ones(2), calibration.by_repeats(np.array([0, 2]))
    )

    rows = calibration.table([(asked, [calibration.everybody(2)])]).to_pylist()

    assert [row["bin"] for row in rows] == [0, 2]
    assert rows[0]["origin"] is None


def test_no_question_gives_an_empty_table() -> None:
    assert calibration.table([]).num_rows == 0
