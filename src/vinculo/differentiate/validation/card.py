"""The model card: what the forecasts rest on, how they were tested, what they assume, and what to beware of."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import pyarrow as pa

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.settings import Settings
from vinculo.differentiate.validation import backtest, choice, fallback, sentences
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import validation

Group = tuple[str, str]
"""Dimension and value a model was fitted to; ("all", "all") is everybody."""
EVERYBODY: Group = ("all", "all")
OTHER_DATA = ("bg_bb",)
"""Models of periods instead of days: their likelihoods compare with no other."""
FEW_REPEATERS = 100
STRONG_CORRELATION = 0.3
REGULAR_K = 1.5
ALIVE_GUIDE = 0.6
_Z = 1.959964


@dataclass(frozen=True)
class Facts:
    """What there is to fit to; days are days."""

    customers: int
    repeaters: int
    purchase_days: int
    first_on: date | None
    last_on: date | None
    history_days: int
    median_tenure_days: float
    high_tenure_days: float
    """Three customers in four have a shorter tenure: the typical tenure of the iso-value map."""
    most_repeats: int
    high_repeats: float
    """Exceeded by one customer in two hundred."""

    @property
    def repeaters_share(self) -> float:
        """Return the share of customers who bought again."""
        return self.repeaters / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class Evidence:
    """What was found elsewhere and belongs on the card."""

    facts: Facts
    fits: Mapping[Group, Mapping[str, model.Fit]]
    """By group and model; the group of everybody is always there."""
    spend: Mapping[str, object] = field(default_factory=dict)
    """Facts of the spend model by name; `correlation` is that of repeats and mean spend among repeaters."""
    regularity_k: float | None = None
    """Wheat-Morrison k: 1 is random, above is regular."""
    regularity: str = ""
    """The same in one sentence."""


@dataclass(frozen=True)
class Card:
    """The model card; `as_dict` is JSON."""

    as_of: date
    horizon_days: int
    facts: Facts
    models: tuple[dict[str, object], ...]
    chosen: choice.Choice
    backtest: tuple[dict[str, object], ...]
    sample: dict[str, object]
    spend: dict[str, object]
    regularity: dict[str, object]
    prior: tuple[str, ...]
    nesting: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the card as plain values: days as ISO text, what is not a number as null."""
        plain = _plain(asdict(self) | {"repeaters_share": self.facts.repeaters_share})
        assert isinstance(plain, dict)
        return plain


def facts(engine: Engine, *, as_of: date) -> Facts:
    """Return the facts of the profile in the engine."""
    package = f"{__package__}.holdout"
    (row,) = engine.rows(queries.load(package, "facts")).to_pylist()
    first = row["first_on"]
    return Facts(
        customers=row["customers"],
        repeaters=row["repeaters"],
        purchase_days=row["purchase_days"] or 0,
        first_on=first,
        last_on=row["last_on"],
        history_days=(as_of - first).days + 1 if first else 0,
        median_tenure_days=row["median_tenure_days"] or 0.0,
        high_tenure_days=row["high_tenure_days"] or 0.0,
        most_repeats=row["most_repeats"] or 0,
        high_repeats=row["high_repeats"] or 0.0,
    )


def build(evidence: Evidence, *, tested: backtest.Backtest, chosen: choice.Choice, settings: Settings) -> Card:
    """Write the model card of an analysis, in the language of the settings.

    Parameters
    ----------
    evidence
        Data facts, fits as of today by group, spend facts, regularity.
    tested
        The backtest.
    chosen
        The choice made from it.
    """
    speaker = sentences.Speaker(settings.language)
    return Card(
        as_of=settings.as_of,
        horizon_days=settings.horizon_days,
        facts=evidence.facts,
        models=tuple(_models(evidence.fits, chosen, settings)),
        chosen=chosen,
        backtest=tuple(row | {"chosen": row["candidate"] == chosen.candidate} for row in tested.summary()),
        sample={
            "population": tested.sample.population,
            "customers": tested.sample.customers,
            "horizon_days": tested.plan.horizon_days,
            "origins": [trial.half.origin for trial in tested.trials],
            "hiatus_days": [trial.tuning.hiatus_days for trial in tested.trials],
        },
        spend=dict(evidence.spend),
        regularity={"k": evidence.regularity_k, "sentence": evidence.regularity},
        prior=tuple(_prior(settings, chosen, speaker)),
        nesting=speaker.say(sentences.NESTING),
        assumptions=tuple(_assumptions(settings, chosen, speaker)),
        warnings=tuple(_warnings(evidence, tested, chosen, settings)),
        notes=tested.notes,
    )


