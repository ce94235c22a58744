import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import cdnow
from tests.make.purchase_histories import histories, simulate

from vinculo.differentiate.lifetime import bg_nbd, fitting, mbg_nbd, pareto_nbd, scoring
from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Histories, Model

MODELS = [bg_nbd.MODEL, mbg_nbd.MODEL, pareto_nbd.MODEL]
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
each_table = pytest.mark.parametrize("model", MODELS[:2], ids=lambda model: model.name)
DAILY = 4e-4


class Plain:
    """A model that offers only what every model must."""

    name, parameters = "plain", bg_nbd.MODEL.parameters
    p_alive, p_buys = bg_nbd.MODEL.p_alive, bg_nbd.MODEL.p_buys
    expected_purchases, discounted_purchases = bg_nbd.MODEL.expected_purchases, bg_nbd.MODEL.discounted_purchases
    expected_from_first, fit = bg_nbd.MODEL.expected_from_first, bg_nbd.MODEL.fit


def made(model: Model, **parameters: float) -> Fit:
    return Fit(model.name, parameters, {}, np.full((4, 4), np.nan), -1.0, 10.0, 0, Diagnosis(True, "ok", ""))


@each_model
@pytest.mark.parametrize("horizon", [30, 365])
def test_look_up_equals_the_formula(model: Model, horizon: int) -> None:
    known = cdnow.summary()
    fit = model.fit(known.counts)
    parameters, people = fit.parameters, known.histories

    scorer = scoring.Scorer(model, fit, horizon_days=horizon, daily_rate=DAILY, known=known.counts)
    scores = scorer.score(people)

    assert scores.expected_purchases == pytest.approx(model.expected_purchases(parameters, people, horizon), rel=1e-8)
    assert scores.p_buys == pytest.approx(model.p_buys(parameters, people, horizon), rel=1e-10)
    assert scores.p_alive == pytest.approx(model.p_alive(parameters, people), rel=1e-10)
    discounted = model.discounted_purchases(parameters, people, DAILY, horizon)
    assert scores.discounted_purchases == pytest.approx(discounted, rel=1e-8)
    without_end = model.discounted_purchases(parameters, people, DAILY, None)
    assert scores.discounted_without_end == pytest.approx(without_end, rel=1e-7)


@each_table
@given(
    r=st.floats(0.03, 8),
    alpha=st.floats(0.5, 300),
    a=st.floats(0.05, 5),
    b=st.floats(0.1, 30),
    horizon=st.integers(1, 1500),
)
@settings(max_examples=8, deadline=None)
def test_interpolation_holds_for_any_parameters(model, r, alpha, a, b, horizon) -> None:
    fit = made(model, r=r, alpha=alpha, a=a, b=b)
    x = np.repeat(np.arange(0, 160, 3), 4)
    tenure = np.tile([160, 161, 700, 1500], 54)
    people = Histories(x, np.minimum(x * 4, tenure), tenure)

    scores = scoring.Scorer(model, fit, horizon_days=horizon, daily_rate=DAILY).score(people)

    directly = model.expected_purchases(fit.parameters, people, horizon)
    assert scores.expected_purchases == pytest.approx(directly, rel=1e-5)
    directly = model.discounted_purchases(fit.parameters, people, DAILY, None)
    assert scores.discounted_without_end == pytest.approx(directly, rel=2e-5)


@each_model
@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_intervals_contain_the_estimate_and_widen(model: Model, coverage: float) -> None:
    known = cdnow.summary()
    fit = model.fit(known.counts)

    scores, wider = (
        scoring.Scorer(model, fit, horizon_days=365, daily_rate=DAILY, coverage=share).score(known.histories)
        for share in (coverage, (1 + coverage) / 2)
    )

    assert (scores.discounted_low >= 0).all()
    assert (scores.discounted_low <= scores.discounted_purchases).all()
    assert (scores.discounted_high >= scores.discounted_purchases).all()
    assert (wider.discounted_low <= scores.discounted_low * 1.02 + 1e-12).all()
    assert (wider.discounted_high >= scores.discounted_high * 0.98).all()


