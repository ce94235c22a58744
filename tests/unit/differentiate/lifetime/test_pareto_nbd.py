"""Pareto/NBD: likelihood, predictions against simulated customers, and diagnoses in place of exceptions."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate

from vinculo.differentiate.lifetime import pareto_nbd
from vinculo.differentiate.lifetime.model import Counts, Histories
from vinculo.differentiate.lifetime.pareto import likelihood

MODEL = pareto_nbd.MODEL
DAYS = {"r": 0.553, "alpha": 74.0, "s": 0.606, "beta": 81.7}


class World:
    """Customers of 400 days, one by one: what they did by then, and in the 150 days after."""

    def __init__(self, parameters: dict[str, float], *, customers: int, seed: int, tenure: int = 400) -> None:
        random = np.random.default_rng(seed)
        rate = random.gamma(parameters["r"], 1 / parameters["alpha"], customers)
        leaves = random.exponential(size=customers) / random.gamma(parameters["s"], 1 / parameters["beta"], customers)
        self.alive = leaves > tenure
        x, last = np.zeros(customers, dtype=np.int64), np.zeros(customers)
        self.later, self.discounted = np.zeros(customers), np.zeros(customers)
        clock, active = np.zeros(customers), np.arange(customers)
        while active.size:
            clock[active] += random.exponential(size=active.size) / np.maximum(rate[active], 1e-12)
            active = active[clock[active] < np.minimum(leaves[active], tenure + 150)]
            known = active[clock[active] <= tenure]
            x[known] += 1
            last[known] = clock[known]
            ahead = active[clock[active] > tenure]
            self.later[ahead] += 1
            self.discounted[ahead] += np.exp(-0.002 * (clock[ahead] - tenure))
        # Tenths of a day are exact enough and leave few distinct values.
        self.histories = Histories(x, np.rint(10 * last) / 10, np.full(customers, float(tenure)))

    def agrees(self, predicted: np.ndarray, actual: np.ndarray) -> None:
        """Assert agreement within four standard errors, for everybody and by repeats."""
        groups = np.minimum(self.histories.repeat_purchase_days, 6)
        for chosen in [np.ones(len(groups), dtype=bool), *[groups == group for group in range(7)]]:
            difference = predicted[chosen] - actual[chosen]
            assert abs(difference.mean()) < 4 * difference.std() / np.sqrt(chosen.sum())


@pytest.fixture(scope="module", params=[DAYS, {"r": 1.5, "alpha": 30.0, "s": 2.5, "beta": 700.0}])
def world(request: pytest.FixtureRequest) -> tuple[dict[str, float], World]:
    return request.param, World(request.param, customers=40_000, seed=5)


def test_p_alive_is_the_share_alive(world: tuple[dict[str, float], World]) -> None:
    parameters, seen = world

    predicted = MODEL.p_alive(parameters, seen.histories)

    seen.agrees(predicted, seen.alive)


def test_expected_purchases_are_the_mean_of_those_to_come(world: tuple[dict[str, float], World]) -> None:
    parameters, seen = world

    predicted = MODEL.expected_purchases(parameters, seen.histories, 150)

    seen.agrees(predicted, seen.later)


def test_p_buys_is_the_share_that_buys_again(world: tuple[dict[str, float], World]) -> None:
    parameters, seen = world

    predicted = MODEL.p_buys(parameters, seen.histories, 150)

    seen.agrees(predicted, seen.later > 0)


def test_discounted_purchases_are_the_mean_of_those_to_come(world: tuple[dict[str, float], World]) -> None:
    parameters, seen = world

    predicted = MODEL.discounted_purchases(parameters, seen.histories, 0.002, 150)

    seen.agrees(predicted, seen.discounted)


def test_expected_from_first_is_the_mean_of_new_customers(world: tuple[dict[str, float], World]) -> None:
    parameters, seen = world

    (expected,) = MODEL.expected_from_first(parameters, np.array([400.0]))

    x = seen.histories.repeat_purchase_days
    assert abs(expected - x.mean()) < 4 * x.std() / np.sqrt(len(x))


def test_the_likelihood_equals_its_integral_over_rates() -> None:
    """One customer, x = 2, t_x = 30, T = 50, by integrating over when he left."""
    r, alpha, s, beta = 0.9, 20.0, 1.4, 60.0

    (found,) = pareto_nbd.log_likelihoods(
        {"r": r, "alpha": alpha, "s": s, "beta": beta}, np.array([2]), np.array([30]), np.array([50])
    )

    buying = alpha**r * r * (r + 1)
    left = integrate.quad(
        lambda t: buying * (alpha + t) ** -(r + 2) * s * beta**s * (beta + t) ** -(s + 1), 30, 50, epsrel=1e-12
    )[0]
    stayed = buying * (alpha + 50) ** -(r + 2) * (beta / (beta + 50)) ** s
    assert found == pytest.approx(np.log(left + stayed), rel=1e-12)


def test_the_likelihood_of_thousands_of_purchases_is_the_sum_of_two_finite_parts() -> None:
    """At x = 400 the integral is still within reach of panels of Gauss points in logs."""
    r, alpha, s, beta, x = 10.465, 0.00799, 3.0516, 2.82, 400

    (found,) = pareto_nbd.log_likelihoods(
        {"r": r, "alpha": alpha, "s": s, "beta": beta}, np.array([x]), np.array([5.0]), np.array([6.0])
    )

    def left(t: np.ndarray) -> np.ndarray:
        return s * ((alpha + 5) / (alpha + t)) ** (r + x) * (beta + t) ** -(s + 1)

    panels = np.linspace(5, 6, 200)
    total = sum(integrate.fixed_quad(left, a, b, n=20)[0] for a, b in pairwise(panels))
    total += ((alpha + 5) / (alpha + 6)) ** (r + x) * (beta + 6) ** -s
    own = np.log(r + np.arange(x)).sum() + r * np.log(alpha) + s * np.log(beta) - (r + x) * np.log(alpha + 5)
    assert found == pytest.approx(own + np.log(total), rel=1e-12)


@pytest.mark.parametrize("theta", [[-0.6, 4.3, -0.5, 4.4], [-2.3, 3.4, 0.7, 6.8], [0.7, 5.7, -1.2, 1.6]])
def test_the_gradient_equals_differences(theta: list[float]) -> None:
    histories = World(DAYS, customers=300, seed=2).histories
    whole = histories.age_at_last_days.astype(np.int64)
    negative = likelihood.Likelihood(
        histories.repeat_purchase_days, whole, np.full(300, 400), np.random.default_rng(1).uniform(1, 3, 300)
    )
    at = np.array(theta)

    _, gradient = negative(at)

    rises = [negative(at + e)[0] - negative(at - e)[0] for e in 1e-5 * np.eye(4)]
    assert gradient == pytest.approx(np.array(rises) / 2e-5, rel=1e-6, abs=1e-4)


def counts_of(histories: Histories) -> Counts:
    rows = np.stack([histories.repeat_purchase_days, histories.age_at_last_days, histories.tenure_days], axis=1)
    found, customers = np.unique(rows.astype(np.int64), axis=0, return_counts=True)
    return Counts(found[:, 0], found[:, 1], found[:, 2], customers.astype(np.float64))


def test_a_fit_recovers_the_parameters_it_was_simulated_with() -> None:
    histories = World(DAYS, customers=20_000, seed=8).histories

    fit = MODEL.fit(counts_of(histories))

    assert fit.diagnosis.identified
    for name, true in DAYS.items():
        assert abs(fit.parameters[name] - true) < 4 * fit.standard_errors[name]


def test_a_fit_is_a_maximum() -> None:
    counts = counts_of(World(DAYS, customers=2_000, seed=3).histories)

    fit = MODEL.fit(counts)

    for name in MODEL.parameters:
        for factor in (0.98, 1.02):
            there = {**fit.parameters, name: fit.parameters[name] * factor}
            assert MODEL.log_likelihood(there, counts) < fit.log_likelihood


def test_a_start_does_not_change_where_a_fit_ends() -> None:
    counts = counts_of(World(DAYS, customers=2_000, seed=3).histories)

    far = MODEL.fit(counts, start={"r": 3.0, "alpha": 10.0, "s": 2.0, "beta": 2000.0})

    assert far.parameters == pytest.approx(MODEL.fit(counts).parameters, rel=1e-4)


def test_customers_who_never_leave_are_a_diagnosis_not_an_error() -> None:
    random = np.random.default_rng(4)
    rate = random.gamma(0.8, 1 / 20, 3_000)
    x = random.poisson(400 * rate)
    last = np.where(x > 0, np.rint(400 * random.beta(np.maximum(x, 1), 1)), 0)

    fit = MODEL.fit(counts_of(Histories(x, last, np.full(3_000, 400))))

    assert fit.diagnosis.code in ("no_dropout", "same_dropout", "flat_ridge")
    assert fit.parameters["r"] == pytest.approx(0.8, abs=0.08)


def test_customers_who_are_all_alike_are_a_diagnosis_not_an_error() -> None:
    random = np.random.default_rng(6)
    x = random.poisson(185, 800)
    last = np.rint(400 * random.beta(x, 1))

    fit = MODEL.fit(counts_of(Histories(x, last, np.full(800, 400))))

    assert not fit.diagnosis.identified
    assert np.isfinite(fit.log_likelihood)


def test_heavy_buyers_are_fitted_without_overflow() -> None:
    heavy = {"r": 1.2, "alpha": 4.0, "s": 2.0, "beta": 400.0}
    counts = counts_of(World(heavy, customers=1_000, seed=7).histories)

    fit = MODEL.fit(counts)

    assert counts.repeat_purchase_days.max() > 400
    assert fit.diagnosis.identified
    assert fit.log_likelihood > MODEL.log_likelihood(heavy, counts)
    assert fit.parameters["r"] == pytest.approx(1.2, abs=0.2)


@pytest.mark.parametrize(
    ("x", "age", "tenure", "code"),
    [([0, 0], [0, 0], [10, 20], "no_repeats"), ([0, 1], [0, 5], [10, 20], "few_repeats"), ([0], [0], [0], "no_time")],
)
def test_hopeless_counts_say_why(x: list[int], age: list[int], tenure: list[int], code: str) -> None:
    counts = Counts(
        np.array(x), np.array(age), np.array(tenure), np.full(len(x), 100.0 if code != "few_repeats" else 9.0)
    )

    fit = MODEL.fit(counts)

    assert not fit.diagnosis.identified
    assert fit.diagnosis.code == code


def test_predictions_stay_finite_for_any_history() -> None:
    x, age, tenure = (
        np.array([0, 1, 900, 900, 5]),
        np.array([0, 1, 900, 3000, 0]),
        np.array([0, 4000, 4000, 3000, 4000]),
    )
    histories = Histories(x, age, tenure)

    alive = MODEL.p_alive(DAYS, histories)
    buys = MODEL.p_buys(DAYS, histories, 365)
    dert = MODEL.discounted_purchases(DAYS, histories, 0.0004, None)

    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((buys >= 0) & (buys <= alive)).all()
    assert np.isfinite(dert).all()
    assert alive[0] == pytest.approx(1)
    assert alive[2] < 1e-100


def test_a_long_horizon_approaches_dert() -> None:
    histories = Histories(np.array([0, 3]), np.array([0, 200]), np.array([300, 300]))

    long = MODEL.discounted_purchases(DAYS, histories, 0.001, 40_000.0)
    without_end = MODEL.discounted_purchases(DAYS, histories, 0.001, None)

    assert long == pytest.approx(without_end, rel=1e-12)


def test_dert_equals_direct_integration() -> None:
    (found,) = MODEL.discounted_if_alive(DAYS, Histories(np.array([3]), np.array([200]), np.array([300])), 0.0004, None)

    b = DAYS["beta"] + 300
    stays = integrate.quad(lambda y: np.exp(-0.0004 * y) * (b / (b + y)) ** DAYS["s"], 0, 1e5, limit=500, epsrel=1e-12)[
        0
    ]
    assert found == pytest.approx((DAYS["r"] + 3) / (DAYS["alpha"] + 300) * stays, rel=1e-9)


@pytest.mark.parametrize("s", [1.0, 1.0 + 1e-9])
def test_expectation_is_smooth_where_s_is_one(s: float) -> None:
    histories = Histories(np.array([2]), np.array([50]), np.array([90]))

    at = MODEL.expected_purchases({**DAYS, "s": s}, histories, 100)
    beside = MODEL.expected_purchases({**DAYS, "s": 1.0001}, histories, 100)

    assert at == pytest.approx(beside, rel=1e-3)


def test_without_discount_dert_is_infinite_unless_customers_leave_fast() -> None:
    histories = Histories(np.array([2]), np.array([50]), np.array([90]))

    assert np.isinf(MODEL.discounted_purchases(DAYS, histories, 0.0, None)).all()
    assert np.isfinite(MODEL.discounted_purchases({**DAYS, "s": 1.5}, histories, 0.0, None)).all()


def test_the_second_moment_is_that_of_the_posterior() -> None:
    histories = Histories(np.array([2]), np.array([50]), np.array([90]))
    random = np.random.default_rng(9)
    rate = random.gamma(DAYS["r"] + 2, 1 / (DAYS["alpha"] + 90), 400_000)
    leaving = random.gamma(DAYS["s"], 1 / (DAYS["beta"] + 90), 400_000) + 0.001
    own = rate * -np.expm1(-365 * leaving) / leaving

    (found,) = MODEL.second_moment_if_alive(DAYS, histories, 0.001, 365)

    assert found == pytest.approx(np.mean(own**2), rel=4 * np.std(own**2) / np.mean(own**2) / np.sqrt(400_000))


def test_nobody_is_scored_as_nobody() -> None:
    nobody = np.zeros(0, dtype=np.int64)

    assert MODEL.p_buys(DAYS, Histories(nobody, nobody, nobody), 90).shape == (0,)
