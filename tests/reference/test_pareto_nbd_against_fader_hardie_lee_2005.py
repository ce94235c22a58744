"""Pareto/NBD on CDNOW, from the raw log, in weeks.

Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Table 2 (parameters, likelihood); with more digits
in the tests of CLVTools; the conditional expectation from the walk-through of BTYD; accuracy recomputed with lifetimes.
"""

import numpy as np
import pytest
from scipy.stats import rankdata
from tests.make import cdnow

from vinculo.differentiate.lifetime import pareto_nbd
from vinculo.differentiate.lifetime.model import Fit, Floats, Histories

MODEL = pareto_nbd.MODEL
WEEKS = {"r": 0.55315, "alpha": 10.57633, "s": 0.60625, "beta": 11.67150}


@pytest.fixture(scope="module")
def fit() -> Fit:
    return MODEL.fit(cdnow.summary().counts)


@pytest.fixture(scope="module")
def expected(fit: Fit) -> Floats:
    return MODEL.expected_purchases(fit.parameters, cdnow.summary().histories, cdnow.HOLDOUT_DAYS)


def auc(score: Floats, event: np.ndarray) -> float:
    positives = int(event.sum())
    above = rankdata(score)[event].sum() - positives * (positives + 1) / 2
    return float(above / positives / (len(event) - positives))


def test_parameters_are_the_published_ones(fit: Fit) -> None:
    weeks = [fit.parameters["r"], fit.parameters["alpha"] / 7, fit.parameters["s"], fit.parameters["beta"] / 7]

    assert weeks == pytest.approx(list(WEEKS.values()), rel=3e-4)


def test_the_log_likelihood_is_the_published_one(fit: Fit) -> None:
    counts = cdnow.summary().counts
    repeats = float(counts.customers @ counts.repeat_purchase_days)

    assert fit.log_likelihood + repeats * np.log(7) == pytest.approx(-9594.976, abs=5e-4)


def test_the_fit_is_well_determined(fit: Fit) -> None:
    assert fit.diagnosis.code == "ok"


def test_conditional_expectation_is_that_of_the_walk_through() -> None:
    (found,) = MODEL.expected_purchases(WEEKS, Histories(np.array([26]), np.array([30.86]), np.array([31.0])), 52)

    assert found == pytest.approx(25.46, abs=0.005)


def test_holdout_total_and_errors_are_those_recomputed_with_lifetimes(expected: Floats) -> None:
    actual = cdnow.holdout()

    assert expected.sum() == pytest.approx(1665.5, abs=0.1)
    assert np.corrcoef(expected, actual)[0, 1] == pytest.approx(0.6302, abs=5e-5)
    assert np.abs(expected - actual).mean() == pytest.approx(0.755, abs=5e-4)
    assert np.sqrt(np.mean((expected - actual) ** 2)) == pytest.approx(1.603, abs=5e-4)


def test_ranking_of_who_buys_again_is_that_recomputed_with_lifetimes(fit: Fit, expected: Floats) -> None:
    buys = cdnow.holdout() > 0
    alive = MODEL.p_alive(fit.parameters, cdnow.summary().histories)

    assert auc(expected, buys) == pytest.approx(0.7787, abs=5e-4)
    assert auc(alive, buys) == pytest.approx(0.726, abs=5e-4)


def test_customers_without_a_repeat_are_not_taken_for_alive(fit: Fit) -> None:
    histories = cdnow.summary().histories

    alive = MODEL.p_alive(fit.parameters, histories)

    assert alive[histories.repeat_purchase_days == 0].mean() == pytest.approx(0.338, abs=5e-4)


@pytest.mark.parametrize(
    ("x", "age", "tenure"), [(221, 103.43, 103.57), (161, 94.71, 98.0), (204, 98.57, 99.43), (400, 5.0, 6.0)]
)
def test_heavy_buyers_that_broke_other_programs_have_a_likelihood(x: int, age: float, tenure: float) -> None:
    """CLVTools issue 100 (three customers) and lifetimes issue 25 (the last)."""
    steep = {"r": 10.465, "alpha": 0.00799, "s": 3.0516, "beta": 2.82}

    for parameters in (WEEKS, steep):
        found = pareto_nbd.log_likelihoods(parameters, np.array([x]), np.array([age]), np.array([tenure]))
        assert np.isfinite(found).all()
