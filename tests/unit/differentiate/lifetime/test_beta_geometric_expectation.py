import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.special import betaln
from tests.make.purchase_histories import histories, simulate

from vinculo.differentiate.lifetime import bg_nbd, mbg_nbd
from vinculo.differentiate.lifetime.beta_geometric import expectation
from vinculo.differentiate.lifetime.beta_geometric.purchasing import BetaGeometric

MODELS = [bg_nbd.MODEL, mbg_nbd.MODEL]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
SOME = histories((0, 0, 1), (0, 0, 900), (1, 3, 40), (2, 213, 272), (12, 300, 365), (80, 1000, 1095), (9, 100, 1000))
positive = st.floats(0.02, 20)


def one(value: float) -> np.ndarray:
    return np.array([value])


@pytest.mark.parametrize("a", [0.05, 0.793, 0.99995, 1.0, 1.00003, 2.5])
@pytest.mark.parametrize(("shape", "rate", "b"), [(0.24, 31, 2.4), (12.2, 400, 15), (90, 1100, 95), (0.24, 0.01, 2.4)])
def test_closed_form_is_the_integral(a: float, shape: float, rate: float, b: float) -> None:
    closed = expectation.purchases(one(shape), one(rate), a, one(b), 365)
    integral = expectation.discounted(one(shape), one(rate), a, one(b), horizon=365, daily_rate=0.0)

    assert closed == pytest.approx(integral, rel=1e-8)


@pytest.mark.parametrize(("a", "repeats"), [(1.0, 159), (1.0, 1000), (2.0, 300), (0.793, 5000)])
def test_many_purchases_meet_no_hole_of_the_series(a: float, repeats: int) -> None:
    b, power, s = 2.0 + repeats, 2.0 + repeats, 100.0
    places = np.linspace(-60, 40, 100_001)
    log_coin, log_stay = -np.logaddexp(0, -places), -np.logaddexp(0, places)
    density = np.exp(a * log_coin + b * log_stay - betaln(a, b))
    exact = integrate.trapezoid(density * (1 + np.exp(log_coin) * s) ** -power, places)

    assert expectation.staying(one(power), a, one(b), one(s)) == pytest.approx([exact], rel=1e-5)


def test_nothing_jumps_where_a_is_one() -> None:
    below, at, above = (
        expectation.purchases(one(2.0), one(50.0), a, one(3.0), 100)[0] for a in (1 - 2e-4, 1.0, 1 + 2e-4)
    )

    assert at == pytest.approx((below + above) / 2, rel=1e-7)


def test_expectation_is_that_of_customers_with_known_rates() -> None:
    chance = np.random.default_rng(4)
    rate, coin = chance.gamma(2.5, 1 / 90, 400_000), chance.beta(0.8, 4.0, 400_000)

    plain = (-np.expm1(-rate * coin * 200) / coin).mean()
    discount = rate * coin + 5e-4
    own = rate / discount * -np.expm1(-discount * 200)

    shape, scale, b = one(2.5), one(90.0), one(4.0)
    assert expectation.purchases(shape, scale, 0.8, b, 200)[0] == pytest.approx(plain, rel=0.01)
    found = expectation.discounted(shape, scale, 0.8, b, horizon=200, daily_rate=5e-4)[0]
    assert found == pytest.approx(own.mean(), rel=0.01)
    moment = expectation.second_moment(shape, scale, 0.8, b, horizon=200, daily_rate=5e-4)[0]
    assert moment == pytest.approx((own**2).mean(), rel=0.02)


def test_discounting_without_end_is_the_adaptive_integral() -> None:
    shape, rate, a, b, discount = 3.2, 140.0, 0.8, 5.4, 4e-4

    def density(time: float) -> float:
        stays = expectation.staying(one(shape + 1), a, one(b), one(time / rate))[0]
        return float(np.exp(-discount * time) * shape / rate * stays)

    expected = sum(integrate.quad(density, *ends, epsrel=1e-11)[0] for ends in ((0, 500), (500, 10_000), (1e4, 9e4)))

    found = expectation.discounted(one(shape), one(rate), a, one(b), horizon=None, daily_rate=discount)
    assert found == pytest.approx([expected], rel=1e-8)


