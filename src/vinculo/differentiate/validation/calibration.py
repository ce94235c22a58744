"""Calibration: whether customers did what was forecast of them, decile by decile and count by count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation.holdout import accuracy
from vinculo.warehouse.tables import validation

BINS = 10
MOST_REPEATS = 7
"""Customers with so many repeat purchase days or more share a row."""


@dataclass(frozen=True)
class Group:
    """Customers cut by a dimension: the code of each one's value, and the values by their codes."""

    dimension: str
    values: tuple[str, ...]
    codes: model.Integers

    def members(self) -> Iterator[tuple[str, NDArray[np.intp]]]:
        """Yield each value that somebody has, with who they are, in the order of the values."""
        order = np.argsort(self.codes, kind="stable")
        ends = np.cumsum(np.bincount(self.codes, minlength=len(self.values)))
        for value, start, end in zip(self.values, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            if end > start:
                yield value, order[start:end]


@dataclass(frozen=True)
class Question:
    """A forecast number and what came of it, one entry a customer (pooled: a customer at an origin)."""

    candidate: str
    quantity: str
    """p_buys, expected_purchases or expected_by_repeats."""
    origin: date | None
    predicted: model.Floats
    actual: model.Floats
    bins: model.Integers
    """Bin of each customer, from 0."""


def deciles(predicted: model.Floats, bins: int = BINS) -> model.Integers:
    """Return each customer's bin, 0 the lowest forecasts; equal forecasts share a bin.

    Customers a bin are as equal as ties allow: a group of equals goes where its middle falls, so bins can stay empty.

    >>> deciles(np.array([0.3, 0.1, 0.1, 0.2]), bins=2).tolist()
    [1, 0, 0, 1]
    """
    sorted_once = accuracy.ranked(predicted)
    middles = sorted_once.starts + sorted_once.sizes / 2
    bin_of_group = np.minimum((middles * bins / max(len(predicted), 1)).astype(np.int64), bins - 1)
    result = np.empty(len(predicted), dtype=np.int64)
    result[sorted_once.order] = np.repeat(bin_of_group, sorted_once.sizes)
    return result


def by_repeats(repeat_purchase_days: model.Integers) -> model.Integers:
    """Return the bin of the conditional expectation: 0, 1, ... 7 or more repeat purchase days."""
    return np.minimum(repeat_purchase_days, MOST_REPEATS)


def everybody(customers: int) -> Group:
    """Return the group of all."""
    return Group("all", ("all",), np.zeros(customers, dtype=np.int64))


def table(questions: Sequence[tuple[Question, Sequence[Group]]]) -> pa.Table:
    """Return the calibration table: one row a dimension value, origin, candidate, quantity and bin with customers."""
    parts = [part for question, groups in questions for group in groups for part in _parts(question, group)]
    schema = validation.CALIBRATION.schema
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _parts(question: Question, group: Group) -> Iterator[pa.Table]:
    bins = int(question.bins.max(initial=0)) + 1
    cells = group.codes * bins + question.bins
    size = bins * len(group.values)
    customers = np.bincount(cells, minlength=size)
    found = np.flatnonzero(customers)
    if not len(found):
        return
    n = customers[found].astype(np.float64)
    predicted = np.bincount(cells, question.predicted, size)[found] / n
    actual = np.bincount(cells, question.actual, size)[found] / n
    low, high = _interval(question, cells, size, found)
    first = 0 if question.quantity == "expected_by_repeats" else 1
    names = np.array(group.values, dtype=object)[found // bins]
    columns = {
        "dimension": [group.dimension] * len(found),
        "dimension_value": names.tolist(),
        "origin": [question.origin] * len(found),
        "candidate": [question.candidate] * len(found),
        "quantity": [question.quantity] * len(found),
        "bin": found % bins + first,
        "customers": customers[found],
        "mean_predicted": predicted,
        "mean_actual": actual,
        "actual_low": low,
        "actual_high": high,
    }
    yield pa.table(columns, schema=validation.CALIBRATION.schema)


def _interval(
    question: Question, cells: model.Integers, size: int, found: NDArray[np.int64]
) -> tuple[model.Floats, model.Floats]:
    n = np.bincount(cells, minlength=size)[found].astype(np.float64)
    total: model.Floats = np.bincount(cells, question.actual, size)[found].astype(np.float64)
    if question.quantity == "p_buys":
        return accuracy.wilson(total, n)
    squares = np.bincount(cells, question.actual**2, size)[found]
    half = 1.96 * np.sqrt(np.maximum(squares - total**2 / n, 0.0) / np.maximum(n - 1, 1) / n)
    return np.maximum(total / n - half, 0.0), total / n + half
