"""Rolling-origin backtest: models and simple rules forecast the past from several days, and are compared with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.validation import baselines, calibration, candidates, fallback, sentences
from vinculo.differentiate.validation.holdout import origins, scores, split
from vinculo.warehouse.engine import Engine

FEWEST_CUSTOMERS = 20
"""Customers known at an origin below which it tells nothing."""
SHORTEST_INNER_DAYS = 14
"""Shortest holdout inside the calibration half in which simple rules are tuned."""


@dataclass(frozen=True)
class Trial:
    """One origin: what was known, what followed, and what every candidate had said."""

    half: split.Split
    tuning: baselines.Tuning
    fits: Mapping[str, model.Fit]
    forecasts: Mapping[str, candidates.Forecast]

    def identified(self, candidate: str) -> bool:
        """Return whether a candidate's numbers mean something at this origin; those of rules always do."""
        known = candidate not in self.fits or self.fits[candidate].diagnosis.identified
        return known and candidate in self.forecasts


@dataclass(frozen=True)
class Backtest:
    """What the backtest found. `trials` is empty when the history is too short, and `notes` say why."""

    asked_horizon_days: int
    plan: origins.Plan
    sample: split.Sample
    trials: tuple[Trial, ...]
    accuracy: pa.Table
    """Contract `backtest`: one row a candidate and origin, pooled too, and by dimension value."""
    calibration: pa.Table
    """Contract `calibration`: models at every origin, pooled and by dimension value; rules pooled alone."""
    notes: tuple[str, ...]
    """Sentences, in the language of the settings, on what was done otherwise than asked."""

    @property
    def possible(self) -> bool:
        """Return whether there was enough history for any origin."""
        return bool(self.trials)

    def summary(self) -> list[dict[str, object]]:
        """Return the rows on everybody, for the card."""
        everybody = self.accuracy.filter(pa.compute.equal(self.accuracy["dimension"], "all"))
        rows: list[dict[str, object]] = everybody.to_pylist()
        return rows


def run(engine: Engine, *, settings: Settings, models: Mapping[str, model.Model], as_of: date) -> Backtest:
    """Forecast the past from rolling origins and compare with what happened.

    Assumes `profile` and `customer_days` in the engine, complete up to the close of `as_of`. Nothing after an origin
    enters the forecasts from it: models are fitted and rules are tuned on the calibration half alone. On large bases a
    sample of customers is used (`settings.lifetime.sample`); the standard errors in the result say what that costs.
    The fallback `nbd` is always a candidate.
    """
    sample = split.draw(engine, size=settings.lifetime.sample, as_of=as_of)
    layout = origins.plan(
        sample.first_on or as_of,
        as_of=as_of,
        horizon_days=settings.horizon_days,
        origins=settings.lifetime.origins,
    )
    every = dict(models) | {fallback.MODEL.name: fallback.MODEL}
    trials: list[Trial] = []
    for origin in layout.origins:
        half = split.at(engine, origin=origin, horizon_days=layout.horizon_days)
        if half.customers >= FEWEST_CUSTOMERS:
            inner = _inner(engine, half, sample.first_on or origin)
            trials.append(_trial(half, inner, every, settings, trials[-1].fits if trials else {}))
    groups = [_group(name, sample.dimensions) for name in settings.by]
    return Backtest(
        settings.horizon_days,
        layout,
        sample,
        tuple(trials),
        _accuracy(trials, groups),
        _calibration(trials, groups),
        tuple(_notes(settings, layout, sample, trials)),
    )


