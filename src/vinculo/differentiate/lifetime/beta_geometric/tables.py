"""Tables over (x, T): all that scoring needs of a fitted beta-geometric model besides one exp a customer.

Given alive, what a customer will do depends on x and T only, and smoothly: it is computed at the few nodes of a
Chebyshev grid (every x up to 8, then nodes in ln x; nodes in ln(alpha + T)) and interpolated, as logarithms, to every
whole day.
The error is about 1e-10 of the value, and below 1e-5 for extreme parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vinculo.differentiate.lifetime.beta_geometric import expectation
from vinculo.differentiate.lifetime.beta_geometric.purchasing import BetaGeometric
from vinculo.differentiate.lifetime.model import Fit, Floats, Integers

EXACT_REPEATS = 8
REPEAT_NODES, DAY_NODES = 14, 24
_STEP = 1e-3


@dataclass(frozen=True)
class Tables:
    """Arrays of one row a distinct x and one column a day of T, flat; given alive unless said otherwise."""

    row: NDArray[np.intp]
    """Of each x up to the largest: the place of its row, -1 where x was not asked for."""
    days: int
    """Columns: T = 0 .. days - 1."""
    log_odds: Floats
    """ln of the odds of having dropped out, plus (r + x) ln(alpha + t_x): -infinity where nobody can have."""
    p_buys: Floats
    expected: Floats
    discounted: Floats
    without_end: Floats
    gamma_shape: Floats
    """mean^2 / variance of the customer's own discounted mean (see `scoring`)."""
    shift: float
    """r."""
    log_age: Floats
    """ln(alpha + t_x) by day."""

    def holds(self, repeats: Integers) -> bool:
        """Return whether every x has its row."""
        return int(repeats.max()) < len(self.row) and int(self.row.take(repeats).min()) >= 0


