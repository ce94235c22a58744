import numpy as np
import pytest
from scipy import stats

from vinculo.differentiate.lifetime import interval


@pytest.mark.parametrize("shape", [0.3, 1.0, 7.5, 120.0])
def test_a_customer_surely_alive_has_the_quantiles_of_his_gamma(shape: float) -> None:
    ladder = interval.Ladder.over(np.array([0.1, 500.0]), 0.8)

    low, high = ladder.interval(ladder.rows(np.array([shape])), np.ones(1), np.array([4.0]))

    exact = stats.gamma(shape, scale=4.0 / shape)
    assert low == pytest.approx([exact.ppf(0.1)], rel=0.05, abs=1e-3)
    assert high == pytest.approx([exact.ppf(0.9)], rel=0.02)


@pytest.mark.parametrize("alive", [0.95, 0.7, 0.3, 0.12])
def test_the_ends_are_quantiles_of_the_mixture_with_zero(alive: float) -> None:
    ladder = interval.Ladder.over(np.array([0.1, 500.0]), 0.8)
    chance = np.random.default_rng(3)
    drawn = chance.gamma(2.0, 1.5, 400_000) * (chance.random(400_000) < alive)

    low, high = ladder.interval(ladder.rows(np.array([2.0])), np.array([alive]), np.array([3.0]))

    assert low == pytest.approx([np.quantile(drawn, 0.1)], rel=0.04, abs=1e-9)
    assert high == pytest.approx([max(np.quantile(drawn, 0.9), 3.0 * alive)], rel=0.04)


def test_a_customer_almost_surely_gone_keeps_only_his_mean() -> None:
    ladder = interval.Ladder.over(np.array([2.0]), 0.8)

    low, high = ladder.interval(ladder.rows(np.array([2.0])), np.array([0.03]), np.array([3.0]))

    assert (low, high) == (pytest.approx([0]), pytest.approx([0.09]))


def test_one_shape_for_all_is_enough() -> None:
    ladder = interval.Ladder.over(np.full(3, 2.0), 0.8)

    assert ladder.rows(np.array([2.0, 2.0])).tolist() == [0, 0]
