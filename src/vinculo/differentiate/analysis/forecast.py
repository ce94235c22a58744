"""The forecast of an analysis: backtest, choice, fits on everybody, model card, and the forecaster of customers."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vinculo.differentiate.analysis.work import Work
from vinculo.differentiate.contracts import opportunities
from vinculo.differentiate.lifetime import bg_nbd, counts, gamma_gamma, mbg_nbd, pareto_nbd, regularity, scoring
from vinculo.differentiate.lifetime.gamma_gamma import SpendFit
from vinculo.differentiate.lifetime.model import Counts, Fit, Floats, Integers, Model
from vinculo.differentiate.rfmt import edges, segments
from vinculo.differentiate.validation import backtest, card, choice, fallback, iso_value, tracking
from vinculo.differentiate.valuation import purchase, scores
from vinculo.foundation import money, periods
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.tables import contracts as contract_tables
from vinculo.warehouse.tables import rfmt as rfmt_tables
from vinculo.warehouse.tables import validation as tables

MODELS: dict[str, Model] = {
    "bg_nbd": bg_nbd.MODEL,
    "mbg_nbd": mbg_nbd.MODEL,
    "pareto_nbd": pareto_nbd.MODEL,
    "nbd": fallback.MODEL,
}
FEWEST_IN_GROUP = 500
"""Customers below which a group of `fit_by` takes the parameters of everybody."""


@dataclass(frozen=True)
class Forecast:
    """What the forecasts of a run rest on."""

    model: Model
    fits: dict[str, Fit]
    """The chosen model's fits, by group; `scores.EVERYBODY` is always there."""
    known: Counts
    spend: SpendFit
    facts: card.Facts
    card: dict[str, object]


def make(work: Work) -> Forecast:
    """Test the models on the past, choose one, fit it to everybody, and write what the tests found."""
    settings = work.settings
    candidates = asked(settings.lifetime.models)
    known = counts.histories(work.engine)
    tested = backtest.run(work.engine, settings=settings, models=candidates, as_of=settings.as_of)
    sample = thinned(known, settings.lifetime.sample)
    fits = {name: each.fit(sample, penalty=settings.lifetime.penalty) for name, each in candidates.items()}
    fits["nbd"] = fallback.MODEL.fit(sample)
    chosen = choice.choose(tested, fits=fits, settings=settings)
    model = MODELS[chosen.model]
    if sample is not known:
        start = fits[chosen.model].parameters
        fits[chosen.model] = model.fit(known, penalty=settings.lifetime.penalty, start=start)
    by_group = fitted_groups(work, model, fits[chosen.model])
    spend = gamma_gamma.fit(counts.spend(work.engine), minor_per_major=money.minor_per_major(settings.currency))
    facts = card.facts(work.engine, as_of=settings.as_of)
    sample_days(work)
    all_fits = {card.EVERYBODY: fits | by_opportunities(work)} | {
        (settings.lifetime.fit_by, value): {model.name: fit} for value, fit in by_group.items() if value
    }
    evidence = card.Evidence(facts, all_fits, spend_facts(spend, work), *regularity_of(work))
    written = card.build(evidence, tested=tested, chosen=chosen, settings=settings)
    work.warnings.extend(written.warnings)
    work.keep(tables.MODELS, card.models_table(all_fits, chosen=chosen, settings=settings))
    work.keep(tables.MODEL_PARAMETERS, card.parameters_table(all_fits))
    work.keep(tables.BACKTEST, choice.mark(tested.accuracy, chosen))
    work.keep(tables.CALIBRATION, tested.calibration)
    work.keep(tables.TRACKING, tracked(work, tested, model, fits[chosen.model]))
    return Forecast(model, by_group, known, spend, facts, written.as_dict())


def asked(names: tuple[str, ...]) -> dict[str, Model]:
    """Return the models of the settings."""
    unknown = [name for name in names if name not in MODELS]
    if unknown or not names:
        raise SettingsError(f"lifetime.models is {names}: choose among {', '.join(MODELS)}.")
    return {name: MODELS[name] for name in names if name != "nbd"}


def thinned(known: Counts, customers: int) -> Counts:
    """Return a systematic sample of customers in the order of their histories; all when there are no more.

    Weights stay counts of customers, so likelihoods are those of the sample.
    """
    if known.total <= customers:
        return known
    reached = np.cumsum(known.customers)
    picked = np.searchsorted(reached, (np.arange(customers) + 0.5) * reached[-1] / customers)
    rows, times = np.unique(picked, return_counts=True)
    return Counts(
        known.repeat_purchase_days[rows],
        known.age_at_last_days[rows],
        known.tenure_days[rows],
        times.astype(np.float64),
    )


def fitted_groups(work: Work, model: Model, everybody: Fit) -> dict[str, Fit]:
    """Fit the chosen model to each group of `fit_by` that is large enough and identified."""
    by, penalty = work.settings.lifetime.fit_by, work.settings.lifetime.penalty
    fits = {scores.EVERYBODY: everybody}
    if not by:
        return fits
    small = []
    for value, known in counts.histories_by(work.engine, by).items():
        fit = model.fit(known, penalty=penalty) if value and known.total >= FEWEST_IN_GROUP else None
        if fit is not None and fit.diagnosis.identified:
            fits[value] = fit
        else:
            small.append(value or work.translate("unknown"))
    if small:
        work.warnings.append(
            work.say(
                "These groups of {by} are too small for a fit of their own and take that of everybody: {groups}.",
                by=by,
                groups=", ".join(small),
            )
        )
    return fits


