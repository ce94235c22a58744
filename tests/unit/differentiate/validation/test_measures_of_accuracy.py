"""Measures of accuracy, against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vinculo.differentiate.validation.holdout import accuracy

SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40)


@settings(deadline=None)
@given(SCORES)
def test_the_area_is_the_chance_that_a_buyer_ranks_above_a_non_buyer(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in pairs], dtype=np.float64)
    bought = np.array([buys for _, buys in pairs])

    area = accuracy.area_under_curve(accuracy.ranked(scores).midranks, bought)

    duels = [
        1.0 if one > other else 0.5 if one == other else 0.0 for one in scores[bought] for other in scores[~bought]
    ]
    assert area == pytest.approx(np.mean(duels)) if duels else math.isnan(area)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_midranks_are_those_of_average_ranks(values: list[int]) -> None:
    scores = np.array(values, dtype=np.float64)

    assert accuracy.ranked(scores).midranks.tolist() == stats.rankdata(scores).tolist()


def test_the_error_of_an_area_difference_is_that_of_its_repetitions() -> None:
    random = np.random.default_rng(5)

    def draw() -> tuple[float, float]:
        bought = random.random(300) < 0.3
        one = bought + random.normal(size=300)
        other = one + random.normal(size=300)
        ranks = [accuracy.ranked(scores).midranks for scores in (one, other)]
        areas = [accuracy.area_under_curve(given, bought) for given in ranks]
        return areas[0] - areas[1], accuracy.area_difference_error(ranks[0], ranks[1], bought)

    draws = np.array([draw() for _ in range(400)])

    assert draws[:, 1].mean() == pytest.approx(draws[:, 0].std(), rel=0.1)


def test_an_area_equal_to_another_has_no_error() -> None:
    ranks, bought = np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, False, True])

    assert accuracy.area_difference_error(ranks, ranks, bought) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=60))
def test_the_capture_is_that_of_sorting_everybody(rows: list[tuple[int, int, int]]) -> None:
    scores, second, purchases = (np.array(column) for column in zip(*rows, strict=True))
    wanted = max(len(rows) // 10, 1)

    captured = accuracy.capture(scores.astype(float), second.astype(float), purchases)

    # customers equal in both scores share what they have: replace each by the mean of his equals
    equal = {pair: purchases[(scores == pair[0]) & (second == pair[1])].mean() for pair in {row[:2] for row in rows}}
    order = np.lexsort((-second, -scores))[:wanted]
    best = sum(equal[int(scores[i]), int(second[i])] for i in order)
    assert captured == pytest.approx(best / purchases.sum()) if purchases.sum() else math.isnan(captured)


def test_the_error_of_a_total_is_that_of_its_repetitions() -> None:
    random = np.random.default_rng(7)
    rate = random.gamma(1.0, 1.0, 100_000)
    actual = random.poisson(rate)

    samples = [random.integers(0, len(rate), 500) for _ in range(500)]
    found = np.array([accuracy.total_error(rate[rows], actual[rows]) for rows in samples])

    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.1)


def test_what_cannot_be_measured_is_not_a_number() -> None:
    nothing, something = np.zeros(3), np.arange(3.0)

    assert math.isnan(accuracy.total_error(something, nothing.astype(np.int64))[0])
    assert math.isnan(accuracy.correlation(nothing, something))
    assert math.isnan(accuracy.capture(something, something, nothing.astype(np.int64)))
    assert math.isnan(accuracy.area_under_curve(something, np.array([True, True, True])))


def test_correlation_is_pearsons() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([2.0, 1.0, 5.0])

    assert accuracy.correlation(one, other) == pytest.approx(np.corrcoef(one, other)[0, 1])


def test_one_surprise_does_not_cost_everything() -> None:
    losses = accuracy.log_losses(np.array([0.0, 1.0, 0.5]), np.array([True, True, False]))

    assert losses.tolist() == pytest.approx([math.log(1e6), 0.0, math.log(2)])


def test_the_brier_score_of_a_coin_is_a_quarter() -> None:
    assert accuracy.brier(np.array([0.5, 0.5]), np.array([True, False])) == 0.25


def test_wilsons_interval_is_the_one_of_the_books() -> None:
    low, high = accuracy.wilson(np.array([8.0]), np.array([10.0]))

    given = stats.binomtest(8, 10).proportion_ci(method="wilson")
    assert [low[0], high[0]] == pytest.approx([given.low, given.high], abs=1e-4)