@each_table
def test_intervals_cover_the_own_mean_as_often_as_they_say(model) -> None:
    people = simulate(
        (0.5, 60.0, 0.8, 2.5),
        customers=60_000,
        tenure_days=(30, 800),
        tosses_at_start=model.tosses_at_start,
        seed=3,
    )
    fit = model.fit(people.counts)
    leaving = people.rate * people.coin + DAILY
    own = people.alive * people.rate / leaving * -np.expm1(-leaving * 365)

    scores = scoring.Scorer(model, fit, horizon_days=365, daily_rate=DAILY, coverage=0.8).score(people.histories)

    repeated, sure = people.histories.repeat_purchase_days > 0, scores.p_alive > 0.92
    above, below = own > scores.discounted_high, own < scores.discounted_low
    assert above[scores.p_alive > 0.12].mean() == pytest.approx(0.1, abs=0.02)
    assert below[sure & repeated].mean() == pytest.approx(0.1, abs=0.03)


def test_parameter_error_widens_the_interval() -> None:
    fit = bg_nbd.MODEL.fit(cdnow.summary().counts)
    certain = made(bg_nbd.MODEL, **fit.parameters)
    people = histories((20, 270, 272))

    loose, tight = (
        scoring.Scorer(bg_nbd.MODEL, each, horizon_days=365, daily_rate=DAILY).score(people) for each in (fit, certain)
    )

    assert loose.discounted_low < tight.discounted_low
    assert loose.discounted_high > tight.discounted_high
    assert loose.discounted_purchases == tight.discounted_purchases


@each_table
def test_histories_not_known_before_are_accepted(model) -> None:
    known = cdnow.summary()
    fit = model.fit(known.counts)
    scorer = scoring.Scorer(model, fit, horizon_days=90, daily_rate=DAILY, known=known.counts)
    strangers = histories((77, 300, 400), (0, 0, 0), (300, 900, 1000), (41, 41, 41))

    found = scorer.score(strangers).expected_purchases

    assert found == pytest.approx(model.expected_purchases(fit.parameters, strangers, 90), rel=1e-8)
    again = scorer.score(known.histories).expected_purchases
    assert again == pytest.approx(model.expected_purchases(fit.parameters, known.histories, 90), rel=1e-8)


def test_a_model_without_the_shortcuts_is_scored_alike() -> None:
    known = cdnow.summary()
    fit = bg_nbd.MODEL.fit(known.counts)
    scores = {
        model.name: scoring.Scorer(model, fit, horizon_days=365, daily_rate=DAILY).score(known.histories)
        for model in (bg_nbd.MODEL, Plain())
    }

    plain, quick = scores["plain"], scores["bg_nbd"]
    assert plain.expected_purchases == pytest.approx(quick.expected_purchases, rel=1e-8)
    assert plain.p_buys == pytest.approx(quick.p_buys)
    assert plain.discounted_without_end == pytest.approx(quick.discounted_without_end, rel=1e-7)
    assert (plain.discounted_low <= plain.discounted_purchases * (1 + 1e-12)).all()
    assert (plain.discounted_high >= plain.discounted_purchases * (1 - 1e-12)).all()


@each_model
def test_without_a_discount_value_without_end_is_infinite(model: Model) -> None:
    fit = model.fit(cdnow.summary().counts)

    scores = scoring.Scorer(model, fit, horizon_days=90, daily_rate=0.0).score(histories((2, 213, 272)))

    assert np.isinf(scores.discounted_without_end).all()
    assert scores.discounted_purchases == pytest.approx(scores.expected_purchases)


@each_model
def test_a_fit_without_parameters_scores_nan(model: Model) -> None:
    fit = fitting.unfitted(model.name, model.parameters, customers=0, diagnosis=Diagnosis(False, "none", ""))

    scores = scoring.Scorer(model, fit, horizon_days=90, daily_rate=DAILY).score(histories((2, 213, 272)))

    assert np.isnan(scores.expected_purchases).all()


@each_model
def test_an_empty_batch_has_no_scores(model: Model) -> None:
    fit = model.fit(cdnow.summary().counts)

    scores = scoring.Scorer(model, fit, horizon_days=90, daily_rate=DAILY).score(histories())

    assert len(scores.p_buys) == 0


@each_table
def test_customers_long_gone_score_zero_without_a_warning(model) -> None:
    fit = made(model, r=0.3, alpha=1.0, a=1.0, b=2.0)

    scores = scoring.Scorer(model, fit, horizon_days=365, daily_rate=DAILY).score(histories((900, 1000, 9000)))

    assert scores.p_alive == pytest.approx([0])
    assert scores.discounted_high == pytest.approx([0])
