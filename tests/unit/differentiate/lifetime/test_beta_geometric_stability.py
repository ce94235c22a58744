"""Stability: the fits that made other libraries fail end in figures or in a diagnosis, never in an exception."""

import numpy as np
import pytest
from tests.make.purchase_histories import counts, simulate

from vinculo.differentiate.lifetime import bg_nbd, mbg_nbd
from vinculo.differentiate.lifetime.model import Counts

MODELS = [bg_nbd.MODEL, mbg_nbd.MODEL]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def made(x, age, tenure) -> Counts:
    return counts(*zip(*(np.asarray(each, dtype=int).tolist() for each in (x, age, tenure)), strict=True))


def nobody() -> Counts:
    nothing = np.zeros(0, dtype=np.int64)
    return Counts(nothing, nothing, nothing, np.zeros(0))


@each_model
@pytest.mark.parametrize(
    ("truth", "customers", "days"), [((1.2, 2.0, 0.05, 5.0), 2000, (1, 200)), ((0.1, 50.0, 0.8, 2.5), 4000, (1, 700))]
)
def test_extreme_simulations_end_at_one_optimum_from_any_start(model, truth, customers, days) -> None:
    people = simulate(
        truth, customers=customers, tenure_days=days, tosses_at_start=model.tosses_at_start, seed=5
    ).counts

    found = model.fit(people)
    again = model.fit(people, start={"r": 3.0, "alpha": 3.0, "a": 3.0, "b": 3.0})

    assert found.diagnosis.code == "ok"
    assert found.parameters == pytest.approx(again.parameters, rel=1e-5)
    at_truth = model.log_likelihood(dict(zip(model.parameters, truth, strict=True)), people)
    assert 0 < found.log_likelihood - at_truth < 12


@each_model
def test_homogeneous_heavy_buyers_are_a_diagnosis(model) -> None:
    chance = np.random.default_rng(5)
    x = chance.binomial(365, 0.507, 1000)
    age = 366 - chance.geometric(0.507, 1000)

    fit = model.fit(made(x, age, np.full(1000, 365)))

    assert (fit.diagnosis.identified, fit.diagnosis.code) == (False, "no_heterogeneity")


@each_model
def test_no_dropout_is_said_and_the_purchase_part_holds(model) -> None:
    chance = np.random.default_rng(2)
    tenure = chance.integers(100, 700, 4000)
    x = chance.poisson(chance.gamma(0.8, 1 / 100, 4000) * tenure)
    age = np.where(x > 0, np.ceil(tenure * chance.random(4000) ** (1 / np.maximum(x, 1))), 0)

    fit = model.fit(made(x, age, tenure))

    assert fit.diagnosis.identified
    assert fit.diagnosis.code in {"no_dropout", "same_dropout"}
    assert fit.parameters["a"] / (fit.parameters["a"] + fit.parameters["b"]) < 0.01
    assert fit.parameters["r"] == pytest.approx(0.8, abs=4 * fit.standard_errors["r"])
    assert fit.parameters["alpha"] == pytest.approx(100, abs=4 * fit.standard_errors["alpha"])


@each_model
def test_almost_no_repeats_is_a_refusal_in_words(model) -> None:
    fit = model.fit(counts(*([(0, 0, 200)] * 950), *[(1, day, 200) for day in range(1, 51)]))

    assert (fit.diagnosis.identified, fit.diagnosis.code) == (False, "few_repeats")
    assert np.isfinite(fit.log_likelihood)


@each_model
@pytest.mark.parametrize(
    ("people", "code"),
    [
        (nobody(), "no_customers"),
        (counts((0, 0, 0), (0, 0, 0)), "no_time"),
        (counts((0, 0, 10), (0, 0, 20)), "no_repeats"),
        (counts((3, 100, 200)), "few_repeats"),
        (counts((0, 0, 5)), "no_repeats"),
    ],
    ids=["nobody", "first day", "single purchases", "one customer", "one purchase"],
)
def test_hopeless_data_are_refused_in_words(model, people, code) -> None:
    fit = model.fit(people)

    assert (fit.diagnosis.identified, fit.diagnosis.code) == (False, code)
    assert fit.diagnosis.sentence.endswith(".")
    assert list(fit.parameters) == list(model.parameters)


@each_model
def test_thousands_of_purchases_do_not_overflow(model) -> None:
    people = counts(*([(5000, 9000, 9100), (3000, 8000, 9000), (0, 0, 8000), (10, 100, 7000)] * 20))

    fit = model.fit(people)

    assert np.isfinite(fit.log_likelihood)
    assert np.isfinite(list(fit.parameters.values())).all()