@each_model
@given(r=positive, alpha=st.floats(0.5, 500), a=positive, b=positive, days=st.floats(1, 2000))
@settings(max_examples=40, deadline=None)
def test_probability_and_expectation_keep_their_laws(model, r, alpha, a, b, days) -> None:
    parameters = {"r": r, "alpha": alpha, "a": a, "b": b}

    sooner, later = (model.p_buys(parameters, SOME, horizon) for horizon in (days, 2 * days))
    expected = model.expected_purchases(parameters, SOME, days)
    discounted = model.discounted_purchases(parameters, SOME, 4e-4, days)

    assert ((sooner >= 0) & (later <= 1)).all()
    assert (later >= sooner).all()
    assert (expected >= sooner * (1 - 1e-9)).all()
    assert (discounted <= expected * (1 + 1e-9)).all()
    assert (discounted >= expected * np.exp(-4e-4 * days) * (1 - 1e-9)).all()
    assert (model.p_buys(parameters, SOME, days) <= model.p_alive(parameters, SOME)).all()


@each_model
def test_no_time_ahead_means_no_purchases(model) -> None:
    parameters = {"r": 0.5, "alpha": 60.0, "a": 0.8, "b": 2.5}

    assert model.p_buys(parameters, SOME, 0.0) == pytest.approx(np.zeros(7))
    assert model.expected_purchases(parameters, SOME, 0.0) == pytest.approx(np.zeros(7), abs=1e-12)
    assert model.expected_from_first(parameters, np.zeros(2)) == pytest.approx([0, 0], abs=1e-12)


def test_without_end_and_without_discount_is_infinite() -> None:
    parameters = {"r": 0.5, "alpha": 60.0, "a": 0.8, "b": 2.5}

    assert np.isinf(bg_nbd.MODEL.discounted_purchases(parameters, SOME, 0.0, None)).all()


@each_model
def test_predictions_are_right_on_average_for_what_was_simulated(model) -> None:
    truth = (0.6, 40.0, 0.7, 2.0)
    people = simulate(truth, customers=60_000, tenure_days=(200, 400), tosses_at_start=model.tosses_at_start, seed=8)
    parameters = dict(zip(model.parameters, truth, strict=True))
    known, ahead = people.histories, 180.0

    buys = people.alive * -np.expm1(-people.rate * ahead)
    expected = people.alive * -np.expm1(-people.rate * people.coin * ahead) / people.coin

    for chosen in (known.repeat_purchase_days == 0, known.repeat_purchase_days >= 1):
        found = model.p_alive(parameters, known)[chosen].mean()
        assert found == pytest.approx(people.alive[chosen].mean(), abs=0.01)
        assert model.p_buys(parameters, known, ahead)[chosen].mean() == pytest.approx(buys[chosen].mean(), abs=0.01)
        found = model.expected_purchases(parameters, known, ahead)[chosen].mean()
        assert found == pytest.approx(expected[chosen].mean(), rel=0.03)


@each_model
def test_shapes_of_a_ridge_stay_finite(model) -> None:
    parameters = {"r": 3e7, "alpha": 6e7, "a": 1e-6, "b": 570.0}

    found = model.expected_purchases(parameters, histories((185, 364, 365)), 365)

    assert found == pytest.approx([3e7 / 6e7 * 365], rel=1e-3)


RIDGE = (0.9, 7.0, 4000.0, 9000.0)
"""Parameters of a base without much to tell: the closed form overflows, the integral takes its place."""


@each_model
@pytest.mark.parametrize(
    "values", [(0.24, 4.4, 0.79, 2.4), (0.24, 4.4, 1.0, 2.4), RIDGE], ids=["usual", "one", "ridge"]
)
def test_all_days_at_once_are_as_day_by_day(model: BetaGeometric, values: tuple[float, ...]) -> None:
    parameters = dict(zip(model.parameters, values, strict=True))
    days = np.array([0.0, 1.0, 30.0, 365.0, 2000.0])

    together = model.expected_from_first(parameters, days)

    alone = [model.expected_from_first(parameters, one(day))[0] for day in days]
    assert together.tolist() == pytest.approx(alone, rel=1e-12)
    assert np.all(np.diff(together) > 0)
