"""The choice of the model: by what it would have forecast, with a reason in one sentence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.validation import backtest, candidates, fallback, sentences
from vinculo.differentiate.validation.holdout import accuracy

PREFERENCE = ("mbg_nbd", "pareto_nbd", "bg_nbd", "nbd")
"""Order among equals: MBG/NBD first, because one-time buyers can leave in it; the model without dropout last."""
BIAS_ALLOWED = 0.10
BIAS_WORSE = 0.05
"""A total off by more than the first and by this much more than the least biased sets a candidate aside."""
NEGLIGIBLE_LOSS = 0.002
"""A log loss higher by this share is no difference to anybody, however large the sample."""
NEGLIGIBLE_AREA = 0.005
NEGLIGIBLE_CAPTURE = 0.01
AIC_TIE = 2.0
FEWEST_TO_COMPARE = 10
"""Buyers and non-buyers below which nothing is said of who ranks customers better."""


@dataclass(frozen=True)
class Choice:
    """The chosen model, the reason in one sentence, and what else has to be said (ties with simple rules)."""

    model: str
    reason: str
    tested: bool
    bias: float | None
    """Forecast over actual purchases less 1, all origins pooled."""
    bias_error: float | None
    remarks: tuple[str, ...]
    set_aside: tuple[str, ...]
    candidate: str = ""
    """The candidate of the backtest whose forecasts are used: the model, or the model fitted by group."""


@dataclass(frozen=True)
class Record:
    """How a candidate did over all compared origins."""

    candidate: str
    log_loss: float
    predicted: float
    actual: float
    ratio_error: float

    @property
    def bias(self) -> float:
        """Return forecast over actual less 1; NaN when nothing was bought."""
        return self.predicted / self.actual - 1 if self.actual else math.nan


def choose(tested: backtest.Backtest, *, fits: Mapping[str, model.Fit], settings: Settings) -> Choice:
    """Choose the model whose probabilities of buying fitted best what happened.

    Primary measure: the mean log loss of `p_buys` over all origins, a proper score (Good, 1952). Guard: a candidate
    whose total is biased by more than 10 % and clearly more than the least biased is set aside, because money follows
    totals. Within two standard errors (paired over customers) candidates count as equal and the order is fixed:
    MBG/NBD, Pareto/NBD, BG/NBD, NBD; a model that found no dropout comes after the NBD, which says the same with fewer
    parameters. A model that the data do not identify, at the last origin or now, is never
    chosen; with none left it is the NBD without dropout, which always exists.

    Parameters
    ----------
    tested
        The backtest; without origins the choice is by AIC.
    fits
        The fits on all customers as of today, by model.
    """
    speaker = sentences.Speaker(settings.language)
    last = tested.trials[-1] if tested.possible else None
    named = dict(fits) if last is None else {fallback.MODEL.name: last.fits[fallback.MODEL.name], **fits}
    names, aside = [], []
    for name in sorted(named, key=_place):
        failed = named[name] if last is None or last.identified(name) else last.fits[name]
        if named[name].diagnosis.identified and (last is None or (name in last.fits and last.identified(name))):
            names.append(name)
        else:
            aside.append(_unidentified(failed, speaker))
    if last is None:
        return _untested(names, fits, speaker, aside)
    trials = [trial for trial in tested.trials if all(trial.identified(name) for name in names)]
    records = {name: record(name, trials) for name in names}
    kept = _unbiased(records, trials, speaker, aside)
    best = min(kept, key=lambda each: each.log_loss)
    equals = [each for each in kept if each.log_loss - best.log_loss <= allowed(each, best, trials)]
    chosen = min(equals, key=lambda each: _rank(each.candidate, named))
    return Choice(
        model=chosen.candidate,
        reason=_reason(chosen, best, kept, names, speaker),
        tested=True,
        bias=chosen.bias,
        bias_error=chosen.ratio_error,
        remarks=tuple(_remarks(chosen, last, speaker)),
        set_aside=tuple(aside),
        candidate=chosen.candidate,
    )


def mark(table: pa.Table, chosen: Choice) -> pa.Table:
    """Return a table of candidates with `chosen` true in the rows of the one whose forecasts are used."""
    where = table.schema.get_field_index("chosen")
    return table.set_column(where, table.schema.field(where), pa.compute.equal(table["candidate"], chosen.candidate))


def _unidentified(fit: model.Fit, speaker: sentences.Speaker) -> str:
    diagnosis = speaker.translate(fit.diagnosis.sentence)
    return speaker.say(sentences.SET_ASIDE_UNIDENTIFIED, model=speaker.name(fit.model), diagnosis=diagnosis)


def _untested(
    names: Sequence[str], fits: Mapping[str, model.Fit], speaker: sentences.Speaker, aside: Sequence[str]
) -> Choice:
    with_dropout = [name for name in names if name != fallback.MODEL.name]
    chosen = fallback.MODEL.name
    reason = speaker.say(sentences.CHOSEN_FALLBACK, model=speaker.name(chosen))
    if with_dropout:
        least = min(fits[name].aic for name in names)
        chosen = next((name for name in with_dropout if fits[name].aic <= least + AIC_TIE), chosen)
        aic = speaker.decimal(fits[chosen].aic, 1) if chosen in fits else ""
        reason = speaker.say(sentences.CHOSEN_UNTESTED, model=speaker.name(chosen), aic=aic)
    return Choice(chosen, reason, False, None, None, (), tuple(aside), chosen)


def record(name: str, trials: Sequence[backtest.Trial]) -> Record:
    """Return how a candidate that gives probabilities did over some trials."""
    expected = np.concatenate([_expected(trial, name) for trial in trials])
    purchases = np.concatenate([trial.half.purchase_days for trial in trials])
    losses = np.concatenate([_losses(trial, name) for trial in trials])
    error = accuracy.total_error(expected, purchases)[1]
    return Record(name, float(losses.mean()), float(expected.sum()), float(purchases.sum()), error)


def _unbiased(
    records: Mapping[str, Record], trials: Sequence[backtest.Trial], speaker: sentences.Speaker, aside: list[str]
) -> list[Record]:
    least = min(records.values(), key=lambda each: abs(each.bias))
    kept = []
    for each in records.values():
        worse = abs(each.bias) - abs(least.bias)
        within = max(BIAS_WORSE, 2 * _total_error(each.candidate, least.candidate, trials))
        if abs(each.bias) > BIAS_ALLOWED and worse > within:
            aside.append(
                speaker.say(
                    sentences.SET_ASIDE_BIAS,
                    model=speaker.name(each.candidate),
                    bias=speaker.percent(each.bias, signed=True),
                    least=speaker.percent(least.bias, signed=True),
                    other=speaker.name(least.candidate),
                )
            )
        else:
            kept.append(each)
    return kept


def _total_error(one: str, other: str, trials: Sequence[backtest.Trial]) -> float:
    between = np.concatenate([_expected(trial, one) - _expected(trial, other) for trial in trials])
    return accuracy.total_error(between, np.concatenate([trial.half.purchase_days for trial in trials]))[1]


def allowed(one: Record, other: Record, trials: Sequence[backtest.Trial]) -> float:
    """Return the difference of log losses up to which two candidates count as equal."""
    return max(2 * _difference_error(one.candidate, other.candidate, trials), NEGLIGIBLE_LOSS * other.log_loss)


def _difference_error(one: str, other: str, trials: Sequence[backtest.Trial]) -> float:
    # a customer known at several origins is one draw, not several: sum the differences of each first
    customers = np.concatenate([trial.half.customer_numbers for trial in trials])
    differences = np.concatenate([_losses(trial, one) - _losses(trial, other) for trial in trials])
    times = np.bincount(customers)
    residuals = np.bincount(customers, differences) - times * differences.mean()
    return math.sqrt(float((residuals**2).sum())) / len(differences)


def _reason(
    chosen: Record, best: Record, kept: Sequence[Record], names: Sequence[str], speaker: sentences.Speaker
) -> str:
    if list(names) == [fallback.MODEL.name]:
        template = sentences.CHOSEN_FALLBACK
    elif len(kept) == 1:
        template = sentences.CHOSEN_ONLY
    else:
        template = sentences.CHOSEN_BEST if chosen is best else sentences.CHOSEN_TIED
    return speaker.say(
        template,
        model=speaker.name(chosen.candidate),
        loss=speaker.decimal(chosen.log_loss, 4),
        best=speaker.name(best.candidate),
        best_loss=speaker.decimal(best.log_loss, 4),
        predicted=round(chosen.predicted),
        actual=round(chosen.actual),
        bias=speaker.percent(chosen.bias, signed=True),
    )


def _remarks(chosen: Record, last: backtest.Trial, speaker: sentences.Speaker) -> list[str]:
    buyers = int(last.half.bought.sum())
    if min(buyers, last.half.customers - buyers) < FEWEST_TO_COMPARE:
        return []
    remarks = (
        _ranking_remark(chosen.candidate, last, speaker),
        _capture_remark(chosen.candidate, last, speaker),
        _total_remark(chosen.candidate, last, speaker),
    )
    return [remark for remark in remarks if remark]


def _ranking_remark(chosen: str, last: backtest.Trial, speaker: sentences.Speaker) -> str:
    bought = last.half.bought
    # a model ranks in two ways; the better one meets the rules
    both = (last.forecasts[chosen].ranking, _expected(last, chosen))
    ours = max((accuracy.ranked(each).midranks for each in both), key=lambda ranks: _area(ranks, bought))
    rules = {rule.candidate: accuracy.ranked(rule.ranking).midranks for rule in _rules(last)}
    rule = max(rules, key=lambda name: _area(rules[name], bought))
    within = max(2 * accuracy.area_difference_error(ours, rules[rule], bought), NEGLIGIBLE_AREA)
    ahead = _area(ours, bought) - _area(rules[rule], bought)
    template = sentences.RANKING_TIE
    if abs(ahead) > within:
        template = sentences.RANKING_BETTER if ahead > 0 else sentences.RANKING_WORSE
    return speaker.say(
        template,
        rule=speaker.name(rule),
        rule_area=speaker.decimal(_area(rules[rule], bought)),
        model_area=speaker.decimal(_area(ours, bought)),
    )


def _capture_remark(chosen: str, last: backtest.Trial, speaker: sentences.Speaker) -> str:
    recent = -last.half.since_last_days.astype(np.float64)
    purchases = last.half.purchase_days
    ours = accuracy.capture(_expected(last, chosen), recent, purchases)
    captured = {rule.candidate: accuracy.capture(rule.ranking, recent, purchases) for rule in _rules(last)}
    rule = max(captured, key=lambda name: captured[name])
    if captured[rule] < ours - NEGLIGIBLE_CAPTURE:
        return ""
    return speaker.say(
        sentences.CAPTURE_TIE,
        rule=speaker.name(rule),
        rule_share=speaker.percent(captured[rule]),
        model_share=speaker.percent(ours),
    )


def _total_remark(chosen: str, last: backtest.Trial, speaker: sentences.Speaker) -> str:
    actual = float(last.half.purchase_days.sum())
    ours = float(_expected(last, chosen).sum()) / actual - 1
    biases = {
        rule.candidate: float(rule.expected.sum()) / actual - 1 for rule in _rules(last) if rule.expected is not None
    }
    rule = min(biases, key=lambda name: abs(biases[name]))
    if abs(biases[rule]) >= abs(ours) - BIAS_WORSE:
        return ""
    return speaker.say(
        sentences.TOTAL_RULE_BETTER,
        rule=speaker.name(rule),
        rule_bias=speaker.percent(biases[rule], signed=True),
        model_bias=speaker.percent(ours, signed=True),
    )


def _rules(last: backtest.Trial) -> list[candidates.Forecast]:
    return [forecast for forecast in last.forecasts.values() if forecast.kind == "rule"]


def _area(ranks: model.Floats, bought: NDArray[np.bool_]) -> float:
    return accuracy.area_under_curve(ranks, bought)


def _expected(trial: backtest.Trial, name: str) -> model.Floats:
    expected = trial.forecasts[name].expected
    assert expected is not None, name
    return expected


def _losses(trial: backtest.Trial, name: str) -> model.Floats:
    p_buys = trial.forecasts[name].p_buys
    assert p_buys is not None, name
    return accuracy.log_losses(p_buys, trial.half.bought)


def _rank(name: str, fits: Mapping[str, model.Fit]) -> tuple[bool, tuple[int, str]]:
    return (name != fallback.MODEL.name and fits[name].diagnosis.code == "no_dropout", _place(name))


def _place(name: str) -> tuple[int, str]:
    return (PREFERENCE.index(name) if name in PREFERENCE else len(PREFERENCE), name)
