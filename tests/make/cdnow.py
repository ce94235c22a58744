"""The CDNOW 1/10 sample from its raw log: 2,357 customers, 39 weeks of calibration and 39 of holdout.

Source: the master CDNOW data of Fader and Hardie, one row a purchase. Days are counted from 1997-01-01 as day 0.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyarrow import csv

from vinculo.differentiate.lifetime.model import Counts, Floats, Histories, Integers

START = date(1997, 1, 1)
CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_DAYS = 273
_FILE = Path(__file__).parents[2] / "data" / "cdnow_sample.csv"


@dataclass(frozen=True)
class Log:
    """One row a purchase day of a customer: what he spent that day, in cents."""

    customer: Integers
    """0 .. 2,356"""
    day: Integers
    spend_minor: Integers


@dataclass(frozen=True)
class Summary:
    """The customers known at the close of a day, in the order of the log."""

    histories: Histories
    counts: Counts
    mean_repeat_spend_minor: Floats
    """NaN for customers without a repeat."""


@cache
def log() -> Log:
    """Return the purchase days, sorted by customer and day."""
    table = csv.read_csv(_FILE)
    raw = table["customer_id"].to_numpy()
    _, customer = np.unique(raw, return_inverse=True)
    dates = table["date"].to_numpy().astype("datetime64[D]")
    day = (dates - np.datetime64(START)).astype(np.int64)
    cents = np.rint(table["amount"].to_numpy() * 100).astype(np.int64)
    keys, where = np.unique(customer.astype(np.int64) * 10_000 + day, return_inverse=True)
    spend = np.bincount(where, weights=cents).astype(np.int64)
    return Log(keys // 10_000, keys % 10_000, spend)


def summary(as_of: date = CALIBRATION_END) -> Summary:
    """Return x, t_x, T and the mean repeat spend of every customer at the close of a day."""
    purchases = log()
    known = purchases.day <= (as_of - START).days
    customer, day, spend = purchases.customer[known], purchases.day[known], purchases.spend_minor[known]
    starts = np.flatnonzero(np.r_[True, np.diff(customer) > 0])
    size = np.diff(np.r_[starts, len(customer)])
    first, last = day[starts], day[starts + size - 1]
    x = size - 1
    repeat_spend = np.add.reduceat(spend, starts) - spend[starts]
    mean = np.where(x > 0, repeat_spend / np.maximum(x, 1), np.nan)
    histories = Histories(x, last - first, (as_of - START).days - first)
    return Summary(histories, counts(histories), mean)


def holdout(as_of: date = CALIBRATION_END, days: int = HOLDOUT_DAYS) -> Integers:
    """Return the purchase days of every customer in the `days` days after `as_of`."""
    purchases = log()
    end = (as_of - START).days
    inside = (purchases.day > end) & (purchases.day <= end + days)
    return np.bincount(purchases.customer[inside], minlength=int(purchases.customer.max()) + 1).astype(np.int64)


def repeats_by_day(days: int) -> Integers:
    """Return the cumulative repeat purchase days of everybody at the close of day 0 .. days - 1."""
    purchases = log()
    repeat = np.r_[False, purchases.customer[1:] == purchases.customer[:-1]]
    return np.cumsum(np.bincount(purchases.day[repeat], minlength=days)[:days]).astype(np.int64)


def first_days() -> Integers:
    """Return the day of every customer's first purchase."""
    purchases = log()
    return purchases.day[np.r_[True, np.diff(purchases.customer) > 0]]


def counts(histories: Histories) -> Counts:
    """Return how many customers share each (x, t_x, T), sorted."""
    rows: NDArray[np.int64] = np.stack(
        [histories.repeat_purchase_days, histories.age_at_last_days, histories.tenure_days], axis=1
    )
    distinct, customers = np.unique(rows, axis=0, return_counts=True)
    return Counts(distinct[:, 0], distinct[:, 1], distinct[:, 2], customers.astype(np.float64))
