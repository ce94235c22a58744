"""Simple rules: what they forecast and what they learn."""

from datetime import date

import numpy as np
import pytest

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation import baselines
from vinculo.differentiate.validation.holdout import split


def half_of(
    x: list[int], t_x: list[int], tenure: list[int], purchases: list[int], *, window: list[int] | None = None
) -> split.Split:
    return split.Split(
        origin=date(2024, 6, 30),
        horizon_days=30,
        customer_numbers=np.arange(len(x)),
        histories=model.Histories(np.array(x), np.array(t_x), np.array(tenure)),
        repeats_in_window=np.array(window or x),
        purchase_days=np.array(purchases),
        new_customers=0,
        new_customers_purchase_days=0,
    )


HALF = half_of([2, 0, 1], [50, 0, 10], [60, 0, 90], [1, 0, 0], window=[1, 0, 0])


def test_the_own_rate_goes_on_and_a_customer_of_today_has_none() -> None:
    assert baselines.own_rate(HALF).expected == pytest.approx([1.0, 0.0, 1 / 3])


def test_the_same_count_is_that_of_the_window_as_long_as_the_horizon() -> None:
    assert baselines.same_count(HALF).expected == pytest.approx([1.0, 0.0, 0.0])


def test_the_base_rate_is_the_same_for_everybody() -> None:
    assert baselines.base_rate(HALF, baselines.Tuning(30)).expected == pytest.approx([3 / 150 * 30] * 3)


def test_ranking_by_the_last_purchase_forecasts_no_number() -> None:
    said = baselines.since_last(HALF)

    assert said.ranking.tolist() == [-10, 0, -80]
    assert said.expected is None
    assert said.p_buys is None


def test_the_best_hiatus_is_right_for_most() -> None:
    since = np.array([5, 10, 15, 20, 22, 50])
    bought = np.array([True, True, False, True, True, False])

    assert baselines.best_hiatus(since, bought) == (22, pytest.approx(5 / 6))


def test_the_rules_learn_only_from_the_inner_split() -> None:
    inner = half_of([1, 0, 0, 0], [40, 0, 0, 0], [50, 60, 70, 10], [2, 0, 0, 1])
    quarter = split.Split(**{**vars(inner), "horizon_days": 15})

    tuning = baselines.tune(quarter, horizon_days=30)

    assert tuning.hiatus_days == 10
    assert tuning.active == baselines.Rate(pytest.approx(1 - (1 - 3 / 4) ** 2), pytest.approx(3.0))
    assert tuning.lapsed == baselines.Rate(pytest.approx(1 - (1 - 1 / 4) ** 2), pytest.approx(0.0))


def test_a_given_hiatus_is_kept() -> None:
    assert baselines.tune(HALF, horizon_days=30, hiatus_days=77).hiatus_days == 77


def test_without_an_inner_split_the_rules_give_no_probability() -> None:
    said = baselines.hiatus_rule(HALF, baselines.tune(None, horizon_days=30))

    assert said.p_buys is None
    assert said.says_buys is not None
    assert said.says_buys.tolist() == [True, True, False]