def models_table(
    fits: Mapping[Group, Mapping[str, model.Fit]], *, chosen: choice.Choice, settings: Settings
) -> pa.Table:
    """Return the table `models`: one row a group and fitted model, the chosen one marked."""
    rows = [
        {name: _finite(value) for name, value in row.items() if name in validation.MODELS.names}
        for row in _models(fits, chosen, settings)
    ]
    return pa.Table.from_pylist(rows, schema=validation.MODELS.schema)


def parameters_table(fits: Mapping[Group, Mapping[str, model.Fit]]) -> pa.Table:
    """Return the table `model_parameters`: one row a parameter, with its 95 % interval from the logarithm."""
    rows = [
        {"dimension": group[0], "dimension_value": group[1], "model": fit.model, **row}
        for group, by_model in fits.items()
        for fit in by_model.values()
        for row in _parameters(fit)
        if row["estimate"] is not None
    ]
    return pa.Table.from_pylist(rows, schema=validation.MODEL_PARAMETERS.schema)


def _parameters(fit: model.Fit) -> Iterator[dict[str, object]]:
    for name, estimate in fit.parameters.items():
        error = fit.standard_errors.get(name, math.nan)
        # the normal approximation holds for the logarithm: the error of ln p is that of p over p
        spread = math.exp(min(_Z * error / estimate, 700.0)) if estimate > 0 and math.isfinite(error) else math.nan
        yield {
            "parameter": name,
            "estimate": _finite(estimate),
            "standard_error": _finite(error),
            "low": _finite(estimate / spread),
            "high": _finite(estimate * spread),
        }


def _models(
    fits: Mapping[Group, Mapping[str, model.Fit]], chosen: choice.Choice, settings: Settings
) -> Iterator[dict[str, object]]:
    speaker = sentences.Speaker(settings.language)
    for (dimension, value), by_model in fits.items():
        nested = by_model.get(fallback.MODEL.name)
        used, by_group = (dimension, value) == EVERYBODY, dimension == settings.lifetime.fit_by
        for fit in by_model.values():
            ratio = None
            # On large bases the chosen model is fitted to everybody, those it was compared with to a sample.
            alone = fit.model in OTHER_DATA or (nested is not None and fit.customers != nested.customers)
            if nested is not None and nested is not fit and not alone:
                ratio = max(2 * (fit.log_likelihood - nested.log_likelihood), 0.0)
            yield {
                "dimension": dimension,
                "dimension_value": value,
                "model": fit.model,
                "name": speaker.name(fit.model),
                "chosen": fit.model == chosen.model and (used or (fit.diagnosis.identified and by_group)),
                "customers": round(fit.customers),
                "log_likelihood": fit.log_likelihood,
                "aic": None if alone else fit.aic,
                "bic": fit.bic if fit.customers > 0 and not alone else None,
                "likelihood_ratio": ratio,
                # chi-square with 2 degrees of freedom: P(> q) = exp(-q / 2)
                "likelihood_ratio_p": None if ratio is None else math.exp(-ratio / 2),
                "identified": fit.diagnosis.identified,
                "diagnosis_code": fit.diagnosis.code,
                "diagnosis": speaker.translate(fit.diagnosis.sentence),
                "evaluations": fit.evaluations,
                "parameters": list(_parameters(fit)),
            }


