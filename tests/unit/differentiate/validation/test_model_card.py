"""The model card: everything a reader needs to doubt the forecast in the right places."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from scipy import stats
from tests.make import bases

from vinculo.differentiate.lifetime import gamma_gamma, mbg_nbd, model
from vinculo.differentiate.lifetime.beta_geometric import diagnosis
from vinculo.differentiate.lifetime.pareto import diagnosis as pareto
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.differentiate.validation import backtest, card, choice, fallback, sentences
from vinculo.foundation import language
from vinculo.warehouse.tables import validation

START, AS_OF = date(2022, 1, 1), date(2023, 12, 31)
DAYS = (AS_OF - START).days + 1
SETTINGS = Settings(as_of=AS_OF, horizon_days=180, lifetime=Lifetime(origins=2))
MODELS: Mapping[str, model.Model] = {"mbg_nbd": mbg_nbd.MODEL}


@cache
def parts() -> tuple[card.Evidence, backtest.Backtest, choice.Choice]:
    numbers, days = bases.leaving(21, 600, days=DAYS)
    with bases.numbered(Path(mkdtemp()), numbers, days, start=START, as_of=AS_OF) as engine:
        tested = backtest.run(engine, settings=SETTINGS, models=MODELS, as_of=AS_OF)
        facts = card.facts(engine, as_of=AS_OF)
    fits = tested.trials[-1].fits
    evidence = card.Evidence(facts, {card.EVERYBODY: fits}, {"correlation": 0.1}, 1.0, "Purchases are random.")
    return evidence, tested, choice.choose(tested, fits=fits, settings=SETTINGS)


def written(evidence: card.Evidence | None = None, *, given: Settings | None = None, **changes: object) -> card.Card:
    usual, tested, chosen = parts()
    return card.build(evidence or usual, tested=tested, chosen=replace(chosen, **changes), settings=given or SETTINGS)


def test_the_facts_are_those_of_the_customers() -> None:
    numbers, days = bases.leaving(21, 600, days=DAYS)
    facts = parts()[0].facts

    purchases = np.bincount(np.unique(numbers * 10_000 + days) // 10_000)
    assert facts.customers == 600
    assert facts.repeaters == (purchases > 1).sum()
    assert facts.purchase_days == purchases.sum()
    assert facts.most_repeats == purchases.max() - 1
    assert facts.history_days == DAYS - int(days.min())
    assert facts.repeaters_share == pytest.approx(facts.repeaters / 600)


def test_the_card_is_plain_json() -> None:
    text = json.dumps(written().as_dict(), allow_nan=False)

    again = json.loads(text)
    assert again["as_of"] == "2023-12-31"
    assert again["chosen"]["model"] in ("mbg_nbd", "nbd")
    assert {row["candidate"] for row in again["backtest"]} >= {"mbg_nbd", "own_rate"}
    assert len(again["sample"]["origins"]) == 2


def test_the_likelihood_ratio_is_against_the_model_without_dropout() -> None:
    one, nested = parts()[0].fits[card.EVERYBODY]["mbg_nbd"], parts()[0].fits[card.EVERYBODY]["nbd"]

    rows = {row["model"]: row for row in written().models}

    ratio = 2 * (one.log_likelihood - nested.log_likelihood)
    assert rows["mbg_nbd"]["likelihood_ratio"] == pytest.approx(ratio)
    assert rows["mbg_nbd"]["likelihood_ratio_p"] == pytest.approx(stats.chi2.sf(ratio, 2))
    assert rows["nbd"]["likelihood_ratio"] is None


def test_the_tables_keep_their_contracts() -> None:
    fits, chosen = parts()[0].fits, parts()[2]

    models = card.models_table(fits, chosen=chosen, settings=SETTINGS)
    parameters = card.parameters_table(fits)

    assert models.schema == validation.MODELS.schema
    assert parameters.schema == validation.MODEL_PARAMETERS.schema
    assert [row["model"] for row in models.to_pylist() if row["chosen"]] == [chosen.model]
    assert {row["parameter"] for row in parameters.to_pylist()} == {"r", "alpha", "a", "b"}
    for row in parameters.to_pylist():
        assert row["low"] < row["estimate"] < row["high"]
        assert row["low"] * row["high"] == pytest.approx(row["estimate"] ** 2)


def test_a_fit_without_figures_has_a_row_and_no_parameters() -> None:
    nothing = model.Diagnosis(False, "no_repeats", "No customer has bought again.")
    fit = model.Fit("bg_nbd", {"r": math.nan}, {"r": math.nan}, np.full((1, 1), np.nan), math.nan, 3, 0, nothing)
    fits = {card.EVERYBODY: {"bg_nbd": fit, "nbd": parts()[0].fits[card.EVERYBODY]["nbd"]}}

    (row, _) = card.models_table(fits, chosen=parts()[2], settings=SETTINGS).to_pylist()

    assert (row["identified"], row["log_likelihood"]) == (False, None)
    assert {each["model"] for each in card.parameters_table(fits).to_pylist()} == {"nbd"}
    json.dumps(written(replace(parts()[0], fits=fits)).as_dict(), allow_nan=False)


def test_a_large_bias_is_a_warning() -> None:
    found = written(bias=-0.2, bias_error=0.03).warnings

    assert any("off by -20.0% (sampling error 3.0%)" in sentence for sentence in found)
    assert not any("off by -2.0%" in sentence for sentence in written(bias=-0.02).warnings)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"spend": {"correlation": 0.5}}, "spend more a time (correlation 0.50)"),
        ({"spend": {"correlation": -0.5}}, "the value of the best customers is overstated"),
        ({"regularity_k": 2.4}, "more regular than random (k = 2.4)"),
    ],
)
def test_what_was_found_elsewhere_is_warned_of(changes: dict[str, object], said: str) -> None:
    assert any(said in sentence for sentence in written(replace(parts()[0], **changes)).warnings)
    assert not any(said in sentence for sentence in written().warnings)


@pytest.mark.parametrize(
    ("facts", "given", "said"),
    [
        ({"repeaters": 12}, {}, "Only 12 customers bought again"),
        ({"history_days": 200}, {}, "The history (200 days) is shorter than twice the horizon (180 days)"),
        ({"history_days": 400}, {}, "a season cannot be told from a trend"),
        ({}, {"as_of": date(2023, 12, 9)}, "The last month ends on day 9"),
    ],
)
def test_thin_data_are_warned_of(facts: dict[str, object], given: dict[str, object], said: str) -> None:
    evidence = replace(parts()[0], facts=replace(parts()[0].facts, **facts))

    assert any(said in sentence for sentence in written(evidence, given=replace(SETTINGS, **given)).warnings)
    assert not any(said in sentence for sentence in written().warnings)


def test_ties_and_models_set_aside_are_among_the_warnings() -> None:
    found = written(set_aside=("NBD was set aside.",), remarks=("A rule does as well.",)).warnings

    assert {"NBD was set aside.", "A rule does as well."} <= set(found)


def test_the_prior_is_named() -> None:
    penalised = replace(SETTINGS, lifetime=replace(SETTINGS.lifetime, penalty=0.1))

    assert written(model="mbg_nbd").prior == (sentences.LIKELIHOOD,)
    assert "penalty of 0.100" in written(model="mbg_nbd", given=penalised).prior[0]
    assert written(model="nbd").prior == (sentences.FALLBACK_PRIOR,)


def test_what_is_assumed_of_leaving_is_that_of_the_chosen_model() -> None:
    assert sentences.NO_DROPOUT in written(model="nbd").assumptions
    assert sentences.DROPOUT in written(model="mbg_nbd").assumptions


def test_the_card_of_an_untested_model_says_so() -> None:
    evidence, tested, chosen = parts()
    untested = replace(tested, trials=(), accuracy=tested.accuracy.slice(0, 0), notes=("There is no backtest.",))

    found = card.build(evidence, tested=untested, chosen=replace(chosen, bias=None, bias_error=None), settings=SETTINGS)

    assert found.backtest == ()
    assert found.notes == ("There is no backtest.",)
    json.dumps(found.as_dict(), allow_nan=False)


def test_every_sentence_has_its_spanish() -> None:
    templates = [text for name, text in vars(sentences).items() if name.isupper() and isinstance(text, str)] + [
        *sentences.NAMES.values(),
        fallback.FEW_REPEATS,
        fallback.NO_DROPOUT,
    ]

    assert [text for text in templates if text not in language.catalogue("es")] == []


def test_every_diagnosis_of_a_model_has_its_spanish() -> None:
    found = [
        each.sentence
        for module in (diagnosis, pareto, gamma_gamma)
        for each in vars(module).values()
        if isinstance(each, model.Diagnosis)
    ]

    assert len(found) > 10
    assert [text for text in found if text not in language.catalogue("es")] == []


def test_figures_are_written_as_the_language_does() -> None:
    spanish, english = sentences.Speaker("es"), sentences.Speaker("en")

    assert (english.decimal(1234.5, 1), spanish.decimal(1234.5, 1)) == ("1,234.5", "1.234,5")
    assert (english.percent(0.1234), spanish.percent(0.1234)) == ("12.3%", "12,3\N{NO-BREAK SPACE}%")
    assert english.percent(0.05, signed=True) == "+5.0%"
    assert english.say("{n} customers", n=12345) == "12,345 customers"
