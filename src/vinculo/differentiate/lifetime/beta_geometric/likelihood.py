"""The beta-geometric likelihood, split so that a customer costs nothing and a distinct (x, t_x, T) costs one exp.

While alive a customer buys at rate lambda ~ Gamma(r, alpha); a coin with probability p ~ Beta(a, b) of dropping out is
tossed after each repeat purchase (BG/NBD) or after each purchase, the first included (MBG/NBD). With k the coins
tossed, x or x + 1, the log-likelihood of one customer is

    A1 + A2 + A3 + log(1 + exp(u))
    A1 = lnG(r+x) - lnG(r) + r ln(alpha)
    A2 = lnG(a+b) + lnG(b+k) - lnG(b) - lnG(a+b+k)
    A3 = -(r+x) ln(alpha+T)
    u  = ln(a) - ln(b+k-1) + (r+x) (ln(alpha+T) - ln(alpha+t_x))      for k > 0, else -infinity

and exp(u) is the odds of having dropped out. A1 and A2 are sums over the histogram of x, A3 over that of T; only
log(1 + exp(u)) needs the tuples, and there the logarithms are look-ups over whole days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, polygamma, psi

from vinculo.differentiate.lifetime.model import Counts, Floats, Integers

CHUNK = 2_048
"""Tuples at a time: all of it stays in the cache, and no product is large enough to wake a second BLAS thread."""
COARSE = 20_000
_ZERO, _ONE = np.zeros(4), np.zeros((4, 4))


@dataclass(frozen=True)
class Tuples:
    """Counts prepared for the likelihood: histograms, and the tuples that may have dropped out."""

    tosses: int
    repeats: Floats
    """The distinct x, and below the customers who share each."""
    by_repeats: Floats
    by_tenure: Floats
    """Customers by T = 0, 1, ... days."""
    repeats_by_tenure: Floats
    row: NDArray[np.intp]
    """Of each tuple with k > 0: the place of its x in `repeats`, then t_x, T and customers."""
    age: NDArray[np.intp]
    tenure: NDArray[np.intp]
    customers: Floats

    @classmethod
    def of(cls, counts: Counts, tosses_at_start: int) -> "Tuples":
        """Prepare counts, k being x + `tosses_at_start`."""
        present = np.bincount(counts.repeat_purchase_days) > 0
        x, row = np.flatnonzero(present), (np.cumsum(present) - 1)[counts.repeat_purchase_days]
        days = int(counts.tenure_days.max()) + 1
        weight: Floats = counts.customers.astype(np.float64, copy=False)
        repeats: Floats = weight * counts.repeat_purchase_days
        may_be_dead = counts.repeat_purchase_days + tosses_at_start > 0
        return cls(
            tosses=tosses_at_start,
            repeats=x.astype(np.float64),
            by_repeats=_histogram(row, weight, len(x)),
            by_tenure=_histogram(counts.tenure_days, weight, days),
            repeats_by_tenure=_histogram(counts.tenure_days, repeats, days),
            row=row[may_be_dead].astype(np.intp, copy=False),
            age=counts.age_at_last_days[may_be_dead].astype(np.intp, copy=False),
            tenure=counts.tenure_days[may_be_dead].astype(np.intp, copy=False),
            customers=weight[may_be_dead],
        )

    def coarse(self, size: int = COARSE) -> "Tuples | None":
        """Return the same data with a systematic sample of customers in place of all tuples; None when they are few.

        The histograms stay those of everybody, so only the dropout term is estimated.
        """
        if len(self.row) <= 2 * size:
            return None
        reached = np.cumsum(self.customers)
        picked = np.searchsorted(reached, (np.arange(size) + 0.5) * reached[-1] / size)
        chosen, times = np.unique(picked, return_counts=True)
        return Tuples(
            self.tosses,
            self.repeats,
            self.by_repeats,
            self.by_tenure,
            self.repeats_by_tenure,
            self.row[chosen],
            self.age[chosen],
            self.tenure[chosen],
            times * (reached[-1] / size),
        )


def curved(theta: Floats, tuples: Tuples) -> tuple[float, Floats, Floats]:
    """Return the negative log-likelihood, its gradient and its Hessian in (ln r, ln alpha, ln a, ln b)."""
    natural = np.exp(theta)
    parts = (_by_repeats(natural, tuples), _by_tenure(natural, tuples), _dropout(natural, tuples))
    value = sum(part[0] for part in parts)
    slope = sum((part[1] for part in parts), _ZERO)
    bend = sum((part[2] for part in parts), _ONE)
    gradient: Floats = natural * slope
    hessian: Floats = np.outer(natural, natural) * bend + np.diag(gradient)
    return -value, -gradient, -hessian


def _histogram(where: NDArray[np.intp] | Integers, weight: Floats, size: int) -> Floats:
    return np.bincount(where, weights=weight, minlength=size).astype(np.float64, copy=False)


def _by_repeats(natural: Floats, tuples: Tuples) -> tuple[float, Floats, Floats]:
    """A1 + A2."""
    r, alpha, a, b = natural
    x, n = tuples.repeats, tuples.by_repeats
    k = x + tuples.tosses
    total = n.sum()
    value = n @ (gammaln(r + x) + gammaln(b + k) - gammaln(a + b + k))
    value += total * (r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b))
    slope, bend = np.zeros(4), np.zeros((4, 4))
    slope[0] = n @ psi(r + x) + total * (np.log(alpha) - psi(r))
    slope[1] = total * r / alpha
    slope[2] = total * psi(a + b) - n @ psi(a + b + k)
    slope[3] = slope[2] + n @ psi(b + k) - total * psi(b)
    bend[0, 0] = n @ polygamma(1, r + x) - total * polygamma(1, r)
    bend[0, 1] = bend[1, 0] = total / alpha
    bend[1, 1] = -total * r / alpha**2
    both = total * polygamma(1, a + b) - n @ polygamma(1, a + b + k)
    bend[2:, 2:] = both
    bend[3, 3] += n @ polygamma(1, b + k) - total * polygamma(1, b)
    return float(value), slope, bend


def _by_tenure(natural: Floats, tuples: Tuples) -> tuple[float, Floats, Floats]:
    """A3."""
    r, alpha = natural[:2]
    reach = alpha + np.arange(len(tuples.by_tenure))
    log_reach = np.log(reach)
    shape = r * tuples.by_tenure + tuples.repeats_by_tenure
    slope, bend = np.zeros(4), np.zeros((4, 4))
    slope[0] = -tuples.by_tenure @ log_reach
    slope[1] = -(shape @ (1 / reach))
    bend[0, 1] = bend[1, 0] = -(tuples.by_tenure @ (1 / reach))
    bend[1, 1] = shape @ (1 / reach**2)
    return -float(shape @ log_reach), slope, bend


def _dropout(natural: Floats, tuples: Tuples) -> tuple[float, Floats, Floats]:
    """log(1 + exp(u)), chunk by chunk so that all stays in the cache."""
    r, alpha, a, b = natural
    reach = alpha + np.arange(len(tuples.by_tenure))
    log_reach, inverse, squared = np.log(reach), 1 / reach, 1 / reach**2
    # For k = 0 no tuple is here; the maximum only keeps its unused table entry finite.
    last = np.maximum(b + tuples.repeats + tuples.tosses - 1, 1e-300)
    shape, log_odds, toss = r + tuples.repeats, np.log(a) - np.log(last), -1 / last
    value, slope, bend = 0.0, np.zeros(4), np.zeros((4, 4))
    features = np.empty((4, CHUNK))
    for start in range(0, len(tuples.row), CHUNK):
        chunk = slice(start, start + CHUNK)
        row, age, tenure = tuples.row[chunk], tuples.age[chunk], tuples.tenure[chunk]
        n, shapes, du = tuples.customers[chunk], shape.take(row), features[:, : len(row)]
        np.subtract(log_reach.take(tenure), log_reach.take(age), out=du[0])
        slower = inverse.take(tenure) - inverse.take(age)
        np.multiply(shapes, slower, out=du[1])
        du[2] = 1 / a
        toss.take(row, out=du[3], mode="clip")
        u = shapes * du[0]
        u += log_odds.take(row)
        small = np.exp(-np.abs(u))
        value += float(n @ (np.maximum(u, 0) + np.log1p(small)))
        alive = 1 / (1 + small)
        dead = np.where(u > 0, alive, small * alive)
        dead *= n
        slope += du @ dead
        small *= alive
        small *= alive
        small *= n
        bend += (du * small) @ du.T
        bend[0, 1] += dead @ slower
        bend[1, 0] += dead @ slower
        bend[1, 1] += dead @ (shapes * (squared.take(age) - squared.take(tenure)))
        bend[2, 2] -= float(dead.sum()) / a**2
        bend[3, 3] += dead @ (du[3] * du[3])
    return value, slope, bend
