"""The forecast of an analysis: backtest, choice, fits on everybody, model card, and the forecaster of customers."""

from dataclasses import dataclass

from vinculo.differentiate.analysis import groups
from vinculo.differentiate.analysis.work import Work
from vinculo.differentiate.lifetime import bg_nbd, counts, gamma_gamma, mbg_nbd, pareto_nbd, regularity, scoring
from vinculo.differentiate.lifetime.gamma_gamma import SpendFit
from vinculo.differentiate.lifetime.model import Counts, Fit, Model
from vinculo.differentiate.rfmt import edges, segments
from vinculo.differentiate.validation import backtest, card, choice, fallback, grouping, iso_value
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
    shown: groups.Fits
    """By dimension and value, and by model, whatever was fitted; only `fits` forecast."""


def make(work: Work) -> Forecast:
    """Test the models on the past, choose one, fit it to everybody, and write what the tests found."""
    settings = work.settings
    candidates = asked(settings.lifetime.models)
    known = counts.histories(work.engine)
    tested = backtest.run(work.engine, settings=settings, models=candidates, as_of=settings.as_of, kept=work.kept)
    sample = groups.thinned(known, settings.lifetime.sample)
    fits = {name: each.fit(sample, penalty=settings.lifetime.penalty) for name, each in candidates.items()}
    fits["nbd"] = fallback.MODEL.fit(sample)
    chosen = choice.choose(tested, fits=fits, settings=settings)
    model = MODELS[chosen.model]
    if sample is not known:
        start = fits[chosen.model].parameters
        fits[chosen.model] = model.fit(known, penalty=settings.lifetime.penalty, start=start)
    used = groups.used(work, model, fits[chosen.model])
    if settings.lifetime.fit_by and tested.possible:
        tested, chosen = grouping.compare(tested, chosen, purchase_model=model, settings=settings)
    shown = {card.EVERYBODY: fits, **groups.shown(work, model, used)}
    spend = gamma_gamma.fit(counts.spend(work.engine), minor_per_major=money.minor_per_major(settings.currency))
    facts = card.facts(work.engine, as_of=settings.as_of)
    sample_days(work)
    periodic, fitted = groups.by_opportunities(work, tested)
    all_fits = groups.joined(shown, fitted)
    on_card = {group: all_fits[group] for group in all_fits if group[0] in ("all", settings.lifetime.fit_by)}
    evidence = card.Evidence(facts, on_card, spend_facts(spend, work), *regularity_of(work))
    written = card.build(evidence, tested=tested, chosen=chosen, settings=settings)
    work.warnings.extend(written.warnings)
    if periodic is not None:
        work.keep(contract_tables.OPPORTUNITIES, periodic)
    work.keep(tables.MODELS, card.models_table(all_fits, chosen=chosen, settings=settings))
    work.keep(tables.MODEL_PARAMETERS, card.parameters_table(all_fits))
    work.keep(tables.BACKTEST, choice.mark(tested.accuracy, chosen))
    work.keep(tables.CALIBRATION, tested.calibration)
    work.keep(tables.TRACKING, groups.tracked(work, tested, model, shown))
    return Forecast(model, used, known, spend, facts, written.as_dict(), shown)


def asked(names: tuple[str, ...]) -> dict[str, Model]:
    """Return the models of the settings."""
    unknown = [name for name in names if name not in MODELS]
    if unknown or not names:
        raise SettingsError("lifetime.models is {found!s}: choose among {choices}.", found=names, choices=tuple(MODELS))
    return {name: MODELS[name] for name in names if name != "nbd"}


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


def regularity_of(work: Work) -> tuple[float | None, str]:
    """Return the Wheat-Morrison estimate, on the sample of the backtest, and its sentence."""
    pairs = work.engine.rows(regularity.query(), as_of=work.settings.as_of)
    found = regularity.estimate(regularity.Gaps(*(pairs[name].to_numpy() for name in pairs.schema.names)))
    sentence = work.say(found.diagnosis.sentence, **found.figures)
    return (found.k if found.diagnosis.identified else None), sentence


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
    facts = forecast.facts
    if not forecast.fits[scores.EVERYBODY].diagnosis.identified or facts.repeaters == 0:
        return

    area = iso_value.Map(round(facts.high_tenure_days), max(2, round(facts.high_repeats)))
    drawn = groups.maps(work, forecast.model, forecast.shown, area=area, spend=forecast.spend, rates=made.rates)
    work.keep(tables.ISO_VALUE, drawn)
