"""The likelihood of Pareto/NBD, split so that a distinct (x, t_x, T) costs one exp and one log.

    L = Gamma(r+x) / Gamma(r) alpha^r beta^s { (alpha+T)^-(r+x) (beta+T)^-s + s [G_x(t_x) - G_x(T)] }
      = Gamma(r+x) / Gamma(r) alpha^r beta^s { exp(dead) + exp(end) }
    dead = ln s J_x(t_x) - (r+x) ln(alpha + t_x) - s ln(beta + t_x)
    end  = ln(1 - s J_x(T)) - (r+x) ln(alpha + T) - s ln(beta + T)

with G and J of `tail`. Both terms are positive, so nothing cancels and everything stays in logarithms. `dead` belongs
to the pair (x, t_x), `end` to the pair (x, T) and the gammas to x.
Source: D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting Your Customers, Management Science 33(1);
P. S. Fader and B. G. S. Hardie (2005), A Note on Deriving the Pareto/NBD Model.
"""

import math

import numpy as np
from scipy import special

from vinculo.differentiate.lifetime.model import Counts, Floats, Integers
from vinculo.differentiate.lifetime.pareto import tail
from vinculo.differentiate.lifetime.pareto.tail import Days, Pairs, Shapes

_TINY = 1e-300
_COARSE_DAYS = 64
_NOBODY = 1e-6
_ALIKE = 1e4


class Likelihood:
    """The negative log-likelihood of counts and its gradient in the log-parameters r, alpha, s, beta."""

    def __init__(self, x: Integers, age: Days, tenure: Days, customers: Floats) -> None:
        self._customers = customers
        self._pairs = Pairs.of(np.concatenate([x, x]), np.concatenate([age, tenure]))
        self._last, self._end = np.split(self._pairs.index, 2)
        self._x = x
        self._histogram = np.bincount(x, customers)
        self._longest = float(np.max(tenure, initial=0))

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        """Evaluate at log-parameters, in the unit of the days given."""
        r, alpha, s, beta = natural = np.exp(theta)
        shapes, size = Shapes(r, alpha, s, beta), len(self._pairs.x)
        dead, end, dead_slopes, end_slopes = self._terms(shapes)
        of_last, either = dead.take(self._last), end.take(self._end)
        np.logaddexp(of_last, either, out=either)
        value = float(np.einsum("i,i", self._customers, either))
        of_last -= either
        left = np.exp(of_last, out=of_last)
        left *= self._customers
        by_last = np.bincount(self._last, left, size)
        by_end = np.bincount(self._end, self._customers - left, size)
        slopes = np.einsum("ij,j->i", dead_slopes, by_last) + np.einsum("ij,j->i", end_slopes, by_end)
        repeats, everybody = r + np.arange(len(self._histogram)), self._histogram.sum()
        value += float(np.sum(self._histogram * (special.gammaln(repeats) - special.gammaln(r))))
        value += float(everybody * (r * math.log(alpha) + s * math.log(beta)))
        slopes += everybody * np.array([math.log(alpha), r / alpha, math.log(beta), s / beta])
        slopes[0] += np.sum(self._histogram * (special.digamma(repeats) - special.digamma(r)))
        return -value, -self._settled(shapes, slopes * natural)

    def _settled(self, shapes: Shapes, gradient: Floats) -> Floats:
        """Stop following parameters to zero or infinity where nothing is left to gain and they mean nothing."""
        if shapes.s * math.log1p(self._longest / shapes.beta) < _NOBODY:
            gradient[2:] = 0.0
        if shapes.r > _ALIKE:
            gradient[:2] -= gradient[:2].mean()
        return gradient

    def of_each(self, shapes: Shapes) -> Floats:
        """Return the log-likelihood of one customer of each row."""
        dead, end, *_ = self._terms(shapes)
        own: Floats = special.gammaln(shapes.r + self._x) - special.gammaln(shapes.r)
        own += shapes.r * math.log(shapes.alpha) + shapes.s * math.log(shapes.beta)
        return own + np.logaddexp(dead[self._last], end[self._end])

    def _terms(self, shapes: Shapes) -> tuple[Floats, Floats, Floats, Floats]:
        """Return `dead` and `end` of each pair, and the slopes of both by r, alpha, s, beta."""
        s, at = shapes.s, self._pairs
        p, early, late = shapes.r + at.x, shapes.alpha + at.columns, shapes.beta + at.columns
        log_early, log_late = np.log(early)[at.column], np.log(late)[at.column]
        early, late = early[at.column], late[at.column]
        j, by_r, by_s, by_z = tail.tails(shapes, at, slopes=True)
        slopes = np.stack([by_r, -by_z * late / early**2, by_s, by_z / early])
        weight = p * log_early + s * log_late
        weight_slopes = np.stack([log_early, p / early, log_late, s / late])
        alive = np.maximum(1 - s * j, _TINY)
        dead_slopes = slopes / j - weight_slopes
        dead_slopes[2] += 1 / s
        slopes[2] += j / s
        return np.log(s * j) - weight, np.log(alive) - weight, dead_slopes, -s * slopes / alive - weight_slopes


def coarse(counts: Counts) -> Likelihood:
    """Return the likelihood of the same customers with their days rounded, for finding where to start."""
    width = max(int(counts.tenure_days.max()) // _COARSE_DAYS, 1)
    age = np.rint(counts.age_at_last_days / width).astype(np.int64)
    tenure = np.rint(counts.tenure_days / width).astype(np.int64)
    size = int(tenure.max()) + 1
    keys, index = tail.distinct((counts.repeat_purchase_days * size + age) * size + tenure)
    rounded, customers = keys.astype(np.int64), np.bincount(index, counts.customers)
    age, tenure = rounded // size % size * width, rounded % size * width
    return Likelihood(rounded // size**2, age, tenure, customers.astype(np.float64))
