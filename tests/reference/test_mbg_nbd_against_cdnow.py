"""MBG/NBD on CDNOW, from the raw log: parameters, likelihood and accuracy as recomputed with lifetimes 0.11.3.

No figures are published for this model on these data; it is that of E. P. Batislam, M. Denizel and A. Filiztekin
(2007).
"""

import numpy as np
import pytest
from scipy.stats import rankdata
from tests.make import cdnow

from vinculo.differentiate.lifetime import mbg_nbd
from vinculo.differentiate.lifetime.model import Fit, Floats

MODEL = mbg_nbd.MODEL


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


def test_parameters_are_those_of_lifetimes(fit: Fit) -> None:
    weeks = [fit.parameters["r"], fit.parameters["alpha"] / 7, fit.parameters["a"], fit.parameters["b"]]

    assert weeks == pytest.approx([0.5248, 6.1831, 0.8914, 1.6140], abs=1.5e-4)


def test_log_likelihood_is_that_of_lifetimes(fit: Fit) -> None:
    assert fit.log_likelihood + 2457 * np.log(7) == pytest.approx(-9582.13, abs=0.01)


def test_holdout_total_and_correlation_are_reproduced(expected: Floats) -> None:
    assert expected.sum() == pytest.approx(1576.7, abs=0.05)
    assert np.corrcoef(expected, cdnow.holdout())[0, 1] == pytest.approx(0.627, abs=6e-4)


def test_accuracy_is_the_baseline(expected: Floats) -> None:
    apart = expected - cdnow.holdout()

    assert np.abs(apart).mean() == pytest.approx(0.765, abs=6e-4)
    assert np.sqrt((apart**2).mean()) == pytest.approx(1.607, abs=6e-4)
    assert auc(expected, cdnow.holdout() > 0) == pytest.approx(0.7728, abs=6e-5)


def test_p_alive_ranks_and_leaves_zero_repeaters_in_doubt(fit: Fit) -> None:
    known = cdnow.summary().histories
    alive = MODEL.p_alive(fit.parameters, known)

    assert auc(alive, cdnow.holdout() > 0) == pytest.approx(0.687, abs=6e-4)
    assert alive[known.repeat_purchase_days == 0].mean() == pytest.approx(0.409, abs=6e-4)


def test_pmf_sums_to_one_and_has_the_mean_of_the_expectation(fit: Fit) -> None:
    repeats = np.arange(3000.0)

    chances = MODEL.pmf(fit.parameters, repeats, 546)

    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert repeats @ chances == pytest.approx(MODEL.expected_from_first(fit.parameters, np.array([546.0]))[0])
