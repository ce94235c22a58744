"""The choice of the model."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.validation import backtest, baselines, candidates, choice
from vinculo.differentiate.validation.holdout import origins, scores, split

SETTINGS = Settings(as_of=date(2024, 6, 30))
GOOD = model.Diagnosis(True, "ok", "The parameters are well determined.")
FLAT = model.Diagnosis(False, "flat_ridge", "It is flat.")
CUSTOMERS = 4000


def fit(name: str, diagnosis: model.Diagnosis = GOOD, log_likelihood: float = -100.0) -> model.Fit:
    return model.Fit(name, {"r": 1.0}, {"r": 0.1}, np.eye(1), log_likelihood, CUSTOMERS, 1, diagnosis)


def truth() -> tuple[model.Floats, model.Integers, model.Integers]:
    random = np.random.default_rng(8)
    rate = random.gamma(0.5, 1.5, CUSTOMERS)
    return rate, random.poisson(rate), random.integers(0, 300, CUSTOMERS)


def forecast(name: str, rate: model.Floats) -> candidates.Forecast:
    p_buys = 1 - np.exp(-rate)
    return candidates.Forecast(name, "model", ranking=p_buys, expected=rate, p_buys=p_buys, p_alive=np.ones(len(rate)))


def backtest_of(
    rates: Mapping[str, model.Floats], fits: Mapping[str, model.Fit], *, recent: model.Floats | None = None
) -> backtest.Backtest:
    _, purchases, since = truth()
    if recent is not None:
        since = (-recent * 100).astype(np.int64)
    since = since - since.min()
    zero = np.zeros(CUSTOMERS, dtype=np.int64)
    half = split.Split(
        date(2023, 12, 31),
        180,
        np.arange(CUSTOMERS),
        model.Histories(zero, zero, since),
        zero,
        purchases,
        0,
        0,
    )
    tuning = baselines.Tuning(90)
    said = [*(forecast(name, rate) for name, rate in rates.items()), *baselines.forecasts(half, tuning)]
    trial = backtest.Trial(half, tuning, fits, {each.candidate: each for each in said})
    seen = scores.outcome(half)
    rows = [scores.row(each, seen, identified=True) for each in said]
    return backtest.Backtest(
        180,
        origins.Plan(400, 180, (half.origin,)),
        split.Sample(CUSTOMERS, CUSTOMERS, None, None),
        (trial,),
        scores.table(rows),
        None,
        (),
    )


def chosen(
    rates: Mapping[str, model.Floats],
    *,
    at_origin: Mapping[str, model.Diagnosis] | None = None,
    now: Mapping[str, model.Diagnosis] | None = None,
    recent: model.Floats | None = None,
) -> choice.Choice:
    fitted = {name: fit(name, (at_origin or {}).get(name, GOOD)) for name in rates}
    today = {name: fit(name, (now or {}).get(name, GOOD)) for name in rates if name != "nbd"}
    return choice.choose(backtest_of(rates, fitted, recent=recent), fits=today, settings=SETTINGS)


RATE = truth()[0]
NOISE = np.exp(np.random.default_rng(9).normal(size=CUSTOMERS) * 0.8)
WORSE = RATE * NOISE * RATE.sum() / (RATE * NOISE).sum()


def test_the_clearly_better_probabilities_win() -> None:
    found = chosen({"bg_nbd": RATE, "mbg_nbd": WORSE, "nbd": WORSE})

    assert found.model == "bg_nbd"
    assert "log loss" in found.reason


def test_among_equals_the_order_is_fixed() -> None:
    found = chosen({"bg_nbd": RATE, "pareto_nbd": RATE * 1.001, "mbg_nbd": RATE * 0.999, "nbd": RATE})

    assert found.model == "mbg_nbd"
    assert "within the sampling error" in found.reason


def test_a_total_far_off_sets_a_model_aside() -> None:
    found = chosen({"mbg_nbd": RATE * 1.25, "bg_nbd": RATE, "nbd": RATE})

    assert found.model == "bg_nbd"
    assert len(found.set_aside) == 1
    assert found.set_aside[0].startswith("MBG/NBD was set aside: its total was off by +2")


def test_a_model_not_identified_today_is_never_chosen() -> None:
    found = chosen({"mbg_nbd": RATE, "bg_nbd": WORSE, "nbd": WORSE}, now={"mbg_nbd": FLAT})

    assert found.model == "bg_nbd"
    assert "It is flat." in found.set_aside[0]


def test_a_model_not_identified_at_the_origin_is_never_chosen() -> None:
    found = chosen({"mbg_nbd": RATE, "bg_nbd": WORSE, "nbd": WORSE}, at_origin={"mbg_nbd": FLAT})

    assert found.model == "bg_nbd"
    assert "It is flat." in found.set_aside[0]


def test_with_no_model_left_the_fallback_is_chosen() -> None:
    found = chosen({"mbg_nbd": RATE, "nbd": WORSE}, now={"mbg_nbd": FLAT})

    assert found.model == "nbd"
    assert "fallback" in found.reason


def test_a_model_that_found_no_dropout_gives_way_to_the_one_without() -> None:
    absent = model.Diagnosis(True, "no_dropout", "No dropout can be detected.")

    found = chosen({"mbg_nbd": RATE, "nbd": RATE}, now={"mbg_nbd": absent})

    assert found.model == "nbd"
    assert "log loss" in found.reason


def test_a_simple_rule_as_good_for_ranking_is_said() -> None:
    found = chosen({"mbg_nbd": RATE, "nbd": RATE}, recent=RATE)

    assert "“who bought last” does as well as the model" in found.remarks[0]
    assert "best tenth" in found.remarks[1]


def test_a_model_better_than_every_rule_for_ranking_is_said() -> None:
    found = chosen({"mbg_nbd": RATE, "nbd": RATE})

    assert "better than every simple rule" in found.remarks[0]


def test_a_simple_rule_better_for_ranking_is_said() -> None:
    found = chosen({"mbg_nbd": WORSE, "nbd": WORSE}, recent=RATE)

    assert "“who bought last” does better than the model" in found.remarks[0]


def test_of_a_handful_of_buyers_nothing_is_said() -> None:
    fits = {name: fit(name) for name in ("mbg_nbd", "nbd")}
    tested = backtest_of({"mbg_nbd": RATE, "nbd": RATE}, fits)
    (trial,) = tested.trials
    few = np.where(np.arange(CUSTOMERS) < 9, 1, 0)
    rare = replace(tested, trials=(replace(trial, half=replace(trial.half, purchase_days=few)),))

    assert choice.choose(rare, fits=fits, settings=SETTINGS).remarks == ()


def test_no_purchase_in_the_holdout_still_gives_a_choice() -> None:
    fits = {name: fit(name) for name in ("mbg_nbd", "nbd")}
    tested = backtest_of({"mbg_nbd": RATE, "nbd": RATE}, fits)
    (trial,) = tested.trials
    none = replace(
        tested,
        trials=(replace(trial, half=replace(trial.half, purchase_days=np.zeros_like(trial.half.purchase_days))),),
    )

    assert choice.choose(none, fits=fits, settings=SETTINGS).model == "mbg_nbd"


def test_bias_and_its_error_come_with_the_choice() -> None:
    found = chosen({"mbg_nbd": RATE * 1.3, "nbd": RATE * 1.3})

    actual = truth()[1].sum()
    assert found.bias == pytest.approx(1.3 * RATE.sum() / actual - 1)
    assert found.bias_error is not None
    assert 0 < found.bias_error < 0.1


UNTESTED = replace(backtest_of({"mbg_nbd": RATE}, {}), trials=())


def test_without_a_backtest_the_aic_decides() -> None:
    fits = {"mbg_nbd": fit("mbg_nbd", log_likelihood=-150), "pareto_nbd": fit("pareto_nbd", log_likelihood=-140)}

    found = choice.choose(UNTESTED, fits=fits, settings=SETTINGS)

    assert (found.model, found.tested, found.bias) == ("pareto_nbd", False, None)


def test_without_a_backtest_an_equal_aic_leaves_the_order() -> None:
    fits = {"mbg_nbd": fit("mbg_nbd", log_likelihood=-140.5), "bg_nbd": fit("bg_nbd", log_likelihood=-140)}

    assert choice.choose(UNTESTED, fits=fits, settings=SETTINGS).model == "mbg_nbd"


def test_without_a_backtest_and_without_a_model_the_fallback_is_chosen() -> None:
    found = choice.choose(UNTESTED, fits={"mbg_nbd": fit("mbg_nbd", FLAT)}, settings=SETTINGS)

    assert found.model == "nbd"
    assert found.set_aside == ("MBG/NBD was set aside: the data do not identify it. It is flat.",)


def test_the_chosen_rows_are_marked() -> None:
    rates = {"mbg_nbd": RATE, "nbd": WORSE}
    tested = backtest_of(rates, {name: fit(name) for name in rates})

    marked = choice.mark(tested.accuracy, choice.choose(tested, fits={"mbg_nbd": fit("mbg_nbd")}, settings=SETTINGS))

    assert marked.schema == tested.accuracy.schema
    assert {row["candidate"] for row in marked.to_pylist() if row["chosen"]} == {"mbg_nbd"}
