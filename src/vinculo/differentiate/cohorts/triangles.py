"""Cohort triangles: of the customers who came in the same month, who bought again and what margin they left since.

A cohort is made of the customers whose first purchase fell into the same month (or quarter, or week from Monday).
Age 0 is that period itself, age 1 the calendar period after it. *Retention* here is the share of the cohort that bought
in the period: without a contract nobody is known to have left, so it may rise again. The period that `as_of` cuts is
not complete, and neither is a cohort in it: such rows say so and must not be compared with complete ones.

The days of a customer stand together in `customer_days`, so one pass over it counts the active customers without
remembering any: a customer is counted where his period changes. For dimensions the engine joins and counts instead.
"""

import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vinculo.foundation.errors import ContractError, SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables.cohorts import COHORT_PARTS, COHORTS

PERIODS = ("month", "quarter", "week")
_EPOCH_TO_MONDAY = 3
"""1970-01-01 was a Thursday."""

Days = NDArray[np.int32]
Numbers = NDArray[np.int64]


def summarize(engine: Engine, folder: Path, *, as_of: date, period: str = "month", by_dimension: bool = False) -> int:
    """Write the table `cohorts` into a run.

    Margins are before cost to serve. Returns dated before the first purchase count at age 0, and customers who never
    bought belong to no cohort: so the margins add up to those of all customers with a purchase.

    Parameters
    ----------
    engine
        Holds the relation `customer_days`, each customer's days together and in order; with `by_dimension` also
        `scoped_profile` (`dimension`, `dimension_value`, `customer_id`, `first_purchase_on`), whose rows for `all` are
        not needed.
    folder
        The run's folder: the table becomes a folder in it. Its grain and units are in the contract `COHORTS`.
    as_of
        The day the calculation looks from, included.
    period
        month, quarter or week.
    by_dimension
        Also cut by the dimensions of `scoped_profile`.

    Raises
    ------
    SettingsError
        If there is no such period.
    ContractError
        If the days of a customer do not stand together.
    """
    check(period)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        batches = Path(scratch) / "batches"
        days = queries.load(__package__, "days")
        engine.map_batches(batches, days, partial(count, period=period), COHORT_PARTS.schema, key="customer_id")
        engine.attach("cohort_batches", batches)
        engine.materialise("cohort_everybody", queries.load(__package__, "batches"))
    if by_dimension:
        engine.materialise("cohort_dimensions", queries.load(__package__, "dimensions"), period=period)
    else:
        engine.materialise("cohort_dimensions", "SELECT * FROM cohort_everybody WHERE FALSE")
    engine.attach("cohort_periods", calendar(engine, as_of=as_of, period=period))
    return engine.write(folder / COHORTS.name, queries.load(__package__, "cohorts"))


def check(period: str) -> None:
    """Raise `SettingsError` unless there is such a period."""
    if period not in PERIODS:
        raise SettingsError(
            "There is no cohort period {found!r}: choose one of {choices}.", found=period, choices=tuple(PERIODS)
        )


