"""The tail integral of Pareto/NBD, for all customers at once.

    G_x(d) = integral over t > d of (alpha + t)^-(r+x) (beta + t)^-(s+1)
    J_x(d) = (alpha + d)^(r+x) (beta + d)^s G_x(d),    0 < s J < 1

J needs no logarithm to stay finite, however large x. It depends on (x, t_x) and on (x, T) only, and there are few such
pairs: 26,000 of each for a million customers over three years.
"""

import itertools
import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.polynomial import chebyshev

from vinculo.differentiate.lifetime.model import Floats, Integers

Days = Integers | Floats

_NODES = 160
_LEFT = 3.6
_FEW = 64
_TABLE = 1_000_000


@dataclass(frozen=True)
class Shapes:
    """The parameters by the letters of the paper: purchase rate ~ gamma(r, alpha), dropout rate ~ gamma(s, beta)."""

    r: float
    alpha: float
    s: float
    beta: float


@dataclass(frozen=True)
class Pairs:
    """The distinct pairs (x, day) among some rows, sorted; `index` says which pair each row has."""

    x: Integers
    day: Floats
    index: Integers
    columns: Floats
    """The distinct days, ascending."""
    column: Integers
    """The position of each pair's day among them."""
    starts: Integers
    """The first pair of each x from 0 to the largest, then the number of pairs."""

    @classmethod
    def of(cls, x: Integers, days: Days) -> "Pairs":
        """Find the distinct pairs; days may be fractions."""
        columns, code = distinct(days)
        keys, index = distinct(x.astype(np.int64) * max(len(columns), 1) + code)
        repeats, column = np.divmod(keys.astype(np.int64), max(len(columns), 1))
        starts = np.searchsorted(repeats, np.arange(int(repeats.max(initial=0)) + 2))
        days_of_columns = columns.astype(np.float64)
        return cls(repeats, days_of_columns[column], index, days_of_columns, column, starts)


def distinct(values: Days) -> tuple[Days, Integers]:
    """Return sorted distinct values and each value's position, through a table where integers are small."""
    if values.dtype.kind != "i" or not len(values) or int(values.max()) > 4 * len(values) + _TABLE:
        found, index = np.unique(values, return_inverse=True)
        return cast("Days", found), index.astype(np.int64)
    whole = cast("Integers", values)
    present = np.zeros(int(whole.max()) + 1, dtype=bool)
    present[whole] = True
    position = np.cumsum(present) - 1
    return np.flatnonzero(present).astype(np.int64), position[whole]


def tails(shapes: Shapes, at: Pairs, *, slopes: bool = False) -> Floats:
    """Return J of each pair in row 0 and, if asked, its derivatives by r, s and z = (beta-alpha) / (alpha+d) below.

    Integration by parts links neighbours: (p + s) J_x + p z J_(x+1) = 1 with p = r + x. Going down in x errors shrink
    while p (z - 1) < s, going up they shrink beyond: so each day starts by quadrature where the two meet.
    """
    r, s = shapes.r, shapes.s
    early, late = shapes.alpha + at.columns, shapes.beta + at.columns
    z = (shapes.beta - shapes.alpha) / early
    top = len(at.starts) - 2
    meeting = np.full(len(z), top)
    grows = z > 1
    meeting[grows] = np.clip(s / (z[grows] - 1) - r, 0, top).astype(np.int64)
    meeting = np.maximum.accumulate(meeting)
    seeds = _seeds(r + meeting, s, z, late / early, slopes=slopes)
    first = np.searchsorted(meeting, np.arange(top + 2)).tolist()
    starts = at.starts.tolist()
    found = np.empty((len(seeds), len(at.x)))
    state = np.zeros_like(seeds)
    for x in range(top, -1, -1):
        low, high = first[x], first[x + 1]
        state[:, high:] = _step_down(state[:, high:], r + x, s, z[high:])
        state[:, low:high] = seeds[:, low:high]
        chosen = slice(starts[x], starts[x + 1])
        found[:, chosen] = state.take(at.column[chosen], axis=1)
    # Early days hold few repeats, so the way up is short.
    for x in range(int(at.x[at.column < grows.sum()].max(initial=-1)) + 1):
        low, high = first[x], first[x + 1]
        state[:, :low] = _step_up(state[:, :low], r + x - 1, s, z[:low])
        state[:, low:high] = seeds[:, low:high]
        chosen = slice(starts[x], starts[x] + int(at.column[starts[x] : starts[x + 1]].searchsorted(low)))
        found[:, chosen] = state.take(at.column[chosen], axis=1)
    return found