def _prior(settings: Settings, chosen: choice.Choice, speaker: sentences.Speaker) -> Iterator[str]:
    penalty = settings.lifetime.penalty
    if penalty > 0:
        yield speaker.say(sentences.PENALTY, penalty=speaker.decimal(penalty))
    elif chosen.model != fallback.MODEL.name:
        yield speaker.say(sentences.LIKELIHOOD)
    if chosen.model == fallback.MODEL.name:
        yield speaker.say(sentences.FALLBACK_PRIOR)


def _assumptions(settings: Settings, chosen: choice.Choice, speaker: sentences.Speaker) -> Iterator[str]:
    stays = chosen.model == fallback.MODEL.name
    yield speaker.say(sentences.PURCHASE_DAY)
    yield speaker.say(sentences.FIRST_EVER)
    yield speaker.say(sentences.RANDOM_RATE)
    yield speaker.say(sentences.NO_DROPOUT if stays else sentences.DROPOUT)
    yield speaker.say(sentences.STEADY)
    yield speaker.say(sentences.KNOWN_ONLY)
    yield speaker.say(sentences.DISCOUNT, rate=speaker.percent(settings.discount_rate_annual))


def _warnings(
    evidence: Evidence, tested: backtest.Backtest, chosen: choice.Choice, settings: Settings
) -> Iterator[str]:
    speaker = sentences.Speaker(settings.language)
    yield from _data_warnings(evidence, settings, speaker)
    yield from _test_warnings(tested, chosen, speaker)
    yield from chosen.set_aside
    yield from chosen.remarks


def _data_warnings(evidence: Evidence, settings: Settings, speaker: sentences.Speaker) -> Iterator[str]:
    known = evidence.facts
    if known.history_days < 2 * settings.horizon_days:
        yield speaker.say(sentences.SHORT_HISTORY, days=known.history_days, horizon=settings.horizon_days)
    if known.repeaters < FEW_REPEATERS:
        yield speaker.say(sentences.FEW_REPEATERS, repeaters=known.repeaters)
    if known.history_days < 730:
        yield speaker.say(sentences.SEASONS)
    if (settings.as_of + timedelta(days=1)).day != 1:
        yield speaker.say(sentences.PARTIAL_MONTH, day=settings.as_of.day)
    related = evidence.spend.get("correlation")
    if isinstance(related, float) and abs(related) > STRONG_CORRELATION:
        yield speaker.say(
            sentences.SPEND_CORRELATION,
            direction=speaker.say(sentences.SPEND_MORE if related > 0 else sentences.SPEND_LESS),
            correlation=speaker.decimal(related, 2),
            bias=speaker.say(sentences.UNDERSTATED if related > 0 else sentences.OVERSTATED),
        )
    if evidence.regularity_k is not None and evidence.regularity_k > REGULAR_K:
        yield speaker.say(sentences.REGULAR, k=speaker.decimal(evidence.regularity_k, 1))


def _test_warnings(tested: backtest.Backtest, chosen: choice.Choice, speaker: sentences.Speaker) -> Iterator[str]:
    if chosen.bias is not None and abs(chosen.bias) > choice.BIAS_ALLOWED:
        error = "–" if chosen.bias_error is None else speaker.percent(chosen.bias_error)  # noqa: RUF001
        yield speaker.say(sentences.BIAS, bias=speaker.percent(chosen.bias, signed=True), error=error)
    rows = [row for row in tested.summary() if row["candidate"] == chosen.candidate]
    ratios = [float(str(row["predicted_to_actual"])) for row in rows if row["origin"] and row["predicted_to_actual"]]
    if len(ratios) > 1 and max(ratios) - min(ratios) > 2 * choice.BIAS_ALLOWED:
        yield speaker.say(sentences.UNSTABLE, low=speaker.decimal(min(ratios), 2), high=speaker.decimal(max(ratios), 2))
    for row in rows:
        alive = row["auc_alive"]
        if row["origin"] is None and isinstance(alive, float) and alive < ALIVE_GUIDE and chosen.model != "nbd":
            yield speaker.say(sentences.ALIVE_WORSE, model=speaker.name(chosen.model), area=speaker.decimal(alive))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else _finite(value)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
