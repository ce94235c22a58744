import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from vinculo.differentiate.lifetime import gamma_gamma
from vinculo.differentiate.lifetime.counts import SpendCounts
from vinculo.differentiate.lifetime.model import Floats


def repeaters(customers: int, *, p: float = 6.0, q: float = 4.0, v: float = 15.0, seed: int = 2) -> SpendCounts:
    chance = np.random.default_rng(seed)
    x = 1 + chance.geometric(0.4, customers)
    rate = chance.gamma(q, 1 / v, customers)
    return SpendCounts(x, 100 * chance.gamma(p * x, 1 / rate) / x, np.ones(customers))


def directly(theta: Floats, spend: SpendCounts) -> float:
    p, q, v = np.exp(theta[0]), 1 + np.exp(theta[1]), np.exp(theta[2])
    x, m = spend.repeat_purchase_days, spend.mean_spend_minor / 100
    each = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(m)
    each += p * x * np.log(x) - (p * x + q) * np.log(v + x * m)
    return float(spend.customers @ each)


thetas = st.lists(st.floats(-2, 4), min_size=3, max_size=3).map(np.array)


@given(theta=thetas)
@settings(max_examples=25, deadline=None)
def test_likelihood_gradient_and_hessian_agree(theta: Floats) -> None:
    spend = repeaters(200)
    rows = gamma_gamma._Rows.of(spend, 100)
    steps = 1e-5 * np.eye(3)

    value, gradient, hessian = gamma_gamma._curved(theta, rows)
    ahead = [gamma_gamma._curved(theta + step, rows) for step in steps]
    behind = [gamma_gamma._curved(theta - step, rows) for step in steps]

    assert -value == pytest.approx(directly(theta, spend), rel=1e-10)
    slopes = [(up[0] - down[0]) / 2e-5 for up, down in zip(ahead, behind, strict=True)]
    bends = np.array([(up[1] - down[1]) / 2e-5 for up, down in zip(ahead, behind, strict=True)])
    assert gradient == pytest.approx(slopes, rel=1e-5, abs=1e-8 * abs(value))
    assert hessian == pytest.approx(bends, rel=1e-4, abs=1e-6 * np.abs(hessian).max())


def test_simulated_parameters_come_back() -> None:
    fit = gamma_gamma.fit(repeaters(30_000)).fit

    apart = [(fit.parameters[n] - t) / fit.standard_errors[n] for n, t in (("p", 6.0), ("q", 4.0), ("v", 15.0))]
    assert np.abs(apart).max() < 3.5
    assert fit.diagnosis.code == "ok"


def test_the_coarse_road_leads_to_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    spend = repeaters(3000)
    straight = gamma_gamma.fit(spend).fit

    monkeypatch.setattr(gamma_gamma, "COARSE", 1000)
    found = gamma_gamma.fit(spend).fit

    assert found.parameters == pytest.approx(straight.parameters, rel=1e-6)
    assert found.evaluations < straight.evaluations


def test_expected_spend_lies_between_the_own_mean_and_that_of_all() -> None:
    found = gamma_gamma.fit(repeaters(5000))
    x = np.array([0, 1, 5, 40])

    rich, nobody = found.expected_spend_minor(x, np.array([np.nan, 9000.0, 9000.0, 9000.0])), np.zeros(1, dtype=int)

    assert (np.diff(rich) > 0).all()
    assert rich[0] == found.expected_spend_minor(nobody, np.full(1, np.nan))[0]
    assert rich[-1] < 9000


def test_the_currency_scales_nothing_but_v() -> None:
    spend = repeaters(2000)

    cents, whole = gamma_gamma.fit(spend, minor_per_major=100), gamma_gamma.fit(spend, minor_per_major=1)

    assert whole.fit.parameters["p"] == pytest.approx(cents.fit.parameters["p"], rel=1e-6)
    assert whole.fit.parameters["v"] == pytest.approx(100 * cents.fit.parameters["v"], rel=1e-6)
    x, mean = np.array([0, 3]), np.array([np.nan, 1234.0])
    assert whole.expected_spend_minor(x, mean) == pytest.approx(cents.expected_spend_minor(x, mean))


def test_few_repeaters_all_get_the_observed_mean() -> None:
    found = gamma_gamma.fit(SpendCounts(np.array([1, 3]), np.array([1000.0, 2000.0]), np.ones(2)))

    assert (found.fit.diagnosis.identified, found.fit.diagnosis.code) == (False, "few_repeaters")
    assert found.expected_spend_minor(np.array([0, 3]), np.array([np.nan, 2000.0])) == pytest.approx([1750, 1750])


def test_equal_spends_are_a_diagnosis() -> None:
    found = gamma_gamma.fit(SpendCounts(np.array([1, 2]), np.array([500.0, 500.0]), np.array([50.0, 50.0])))

    assert (found.fit.diagnosis.identified, found.fit.diagnosis.code) == (False, "same_spend")
    assert found.expected_spend_minor(np.array([0]), np.array([np.nan])) == pytest.approx([500])
    assert np.isnan(found.correlation)


def test_nobody_is_a_diagnosis() -> None:
    found = gamma_gamma.fit(SpendCounts(np.zeros(0, dtype=int), np.zeros(0), np.zeros(0)))

    assert not found.fit.diagnosis.identified
    assert np.isnan(found.mean_spend_minor)


def test_spend_without_a_mean_is_impossible_and_said() -> None:
    found = gamma_gamma.fit(repeaters(20_000, p=8.0, q=0.6, v=10.0))

    assert found.fit.parameters["q"] > 1
    assert (found.fit.diagnosis.identified, found.fit.diagnosis.code) == (False, "no_mean")


def test_customers_who_do_not_differ_are_said() -> None:
    chance = np.random.default_rng(1)
    x = 1 + chance.geometric(0.4, 5000)
    found = gamma_gamma.fit(SpendCounts(x, 100 * chance.gamma(2.0 * x, 10.0) / x, np.ones(5000)))

    assert found.fit.diagnosis.code in {"same_customers", "ok"}
    assert found.expected_spend_minor(np.array([0]), np.array([np.nan])) == pytest.approx([2000], rel=0.05)


def test_correlated_spend_is_warned_of_in_words() -> None:
    chance = np.random.default_rng(1)
    x = 1 + chance.geometric(0.2, 2000)

    found = gamma_gamma.fit(SpendCounts(x, 500.0 * x + chance.gamma(2.0, 300.0, 2000), np.ones(2000)))

    assert found.correlation > 0.3
    assert "correlation" in found.warning
