import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln
from tests.make import cdnow
from tests.make.purchase_histories import histories, simulate

from vinculo.differentiate.lifetime import bg_nbd, mbg_nbd
from vinculo.differentiate.lifetime.beta_geometric import likelihood
from vinculo.differentiate.lifetime.model import Counts, Floats

MODELS = [bg_nbd.MODEL, mbg_nbd.MODEL]
logs = st.lists(st.floats(-3, 4), min_size=4, max_size=4).map(np.array)


def directly(theta: Floats, counts: Counts, tosses_at_start: int) -> float:
    """The likelihood as the papers write it, customer by customer."""
    r, alpha, a, b = np.exp(theta)
    total = 0.0
    for x, age, tenure, n in zip(
        counts.repeat_purchase_days, counts.age_at_last_days, counts.tenure_days, counts.customers, strict=True
    ):
        k = x + tosses_at_start
        front = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        alive = betaln(a, b + k) - (r + x) * np.log(alpha + tenure)
        dead = betaln(a + 1, b + k - 1) - (r + x) * np.log(alpha + age) if k > 0 else -np.inf
        total += n * (front + np.logaddexp(alive, dead))
    return float(total)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@given(theta=logs)
@settings(max_examples=20, deadline=None)
def test_value_is_the_sum_over_customers(model, theta) -> None:
    counts = cdnow.counts(histories((0, 0, 30), (0, 0, 30), (1, 5, 60), (7, 300, 365), (40, 350, 365), (3, 9, 900)))

    value = likelihood.curved(theta, likelihood.Tuples.of(counts, model.tosses_at_start))[0]

    assert -value == pytest.approx(directly(theta, counts, model.tosses_at_start), rel=1e-10)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@given(theta=logs)
@settings(max_examples=15, deadline=None)
def test_gradient_and_hessian_are_the_differences(model, theta) -> None:
    tuples = likelihood.Tuples.of(cdnow.summary().counts, model.tosses_at_start)
    steps = 1e-5 * np.eye(4)

    value, gradient, hessian = likelihood.curved(theta, tuples)
    ahead = [likelihood.curved(theta + step, tuples) for step in steps]
    behind = [likelihood.curved(theta - step, tuples) for step in steps]

    slopes = [(up[0] - down[0]) / 2e-5 for up, down in zip(ahead, behind, strict=True)]
    bends = np.array([(up[1] - down[1]) / 2e-5 for up, down in zip(ahead, behind, strict=True)])
    assert gradient == pytest.approx(slopes, rel=1e-5, abs=1e-9 * abs(value))
    assert hessian == pytest.approx(bends, rel=1e-4, abs=1e-6 * np.abs(hessian).max())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_splitting_counts_changes_nothing(model) -> None:
    whole = cdnow.summary().counts
    halves = Counts(
        np.repeat(whole.repeat_purchase_days, 2),
        np.repeat(whole.age_at_last_days, 2),
        np.repeat(whole.tenure_days, 2),
        np.repeat(whole.customers / 2, 2),
    )
    parameters = {"r": 0.3, "alpha": 40.0, "a": 0.6, "b": 2.0}

    assert model.log_likelihood(parameters, halves) == pytest.approx(model.log_likelihood(parameters, whole), rel=1e-13)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_order_of_counts_changes_nothing(model) -> None:
    counts = cdnow.summary().counts
    back = Counts(
        counts.repeat_purchase_days[::-1],
        counts.age_at_last_days[::-1],
        counts.tenure_days[::-1],
        counts.customers[::-1],
    )

    assert model.fit(back).parameters == pytest.approx(model.fit(counts).parameters, rel=1e-7)


def test_a_coarse_sample_keeps_customers_and_histograms() -> None:
    tuples = likelihood.Tuples.of(cdnow.summary().counts, 0)

    sample = tuples.coarse(100)

    assert sample is not None
    assert sample.customers.sum() == pytest.approx(tuples.customers.sum())
    assert sample.by_repeats is tuples.by_repeats
    assert len(sample.row) <= 100
    assert tuples.coarse() is None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_coarse_road_leads_to_the_same_optimum(model, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = cdnow.summary().counts
    straight = model.fit(counts)

    monkeypatch.setattr(likelihood.Tuples, "coarse", lambda tuples: sampled(tuples, 200))
    found = model.fit(counts)

    assert found.parameters == pytest.approx(straight.parameters, rel=1e-6)
    assert found.evaluations < straight.evaluations


sampled = likelihood.Tuples.coarse


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_given_start_leads_to_the_same_optimum(model) -> None:
    counts = cdnow.summary().counts

    found = model.fit(counts, start={"r": 2.0, "alpha": 300.0, "a": 0.2, "b": 8.0})

    assert found.parameters == pytest.approx(model.fit(counts).parameters, rel=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_penalty_pulls_the_logarithms_towards_zero(model) -> None:
    counts = cdnow.summary().counts

    plain, pulled = model.fit(counts), model.fit(counts, penalty=50.0)

    def size(fit):
        return sum(np.log(value) ** 2 for value in fit.parameters.values())

    assert size(pulled) < size(plain)
    assert pulled.log_likelihood == pytest.approx(model.log_likelihood(pulled.parameters, counts))
    assert pulled.log_likelihood < plain.log_likelihood


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_simulated_parameters_come_back(model) -> None:
    truth = (0.5, 60.0, 0.8, 2.5)
    people = simulate(truth, customers=40_000, tenure_days=(30, 800), tosses_at_start=model.tosses_at_start, seed=11)

    fit = model.fit(people.counts)

    apart = [
        (fit.parameters[name] - value) / fit.standard_errors[name]
        for name, value in zip(model.parameters, truth, strict=True)
    ]
    assert fit.diagnosis.code == "ok"
    assert np.abs(apart).max() < 3.5
