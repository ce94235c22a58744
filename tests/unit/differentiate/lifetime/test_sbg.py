"""sBG: contracts by cohort, their projection, residual lifetime, and diagnoses in place of exceptions."""

import numpy as np
import pytest

from vinculo.differentiate.lifetime import sbg
from vinculo.differentiate.lifetime.sbg import Survival
from vinculo.foundation.errors import InputError, SettingsError

REGULAR = Survival("regular", np.array([1000, 631, 468, 382, 326, 289, 262, 241]))
HIGH_END = Survival("high end", np.array([1000, 869, 743, 653, 593, 551, 517, 491]))
PARAMETERS = {"alpha": 0.704, "beta": 1.182}


def test_survival_is_the_product_of_retention() -> None:
    survival = sbg.survival(PARAMETERS, 5)

    assert survival[0] == 1
    assert survival[1:] / survival[:-1] == pytest.approx(sbg.retention(PARAMETERS, 5))


def test_retention_rises_with_age() -> None:
    assert (np.diff(sbg.retention(PARAMETERS, 20)) > 0).all()


def test_a_projection_starts_from_those_still_there() -> None:
    projected = sbg.project(PARAMETERS, REGULAR, 2)

    alpha, beta = PARAMETERS["alpha"], PARAMETERS["beta"]
    stay = (beta + 7) / (alpha + beta + 7), (beta + 8) / (alpha + beta + 8)
    assert projected == pytest.approx([241, 241 * stay[0], 241 * stay[0] * stay[1]])


def test_a_fit_is_a_maximum() -> None:
    fit = sbg.fit([REGULAR, HIGH_END])

    def likelihood(alpha: float, beta: float) -> float:
        survival = sbg.survival({"alpha": alpha, "beta": beta}, 7)
        lost = -np.diff(REGULAR.survivors) - np.diff(HIGH_END.survivors)
        return float(lost @ np.log(-np.diff(survival)) + (241 + 491) * np.log(survival[-1]))

    alpha, beta = fit.parameters["alpha"], fit.parameters["beta"]
    assert fit.log_likelihood == pytest.approx(likelihood(alpha, beta))
    around = [likelihood(alpha * a, beta * b) for a in (0.98, 1, 1.02) for b in (0.98, 1, 1.02) if (a, b) != (1, 1)]
    assert max(around) < fit.log_likelihood


def test_cohorts_may_have_been_watched_for_different_times() -> None:
    truth = {"alpha": 0.8, "beta": 2.0}
    cohorts = [Survival(str(n), 1e6 * sbg.survival(truth, n)) for n in (2, 5, 9)]

    fit = sbg.fit(cohorts)

    assert fit.parameters == pytest.approx(truth, rel=1e-5)
    assert fit.customers == pytest.approx(3e6)


def test_cohorts_apart_fit_no_worse_than_together() -> None:
    apart = sbg.fit_each([REGULAR, HIGH_END])

    together = sbg.fit([REGULAR, HIGH_END])

    assert list(apart) == ["regular", "high end"]
    assert sum(fit.log_likelihood for fit in apart.values()) > together.log_likelihood + 100


@pytest.mark.parametrize("period", [1, 2, 7])
@pytest.mark.parametrize("alpha", [0.3, 0.704, 1.0, 4.0])
def test_residual_lifetime_is_the_discounted_sum_of_staying(alpha: float, period: int) -> None:
    parameters = {"alpha": alpha, "beta": 1.182}

    found = sbg.residual_lifetime(parameters, period, rate=0.1)

    survival = sbg.survival(parameters, 500)
    staying = survival[period:] / survival[period - 1]
    assert found == pytest.approx(float(staying @ 1.1 ** -np.arange(len(staying), dtype=float)), rel=1e-9)


def test_without_discount_residual_lifetime_may_have_no_end() -> None:
    assert sbg.residual_lifetime(PARAMETERS, 1, rate=0.0) == float("inf")
    assert sbg.residual_lifetime({"alpha": 3.0, "beta": 4.0}, 2, rate=0.0) == pytest.approx(2.5)


@pytest.mark.parametrize(("period", "rate"), [(0, 0.1), (1, -0.1)])
def test_residual_lifetime_refuses_impossible_questions(period: int, rate: float) -> None:
    with pytest.raises(SettingsError, match="found"):
        sbg.residual_lifetime(PARAMETERS, period, rate=rate)


@pytest.mark.parametrize(
    ("survivors", "code", "identified"),
    [
        ([100, 100, 100], "no_churn", False),
        ([100, 0], "all_left_at_once", False),
        ([100, 0, 0], "all_left_at_once", False),
        ([100, 60], "one_period", False),
        ([1000, 500, 500, 500], "two_kinds", False),
        ([10_000, 9_000, 8_100, 7_290, 6_561], "same_churn", True),
        ([1000, 631, 468, 382], "ok", True),
    ],
)
def test_what_cannot_be_told_is_said(survivors: list[int], code: str, identified: bool) -> None:
    fit = sbg.fit([Survival("cohort", np.array(survivors))])

    assert fit.diagnosis.code == code
    assert fit.diagnosis.identified is identified


@pytest.mark.parametrize(
    ("survivors", "sentence"),
    [
        ([100, 50, 60], "grows from 50 to 60 at renewal 2"),
        ([100], "has 1 counts"),
        ([0, 0], "must start with customers"),
        ([100, -1], "never have fewer than 0"),
    ],
)
def test_impossible_survivors_are_refused(survivors: list[int], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Survival("cohort", np.array(survivors))


def test_no_cohort_is_refused() -> None:
    with pytest.raises(InputError, match="no cohort"):
        sbg.fit([])
