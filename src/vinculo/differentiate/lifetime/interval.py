"""The interval of a customer's own mean: what he would buy on average, were his own rate and dropout known.

Given his history a customer has dropped out with probability 1 - P(alive) and will buy nothing; if alive, his own
discounted mean m(lambda, p) has a posterior, taken as a gamma distribution with the mean and the variance of the model,
the variance increased by that of the estimated parameters. The interval cuts off (1 - coverage) / 2 of this mixture at
each end and always contains the point estimate. It is not the interval of what the customer will be seen to buy, which
for most starts at 0 and is mostly chance; nor is it the far narrower interval of an average customer with his history.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from vinculo.differentiate.lifetime.model import Floats

Rows = NDArray[np.int32]
"""Places of gamma shapes in a ladder."""
_POINTS = 128
_KNOTS, _SHAPES = 64, 1024
_NARROWEST, _WIDEST = 1e-4, 1e6


@dataclass(frozen=True)
class Ladder:
    """Quantiles of the mixture relative to the mean if alive, by gamma shape (a row) and P(alive) (128 steps)."""

    tail: float
    lowest: float
    """ln of the smallest gamma shape; rows are evenly spaced in it."""
    step: float
    low: Floats
    """By row, then P(alive) from 1 - tail to 1."""
    high: Floats
    """By row, then P(alive) from tail to 1."""

    @classmethod
    def over(cls, gamma_shape: Floats, coverage: float) -> "Ladder":
        """Prepare the quantiles for the shapes that occur."""
        tail = (1 - coverage) / 2
        shapes = np.clip(gamma_shape[np.isfinite(gamma_shape)], _NARROWEST, _WIDEST)
        ends = (np.log(shapes.min()), np.log(shapes.max())) if len(shapes) else (0.0, 0.0)
        knots = np.exp(np.linspace(ends[0], ends[1] + 1e-9, _KNOTS))[:, None]
        steps = np.arange(_POINTS + 1) / _POINTS
        surely, perhaps = 1 - tail + tail * steps, tail + (1 - tail) * steps
        low = gammaincinv(knots, np.maximum(1 - (1 - tail) / surely, 0.0)) / knots
        high = gammaincinv(knots, np.maximum(1 - tail / perhaps, 0.0)) / knots
        step = (ends[1] + 1e-9 - ends[0]) / (_SHAPES - 1)
        return cls(tail, float(ends[0]), float(step), _finer(low), _finer(high))

    def rows(self, gamma_shape: Floats) -> Rows:
        """Return the row of each gamma shape."""
        logs = np.log(np.clip(np.nan_to_num(gamma_shape, nan=1.0), _NARROWEST, _WIDEST))
        return np.clip(np.rint((logs - self.lowest) / self.step), 0, _SHAPES - 1).astype(np.int32)

    def interval(self, row: Rows, p_alive: Floats, mean_if_alive: Floats) -> tuple[Floats, Floats]:
        """Return the lower and upper ends for customers, in the unit of the mean."""
        base = row.astype(np.intp)
        base *= _POINTS + 1
        mean = p_alive * mean_if_alive
        low = _climb(self.low, base, (p_alive - (1 - self.tail)) * (_POINTS / self.tail))
        high = _climb(self.high, base, (p_alive - self.tail) * (_POINTS / (1 - self.tail)))
        low *= mean_if_alive
        high *= mean_if_alive
        return np.minimum(low, mean, out=low), np.maximum(high, mean, out=high)


def _climb(table: Floats, base: NDArray[np.intp], position: Floats) -> Floats:
    """Interpolate between two steps of a row; below the first step it is zero already."""
    np.clip(position, 0.0, _POINTS - 1e-9, out=position)
    step = position.astype(np.intp)
    position -= step
    step += base
    at = table.take(step)
    step += 1
    rise = table.take(step)
    rise -= at
    rise *= position
    at += rise
    return at


def _finer(knots: Floats) -> Floats:
    """Fill the rows between knots linearly, so that a shape needs no second look-up."""
    place = np.linspace(0, _KNOTS - 1, _SHAPES)
    below = np.minimum(place.astype(np.intp), _KNOTS - 2)
    share = (place - below)[:, None]
    filled: Floats = knots[below] * (1 - share) + knots[below + 1] * share
    return filled.ravel()