def _inner(engine: Engine, half: split.Split, first_on: date) -> split.Split | None:
    days = min(half.horizon_days, (half.origin - first_on).days // 2)
    if days < SHORTEST_INNER_DAYS:
        return None
    return split.at(engine, origin=half.origin - timedelta(days=days), horizon_days=days)


def _trial(
    half: split.Split,
    inner: split.Split | None,
    models: Mapping[str, model.Model],
    settings: Settings,
    earlier: Mapping[str, model.Fit],
) -> Trial:
    lifetime = settings.lifetime
    grouped = split.tuples(half.histories)
    fits = candidates.fit(models, grouped.counts, penalty=lifetime.penalty, starts=earlier)
    tuning = baselines.tune(inner, horizon_days=half.horizon_days, hiatus_days=lifetime.hiatus_days)
    said = [
        candidates.of_model(models[name], fit, grouped, horizon_days=half.horizon_days)
        for name, fit in fits.items()
        if np.isfinite(list(fit.parameters.values())).all()
    ]
    said = [forecast for forecast in said if forecast.usable] + list(baselines.forecasts(half, tuning))
    return Trial(half, tuning, fits, {forecast.candidate: forecast for forecast in said})


def _accuracy(trials: Sequence[Trial], groups: Sequence[calibration.Group]) -> pa.Table:
    rows: list[scores.Row] = []
    for trial in trials:
        seen = scores.outcome(trial.half)
        rows += [scores.row(said, seen, identified=trial.identified(name)) for name, said in trial.forecasts.items()]
    if trials:
        seen = scores.pooled([trial.half for trial in trials])
        for name, said in _pooled(trials).items():
            known = all(trial.identified(name) for trial in trials)
            rows.append(scores.row(said, seen, identified=known))
            for group in _at_every_origin(trials, groups):
                rows += scores.rows_by(said, seen, group, identified=known)
    return scores.table(rows)


def _calibration(trials: Sequence[Trial], groups: Sequence[calibration.Group]) -> pa.Table:
    asked: list[tuple[calibration.Question, Sequence[calibration.Group]]] = []
    for trial in trials:
        everybody = [calibration.everybody(trial.half.customers)]
        for said in (each for each in trial.forecasts.values() if each.kind == "model"):
            asked += [(question, everybody) for question in _questions(said, [trial.half], trial.half.origin)]
    if trials:
        halves = [trial.half for trial in trials]
        cuts = [calibration.everybody(sum(half.customers for half in halves)), *_at_every_origin(trials, groups)]
        for said in _pooled(trials).values():
            asked += [
                (question, cuts if said.kind == "model" else cuts[:1]) for question in _questions(said, halves, None)
            ]
    return calibration.table(asked)


def _questions(
    said: candidates.Forecast, halves: Sequence[split.Split], origin: date | None
) -> Iterable[calibration.Question]:
    purchases = np.concatenate([half.purchase_days for half in halves]).astype(np.float64)
    if said.p_buys is not None:
        bins = calibration.deciles(said.p_buys)
        bought = (purchases > 0).astype(np.float64)
        yield calibration.Question(said.candidate, "p_buys", origin, said.p_buys, bought, bins)
    if said.expected is not None:
        repeats = np.concatenate([half.histories.repeat_purchase_days for half in halves])
        for quantity, bins in (
            ("expected_purchases", calibration.deciles(said.expected)),
            ("expected_by_repeats", calibration.by_repeats(repeats)),
        ):
            yield calibration.Question(said.candidate, quantity, origin, said.expected, purchases, bins)


def _pooled(trials: Sequence[Trial]) -> dict[str, candidates.Forecast]:
    return {
        name: candidates.joined([trial.forecasts[name] for trial in trials])
        for name in trials[-1].forecasts
        if all(name in trial.forecasts for trial in trials)
    }


def _group(name: str, dimensions: pa.Table) -> calibration.Group:
    encoded = dimensions.column(name).combine_chunks().fill_null("").dictionary_encode()
    values = tuple(str(value) for value in encoded.dictionary.to_pylist())
    return calibration.Group(name, values, encoded.indices.to_numpy().astype(np.int64))


def _at_every_origin(trials: Sequence[Trial], groups: Sequence[calibration.Group]) -> list[calibration.Group]:
    customers = np.concatenate([trial.half.customer_numbers for trial in trials])
    return [replace(group, codes=group.codes[customers]) for group in groups]


def _notes(settings: Settings, layout: origins.Plan, sample: split.Sample, trials: Sequence[Trial]) -> Iterable[str]:
    speaker = sentences.Speaker(settings.language)
    asked = settings.lifetime.origins
    if not trials:
        sentence = sentences.TOO_FEW_CUSTOMERS if layout.possible else sentences.TOO_SHORT
        yield speaker.say(sentence, days=layout.history_days, customers=sample.customers)
        return
    if layout.horizon_days < settings.horizon_days:
        yield speaker.say(
            sentences.SHORTER_HORIZON,
            days=layout.history_days,
            horizon=layout.horizon_days,
            asked=settings.horizon_days,
        )
    if len(trials) < asked:
        yield speaker.say(sentences.FEWER_ORIGINS, origins=len(trials), asked=asked)
    if not sample.whole:
        yield speaker.say(sentences.SAMPLED, customers=sample.customers, population=sample.population)
    new = [trial.half.new_customers for trial in trials]
    if any(new):
        yield speaker.say(
            sentences.NEW_CUSTOMERS, customers=new[-1], purchases=trials[-1].half.new_customers_purchase_days
        )
