"""The rhythm: how regularly each customer buys, and at which hours, weekdays, months and seasons."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.profile.batch import Batch, Integers
from vinculo.warehouse.tables.habits import RHYTHM

# Seasons are whole months, as meteorologists count them: December to February is winter in the north.
_SEASON_OF_MONTH = {
    "north": np.array([3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3]),
    "south": np.array([1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 1]),
}
_MONDAY = 3  # 1970-01-01 was a Thursday, three days after a Monday


def rhythm(batch: Batch, *, as_of: date, hemisphere: str, timed: bool) -> pa.Table:
    """Return the rhythm of the customers of a batch, by the contract `RHYTHM`.

    The profiles of customers with fewer than two purchase days are null: one day is no habit.

    Assumes that intervals of one customer are alike; with a trend or a season of his own, read the profiles instead.
    The standard deviation is that of a sample (n - 1) and needs two intervals; the variation is it over the mean.
    """
    days, size = batch.days, batch.size
    purchase = days.sale_lines > 0
    owners, when = days.owners[purchase], days.days[purchase]
    repeat = np.flatnonzero(owners[1:] == owners[:-1]) + 1
    gaps, gap_owners = when[repeat] - when[repeat - 1], owners[repeat]
    intervals = np.bincount(gap_owners, minlength=size)
    elapsed = np.bincount(gap_owners, gaps, size)
    mean = elapsed / np.maximum(intervals, 1)
    deviations = np.bincount(gap_owners, (gaps - mean[gap_owners]) ** 2, size)
    spread = np.sqrt(deviations / np.maximum(intervals - 1, 1))
    last = np.full(size, 0, np.int64)
    last[owners] = when  # the last assignment of an owner stands, and days ascend
    since = np.datetime64(as_of).astype(np.int64) - last
    some, few = intervals > 0, intervals < 2
    columns = {
        "customer_id": batch.customers,
        "purchase_days": np.bincount(owners, minlength=size),
        "mean_interpurchase_days": pa.array(mean, mask=~some),
        "sd_interpurchase_days": pa.array(spread, mask=few),
        "median_interpurchase_days": medians(gap_owners, gaps, intervals),
        "interpurchase_variation": pa.array(spread / np.where(some, mean, 1), mask=few),
        "overdue_ratio": pa.array(since / np.where(some, mean, 1), mask=~some),
        **calendar(owners, when, days.hour[purchase], size, hemisphere=hemisphere, timed=timed),
    }
    return pa.table(columns).select(RHYTHM.names)


def medians(owners: Integers, gaps: Integers, counts: Integers) -> pa.Array:
    """Return the median gap of each owner; owners ascend."""
    width = int(gaps.max(initial=0)) + 1
    ordered = np.sort(owners * width + gaps) % width
    some = counts > 0
    starts = (np.cumsum(counts) - counts)[some]
    low, high = starts + (counts[some] - 1) // 2, starts + counts[some] // 2
    result = np.zeros(len(counts))
    result[some] = (ordered[low] + ordered[high]) / 2
    return pa.array(result, mask=~some)


def calendar(
    owners: Integers, when: Integers, hours: Integers, size: int, *, hemisphere: str, timed: bool
) -> dict[str, pa.Array]:
    """Count purchase days by hour, weekday, month and season."""
    weekdays = (when + _MONDAY) % 7
    first = int(when.min(initial=0))
    span = np.arange(first, int(when.max(initial=first)) + 1)
    months = (span.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12)[when - first]
    purchase_days = np.bincount(owners, minlength=size)
    never, habitual = purchase_days == 0, purchase_days > 1
    month_counts = counts(owners, months, size, 12)
    seasons = np.zeros((size, 4), np.int32)
    for month, season in enumerate(_SEASON_OF_MONTH[hemisphere]):
        seasons[:, season] += month_counts[:, month]
    weekday_counts = counts(owners, weekdays, size, 7)
    hour_counts = counts(owners, np.maximum(hours, 0), size, 24)
    return {
        "hour_profile": lists(hour_counts, habitual) if timed else pa.nulls(size, pa.list_(pa.int32())),
        "weekday_profile": lists(weekday_counts, habitual),
        "month_profile": lists(month_counts, habitual),
        "season_profile": lists(seasons, habitual),
        "preferred_hour": pa.array(hour_counts.argmax(axis=1), mask=never | (not timed)),
        "preferred_weekday": pa.array(weekday_counts.argmax(axis=1) + 1, mask=never),
    }


def counts(owners: Integers, cells: Integers, size: int, width: int) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Count the cells of each owner."""
    return np.bincount(owners * width + cells, minlength=size * width).astype(np.int32).reshape(size, width)


def lists(table: np.ndarray[tuple[int, int], np.dtype[np.int32]], known: NDArray[np.bool_]) -> pa.Array:
    """Return the known rows of a table of counts as lists, the others null."""
    offsets = np.concatenate([[0], np.cumsum(known * table.shape[1])]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), table[known].ravel(), mask=pa.array(~known))
