"""The fallback model: it always exists."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import gammaln
from tests.make import cdnow

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation import fallback

ROWS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 4000), st.floats(0.0, 1e6)).map(
        lambda row: (min(row[0], row[1]), row[1], row[2])
    ),
    max_size=12,
)


def counts(rows: list[tuple[int, int, float]]) -> model.Counts:
    x, tenure, customers = (np.array(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return model.Counts(
        np.array(x, dtype=np.int64),
        np.array(x, dtype=np.int64),
        np.array(tenure, dtype=np.int64),
        np.array(customers, dtype=np.float64),
    )


@settings(deadline=None)
@given(ROWS)
def test_any_counts_give_a_finite_identified_fit(rows: list[tuple[int, int, float]]) -> None:
    fit = fallback.MODEL.fit(counts(rows))

    numbers = [*fit.parameters.values(), *fit.standard_errors.values(), fit.log_likelihood]
    assert fit.diagnosis.identified
    assert all(math.isfinite(number) for number in numbers)
    assert all(value > 0 for value in fit.parameters.values())


def test_one_customer_of_today_is_forecast_the_priors_rate() -> None:
    fit = fallback.MODEL.fit(counts([(0, 0, 1.0)]))

    one = model.Histories(np.array([0]), np.array([0]), np.array([0]))
    assert fit.diagnosis.code == "few_repeats"
    assert fallback.MODEL.expected_purchases(fit.parameters, one, 365)[0] == pytest.approx(0.5, rel=0.2)


def test_nobody_at_all_still_gives_numbers() -> None:
    assert fallback.MODEL.fit(counts([])).parameters["r"] > 0


def test_known_parameters_are_recovered() -> None:
    random = np.random.default_rng(2)
    tenure = random.integers(1, 800, 50_000)
    x = random.poisson(random.gamma(0.7, 1 / 60, 50_000) * tenure)

    fit = fallback.MODEL.fit(model.Counts(x, x, tenure, np.ones(50_000)))

    for name, true in (("r", 0.7), ("alpha", 60.0)):
        assert abs(fit.parameters[name] - true) < 3 * fit.standard_errors[name]
        assert fit.standard_errors[name] < 0.03 * true


def test_no_other_parameters_make_the_data_likelier() -> None:
    data = cdnow.summary().counts
    fit = fallback.MODEL.fit(data)

    def log_likelihood(r: float, alpha: float) -> float:
        x, tenure = data.repeat_purchase_days, data.tenure_days
        each = gammaln(r + x) - gammaln(r) + r * np.log(alpha / (alpha + tenure)) - x * np.log(alpha + tenure)
        return float((data.customers * each).sum())

    r, alpha = fit.parameters["r"], fit.parameters["alpha"]
    around = [log_likelihood(r * up, alpha * out) for up in (0.98, 1.02) for out in (0.98, 1, 1.02)]
    assert fit.log_likelihood == pytest.approx(log_likelihood(r, alpha))
    assert max(around) < fit.log_likelihood


def test_a_start_leads_to_the_same_end() -> None:
    data = cdnow.summary().counts

    cold, warm = fallback.MODEL.fit(data), fallback.MODEL.fit(data, start={"r": 5.0, "alpha": 3.0})

    assert warm.parameters == pytest.approx(cold.parameters, rel=1e-4)


def test_a_penalty_draws_the_logarithms_towards_zero() -> None:
    data = cdnow.summary().counts

    free, held = fallback.MODEL.fit(data), fallback.MODEL.fit(data, penalty=10.0)

    assert held.parameters["alpha"] < free.parameters["alpha"]


PARAMETERS = {"r": 0.7, "alpha": 60.0}
SOME = model.Histories(np.array([0, 3, 0]), np.array([0, 80, 0]), np.array([100, 100, 0]))


def test_the_forecast_is_the_mean_over_the_rates_that_a_customer_may_have() -> None:
    rates = np.random.default_rng(4).gamma(0.7 + 3, 1 / (60 + 100), 400_000)

    assert fallback.MODEL.expected_purchases(PARAMETERS, SOME, 90)[1] == pytest.approx(90 * rates.mean(), rel=0.01)
    assert fallback.MODEL.p_buys(PARAMETERS, SOME, 90)[1] == pytest.approx((1 - np.exp(-90 * rates)).mean(), rel=0.01)


def test_discounting_is_continuous() -> None:
    rate = fallback.MODEL.expected_purchases(PARAMETERS, SOME, 1)[1]
    found = fallback.MODEL.discounted_purchases(PARAMETERS, SOME, 0.001, 365)[1]

    assert found == pytest.approx(integrate.quad(lambda day: rate * math.exp(-0.001 * day), 0, 365)[0])
    assert fallback.MODEL.discounted_purchases(PARAMETERS, SOME, 0.0, 365)[1] == pytest.approx(rate * 365)
    assert fallback.MODEL.discounted_purchases(PARAMETERS, SOME, 0.001, None)[1] == pytest.approx(rate / 0.001)


def test_nobody_is_lost_and_new_customers_buy_at_the_mean_rate() -> None:
    assert fallback.MODEL.p_alive(PARAMETERS, SOME).tolist() == [1, 1, 1]
    assert fallback.MODEL.expected_from_first(PARAMETERS, np.array([60.0])).tolist() == pytest.approx([0.7])
