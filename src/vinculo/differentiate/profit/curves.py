"""Concentration of an amount: how much of it comes from how few.

All functions take whole amounts sorted from the largest to the smallest (`descending`), so they do not depend on
the order of the data, and L(p) is the share of the total that the top share p brings, linear between customers.

The 80/20 of one's own data is the fixed point k* with L(k*) = 1 - k* ("1 - k* of the amount comes from k* of the
customers"): the Kolkata index seen from the other side (A. Ghosh, N. Chattopadhyay and B. K. Chakrabarti, 2014,
"Inequality in societies, academic institutions and science journals", Physica A 410). Where some amounts are
negative Lorenz and Gini mislead; the same cumulative curve is then read as a whale curve, with its peak above 100 %.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.int64]
Floats = NDArray[np.float64]

POINTS = 200
"""Most points of a reduced curve."""
_SINGLE, _BLOCKS = 512, 512


def descending(amounts: Amounts) -> Amounts:
    """Return whole amounts sorted from the largest to the smallest.

    >>> descending(np.array([1, 5, 3])).tolist()
    [5, 3, 1]
    """
    ranked = np.negative(np.asarray(amounts, dtype=np.int64))
    ranked.sort()
    return np.negative(ranked, out=ranked)


def balance_share(ranked: Amounts) -> float | None:
    """Return k*, the smallest share p of customers with L(p) >= 1 - p; None when the total is not positive.

    Equal amounts give 1/2; the more unequal they are, the nearer to 0.

    >>> balance_share(descending(np.array([8, 1, 1, 0, 0])))
    0.2
    """
    total = int(ranked.sum())
    if total <= 0:
        return None
    cumulative = np.cumsum(ranked)
    customers = len(ranked)
    low, high = 1, customers
    while low < high:
        # Whole numbers of any size: L(p) + p is concave, so it crosses 1 once.
        middle = (low + high) // 2
        if int(cumulative[middle - 1]) * customers + middle * total >= customers * total:
            high = middle
        else:
            low = middle + 1
    before = int(cumulative[low - 1]) - int(ranked[low - 1])
    short = customers * total - before * customers - (low - 1) * total
    return (low - 1 + short / (int(ranked[low - 1]) * customers + total)) / customers


@dataclass(frozen=True)
class Bootstrap:
    """Weights of a Poisson bootstrap, drawn once for all curves.

    The largest amounts are resampled one by one (Poisson with mean 1), the rest in blocks of neighbours in rank,
    whose resampled size is normal with the variance of a Poisson: customers of a block differ little, so what the
    blocks leave out is small, and the cost does not grow with the customers.
    """

    single: Floats
    blocks: Floats

    @classmethod
    def draw(cls, draws: int = 200, seed: int = 0) -> "Bootstrap":
        """Draw the weights."""
        random = np.random.default_rng(seed)
        single = random.poisson(1.0, (draws, _SINGLE + _BLOCKS)).astype(np.float64)
        return cls(single, random.standard_normal((draws, _BLOCKS)))

    def interval(self, ranked: Amounts, level: float = 0.95) -> tuple[float, float] | None:
        """Return the interval of k*; None when there are fewer than 30 amounts or the total is not positive."""
        if len(ranked) < 30 or ranked.sum() <= 0:
            return None
        sizes, sums = cells(ranked)
        weights = self.single[:, : len(sizes)].copy()
        if len(sizes) > _SINGLE:
            grouped = sizes[_SINGLE:]
            blocks = self.blocks[:, : len(grouped)]
            alone = grouped == 1
            drawn = np.maximum(grouped + np.sqrt(grouped) * blocks, 0) / grouped
            weights[:, _SINGLE:] = np.where(alone, weights[:, _SINGLE:], drawn)
        shares = _balance_shares(weights, sizes, sums)
        shares = shares[np.isfinite(shares)]
        if not len(shares):
            return None
        tail = (1 - level) / 2
        low, high = np.quantile(shares, [tail, 1 - tail])
        return float(low), float(high)


def cells(ranked: Amounts) -> tuple[Floats, Floats]:
    """Return sizes and sums of the cells that are resampled: the top one by one, the rest in equal blocks."""
    customers = len(ranked)
    if customers <= _SINGLE + _BLOCKS:
        edges = np.arange(customers + 1)
    else:
        edges = np.concatenate([np.arange(_SINGLE), np.linspace(_SINGLE, customers, _BLOCKS + 1).astype(np.int64)])
    return np.diff(edges).astype(np.float64), np.add.reduceat(ranked, edges[:-1]).astype(np.float64)


def _balance_shares(weights: Floats, sizes: Floats, sums: Floats) -> Floats:
    people = np.cumsum(weights * sizes, axis=1)
    amounts = np.cumsum(weights * sums, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = people / people[:, -1:]
        level = shares + amounts / amounts[:, -1:]
    rows = np.arange(len(weights))
    at = np.argmax(level >= 1, axis=1)
    before = np.maximum(at - 1, 0)
    start = np.where(at == 0, 0.0, shares[rows, before])
    start_level = np.where(at == 0, 0.0, level[rows, before])
    rise = level[rows, at] - start_level
    found = start + (shares[rows, at] - start) * (1 - start_level) / np.where(rise > 0, rise, np.nan)
    return np.where(amounts[:, -1] > 0, found, np.nan)


def gini(ranked: Amounts) -> float | None:
    """Return the Gini coefficient; None when an amount is negative or nothing is above zero.

    >>> gini(descending(np.array([1, 1, 1]))), round(gini(descending(np.array([3, 0, 0]))), 3)
    (0.0, 0.667)
    """
    customers = len(ranked)
    if not customers or ranked[-1] < 0 or ranked[0] == 0:
        return None
    cumulative = np.cumsum(ranked)
    # The sum of the cumulative amounts is that of the amounts, each times its rank from the smallest.
    ranks = float(cumulative.sum(dtype=np.float64))
    return max(0.0, 2 * ranks / (customers * float(cumulative[-1])) - (customers + 1) / customers)


def curve_ranks(customers: int, *, also: tuple[int, ...] = ()) -> Amounts:
    """Return at most 200 ranks at which the curve is drawn: dense at the top, even below, 0 and the last included."""
    if customers < POINTS:
        return np.arange(customers + 1)
    even = np.linspace(0, customers, POINTS - 60)
    dense = np.linspace(0, customers * 0.04, 40)
    ranks = np.unique(np.rint(np.concatenate([even, dense, np.asarray(also, dtype=np.float64)])).astype(np.int64))
    return ranks[ranks <= customers]


def cumulative_at(ranked: Amounts, ranks: Amounts) -> Amounts:
    """Return the cumulative amount of the top so many customers, exact, for each rank."""
    cumulative = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(ranked)])
    return cumulative[ranks]


def companion_at(amounts: Amounts, companion: Amounts, ranked: Amounts, ranks: Amounts) -> Amounts:
    """Return the cumulative companion amount of the top so many customers by `amounts`, exact, for each rank.

    Customers who tie at a rank are taken by the larger companion first, so the result does not depend on order.
    """
    found = np.zeros(len(ranks), dtype=np.int64)
    for place, rank in enumerate(ranks):
        if rank == 0:
            continue
        edge = ranked[rank - 1]
        above = amounts > edge
        tied = np.sort(companion[amounts == edge])[::-1]
        found[place] = companion[above].sum() + tied[: rank - int(np.count_nonzero(above))].sum()
    return found


def tenths(customers: int) -> Amounts:
    """Return the eleven ranks that cut customers into ten parts as equal as they can be.

    >>> tenths(15).tolist()
    [0, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15]
    """
    return (np.arange(11, dtype=np.int64) * customers + 5) // 10