def spend_facts(spend: SpendFit, work: Work) -> dict[str, object]:
    """Return what the card says of the spend model."""
    return {
        "model": "gamma_gamma",
        "repeaters": round(spend.fit.customers),
        "parameters": spend.fit.parameters,
        "standard_errors": spend.fit.standard_errors,
        "log_likelihood": spend.fit.log_likelihood,
        "correlation": spend.correlation,
        "identified": spend.fit.diagnosis.identified,
        "diagnosis": work.translate(spend.fit.diagnosis.sentence),
    }


def sample_days(work: Work) -> None:
    """Make the view `sampled_days`: the purchase days of the backtest's sample."""
    sampled = queries.load(__package__, "sampled_days")
    work.engine.run(f"CREATE OR REPLACE TEMP VIEW sampled_days AS {sampled}")


def by_opportunities(work: Work) -> dict[str, Fit]:
    """Fit the BG/BB to periods, on the sample of the backtest, and write how well it describes them."""
    period_days = work.settings.lifetime.opportunity_days
    if not period_days:
        return {}
    found = opportunities.examine(work.engine, as_of=work.settings.as_of, period_days=period_days)
    work.keep(contract_tables.OPPORTUNITIES, found.table)
    return {found.fit.model: found.fit}


def regularity_of(work: Work) -> tuple[float | None, str]:
    """Return the Wheat-Morrison estimate, on the sample of the backtest, and its sentence."""
    pairs = work.engine.rows(regularity.query(), as_of=work.settings.as_of)
    found = regularity.estimate(regularity.Gaps(*(pairs[name].to_numpy() for name in pairs.schema.names)))
    sentence = work.say(found.diagnosis.sentence, **found.figures)
    return (found.k if found.diagnosis.identified else None), sentence


def tracked(work: Work, tested: backtest.Backtest, model: Model, fit: Fit) -> pa.Table:
    """Return the tracking table: fitted at the last origin of the backtest where there is one, else on everything."""
    observed = tracking.daily(work.engine, as_of=work.settings.as_of)
    until, fits = work.settings.as_of, {model.name: fit}
    if tested.possible and model.name in tested.trials[-1].fits:
        last = tested.trials[-1]
        until, fits = last.half.origin, {model.name: last.fits[model.name]}
    return tracking.table(observed, models=MODELS, fits=fits, fitted_until=until)


def forecaster(work: Work, forecast: Forecast) -> scores.Forecaster:
    """Make ready to value customers: scorers, spend, rates, RFMT edges and segment names."""
    settings = work.settings
    rfmt = settings.rfmt
    cut = edges.cut(work.engine, rfmt, translate=work.translate)
    naming = segments.of(rfmt, translate=work.translate)
    work.warnings.extend([*cut.warnings, *naming.warnings])
    work.keep(rfmt_tables.RFMT_EDGES, cut.table)
    scorers = {value: scorer(forecast, fit, work) for value, fit in forecast.fits.items()}
    rates = purchase.Rates.of(work.engine)
    return scores.Forecaster(settings, scorers, forecast.spend, rates, cut, naming)


def scorer(forecast: Forecast, fit: Fit, work: Work) -> scoring.Scorer:
    """Return the scorer of one fit."""
    settings = work.settings
    return scoring.Scorer(
        forecast.model,
        fit,
        horizon_days=settings.horizon_days,
        daily_rate=periods.annual_to_daily(settings.discount_rate_annual),
        coverage=settings.lifetime.interval,
        known=forecast.known,
    )


def map_iso_value(work: Work, forecast: Forecast, made: scores.Forecaster) -> None:
    """Write the iso-value map, in money: a typical margin on the spend expected after so many purchases."""
    settings, facts = work.settings, forecast.facts
    if not forecast.fits[scores.EVERYBODY].diagnosis.identified or facts.repeaters == 0:
        return

    def worth(repeats: Integers) -> Floats:
        mean = np.full(len(repeats), made.rates.mean_spend)
        spend = forecast.spend.expected_spend_minor(repeats, mean)
        nothing = np.zeros(len(repeats))
        nobody = dict.fromkeys(("sales_minor", "returns_minor", "net_sales_minor", "margin_minor"), nothing)
        return purchase.contribution(
            made.rates, spend, {**nobody, "cost_to_serve_minor": nothing, "purchase_days": nothing}
        )

    area = iso_value.Map(round(facts.high_tenure_days), max(2, round(facts.high_repeats)))
    rate = periods.annual_to_daily(settings.discount_rate_annual)
    fit = forecast.fits[scores.EVERYBODY]
    work.keep(tables.ISO_VALUE, iso_value.table(forecast.model, fit, area=area, daily_rate=rate, worth=worth))