def _step_down(above: Floats, p: float, s: float, z: Floats) -> Floats:
    below = above * (-p * z)
    below[0] = (1 + below[0]) / (p + s)
    if len(below) > 1:
        below[1] -= below[0] + z * above[0]
        below[2] -= below[0]
        below[3] -= p * above[0]
        below[1:] /= p + s
    return below


def _step_up(below: Floats, p: float, s: float, z: Floats) -> Floats:
    above = below * (-p - s)
    above[0] = (1 + above[0]) / (p * z)
    if len(above) > 1:
        above[1] -= below[0] + z * above[0]
        above[2] -= below[0]
        above[3] -= p * above[0]
        above[1:] /= p * z
    return above


def _seeds(p: Floats, s: float, z: Floats, ratio: Floats, *, slopes: bool) -> Floats:
    """Return J and its slopes for one p and z of each day; where many days share a p they are interpolated."""
    found = np.empty((4 if slopes else 1, len(p)))
    edges = [0, *(np.flatnonzero(np.diff(p)) + 1).tolist(), len(p)]
    alone = np.ones(len(p), dtype=bool)
    for low, high in itertools.pairwise(edges):
        if high - low > _FEW:
            found[:, low:high] = _interpolated(float(p[low]), s, ratio[low:high], slopes=slopes)
            alone[low:high] = False
    if alone.any():
        found[:, alone] = _quadrature(p[alone], s, z[alone], ratio[alone], slopes=slopes)
    return found


def _interpolated(p: float, s: float, ratio: Floats, *, slopes: bool) -> Floats:
    """Interpolate J at one p by Chebyshev polynomials: J is analytic where |Im ln(1 + z)| < pi, so few suffice."""
    low, high = math.log(ratio.min()) - 1e-9, math.log(ratio.max()) + 1e-9
    order = math.ceil(36 / math.asinh(2 * math.pi / (high - low))) + 4
    angles = np.pi * (np.arange(order) + 0.5) / order
    nodes = np.exp((low + high) / 2 + (high - low) / 2 * np.cos(angles))
    values = _quadrature(np.full(order, p), s, nodes - 1, nodes, slopes=slopes)
    values *= _flattening(p, s, nodes, slopes=slopes)
    cosines = np.cos(np.outer(np.arange(order), angles))
    # einsum, not @: the arrays are small, and a threaded BLAS burns more time waiting than working.
    coefficients = 2 / order * np.einsum("ik,jk->ij", values, cosines)
    coefficients[:, 0] /= 2
    polynomials = chebyshev.chebvander((2 * np.log(ratio) - low - high) / (high - low), order - 1)
    found: Floats = np.einsum("ij,kj->ik", coefficients, polynomials) / _flattening(p, s, ratio, slopes=slopes)
    return found


def _flattening(p: float, s: float, ratio: Floats, *, slopes: bool) -> Floats:
    size = p * ratio + s + 1
    return np.stack([size, size**2, size**2, size**2] if slopes else [size])


def _quadrature(p: Floats, s: float, z: Floats, ratio: Floats, *, slopes: bool) -> Floats:
    """Integrate J over u = ln((alpha+t) / (alpha+d)) > 0 by the double exponential rule u = w exp(tau - exp(-tau)).

    J = integral of exp(-p u - s v) / (1 + z exp(-u)),  v = ln((beta+t) / (beta+d)) = u + ln((1 + z exp(-u)) / (1+z)).
    """
    width = 1 / (p + (s + 1) / ratio + 1)
    end = 40 / (p + s) + np.log1p(np.maximum(z, 0))
    step = (np.log(end / width) + _LEFT) / (_NODES - 1)
    tau = step * np.arange(_NODES)[:, np.newaxis] - _LEFT
    fall = np.exp(-tau)
    u = width * np.exp(tau - fall)
    gone = -np.expm1(-u)
    denominator = ratio - z * gone
    v = u + np.log(denominator / ratio)
    terms = step * u * (1 + fall) * np.exp(-p * u - s * v) / denominator
    if not slopes:
        return np.stack([terms.sum(axis=0)])
    by_z = (s * gone / ratio - (1 - gone)) / denominator
    parts = (terms, -terms * u, -terms * v, terms * by_z)
    return np.stack([part.sum(axis=0) for part in parts])
