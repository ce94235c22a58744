"""Opportunities: time cut into periods, and whether the BG/BB explains who bought in how many of them.

A second opinion beside the models of continuous time: it counts periods with a purchase, not purchase days, so its
likelihood compares with no other model's and it never competes to forecast. It is the model to think in where there
are occasions to buy (a mailing, a season, a yearly appeal).

Source: P. S. Fader, B. G. S. Hardie and J. Shang (2010), Marketing Science 29(6); see `lifetime.bg_bb`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vinculo.differentiate.lifetime import bg_bb
from vinculo.differentiate.lifetime.bg_bb import OpportunityCounts
from vinculo.differentiate.lifetime.model import Fit, Floats
from vinculo.differentiate.validation.calibration import Group
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.contracts import OPPORTUNITIES

_COUNTED = ("repeat_periods", "last_repeat_period", "opportunities", "customers")


@dataclass(frozen=True)
class Opportunities:
    """The fit, and the table `opportunities` that shows how well it describes the customers."""

    fit: Fit
    table: pa.Table


def examine(engine: Engine, *, as_of: date, period_days: int) -> Opportunities:
    """Fit the BG/BB to the customers of the relation `sampled_days`, in periods that end with `as_of`.

    Assumes that every period is as good an occasion to buy as any other: seasons break it unless a period is a year.
    One row of the table is a number of repeat periods; customers who have had no opportunity yet are left out.

    Parameters
    ----------
    engine
        Holds the relation `sampled_days`: `customer_id`, `day` and `sale_lines`.
    as_of
        The last day of the last period.
    period_days
        Length of a period, 1 day or more.
    """
    counts = count(engine, as_of=as_of, period_days=period_days)
    fit = bg_bb.fit(counts)
    return Opportunities(fit, described(fit, counts, scope=("all", "all"), period_days=period_days))


def examine_by(
    engine: Engine, groups: Group, *, everybody: Fit, as_of: date, period_days: int, fewest: int
) -> tuple[pa.Table, dict[str, Fit]]:
    """Return the same for the sampled customers of each value of a dimension, and the fits of the large ones.

    A value with fewer than `fewest` customers who have had an opportunity, or whose parameters the data do not
    identify, is described by the parameters of everybody. The numbers of the customers of `groups` are the
    `customer_id` of `sampled_days`.
    """
    values = pa.DictionaryArray.from_arrays(pa.array(groups.codes, pa.int32()), pa.array(groups.values, pa.string()))
    numbers = np.arange(len(groups.codes))
    engine.attach("sampled_groups", pa.table({"customer_id": numbers, "dimension_value": values.cast(pa.string())}))
    found = engine.rows(queries.load(__package__, "opportunities_by"), as_of=as_of, period_days=period_days)
    codes = found["dimension_value"].combine_chunks().dictionary_encode()
    parts, fits = [], {}
    for code, value in enumerate(codes.dictionary.to_pylist()):
        counts = _counts(found.filter(pc.equal(codes.indices, code)))
        own = bg_bb.fit(counts) if counts.total >= fewest else everybody
        if own is not everybody:
            fits[value] = own
        used = own if own.diagnosis.identified else everybody
        parts.append(described(used, counts, scope=(groups.dimension, value), period_days=period_days))
    return pa.concat_tables([OPPORTUNITIES.schema.empty_table(), *parts]), fits


def described(fit: Fit, counts: OpportunityCounts, *, scope: tuple[str, str], period_days: int) -> pa.Table:
    """Return the table `opportunities` of some customers: how many bought in so many periods, and as a fit expects."""
    observed = np.bincount(counts.repeat_periods, counts.customers, minlength=longest(counts) + 1)
    customers = observed.astype(np.int64) if counts.total else observed[:0].astype(np.int64)
    expected = expected_customers(fit.parameters, counts) if np.isfinite(fit.log_likelihood) else None
    columns = {
        "dimension": pa.repeat(scope[0], len(customers)),
        "dimension_value": pa.repeat(scope[1], len(customers)),
        "model": pa.repeat(fit.model, len(customers)),
        "period_days": np.full(len(customers), period_days),
        "repeat_periods": np.arange(len(customers)),
        "customers": customers,
        "expected_customers": pa.nulls(len(customers), pa.float64())
        if expected is None
        else expected[: len(customers)],
    }
    return pa.table(columns, schema=OPPORTUNITIES.schema)


def count(engine: Engine, *, as_of: date, period_days: int) -> OpportunityCounts:
    """Count the distinct histories of customers who have had an opportunity, from `sampled_days`."""
    return _counts(
        engine.rows(
            queries.load("vinculo.differentiate.lifetime", "opportunities"), as_of=as_of, period_days=period_days
        )
    )


def _counts(found: pa.Table) -> OpportunityCounts:
    column = {name: found[name].to_numpy().astype(np.int64) for name in _COUNTED}
    some = column["opportunities"] > 0
    return OpportunityCounts(
        column["repeat_periods"][some],
        column["last_repeat_period"][some],
        column["opportunities"][some],
        column["customers"][some].astype(np.float64),
    )


def longest(counts: OpportunityCounts) -> int:
    """Return the most opportunities that anybody has had."""
    return int(counts.opportunities.max(initial=0))


def expected_customers(parameters: dict[str, float], counts: OpportunityCounts) -> Floats:
    """Return the customers expected by number of repeat periods: sum over n of customers(n) P(X(n) = x).

    >>> once = OpportunityCounts(np.array([0]), np.array([0]), np.array([1]), np.array([90.0]))
    >>> expected_customers({"alpha": 1.0, "beta": 1.0, "gamma": 1.0, "delta": 2.0}, once).round(6).tolist()
    [60.0, 30.0]
    """
    expected = np.zeros(longest(counts) + 1)
    shared = np.bincount(counts.opportunities, counts.customers)
    for opportunities in np.flatnonzero(shared).tolist():
        expected[: opportunities + 1] += shared[opportunities] * bg_bb.pmf(parameters, opportunities)
    return expected
