"""Duplicates: how many customers are there more than once, estimated, with an interval.

A matching scores the pairs of customers that may be the same. Of those that are not one customer yet, the best pairs
that join them up are taken, so that three records of one person count as two too many, not as three pairs. They fall
into strata by what the matching made of them (sure of itself, or unsure). Of each stratum

- where people have looked at pairs, the share that they found to be the same, with the interval of Wilson (1927);
- where nobody has, the mean of the matching's own probabilities, and between none and all of them: nobody knows.

The strata are added up and their intervals combined by the method of Zou and Donner (2008), *Construction of confidence
intervals about effect measures*, Statistics in Medicine 27. What the matching never compares is not in the estimate;
the pairs people look at first are those that matter most, not a random sample of the unsure ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

Z = 1.96
"""Of a normal distribution, for an interval that holds in 95 of 100 cases."""


@dataclass(frozen=True)
class Stratum:
    """Pairs of one kind that would join customers up: how many, how likely, and what people said of such pairs."""

    name: str
    pairs: int
    expected: float
    """Sum of the probabilities of the matching."""
    looked_at: int = 0
    same: int = 0

    @property
    def share(self) -> float:
        """Return the share of these pairs that are the same."""
        if self.looked_at:
            return self.same / self.looked_at
        return self.expected / self.pairs if self.pairs else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return between which shares it lies."""
        return wilson(self.same, self.looked_at) if self.looked_at else (0.0, 1.0)


@dataclass(frozen=True)
class Estimate:
    """How many of some customers are superfluous, and between which numbers that lies."""

    customers: int
    duplicates: float
    low: float
    high: float
    looked_at: int

    @property
    def rates(self) -> tuple[float, float, float]:
        """Return the rate and its interval."""
        return (
            (self.duplicates / self.customers, self.low / self.customers, self.high / self.customers)
            if self.customers
            else (0.0, 0.0, 0.0)
        )


def estimate(strata: Sequence[Stratum], *, customers: int) -> Estimate:
    """Add up the strata.

    >>> found = estimate([Stratum("unsure", 40, 20.0, looked_at=50, same=25)], customers=1000)
    >>> found.duplicates, round(found.low, 1), round(found.high, 1)
    (20.0, 14.7, 25.3)
    """
    total = sum(each.pairs * each.share for each in strata)
    below = sqrt(sum((each.pairs * (each.share - each.interval[0])) ** 2 for each in strata))
    above = sqrt(sum((each.pairs * (each.interval[1] - each.share)) ** 2 for each in strata))
    most = sum(each.pairs for each in strata)
    looked_at = sum(each.looked_at for each in strata if each.pairs)
    return Estimate(customers, total, max(0.0, total - below), min(float(most), total + above), looked_at)


def wilson(times: int, among: int) -> tuple[float, float]:
    """Return the interval of a share (Wilson 1927).

    >>> [round(each, 4) for each in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    share = times / among
    middle = (share + Z**2 / (2 * among)) / (1 + Z**2 / among)
    half = Z / (1 + Z**2 / among) * sqrt(share * (1 - share) / among + Z**2 / (4 * among**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def joining(
    one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], probability: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Return the places of the pairs that join customers up with the highest probabilities, no pair twice.

    >>> joining(np.array([1, 1, 2]), np.array([2, 3, 3]), np.array([0.9, 0.4, 0.8])).tolist()
    [0, 2]
    """
    if not len(one):
        return np.empty(0, np.int64)
    names, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    left, right = places[: len(one)], places[len(one) :]
    # The tree takes the lightest; each weight is its own so that a pair can be told by it, and none is zero.
    order = np.lexsort((np.arange(len(one)), -probability))
    weight = np.empty(len(one))
    weight[order] = np.arange(1, len(one) + 1)
    tree = minimum_spanning_tree(coo_array((weight, (left, right)), shape=(len(names), len(names))).tocsr())
    return np.sort(order[tree.data.astype(np.int64) - 1])
