"""What a customer of Pareto/NBD who is alive at T will do.

Given alive at T after x repeats, lambda ~ gamma(r + x, alpha + T) and mu ~ gamma(s, beta + T), independent: so what is
expected is (r + x) / (alpha + T) times the time he is expected to stay, which depends on T alone. With B = beta + T he
is still there after t days with probability (B / (B + t))^s.
"""

from functools import cache

import numpy as np
from scipy import special

from vinculo.differentiate.lifetime.model import Floats
from vinculo.differentiate.lifetime.pareto.tail import Shapes

_NODES = 64
_FORGOTTEN = 40.0
"""exp(-40) of a purchase is left out of an integral without end."""


def stay(shapes: Shapes, tenure: Floats, days: Floats) -> Floats:
    """Return the expected days alive within the next days: B (1 - k^(1-s)) / (s - 1), k = 1 + days / B.

    At s = 1 it is B ln k. Source: Schmittlein, Morrison and Colombo (1987).
    """
    scale = shapes.beta + tenure
    growth = np.log1p(days / scale)
    found: Floats = scale * growth * special.exprel((1 - shapes.s) * growth)
    return found


def discounted_stay(shapes: Shapes, tenure: Floats, *, daily_rate: float, horizon: float | None) -> Floats:
    """Return the integral over 0 < y < horizon of exp(-rate y) (B / (B + y))^s; None is without end.

    Without end and without discount it is B / (s - 1), infinite unless s > 1. Source of DERT: Fader, Hardie and Lee
    (2005), RFM and CLV, Journal of Marketing Research 42(4); by quadrature here, since the closed form in Tricomi's
    function is hard to evaluate.
    """
    scale = shapes.beta + tenure
    if horizon is None and daily_rate <= 0:
        return scale / (shapes.s - 1) if shapes.s > 1 else np.full(len(scale), np.inf)
    end = _end(daily_rate, horizon)
    points, weights = _legendre()
    reach = np.log1p(end / scale)[:, np.newaxis]
    q = reach * points
    exponent = (1 - shapes.s) * q - daily_rate * scale[:, np.newaxis] * np.expm1(q)
    found: Floats = scale * np.sum(reach * weights * np.exp(exponent), axis=1)
    return found


def squared_stay(shapes: Shapes, tenure: Floats, *, daily_rate: float, horizon: float) -> Floats:
    """Return E[m^2] of the discounted time m = integral over 0 < y < horizon of exp(-(rate + mu) y), mu unknown.

    The product of two times y + y' = v leaves one integral of exp(-rate v) (B / (B + v))^s min(v, 2 horizon - v).
    """
    points, weights = _legendre()
    total = np.zeros(len(tenure))
    scale = (shapes.beta + tenure)[:, np.newaxis]
    for low in (0.0, horizon):
        v = low + horizon * points
        weight = horizon * weights * np.minimum(v, 2 * horizon - v) * np.exp(-daily_rate * v)
        total += np.sum(weight * np.exp(-shapes.s * np.log1p(v / scale)), axis=1)
    return total


def _end(daily_rate: float, horizon: float | None) -> float:
    forgotten = _FORGOTTEN / daily_rate if daily_rate > 0 else np.inf
    return forgotten if horizon is None else min(horizon, forgotten)


@cache
def _legendre() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    return (points + 1) / 2, weights / 2
