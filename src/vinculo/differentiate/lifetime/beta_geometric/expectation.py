"""What a customer who has not dropped out will do, given rate ~ Gamma(shape, rate) and coin ~ Beta(a, b).

Given alive at T after x repeats, BG/NBD and MBG/NBD leave the same posterior: shape = r + x, rate = alpha + T, and the
coin Beta(a, b + k) with k the coins tossed. Purchases to come are then E[Y(t)] = E[(1 - exp(-lambda p t)) / p], whose
density in time is

    dE[Y(t)]/dt = shape / rate * E[(1 + p t / rate)^-(shape + 1)]

so discounting is one integral in time of a Gauss hypergeometric function, always written in its transformed form
(1 + s)^-a 2F1(a, a+b-shape-1; a+b; s/(1+s)), which is finite everywhere.
"""

from functools import cache, lru_cache

import numpy as np
from scipy.special import betaincinv, hyp2f1

from vinculo.differentiate.lifetime.model import Floats

NODES, NODES_WITHOUT_END = 16, 32
_SINGULAR = 1e-4
_FORGOTTEN = 36.0
"""exp(-36) of a purchase is left out of an integral without end."""


def purchases(shape: Floats, rate: Floats, a: float, b: Floats, horizon: float | Floats) -> Floats:
    """Return E[Y(t)] of a customer alive (Fader, Hardie and Lee 2005, Euler-transformed); t may differ for each.

    E[Y(t)] = (a+b-1)/(a-1) [1 - (rate/(rate+t))^(a-1) 2F1(a+b-1-shape, a-1; a+b-1; t/(rate+t))]
    """
    if abs(a - 1) < _SINGULAR:
        return discounted(shape, rate, a, b, horizon=horizon, daily_rate=0.0)
    z = horizon / (rate + horizon)
    with np.errstate(all="ignore"):
        ratio = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - shape, a - 1, a + b - 1, z)
        found: Floats = (a + b - 1) / (a - 1) * (1 - ratio)
    ill = ~(np.isfinite(found) & (found >= 0))
    if ill.any():
        # Parameters on a ridge (shapes of thousands) overflow the series; the integral does not.
        ends = np.broadcast_to(horizon, np.shape(shape))[ill]
        found[ill] = discounted(shape[ill], rate[ill], a, b[ill], horizon=ends, daily_rate=0.0)
    return found


def discounted(
    shape: Floats, rate: Floats, a: float, b: Floats, *, horizon: float | Floats | None, daily_rate: float
) -> Floats:
    """Return the discounted E[Y] of a customer alive: integral of exp(-delta t) dE[Y(t)]; None is without end.

    Gauss-Legendre in log(1 + t / rate), where the integrand is smooth whatever the scale of the rate.
    """
    if horizon is None and daily_rate <= 0:
        return np.full(np.shape(shape), np.inf)
    end = _FORGOTTEN / daily_rate if horizon is None else horizon
    nodes, weights = _legendre(NODES_WITHOUT_END if horizon is None else NODES)
    reach = np.log1p(end / rate)
    total = np.zeros(np.shape(shape))
    for node, weight in zip(nodes, weights, strict=True):
        s = np.expm1(node * reach)
        total += weight * np.exp(-daily_rate * rate * s) * (1 + s) * staying(shape + 1, a, b, s)
    return total * reach * shape


def second_moment(shape: Floats, rate: Floats, a: float, b: Floats, *, horizon: float, daily_rate: float) -> Floats:
    """Return E[m^2] of a customer alive, m = integral of exp(-delta t) lambda exp(-lambda p t) over the horizon.

    m is the discounted mean of a customer whose own lambda and p were known; the product of two times t + s = v leaves
    one integral over 0 .. 2 horizon with the weight min(v, 2 horizon - v).
    """
    nodes, weights = _legendre(NODES)
    total = np.zeros(np.shape(shape))
    for start, end in ((0.0, horizon), (horizon, 2 * horizon)):
        low = np.log1p(start / rate)
        reach = np.log1p(end / rate) - low
        for node, weight in zip(nodes, weights, strict=True):
            s = np.expm1(low + node * reach)
            time = rate * s
            density = np.exp(-daily_rate * time) * np.minimum(time, 2 * horizon - time) / rate
            total += weight * reach * density * (1 + s) * staying(shape + 2, a, b, s)
    return total * shape * (shape + 1)


def staying(power: Floats, a: float, b: Floats, s: Floats) -> Floats:
    """Return E[(1 + p s)^-power] for p ~ Beta(a, b): 2F1(power, a; a+b; -s), transformed (Pfaff)."""
    found = _transformed(power, a, b, s)
    for nudge in (1e-6, -1e-6):
        # The series fails where power - a is a whole number and b large; beside it, it does not.
        ill = ~((found >= 0) & (found <= 1 + 1e-9))
        if ill.any():
            found[ill] = _transformed(power[ill], a * (1 + nudge), b[ill], s[ill])
    ill = ~((found >= 0) & (found <= 1 + 1e-9))
    if ill.any():
        found[ill] = _staying_by_quantiles(power[ill], a, b[ill], s[ill])
    return found


def _transformed(power: Floats, a: float, b: Floats, s: Floats) -> Floats:
    with np.errstate(all="ignore"):
        found: Floats = (1 + s) ** -a * hyp2f1(a, a + b - power, a + b, s / (1 + s))
    return found


def _staying_by_quantiles(power: Floats, a: float, b: Floats, s: Floats) -> Floats:
    shapes, where = np.unique(b, return_inverse=True)
    coins = np.array([_quantiles(a, float(shape)) for shape in shapes])[where]
    mean: Floats = np.exp(-power[:, None] * np.log1p(coins * s[:, None])).mean(axis=1)
    return mean


@lru_cache(maxsize=4096)
def _quantiles(a: float, b: float, points: int = 64) -> Floats:
    # An inverse takes long and is asked for again at every node in time.
    levels = (np.arange(points) + 0.5) / points
    coins: Floats = betaincinv(a, b, levels)
    return coins


@cache
def _legendre(points: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) / 2, weights / 2
