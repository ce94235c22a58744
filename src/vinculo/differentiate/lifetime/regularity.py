"""Regularity: whether customers buy at random moments, as the NBD models assume, or to a rhythm.

If the time between purchases of a customer is Erlang-k (k = 1: exponential, purely random; the larger, the more
regular), then M = earlier gap / (earlier gap + later gap) is beta(k, k) whatever his rate, so one pair of gaps of each
customer is enough:

    k = (1 - 4 Var M) / (8 Var M)

Source: R. D. Wheat and D. G. Morrison (1990), Estimating Purchase Regularity with Two Interpurchase Times, Journal of
Marketing Research 27(1):87-93.
"""

import math
from dataclasses import dataclass

import numpy as np

from vinculo.differentiate.lifetime.model import Diagnosis, Floats, Integers
from vinculo.warehouse import queries

SHORTEST_DAYS = 14
"""Pairs of gaps that last less together say nothing: days are too coarse for them."""
_FEW = 100
_CLUMPY, _REGULAR, _VERY_REGULAR = 0.8, 1.3, 1.75

UNKNOWN = Diagnosis(
    False,
    "unknown",
    "Too few customers have bought three times over two weeks or more ({customers}), so it cannot be told whether they "
    "buy to a rhythm.",
)
CLUMPY = Diagnosis(
    True,
    "clumpy",
    "Purchases come in bursts (k = {k}): less regular than the models of purchasing assume, so customers who pause are "
    "taken for lost too soon.",
)
RANDOM = Diagnosis(
    True,
    "random",
    "Purchases come at random moments (k = {k}, close to 1), as the models of purchasing assume.",
)
REGULAR = Diagnosis(
    True,
    "regular",
    "Purchases are somewhat more regular than the models of purchasing assume (k = {k}; they assume 1): customers who "
    "miss their rhythm are noticed late.",
)
VERY_REGULAR = Diagnosis(
    True,
    "very_regular",
    "Purchases follow a rhythm (k = {k}; the models of purchasing assume 1): judge customers by their own rhythm too, "
    "since the models notice late that one has stopped.",
)


@dataclass(frozen=True)
class Gaps:
    """One row a distinct pair of consecutive gaps between purchase days, and the customers who share it."""

    earlier_days: Integers
    later_days: Integers
    customers: Integers | Floats


@dataclass(frozen=True)
class Regularity:
    """How regularly customers buy."""

    k: float
    """1 is random; NaN when it cannot be told."""
    standard_error: float
    customers: float
    """Customers used: at least three purchase days, the last two gaps long enough."""
    diagnosis: Diagnosis

    @property
    def figures(self) -> dict[str, str]:
        """Return what the sentence of the diagnosis is formatted with."""
        return {"k": f"{self.k:.2f}", "customers": f"{self.customers:,.0f}"}


def query() -> str:
    """Return the query of the last two gaps of each customer, on the relation `sampled_days`; it takes $as_of."""
    return queries.load(__package__, "gaps")


def estimate(gaps: Gaps) -> Regularity:
    """Return the Wheat-Morrison estimate of k.

    Half a day is taken from each gap: purchases of one day are one purchase day, so the shortest gap is 1. Choosing
    pairs by their sum keeps the estimate honest, since M does not depend on it.

    >>> every_month = Gaps(np.array([29, 30, 31]), np.array([31, 30, 30]), np.array([50, 50, 50]))
    >>> estimate(every_month).diagnosis.code
    'very_regular'
    """
    together = gaps.earlier_days + gaps.later_days
    used = together >= SHORTEST_DAYS
    weight = gaps.customers[used].astype(np.float64)
    customers = float(weight.sum())
    if customers < _FEW:
        return Regularity(math.nan, math.nan, customers, UNKNOWN)
    share = (gaps.earlier_days[used] - 0.5) / (together[used] - 1.0)
    # The mean is 1/2 by symmetry; a drift of the gaps must not pass for regularity, so it is taken from the data.
    centred = share - np.sum(weight * share) / customers
    variance = float(np.sum(weight * centred**2)) / customers
    if variance <= 0:
        return Regularity(math.inf, math.nan, customers, VERY_REGULAR)
    k = (1 - 4 * variance) / (8 * variance)
    fourth = float(np.sum(weight * centred**4)) / customers
    error = math.sqrt(max(fourth - variance**2, 0.0) / customers) / (8 * variance**2)
    return Regularity(k, error, customers, _say(k))


def _say(k: float) -> Diagnosis:
    if k < _CLUMPY:
        return CLUMPY
    if k < _REGULAR:
        return RANDOM
    return REGULAR if k < _VERY_REGULAR else VERY_REGULAR