def count(days: pa.Table, *, period: str = "month") -> pa.Table:
    """Count active customers and sum amounts by cohort and period, for the days of whole customers.

    Each customer's rows must stand together in order of day, and no customer may be split between calls.

    Returns
    -------
    pyarrow.Table
        One row a cohort and period that occurs, as in the contract `COHORT_PARTS`, for everybody.

    Raises
    ------
    ContractError
        If the rows of a customer do not stand together.
    """
    if days.num_rows == 0:
        return COHORT_PARTS.schema.empty_table()
    customers = customer_numbers(days["customer_id"])
    periods, starts = period_numbers(days["day"].cast(pa.int32()).to_numpy(), period)
    bought = days["sale_lines"].to_numpy() > 0
    active = np.zeros(len(customers), np.bool_)
    active[bought] = first_of(customers[bought] * len(starts) + periods[bought])
    first_purchases = np.flatnonzero(bought)[first_of(customers[bought])]
    cohort_of = np.full(customers[-1] + 1, -1)
    cohort_of[customers[first_purchases]] = periods[first_purchases]
    cohorts = cohort_of[customers]
    kept = cohorts >= 0
    cell = (cohorts * len(starts) + np.maximum(periods, cohorts))[kept]
    sales, returns, cost = (days[name].to_numpy()[kept] for name in ("sales_minor", "returns_minor", "cost_minor"))
    measured = {
        "active_customers": active[kept],
        "sales_minor": sales,
        "net_sales_minor": sales - returns,
        "margin_minor": sales - returns - cost,
    }
    occurs = np.flatnonzero(np.bincount(cell))
    columns = {
        "dimension": pa.repeat("all", len(occurs)),
        "dimension_value": pa.repeat("all", len(occurs)),
        "cohort": starts.take(pa.array(occurs // len(starts))),
        "period_on": starts.take(pa.array(occurs % len(starts))),
        # Amounts of a batch stay far below 2^53 minor units, so sums in floats are exact.
        **{name: np.bincount(cell, weights)[occurs].astype(np.int64) for name, weights in measured.items()},
    }
    return pa.table(columns)


def customer_numbers(ids: pa.ChunkedArray) -> Numbers:
    """Number the customers of rows in which each customer's stand together 0, 1, 2 and so on."""
    ids = ids.combine_chunks()
    changes = pc.not_equal(ids.slice(0, len(ids) - 1), ids.slice(1)).to_numpy(zero_copy_only=False)
    numbers = np.concatenate(([0], np.cumsum(changes, dtype=np.int64)))
    if pc.count_distinct(ids).as_py() != numbers[-1] + 1:
        raise ContractError(
            "The table {table!r} is not sorted by customer: put the days of each customer together, in order.",
            table="customer_days",
        )
    return numbers


def first_of(numbers: Numbers) -> NDArray[np.bool_]:
    """Return where a number differs from the one before."""
    return np.concatenate((np.ones(min(len(numbers), 1), np.bool_), numbers[1:] != numbers[:-1]))


def period_numbers(days: Days, period: str) -> tuple[Numbers, pa.Array]:
    """Return the number of each day's period, and the first day of each of the numbered periods."""
    first, last = int(days.min()), int(days.max())
    keys = period_keys(np.arange(first, last + 1), period)
    # Looking a day up among the few thousand there are is ten times cheaper than calendar arithmetic for every row.
    return (keys - keys[0])[days - first], period_starts(np.arange(keys[0], keys[-1] + 1), period)


def period_keys(days: NDArray[np.int64], period: str) -> Numbers:
    """Return a running number of the period that each day (since 1970-01-01) lies in."""
    if period == "week":
        return (days + _EPOCH_TO_MONDAY) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 3 if period == "quarter" else months


def period_starts(keys: Numbers, period: str) -> pa.Array:
    """Return the first day of each period by its running number."""
    if period == "week":
        days = (keys * 7 - _EPOCH_TO_MONDAY).astype("datetime64[D]")
    else:
        days = (keys * (3 if period == "quarter" else 1)).astype("datetime64[M]").astype("datetime64[D]")
    return pa.array(days)


def calendar(engine: Engine, *, as_of: date, period: str) -> pa.Table:
    """Return the periods from the first cohort to `as_of`: number, first day, and whether it was over by then."""
    first = engine.rows(queries.load(__package__, "span"))["first_cohort"][0].as_py()
    ends = np.array([first or as_of + timedelta(days=1), as_of], "datetime64[D]").astype(np.int64)
    from_key, to_key = period_keys(ends, period)
    keys = np.arange(from_key, to_key + 1) if first else np.empty(0, np.int64)
    after = period_starts(keys + 1, period)
    return pa.table(
        {
            "number": keys - from_key,
            "period_on": period_starts(keys, period),
            # The day before the next period begins must be known: as_of is the close of its day.
            "complete": pc.less_equal(after, pa.scalar(as_of + timedelta(days=1))),
        }
    )
