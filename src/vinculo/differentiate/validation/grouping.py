"""Fitting by group: whether each group's own parameters would have forecast the past better than those of everybody.

The chosen model is fitted again at every origin of the backtest, by group on what was known then, and each customer is
forecast with the fit of his group. Groups are those of today: a country is known later than a purchase is, but it does
not tell who will buy. A group that is small at an origin takes the parameters of everybody, as it does in the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.validation import backtest, calibration, candidates, choice, sentences
from vinculo.differentiate.validation.holdout import split

FEWEST_IN_GROUP = 500
"""Customers below which a group takes the parameters of everybody."""
NO_VALUE = ""
"""The group of customers whose value is not known: never fitted."""


@dataclass(frozen=True)
class GroupFit:
    """One group at an origin: who is in it, by place among the customers known then, and what was fitted to them."""

    value: str
    members: NDArray[np.intp]
    fit: model.Fit
    tuples: split.Tuples


def compare(
    tested: backtest.Backtest, chosen: choice.Choice, *, purchase_model: model.Model, settings: Settings
) -> tuple[backtest.Backtest, choice.Choice]:
    """Add the chosen model fitted by group to a backtest, and say whether that forecast better.

    Assumes `settings.lifetime.fit_by`. The forecasts of a run come from the fits by group because that was asked for;
    the remark says when they predicted worse, by the paired difference of log losses or by the total.

    Returns
    -------
    tuple
        The backtest with the candidate `<model>_by_group`, and the choice with its remark, candidate and bias.
    """
    fit_by, speaker = settings.lifetime.fit_by, sentences.Speaker(settings.language)
    groups = backtest.group(fit_by, tested.sample.dimensions, missing=NO_VALUE)
    added = [_added(trial, purchase_model, groups, settings) for trial in tested.trials]
    dimension = speaker.translate(sentences.DIMENSIONS[fit_by])
    candidate = f"{purchase_model.name}_by_group"
    if not any(found for _, found in added):
        remark = speaker.say(sentences.GROUPS_UNTESTED, dimension=dimension, customers=FEWEST_IN_GROUP)
        return tested, replace(chosen, remarks=(*chosen.remarks, remark))
    trials = [trial for trial, _ in added]
    compared = [trial for trial in trials if candidate in trial.forecasts]
    own, pooled = (choice.record(name, compared) for name in (candidate, purchase_model.name))
    remark = speaker.say(
        _verdict(own, pooled, compared),
        dimension=dimension,
        model=speaker.name(purchase_model.name),
        own=speaker.decimal(own.log_loss, 4),
        pooled=speaker.decimal(pooled.log_loss, 4),
        bias=speaker.percent(own.bias, signed=True),
        pooled_bias=speaker.percent(pooled.bias, signed=True),
    )
    return _with_candidate(tested, trials, candidate), replace(
        chosen,
        candidate=candidate,
        bias=own.bias,
        bias_error=own.ratio_error,
        remarks=(*chosen.remarks, remark),
    )


def fits_at(
    half: split.Split, groups: calibration.Group, *, purchase_model: model.Model, everybody: model.Fit, penalty: float
) -> Iterator[GroupFit]:
    """Fit a model at an origin to each group of sampled customers that is large enough and identified.

    Only what was known at the close of the origin enters; `everybody` is where each fit starts from.
    """
    known = replace(groups, codes=groups.codes[half.customer_numbers])
    histories = half.histories
    for value, members in known.members():
        if len(members) < FEWEST_IN_GROUP or value == NO_VALUE:
            continue
        tuples = split.tuples(
            model.Histories(
                histories.repeat_purchase_days[members],
                histories.age_at_last_days[members],
                histories.tenure_days[members],
            )
        )
        fit = purchase_model.fit(tuples.counts, penalty=penalty, start=everybody.parameters)
        if fit.diagnosis.identified and np.isfinite(list(fit.parameters.values())).all():
            yield GroupFit(value, members, fit, tuples)


def _added(
    trial: backtest.Trial, purchase_model: model.Model, groups: calibration.Group, settings: Settings
) -> tuple[backtest.Trial, bool]:
    """Return a trial with the forecast by group, and whether any group had a fit of its own."""
    pooled = trial.forecasts.get(purchase_model.name)
    if pooled is None or not trial.identified(purchase_model.name):
        return trial, False
    assert pooled.expected is not None
    assert pooled.p_buys is not None
    assert pooled.p_alive is not None
    expected, p_buys, p_alive = pooled.expected.copy(), pooled.p_buys.copy(), pooled.p_alive.copy()
    found = False
    for group in fits_at(
        trial.half,
        groups,
        purchase_model=purchase_model,
        everybody=trial.fits[purchase_model.name],
        penalty=settings.lifetime.penalty,
    ):
        said = candidates.of_model(purchase_model, group.fit, group.tuples, horizon_days=trial.half.horizon_days)
        if said.usable:
            expected[group.members], p_buys[group.members] = said.expected, said.p_buys
            p_alive[group.members] = said.p_alive
            found = True
    candidate = f"{purchase_model.name}_by_group"
    forecast = candidates.Forecast(candidate, "model", p_buys, expected, p_buys, p_alive)
    return replace(trial, forecasts={**trial.forecasts, candidate: forecast}), found


def _with_candidate(tested: backtest.Backtest, trials: Sequence[backtest.Trial], candidate: str) -> backtest.Backtest:
    alone = [
        replace(trial, forecasts={candidate: trial.forecasts[candidate]})
        for trial in trials
        if candidate in trial.forecasts
    ]
    return replace(
        tested,
        trials=tuple(trials),
        accuracy=pa.concat_tables([tested.accuracy, backtest.accuracy(alone, tested.groups)]),
        calibration=pa.concat_tables([tested.calibration, backtest.calibrated(alone, tested.groups)]),
    )


def _verdict(own: choice.Record, pooled: choice.Record, trials: Sequence[backtest.Trial]) -> str:
    difference, allowed = own.log_loss - pooled.log_loss, choice.allowed(own, pooled, trials)
    further = abs(own.bias) > choice.BIAS_ALLOWED and abs(own.bias) > abs(pooled.bias) + choice.BIAS_WORSE
    if difference > allowed or further:
        return sentences.GROUPS_WORSE
    return sentences.GROUPS_BETTER if difference < -allowed else sentences.GROUPS_ALIKE
