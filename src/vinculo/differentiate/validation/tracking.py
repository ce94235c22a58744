"""Tracking: repeat purchases week by week as they happened, and as a model expects them of the customers won so far.

Source: Fader, Hardie & Lee (2005), Marketing Science 24(2), figures of cumulative and weekly repeat transactions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from vinculo.differentiate.lifetime import model
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import validation

WEEK = 7


@dataclass(frozen=True)
class Daily:
    """Customers won and repeat purchase days on every day from `start` to `as_of`, days without any included."""

    start: date
    new_customers: model.Floats
    repeats: model.Floats


def daily(engine: Engine, *, as_of: date) -> Daily | None:
    """Count new customers and repeat purchase days of each day; None without any purchase.

    Assumes `profile` and `customer_days`. Everybody counts, not a sample.
    """
    found = engine.rows(queries.load(__package__, "tracking"), as_of=as_of)
    if not found.num_rows:
        return None
    return _daily(found, found["day"][0].as_py(), as_of)


def daily_by(engine: Engine, dimension: str, *, start: date, as_of: date) -> Iterator[tuple[str, Daily]]:
    """Count the same for each value of an asked dimension, from the same start, so that weeks and sums compare.

    Assumes `scoped_profile` and `customer_days`.
    """
    found = engine.rows(queries.load(__package__, "tracking_by"), dimension=dimension, as_of=as_of)
    values = found["dimension_value"].combine_chunks().dictionary_encode()
    # rows are sorted by value, so codes rise and each value is a slice
    sizes = np.bincount(values.indices.to_numpy(), minlength=len(values.dictionary))
    ends = np.cumsum(sizes)
    for value, end, size in zip(values.dictionary.to_pylist(), ends.tolist(), sizes.tolist(), strict=True):
        yield value, _daily(found.slice(end - size, size), start, as_of)


def table(
    observed: Daily | None,
    *,
    models: Mapping[str, model.Model],
    fits: Mapping[str, model.Fit],
    fitted_until: date,
    scope: tuple[str, str] = ("all", "all"),
) -> pa.Table:
    """Return the tracking table: one row a model and a week since the start, the last week as short as the data end.

    The expectation is that of new customers only: the sum over customers of E[X(t - day of first purchase)], a
    convolution of the daily counts of new customers with E[X]. After `fitted_until` it is a forecast that takes the
    customers won as they came. Models without finite parameters are left out. `scope` is the dimension and the value
    whose customers were observed.
    """
    schema = validation.TRACKING.schema
    if observed is None:
        return schema.empty_table()
    parts = [
        _weeks(
            observed,
            (*scope, name),
            expected_repeats(observed.new_customers, models[name], fit.parameters),
            fitted_until,
        )
        for name, fit in fits.items()
        if np.isfinite(list(fit.parameters.values())).all()
    ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def expected_repeats(
    new_customers: model.Floats, purchase_model: model.Model, parameters: dict[str, float]
) -> model.Floats:
    """Return the expected cumulative repeat purchase days at the close of each day, of customers won day by day."""
    days = len(new_customers)
    one = purchase_model.expected_from_first(parameters, np.arange(days, dtype=np.float64))
    return np.convolve(new_customers, one)[:days]


def _daily(found: pa.Table, start: date, as_of: date) -> Daily:
    days = found["day"].to_numpy().astype("datetime64[D]")
    offsets = (days - np.datetime64(start, "D")).astype(np.int64)
    length = (as_of - start).days + 1
    new, bought = (
        np.bincount(offsets, found[name].to_numpy(), length).astype(np.float64)
        for name in ("new_customers", "purchase_days")
    )
    return Daily(start, new, bought - new)


def _weeks(observed: Daily, key: tuple[str, str, str], expected: model.Floats, fitted_until: date) -> pa.Table:
    days = len(expected)
    last = np.minimum(np.arange(WEEK - 1, days + WEEK - 1, WEEK), days - 1)
    actual = np.cumsum(observed.repeats)[last]
    weeks = np.arange(len(last))
    starts = [observed.start + timedelta(days=WEEK * int(week)) for week in weeks]
    ends = [observed.start + timedelta(days=int(end)) for end in last]
    columns = {
        **{name: [said] * len(last) for name, said in zip(validation.TRACKING.names, key, strict=False)},
        "week": weeks + 1,
        "week_start": starts,
        "days": last - weeks * WEEK + 1,
        "actual": np.diff(actual, prepend=0).astype(np.int64),
        "expected": np.diff(expected[last], prepend=0.0),
        "actual_cumulative": actual.astype(np.int64),
        "expected_cumulative": expected[last],
        "calibration": [end <= fitted_until for end in ends],
    }
    return pa.table(columns, schema=validation.TRACKING.schema)
