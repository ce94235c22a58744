"""Scores of RFMT: stored edges in, four scores, their code and their weighted mean out, for whole batches at once."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vinculo.differentiate.rfmt.edges import Edges
from vinculo.differentiate.rfmt.histograms import letters

Scores = NDArray[np.int8]
COLUMNS = tuple(f"{letter}_score" for letter in letters.LETTERS)


def score(columns: Mapping[str, NDArray[Any]], edges: Edges) -> dict[str, Any]:
    """Score customers by edges cut earlier.

    The edges must come from customers these may be compared with, and amounts must be in the same minor units.

    Parameters
    ----------
    columns
        Arrays of one length, named as in the profile: `since_last_days`, `purchase_days`, `net_sales_minor`, and
        `mean_interpurchase_days` or `tenure_days` as T was chosen. A missing value is NaN.
    edges
        From `edges.cut` or `edges.restore`.

    Returns
    -------
    dict
        One entry a column, one value a customer: `recency_score`, `frequency_score`, `monetary_score`, `time_score`
        (int8, 1 to 5, 5 is best), `rfmt_code` (Arrow text such as `5421`), `rfmt_score` (weighted mean of the four,
        1 to 5) and `has_purchase` (bool; without one all four scores are 1).

    >>> from vinculo.differentiate.settings import Rfmt
    >>> from vinculo.differentiate.rfmt import edges
    >>> from vinculo.warehouse.tables.rfmt import RFMT_EDGES
    >>> none_cut = edges.restore(RFMT_EDGES.schema.empty_table(), Rfmt())
    >>> found = score({name: np.array([3.0]) for name in none_cut.columns.values()}, none_cut)
    >>> found["rfmt_code"].to_pylist(), found["rfmt_score"].tolist()
    (['1112'], [1.25])
    """
    has_purchase = columns["purchase_days"] > 0
    found: dict[str, Scores] = {}
    for letter, column in edges.columns.items():
        values = columns[column] if letters.turned(column) > 0 else -columns[column]
        reaches = edges.reaches[letter]
        scores = (
            reached(values, reaches[0]) if len(reaches) == 1 else reached_within(values, reaches, found, edges.bins)
        )
        if letter == "time" and edges.time == "interpurchase":
            # Whoever has an interval between purchases stands above those who have none, even beyond every edge.
            scores = np.where(np.isnan(values), np.int8(1), np.maximum(scores, np.int8(2)))
        scores[~has_purchase] = 1
        found[letter] = scores
    cells = cell(found["recency"], found["frequency"], found["monetary"], found["time"], bins=edges.bins)
    codes, means = codes_and_means(edges.bins, edges.weights)
    return {
        **{f"{letter}_score": scores for letter, scores in found.items()},
        "rfmt_code": codes.take(pa.array(cells)),
        "rfmt_score": means[cells],
        "has_purchase": has_purchase,
    }


def reached(values: NDArray[Any], reaches: NDArray[np.float64]) -> Scores:
    """Return one plus the number of edges reached (comparing five-fold is cheaper than searching)."""
    scores = np.ones(len(values), np.int8)
    for reach in reaches:
        scores += values >= reach
    return scores


def reached_within(
    values: NDArray[Any], reaches: NDArray[np.float64], found: Mapping[str, Scores], bins: int
) -> Scores:
    """Return one plus the number of edges reached among those of the customer's own R, or R and F."""
    context = found["recency"].astype(np.intp) - 1
    if len(reaches) > bins:
        context = context * bins + found["frequency"] - 1
    scores = np.ones(len(values), np.int8)
    for step in reaches.T:
        scores += values >= step[context]
    return scores


def cell(recency: Scores, frequency: Scores, monetary: Scores, time: Scores, *, bins: int) -> NDArray[np.int16]:
    """Return the number of each customer's cell: 0 is 1111, the last is the best throughout."""
    number = recency.astype(np.int16)
    number -= 1
    for scores in (frequency, monetary, time):
        number *= bins
        number += scores
        number -= 1
    return number


@cache
def cells(bins: int) -> NDArray[np.int8]:
    """Return the four scores of every cell, in the order of `cell`.

    >>> cells(5).shape, cells(5)[-2].tolist()
    ((625, 4), [5, 5, 5, 4])
    """
    return (np.indices((bins,) * 4, np.int8).reshape(4, -1) + 1).T.astype(np.int8)


@cache
def codes_and_means(bins: int, weights: tuple[float, ...]) -> tuple[pa.Array, NDArray[np.float64]]:
    """Return the written code and the weighted mean score of every cell."""
    codes = pa.array(["".join(map(str, scores)) for scores in cells(bins).tolist()])
    return codes, cells(bins) @ (np.asarray(weights) / np.sum(weights))
