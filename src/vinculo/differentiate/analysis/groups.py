"""Groups: what is fitted and drawn for the values of dimensions, beside everybody.

Two things are kept apart. *Fitting by* a dimension (`lifetime.fit_by`) changes the forecasts; *cutting by* one
(`by`) shows how the chosen model would look if it were fitted to the customers of each value, and changes nothing.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from vinculo.differentiate.analysis.work import Work
from vinculo.differentiate.contracts import opportunities
from vinculo.differentiate.lifetime import counts
from vinculo.differentiate.lifetime.gamma_gamma import SpendFit
from vinculo.differentiate.lifetime.model import Counts, Fit, Floats, Integers, Model
from vinculo.differentiate.validation import backtest, card, fallback, grouping, iso_value, tracking
from vinculo.differentiate.valuation import purchase, scores
from vinculo.foundation import periods
from vinculo.warehouse.tables import validation as tables

Fits = Mapping[card.Group, Mapping[str, Fit]]
FEWEST_IN_GROUP = grouping.FEWEST_IN_GROUP
MOST_NAMED = 50
"""Small groups named in a warning."""


def used(work: Work, model: Model, everybody: Fit) -> dict[str, Fit]:
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
                groups=", ".join(small[:MOST_NAMED]) + (", …" if len(small) > MOST_NAMED else ""),
            )
        )
    return fits


def shown(work: Work, model: Model, taken: Mapping[str, Fit]) -> dict[card.Group, dict[str, Fit]]:
    """Fit the chosen model to the customers of each value of the asked dimensions that has enough of them.

    Fits that forecasts come from (`taken`) are not made twice.
    """
    lifetime, everybody = work.settings.lifetime, taken[scores.EVERYBODY]
    found: dict[card.Group, dict[str, Fit]] = {}
    if lifetime.fit_by and lifetime.fit_by not in work.settings.by:
        found |= {(lifetime.fit_by, value): {model.name: fit} for value, fit in taken.items() if value}
    for dimension in work.settings.by:
        own = taken if dimension == lifetime.fit_by else {}
        for value, known in counts.histories_scoped(work.engine, dimension).items():
            if known.total < FEWEST_IN_GROUP:
                continue
            sample = known if value in own else thinned(known, lifetime.sample)
            fit = own.get(value) or model.fit(sample, penalty=lifetime.penalty, start=everybody.parameters)
            found[dimension, value] = {fallback.MODEL.name: fallback.MODEL.fit(sample), model.name: fit}
    return found


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


def tracked(
    work: Work, tested: backtest.Backtest, model: Model, fits: Mapping[card.Group, Mapping[str, Fit]]
) -> pa.Table:
    """Return the tracking table: fitted at the last origin of the backtest where there is one, else on everything.

    Customers of a value are tracked with a fit of their own where there is one, else with that of everybody.
    """
    settings = work.settings
    observed = tracking.daily(work.engine, as_of=settings.as_of)
    until = settings.as_of
    by_group = {group: found[model.name] for group, found in fits.items() if model.name in found}
    if tested.possible and model.name in tested.trials[-1].fits:
        last = tested.trials[-1]
        until, by_group = last.half.origin, at_origin(last, tested, model, settings.lifetime.penalty)
    everybody = by_group[card.EVERYBODY]
    named = {model.name: model}
    parts = [tracking.table(observed, models=named, fits={model.name: everybody}, fitted_until=until)]
    if observed is None:
        return parts[0]
    for dimension in settings.by:
        for value, days in tracking.daily_by(work.engine, dimension, start=observed.start, as_of=settings.as_of):
            fit = by_group.get((dimension, value), everybody)
            scope = (dimension, value)
            parts.append(tracking.table(days, models=named, fits={model.name: fit}, fitted_until=until, scope=scope))
    return pa.concat_tables(parts)


def at_origin(last: backtest.Trial, tested: backtest.Backtest, model: Model, penalty: float) -> dict[card.Group, Fit]:
    """Return the fits of an origin: of everybody, and of the values of the asked dimensions that are large enough."""
    everybody = last.fits[model.name]
    found = {card.EVERYBODY: everybody}
    if not everybody.diagnosis.identified:
        return found
    for groups in tested.groups:
        for group in grouping.fits_at(last.half, groups, purchase_model=model, everybody=everybody, penalty=penalty):
            found[groups.dimension, group.value] = group.fit
    return found


def by_opportunities(work: Work, tested: backtest.Backtest) -> tuple[pa.Table | None, dict[card.Group, dict[str, Fit]]]:
    """Fit the BG/BB to periods, on the sample of the backtest; return how well it describes them, and the fits."""
    settings, period_days = work.settings, work.settings.lifetime.opportunity_days
    if not period_days:
        return None, {}
    found = opportunities.examine(work.engine, as_of=settings.as_of, period_days=period_days)
    parts, fits = [found.table], {card.EVERYBODY: {found.fit.model: found.fit}}
    for groups in tested.groups:
        table, own = opportunities.examine_by(
            work.engine,
            groups,
            everybody=found.fit,
            as_of=settings.as_of,
            period_days=period_days,
            fewest=FEWEST_IN_GROUP,
        )
        parts.append(table)
        fits |= {(groups.dimension, value): {fit.model: fit} for value, fit in own.items()}
    return pa.concat_tables(parts), fits


def joined(one: Fits, other: Fits) -> dict[card.Group, dict[str, Fit]]:
    """Return the fits of both, by group."""
    groups = dict.fromkeys([*one, *other])
    return {group: {**one.get(group, {}), **other.get(group, {})} for group in groups}


def maps(
    work: Work, model: Model, fits: Fits, *, area: iso_value.Map, spend: SpendFit, rates: purchase.Rates
) -> pa.Table:
    """Return the iso-value map of everybody and of each value with a fit of its own, in money.

    A point is worth the margin that is typical of those customers, on the spend expected after so many purchases.
    """
    rate = periods.annual_to_daily(work.settings.discount_rate_annual)
    parts = []
    for group, each in drawn(work, model, fits, rates):
        fit = fits[group][model.name]
        parts.append(iso_value.table(model, fit, area=area, daily_rate=rate, worth=worth_of(spend, each), scope=group))
    return pa.concat_tables([tables.ISO_VALUE.schema.empty_table(), *parts])


def drawn(work: Work, model: Model, fits: Fits, rates: purchase.Rates) -> Iterator[tuple[card.Group, purchase.Rates]]:
    """Yield the groups whose map means something, with the rates of their customers."""
    yield card.EVERYBODY, rates
    for dimension in work.settings.by:
        by_value = purchase.Rates.by(work.engine, dimension)
        for group, found in fits.items():
            if group[0] == dimension and model.name in found and found[model.name].diagnosis.identified:
                yield group, by_value[group[1]]


def worth_of(spend: SpendFit, rates: purchase.Rates) -> iso_value.Worth:
    """Return what a purchase day is worth to customers of whom only the number of purchases is known."""

    def worth(repeats: Integers) -> Floats:
        mean = np.full(len(repeats), rates.mean_spend)
        nothing = np.zeros(len(repeats))
        nobody = dict.fromkeys(("sales_minor", "returns_minor", "net_sales_minor", "margin_minor"), nothing)
        return purchase.contribution(
            rates,
            spend.expected_spend_minor(repeats, mean),
            {**nobody, "cost_to_serve_minor": nothing, "purchase_days": nothing},
        )

    return worth
