"""BG/NBD on CDNOW, from the raw log.

Sources: P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting Your Customers" the Easy Way, Table 2; the same
with more digits in the tests of CLVTools; B. G. S. Hardie's spreadsheet and the manual of the R package BTYD, both as
quoted in the tests of lifetimes; standard errors, tracking and accuracy recomputed with lifetimes 0.11.3.
"""

import numpy as np
import pytest
from scipy.stats import rankdata
from tests.make import cdnow
from tests.make.purchase_histories import histories

from vinculo.differentiate.lifetime import bg_nbd
from vinculo.differentiate.lifetime.model import Fit, Floats

MODEL = bg_nbd.MODEL
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
"""In weeks."""


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


def in_weeks(fit: Fit) -> list[float]:
    return [fit.parameters["r"], fit.parameters["alpha"] / 7, fit.parameters["a"], fit.parameters["b"]]


def test_the_log_holds_what_the_paper_counts() -> None:
    known = cdnow.summary().histories.repeat_purchase_days

    assert (len(known), known.sum(), (known > 0).sum(), (known == 0).sum()) == (2357, 2457, 946, 1411)
    assert cdnow.holdout().sum() == 1882
    assert len(cdnow.summary().counts.customers) == 1016


def test_parameters_are_those_of_table_2(fit: Fit) -> None:
    assert in_weeks(fit) == pytest.approx(list(PUBLISHED.values()), abs=6e-4)


def test_parameters_agree_to_five_digits(fit: Fit) -> None:
    assert in_weeks(fit) == pytest.approx([0.2425945, 4.4136019, 0.7929199, 2.4258881], rel=1e-5)


def test_log_likelihood_is_the_published_one(fit: Fit) -> None:
    weeks = fit.log_likelihood + 2457 * np.log(7)

    assert weeks == pytest.approx(-9582.429, abs=6e-4)


def test_standard_errors_are_those_of_lifetimes(fit: Fit) -> None:
    errors = fit.standard_errors

    found = [errors["r"], errors["alpha"] / 7, errors["a"], errors["b"]]
    assert found == pytest.approx([0.0126, 0.3782, 0.1857, 0.7053], abs=2e-4)


def test_a_new_customer_buys_as_in_the_spreadsheet(fit: Fit) -> None:
    days = np.array([1.0, 7, 21, 223, 224])

    expected = MODEL.expected_from_first(fit.parameters, days)

    assert expected == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437], abs=6e-5)


def test_a_new_customer_buys_as_recomputed_to_week_78(fit: Fit) -> None:
    expected = MODEL.expected_from_first(fit.parameters, np.array([546.0]))

    assert expected == pytest.approx([1.8580], abs=6e-5)


def test_conditional_expectation_is_that_of_the_spreadsheet(fit: Fit) -> None:
    customer = histories((2, 213, 272))

    assert MODEL.expected_purchases(fit.parameters, customer, 273) == pytest.approx([1.226], abs=5e-4)
    assert MODEL.p_alive(fit.parameters, customer) == pytest.approx([0.7266], abs=1e-4)


def test_pmf_is_that_of_btyd() -> None:
    assert MODEL.pmf(PUBLISHED, np.array([10.0]), 2) == pytest.approx([1.07869e-07], rel=1e-5)
    assert MODEL.pmf(PUBLISHED, np.array([0.0]), 39) == pytest.approx([0.5737864], abs=6e-8)


def test_pmf_sums_to_one_and_has_the_mean_of_the_expectation(fit: Fit) -> None:
    repeats = np.arange(3000.0)

    chances = MODEL.pmf(fit.parameters, repeats, 546)

    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert repeats @ chances == pytest.approx(MODEL.expected_from_first(fit.parameters, np.array([546.0]))[0])


def test_holdout_total_is_that_of_lifetimes(expected: Floats) -> None:
    assert expected.sum() == pytest.approx(1653.4, abs=0.05)


def test_correlation_with_the_holdout_is_reproduced(expected: Floats) -> None:
    assert np.corrcoef(expected, cdnow.holdout())[0, 1] == pytest.approx(0.6256, abs=6e-5)


def test_expected_by_repeats_is_reproduced(expected: Floats) -> None:
    group = np.minimum(cdnow.summary().histories.repeat_purchase_days, 7)
    size = np.bincount(group)

    model = np.bincount(group, weights=expected) / size
    actual = np.bincount(group, weights=cdnow.holdout()) / size

    assert actual == pytest.approx([0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], abs=6e-4)
    assert model == pytest.approx([0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=6e-4)


def test_cumulative_repeats_are_tracked_as_recomputed(fit: Fit) -> None:
    weeks = np.array([39, 52, 65, 78])
    actual = cdnow.repeats_by_day(546)[7 * weeks - 1]
    by_day = np.concatenate([[0.0], MODEL.expected_from_first(fit.parameters, np.arange(1.0, 547))])

    # The recomputation gave a customer who first bought on day d of week 1 the time 7 * week - d.
    tracked = by_day[7 * weeks[:, None] - cdnow.first_days()].sum(axis=1)

    assert actual.tolist() == [2457, 3183, 3844, 4339]
    assert tracked == pytest.approx([2501.5, 3134.1, 3680.6, 4165.7], abs=0.06)


def test_accuracy_is_the_baseline(fit: Fit, expected: Floats) -> None:
    actual = cdnow.holdout()
    apart = expected - actual

    assert np.abs(apart).mean() == pytest.approx(0.786, abs=6e-4)
    assert np.sqrt((apart**2).mean()) == pytest.approx(1.608, abs=6e-4)
    assert auc(expected, actual > 0) == pytest.approx(0.7725, abs=6e-5)


def test_p_alive_ranks_worse_than_a_coin(fit: Fit) -> None:
    alive = MODEL.p_alive(fit.parameters, cdnow.summary().histories)

    assert auc(alive, cdnow.holdout() > 0) == pytest.approx(0.316, abs=6e-4)


def test_zero_repeaters_are_alive_by_construction(fit: Fit) -> None:
    known = cdnow.summary().histories
    alive = MODEL.p_alive(fit.parameters, known)[known.repeat_purchase_days == 0]

    assert (alive == 1).all()
    assert (cdnow.holdout()[known.repeat_purchase_days == 0] > 0).mean() == pytest.approx(0.137, abs=6e-4)
