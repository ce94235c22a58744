"""Rolling-origin backtest: models and simple rules forecast the past from several days, and are compared with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vinculo.differentiate.analysis import scopes
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
    """Contract `backtest`: one row a candidate and origin, and pooled; by dimension value all pooled."""
    calibration: pa.Table
    """Contract `calibration`: models at every origin, pooled and by dimension value; rules pooled alone."""
    notes: tuple[str, ...]
    """Sentences, in the language of the settings, on what was done otherwise than asked."""
    groups: tuple[calibration.Group, ...] = ()
    """Every sampled customer by each dimension of the settings."""

    @property
    def possible(self) -> bool:
        """Return whether there was enough history for any origin."""
        return bool(self.trials)

    def summary(self) -> list[dict[str, object]]:
        """Return the rows on everybody, for the card."""
        everybody = self.accuracy.filter(pa.compute.equal(self.accuracy["dimension"], "all"))
        rows: list[dict[str, object]] = everybody.to_pylist()
        return rows


def run(
    engine: Engine,
    *,
    settings: Settings,
    models: Mapping[str, model.Model],
    as_of: date,
    kept: scopes.Kept | None = None,
) -> Backtest:
    """Forecast the past from rolling origins and compare with what happened.

    Assumes `profile` and `customer_days` in the engine, complete up to the close of `as_of`. Nothing after an origin
    enters the forecasts from it: models are fitted and rules are tuned on the calibration half alone. On large bases a
    sample of customers is used (`settings.lifetime.sample`); the standard errors in the result say what that costs.
    The fallback `nbd` is always a candidate. By dimension the same forecasts are scored on the customers of each value;
    `kept` are the values of dimensions that have too many.
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
    groups = tuple(group(name, sample.dimensions, kept=kept) for name in settings.by)
    return Backtest(
        settings.horizon_days,
        layout,
        sample,
        tuple(trials),
        accuracy(trials, groups),
        calibrated(trials, groups),
        tuple(_notes(settings, layout, sample, trials)),
        groups,
    )


def group(
    name: str, dimensions: pa.Table, *, kept: scopes.Kept | None = None, missing: str = scopes.UNKNOWN
) -> calibration.Group:
    """Return every sampled customer by the values of a dimension, sorted; what is not known is `missing`."""
    column = dimensions.column(name).combine_chunks().fill_null(missing)
    if kept and name in kept:
        column = pc.if_else(pc.is_in(column, value_set=pa.array(kept[name])), column, scopes.OTHERS)
    encoded = column.dictionary_encode()
    found = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(found)
    places = np.empty(len(found), dtype=np.int64)
    places[order] = np.arange(len(found))
    return calibration.Group(name, tuple(found[order].tolist()), places[encoded.indices.to_numpy().astype(np.int64)])


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


def accuracy(trials: Sequence[Trial], groups: Sequence[calibration.Group]) -> pa.Table:
    """Return the table `backtest` of all forecasts of some trials, by origin and pooled; groups pooled."""
    rows: list[scores.Row] = []
    for trial in trials:
        seen = scores.outcome(trial.half)
        rows += [scores.row(said, seen, identified=trial.identified(name)) for name, said in trial.forecasts.items()]
    if trials:
        halves = [trial.half for trial in trials]
        seen, cuts = scores.pooled(halves), [scores.cut(each, halves) for each in groups]
        for name, said in _pooled(trials).items():
            known = all(trial.identified(name) for trial in trials)
            rows.append(scores.row(said, seen, identified=known))
            for cut in cuts:
                rows += scores.rows_by(said, seen, cut, identified=known)
    return scores.table(rows)


def calibrated(trials: Sequence[Trial], groups: Sequence[calibration.Group]) -> pa.Table:
    """Return the table `calibration` of all forecasts of some trials; a bin holds the same forecasts in every group."""
    asked: list[tuple[calibration.Question, Sequence[calibration.Group]]] = []
    for trial in trials:
        everybody = [calibration.everybody(trial.half.customers)]
        for said in (each for each in trial.forecasts.values() if each.kind == "model"):
            asked += [(question, everybody) for question in _questions(said, [trial.half], trial.half.origin)]
    if trials:
        halves = [trial.half for trial in trials]
        everybody = [calibration.everybody(sum(half.customers for half in halves))]
        cuts = everybody + [scores.cut(each, halves).known for each in groups]
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
