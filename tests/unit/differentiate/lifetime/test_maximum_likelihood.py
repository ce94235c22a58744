import numpy as np
import pytest

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.model import Diagnosis, Floats


def gamma_like(theta: Floats) -> tuple[float, Floats]:
    """Poisson and exponential side by side: maxima at 1.5 and 0.25."""
    rate, scale = np.exp(theta)
    value = 2 * rate - 3 * theta[0] + 8 * scale - 2 * theta[1]
    return float(value), np.array([2 * rate - 3, 8 * scale - 2])


def test_the_maximum_is_found_with_a_gradient() -> None:
    optimum = fitting.maximize(gamma_like, [np.zeros(2)])

    assert np.exp(optimum.theta) == pytest.approx([1.5, 0.25], rel=1e-7)
    assert optimum.identified


def test_the_maximum_is_found_without_a_gradient() -> None:
    optimum = fitting.maximize(lambda theta: (gamma_like(theta)[0], None), [np.zeros(2)])

    assert np.exp(optimum.theta) == pytest.approx([1.5, 0.25], rel=1e-6)
    assert optimum.log_covariance == pytest.approx(np.diag([1 / 3, 1 / 2]), rel=1e-3, abs=1e-4)


def test_the_covariance_is_the_inverse_of_the_curvature() -> None:
    optimum = fitting.maximize(gamma_like, [np.zeros(2)])

    assert optimum.log_covariance == pytest.approx(np.diag([1 / 3, 1 / 2]), rel=1e-5, abs=1e-7)


def test_the_best_of_several_starts_wins() -> None:
    def two_valleys(theta: Floats) -> tuple[float, Floats]:
        t = theta[0]
        return float((t**2 - 4) ** 2 + t), np.array([4 * t * (t**2 - 4) + 1])

    optimum = fitting.maximize(two_valleys, [np.array([3.0]), np.array([-3.0])])

    assert optimum.theta[0] < 0


def test_a_ridge_has_no_covariance_but_never_raises() -> None:
    def ridge(theta: Floats) -> tuple[float, Floats]:
        total = theta.sum()
        return float((total - 1) ** 2), np.full(2, 2 * (total - 1))

    optimum = fitting.maximize(ridge, [np.zeros(2)])

    assert optimum.theta.sum() == pytest.approx(1)
    assert np.isnan(optimum.log_covariance).all()
    assert not optimum.identified


def test_parameters_beside_a_ridge_keep_their_variance() -> None:
    def partly(theta: Floats) -> tuple[float, Floats]:
        total = theta[0] + theta[1]
        slope = 2 * (total - 1)
        return float((total - 1) ** 2 + theta[2] ** 2), np.array([slope, slope, 2 * theta[2]])

    optimum = fitting.maximize(partly, [np.zeros(3)])

    assert optimum.log_covariance[2, 2] == pytest.approx(0.5)
    assert np.isnan(optimum.log_covariance[0]).all()


def test_a_run_to_infinity_stops_at_the_edge() -> None:
    optimum = fitting.maximize(lambda theta: (float(np.exp(-theta[0])), -np.exp(-theta)), [np.zeros(1)])

    assert optimum.theta[0] <= fitting.HIGHEST
    assert not optimum.identified


def test_values_that_are_not_numbers_are_stepped_over() -> None:
    def holed(theta: Floats) -> tuple[float, Floats]:
        if theta[0] > 2:
            return float("nan"), np.array([np.nan])
        return float((theta[0] - 1) ** 2), 2 * (theta - 1)

    optimum = fitting.maximize(holed, [np.array([0.0])])

    assert optimum.theta == pytest.approx([1.0])


def test_a_penalty_pulls_towards_one_and_leaves_the_reported_value_plain() -> None:
    plain = fitting.maximize(gamma_like, [np.zeros(2)])
    pulled = fitting.maximize(gamma_like, [np.zeros(2)], penalty=10.0)

    assert (np.abs(pulled.theta) < np.abs(plain.theta)).all()
    assert pulled.value == pytest.approx(gamma_like(pulled.theta)[0])


def test_a_coarse_start_ends_at_the_full_optimum_in_fewer_evaluations() -> None:
    alone = fitting.maximize(gamma_like, [np.array([4.0, 4.0])])
    helped = fitting.maximize(
        gamma_like, [np.array([4.0, 4.0])], coarse=lambda theta: (gamma_like(theta + 0.01)[0], None)
    )

    assert helped.theta == pytest.approx(alone.theta, abs=1e-7)
    assert helped.evaluations < alone.evaluations


def test_a_misleading_coarse_sample_is_found_out() -> None:
    optimum = fitting.maximize(
        gamma_like, [np.zeros(2)], coarse=lambda theta: (float(np.exp(-theta).sum()), -np.exp(-theta))
    )

    assert np.exp(optimum.theta) == pytest.approx([1.5, 0.25], rel=1e-6)
    assert optimum.identified


def test_draws_have_the_covariance_of_the_fit() -> None:
    optimum = fitting.maximize(gamma_like, [np.zeros(2)])
    fit = fitting.fit("two", ("rate", "scale"), optimum, customers=1, diagnosis=Diagnosis(True, "ok", ""))

    draws = fitting.log_draws(fit, 20_000, seed=3)

    assert np.cov(draws.T) == pytest.approx(optimum.log_covariance, abs=0.02)
    assert draws.mean(axis=0) == pytest.approx(optimum.theta, abs=0.02)


def test_standard_errors_follow_the_delta_method() -> None:
    optimum = fitting.maximize(gamma_like, [np.zeros(2)])

    fit = fitting.fit("two", ("rate", "scale"), optimum, customers=1, diagnosis=Diagnosis(True, "ok", ""))

    assert fit.standard_errors["rate"] == pytest.approx(1.5 * (1 / 3) ** 0.5, rel=1e-5)
    assert fit.log_likelihood == pytest.approx(-gamma_like(np.log([1.5, 0.25]))[0])