def build(model: BetaGeometric, fit: Fit, *, repeats: Integers, days: int, horizon: float, daily_rate: float) -> Tables:
    """Return the tables of the given distinct x and of T = 0 .. days - 1."""
    r, alpha, a, b = model.values(fit.parameters)
    spread = _Spread.over(repeats, days, alpha)
    shape, rate = r + repeats.astype(np.float64)[:, None], alpha + np.arange(days, dtype=np.float64)
    tossed = (b + repeats + model.tosses_at_start - 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        # k = 0 has not tossed any coin: the odds are zero.
        first = np.where((repeats + model.tosses_at_start)[:, None] > 0, np.log(a) - np.log(tossed), -np.inf)
    row = np.full(int(repeats.max()) + 1, -1, dtype=np.intp)
    row[repeats] = np.arange(len(repeats))
    means = _Means(model, spread.repeats, spread.days, horizon, daily_rate)
    natural = np.array(model.values(fit.parameters))
    expected, discounted = means.expected(natural), means.discounted(natural)
    variance = means.variance(natural, discounted) + _variance_of_fit(means.discounted, natural, fit.log_covariance)
    return Tables(
        row=row,
        days=days,
        log_odds=(first + shape * np.log(rate)).ravel(),
        p_buys=-np.expm1(-shape * np.log1p(horizon / rate)).ravel(),
        expected=spread.out(expected),
        discounted=spread.out(discounted),
        without_end=spread.out(means.without_end(natural)),
        gamma_shape=spread.out(discounted**2 / variance),
        shift=r,
        log_age=np.log(rate),
    )


@dataclass(frozen=True)
class _Means:
    """What is expected at the nodes, as functions of (r, alpha, a, b)."""

    model: BetaGeometric
    repeats: Floats
    days: Floats
    horizon: float
    daily_rate: float

    def posterior(self, natural: Floats) -> tuple[Floats, Floats, float, Floats]:
        r, alpha, a, b = natural
        return r + self.repeats, alpha + self.days, float(a), b + self.repeats + self.model.tosses_at_start

    def expected(self, natural: Floats) -> Floats:
        shape, rate, a, b = self.posterior(natural)
        return expectation.purchases(shape, rate, a, b, self.horizon)

    def discounted(self, natural: Floats) -> Floats:
        shape, rate, a, b = self.posterior(natural)
        return expectation.discounted(shape, rate, a, b, horizon=self.horizon, daily_rate=self.daily_rate)

    def without_end(self, natural: Floats) -> Floats:
        shape, rate, a, b = self.posterior(natural)
        return expectation.discounted(shape, rate, a, b, horizon=None, daily_rate=self.daily_rate)

    def variance(self, natural: Floats, mean: Floats) -> Floats:
        shape, rate, a, b = self.posterior(natural)
        moment = expectation.second_moment(shape, rate, a, b, horizon=self.horizon, daily_rate=self.daily_rate)
        # At least that of nothing but rounding: shapes of millions leave none.
        return np.maximum(moment - mean**2, 1e-12 * mean**2)


def _variance_of_fit(mean: Callable[[Floats], Floats], natural: Floats, log_covariance: Floats) -> Floats:
    """Return the variance of a mean that comes from the parameters' own error (delta method).

    Parameters along a ridge have no known variance; moving along it does not change what is expected.
    """
    steps = _STEP * np.eye(len(natural))
    slopes = np.array([mean(natural * np.exp(e)) - mean(natural * np.exp(-e)) for e in steps]) / (2 * _STEP)
    variance: Floats = np.einsum("ik,ij,jk->k", slopes, np.nan_to_num(log_covariance, nan=0.0), slopes)
    return np.maximum(variance, 0.0)


@dataclass(frozen=True)
class _Spread:
    """A grid of nodes and how values on it spread to all x and days."""

    repeats: Floats
    """x of each node of the grid (flat), and T below."""
    days: Floats
    over_repeats: Floats
    over_days: Floats

    @classmethod
    def over(cls, repeats: Integers, days: int, alpha: float) -> "_Spread":
        x_nodes, over_repeats = _repeat_nodes(repeats.astype(np.float64))
        ends = np.log([alpha, alpha + days - 1])
        if days <= DAY_NODES:
            day_nodes, over_days = np.arange(days, dtype=np.float64), np.eye(days)
        else:
            nodes = _chebyshev(ends[0], ends[1], DAY_NODES)
            day_nodes = np.maximum(np.exp(nodes) - alpha, 0.0)
            over_days = _barycentric(nodes, np.log(alpha + np.arange(days)))
        grid_x, grid_days = np.meshgrid(x_nodes, day_nodes, indexing="ij")
        return cls(grid_x.ravel(), grid_days.ravel(), over_repeats, over_days)

    def out(self, values: Floats) -> Floats:
        """Interpolate positive values on the nodes to every x and day, flat."""
        grid = values.reshape(self.over_repeats.shape[1], self.over_days.shape[1])
        if not np.isfinite(grid).all() or grid.min() <= 0:
            # Without end and without discount: infinite everywhere. A purchase rate of nothing: zero everywhere.
            return np.full(len(self.over_repeats) * len(self.over_days), np.inf if np.isinf(grid).any() else 0.0)
        across = self.over_repeats @ np.log(grid)
        # einsum and not a BLAS product: waking a second thread costs more than the sum.
        logs: Floats = np.einsum("xj,dj->xd", across, self.over_days)
        return np.exp(logs).ravel()


def _repeat_nodes(repeats: Floats) -> tuple[Floats, Floats]:
    few = repeats[repeats <= EXACT_REPEATS]
    many = repeats[repeats > EXACT_REPEATS]
    if len(many) <= REPEAT_NODES:
        return repeats, np.eye(len(repeats))
    nodes = _chebyshev(np.log(many.min()), np.log(many.max()), REPEAT_NODES)
    over = np.zeros((len(repeats), len(few) + REPEAT_NODES))
    over[: len(few), : len(few)] = np.eye(len(few))
    over[len(few) :, len(few) :] = _barycentric(nodes, np.log(many))
    return np.concatenate([few, np.exp(nodes)]), over


def _chebyshev(low: float, high: float, points: int) -> Floats:
    nodes: Floats = np.cos(np.pi * np.arange(points) / (points - 1))[::-1]
    return low + (high - low) * (nodes + 1) / 2


def _barycentric(nodes: Floats, places: Floats) -> Floats:
    """Return the matrix that takes values at Chebyshev points to values at other places (Berrut and Trefethen 2004)."""
    weights = (-1.0) ** np.arange(len(nodes))
    weights[[0, -1]] /= 2
    apart = places[:, None] - nodes
    hit = np.abs(apart) < 1e-13
    terms = weights / np.where(hit, 1.0, apart)
    matrix: Floats = terms / terms.sum(axis=1, keepdims=True)
    at_node = hit.any(axis=1)
    matrix[at_node] = hit[at_node]
    return matrix
