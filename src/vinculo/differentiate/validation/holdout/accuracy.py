"""Measures of a forecast against what happened: of totals, of customers, of ranking and of probabilities."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model

CLIP = 1e-6
"""A probability of 0 or 1 counts as this far from it in the log loss, so that one surprise does not cost everything."""


@dataclass(frozen=True)
class Ranked:
    """Customers sorted by a score, lowest first; equal scores form one group."""

    order: model.Integers
    starts: model.Integers
    """Position in `order` where each group of equal scores begins."""

    @property
    def sizes(self) -> model.Integers:
        """Return the customers of each group."""
        return np.diff(self.starts, append=len(self.order))

    @property
    def midranks(self) -> model.Floats:
        """Return each customer's rank, 1 the lowest, shared among equals."""
        ranks = np.empty(len(self.order))
        ranks[self.order] = np.repeat(self.starts + (self.sizes + 1) / 2, self.sizes)
        return ranks


def ranked(scores: model.Floats) -> Ranked:
    """Sort customers by a score and mark the ties.

    >>> ranked(np.array([3.0, 1.0, 3.0])).midranks.tolist()
    [2.5, 1.0, 2.5]
    """
    order = np.argsort(scores)
    values = scores[order]
    differs = np.ones(len(values), dtype=bool)
    differs[1:] = values[1:] != values[:-1]
    return Ranked(order, np.flatnonzero(differs))


def area_under_curve(ranks: model.Floats, bought: NDArray[np.bool_]) -> float:
    """Return P(a buyer is ranked above a non-buyer), ties half: the area under the ROC curve; NaN when all are alike.

    Source: Hanley & McNeil (1982), Radiology 143(1).
    """
    buyers = int(bought.sum())
    others = len(bought) - buyers
    if not buyers or not others:
        return math.nan
    return float((ranks[bought].sum() - buyers * (buyers + 1) / 2) / (buyers * others))


def area_difference_error(one: model.Floats, other: model.Floats, bought: NDArray[np.bool_]) -> float:
    """Return the standard error of the difference between two areas measured on the same customers, from their ranks.

    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3).
    """
    buyers = int(bought.sum())
    others = len(bought) - buyers
    if buyers < 2 or others < 2:
        return math.nan
    placements = []
    for group, against in ((bought, others), (~bought, buyers)):
        within = [ranked(ranks[group]).midranks for ranks in (one, other)]
        above = [(ranks[group] - inner) / against for ranks, inner in zip((one, other), within, strict=True)]
        placements.append(float(np.var(above[0] - above[1], ddof=1)))
    return math.sqrt(placements[0] / buyers + placements[1] / others)


def capture(scores: model.Floats, tie_break: model.Floats, purchases: model.Integers, share: float = 0.1) -> float:
    """Return the share of the purchases made by the top share of customers by a score; NaN without purchases.

    Ties are broken by a second score; customers equal in both share what they have left to give.
    """
    total = int(purchases.sum())
    if not total:
        return math.nan
    wanted = max(math.floor(share * len(scores)), 1)
    edge = _largest(scores, wanted)
    above = scores > edge
    taken = float(purchases[above].sum())
    level = np.flatnonzero(scores == edge)
    wanted -= int(above.sum())
    second = tie_break[level]
    edge = _largest(second, wanted)
    first = second > edge
    taken += float(purchases[level[first]].sum())
    alike = level[second == edge]
    return (taken + float(purchases[alike].mean()) * (wanted - int(first.sum()))) / total


def _largest(scores: model.Floats, wanted: int) -> float:
    """Return the score of the last customer wanted, the best first."""
    place = len(scores) - max(wanted, 1)
    return float(np.partition(scores, place)[place])


def total_error(expected: model.Floats, purchases: model.Integers) -> tuple[float, float]:
    """Return predicted / actual and its standard error over customers (a ratio of sums); NaN without purchases.

    Source: Cochran (1977), Sampling Techniques, section 2.11; no correction for a finite population, because the
    customers are themselves one draw of what could have happened.
    """
    total = float(purchases.sum())
    if not total:
        return math.nan, math.nan
    ratio = float(expected.sum()) / total
    residuals = expected - ratio * purchases
    return ratio, math.sqrt(len(expected) * float(np.var(residuals))) / total


def correlation(one: model.Floats, other: model.Floats) -> float:
    """Return Pearson's correlation; NaN when one of the two does not vary."""
    if not len(one) or not np.ptp(one) or not np.ptp(other):
        return math.nan
    one, other = one - one.mean(), other - other.mean()
    # sums of products, not dot products: those wake the threads of the linear algebra for nothing
    return float((one * other).sum()) / math.sqrt(float((one * one).sum()) * float((other * other).sum()))


def log_losses(p_buys: model.Floats, bought: NDArray[np.bool_]) -> model.Floats:
    """Return each customer's log loss, -ln of the probability given to what happened."""
    given = np.where(bought, p_buys, 1 - p_buys)
    return np.asarray(-np.log(np.clip(given, CLIP, 1.0)))


def brier(p_buys: model.Floats, bought: NDArray[np.bool_]) -> float:
    """Return the Brier score, the mean squared error of a probability.

    Source: Brier (1950), Monthly Weather Review 78(1).
    """
    return float(((p_buys - bought) ** 2).mean())


def wilson(successes: model.Floats, trials: model.Floats, z: float = 1.96) -> tuple[model.Floats, model.Floats]:
    """Return the interval of a share.

    Source: Wilson (1927), JASA 22(158).

    >>> [float(round(end[0], 3)) for end in wilson(np.array([0.0]), np.array([10.0]))]
    [0.0, 0.278]
    """
    share = successes / trials
    middle = share + z**2 / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    return np.maximum((middle - half) / scale, 0.0), np.minimum((middle + half) / scale, 1.0)
