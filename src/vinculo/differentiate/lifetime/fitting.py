"""Fitting: one maximum likelihood driver for every model of this folder.

Parameters are positive and optimised as logarithms, so no bound is ever violated and q > 1 and the like are said by
parametrisation. Each model gives its negative log-likelihood; a gradient and a Hessian are used where given and taken
by differences where not. Several starts are tried (on a coarse sample of the data where one is given), then damped
Newton steps on the full data end at the optimum, whose Hessian gives the standard errors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Floats

Objective = Callable[[Floats], tuple[float, Floats | None]]
"""theta (log-parameters) -> negative log-likelihood and its gradient in theta; None asks for differences."""
Curved = Callable[[Floats], tuple[float, Floats, Floats]]
"""theta -> negative log-likelihood, gradient and Hessian in theta."""

LOWEST, HIGHEST = -18.0, 18.0
"""The log-parameters are searched in this box: 1.5e-8 .. 6.6e7."""
_NEWTON_STEPS = 40
_DESCENT_STEPS = 200
_DECREMENT = 1e-12
_LAST = 1e-3
_LITTLE = 0.01
"""A Newton step gains half its decrement near an optimum; one that gains so little of it runs along a ridge."""
_HUGE = 1e300
_RIDGE = 1e-2
"""Curvature below which a direction is not determined: its standard error would be a factor of e^10."""


@dataclass(frozen=True)
class Optimum:
    """Where a maximisation ended, in log-parameters."""

    theta: Floats
    log_covariance: Floats
    """Inverse Hessian at the optimum; NaN for parameters along a ridge, which the data do not determine."""
    value: float
    """The plain negative log-likelihood there, without penalty."""
    evaluations: int
    """Evaluations of the full likelihood (those of a coarse sample are not counted)."""
    converged: bool
    """The Newton decrement vanished, inside the box."""

    @property
    def identified(self) -> bool:
        """Return whether the optimum is a proper one: converged, with a covariance."""
        return self.converged and bool(np.isfinite(self.log_covariance).all())


def maximize(
    objective: Objective,
    starts: Sequence[Floats],
    *,
    penalty: float = 0.0,
    curved: Curved | None = None,
    coarse: Objective | None = None,
) -> Optimum:
    """Return the maximum likelihood estimate of log-parameters.

    `penalty` adds penalty * sum(theta**2) to the negative log-likelihood. `coarse` estimates the same likelihood, in
    the same scale, from a small part of the data: the starts compete there and only the winner is polished on the full
    one. `curved` gives value, gradient and Hessian together, which makes the polish a handful of evaluations. Never
    raises for lack of convergence: see `Optimum.converged`.

    >>> import numpy as np
    >>> def poisson(theta):  # three events in two days: the rate is 1.5
    ...     return 2 * np.exp(theta[0]) - 3 * theta[0], np.array([2 * np.exp(theta[0]) - 3])
    >>> optimum = maximize(poisson, [np.array([0.0])])
    >>> bool(optimum.converged), round(float(np.exp(optimum.theta[0])), 6)
    (True, 1.5)
    """
    full = _Penalized(objective, penalty, curved)
    search = full if coarse is None else _Penalized(coarse, penalty, None)
    ends = [_descend(search, np.asarray(start, dtype=np.float64)) for start in starts]
    theta = min(ends, key=lambda end: end[0])[1]
    optimum = _polish(full, theta)
    if coarse is None or optimum.identified:
        return optimum
    # A small sample may lie on a ridge where all the data do not: then a mere start is better than where it led.
    value, theta = min(((full.value(start)[0], start) for start in starts), key=lambda begin: begin[0])
    if value >= full.penalized(optimum):
        return optimum
    return _polish(full, _descend(full, theta)[1])


def fit(
    model: str,
    names: Sequence[str],
    optimum: Optimum,
    *,
    customers: float,
    diagnosis: Diagnosis,
    log_likelihood: float | None = None,
) -> Fit:
    """Return the fit that an optimum of log-parameters amounts to; standard errors by the delta method."""
    parameters = np.exp(optimum.theta)
    with np.errstate(invalid="ignore"):
        errors = parameters * np.sqrt(np.diag(optimum.log_covariance))
    return Fit(
        model=model,
        parameters=dict(zip(names, parameters.tolist(), strict=True)),
        standard_errors=dict(zip(names, errors.tolist(), strict=True)),
        log_covariance=optimum.log_covariance,
        log_likelihood=-optimum.value if log_likelihood is None else log_likelihood,
        customers=customers,
        evaluations=optimum.evaluations,
        diagnosis=diagnosis,
    )


def unfitted(model: str, names: Sequence[str], *, customers: float, diagnosis: Diagnosis) -> Fit:
    """Return the fit of data that cannot be fitted at all: every figure NaN, the diagnosis says why."""
    nothing = dict.fromkeys(names, float("nan"))
    covariance = np.full((len(names), len(names)), np.nan)
    return Fit(model, nothing, dict(nothing), covariance, float("nan"), customers, 0, diagnosis)


def log_draws(fit: Fit, draws: int, seed: int) -> Floats:
    """Return draws of the log-parameters from N(theta, H^-1), one a row, parameters in the order of the fit.

    A parameter without a known variance stays at its estimate in every draw.
    """
    theta = np.log(np.fromiter(fit.parameters.values(), dtype=np.float64))
    values, vectors = np.linalg.eigh(np.nan_to_num(fit.log_covariance, nan=0.0))
    normal = np.random.default_rng(seed).standard_normal((draws, len(theta)))
    drawn: Floats = theta + (normal * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return np.clip(drawn, LOWEST, HIGHEST)


class _Penalized:
    """An objective with its L2 penalty, counting evaluations and filling in derivatives by differences."""

    def __init__(self, objective: Objective, penalty: float, curved: Curved | None) -> None:
        self.objective, self.penalty, self._curved = objective, penalty, curved
        self.has_curvature = curved is not None
        self.evaluations = 0

    def value(self, theta: Floats) -> tuple[float, Floats | None]:
        self.evaluations += 1
        with np.errstate(all="ignore"):
            value, gradient = self.objective(theta)
        value = float(value) + self.penalty * float(theta @ theta)
        if not np.isfinite(value):
            return _HUGE, None if gradient is None else np.zeros_like(theta)
        return value, None if gradient is None else gradient + 2 * self.penalty * theta

    def penalized(self, optimum: Optimum) -> float:
        return optimum.value + self.penalty * float(optimum.theta @ optimum.theta)

    def sloped(self, theta: Floats) -> tuple[float, Floats]:
        value, gradient = self.value(theta)
        return value, self._slopes(theta) if gradient is None else gradient

    def curved(self, theta: Floats) -> tuple[float, Floats, Floats]:
        if self._curved is not None:
            self.evaluations += 1
            with np.errstate(all="ignore"):
                value, gradient, hessian = self._curved(theta)
            value += self.penalty * float(theta @ theta)
            return value, gradient + 2 * self.penalty * theta, hessian + 2 * self.penalty * np.eye(len(theta))
        value, given = self.value(theta)
        if given is not None:
            return value, given, self._hessian_of_slopes(theta)
        return value, self._slopes(theta), self._hessian_of_values(theta, value)

    def _slopes(self, theta: Floats, step: float = 1e-5) -> Floats:
        rises = [self.value(theta + e)[0] - self.value(theta - e)[0] for e in step * np.eye(len(theta))]
        slopes: Floats = np.array(rises) / (2 * step)
        return slopes

    def _hessian_of_slopes(self, theta: Floats, step: float = 1e-4) -> Floats:
        rows = [
            (cast("Floats", self.value(theta + e)[1]) - cast("Floats", self.value(theta - e)[1])) / (2 * step)
            for e in step * np.eye(len(theta))
        ]
        hessian = np.array(rows)
        symmetric: Floats = (hessian + hessian.T) / 2
        return symmetric

    def _hessian_of_values(self, theta: Floats, value: float, step: float = 1e-3) -> Floats:
        steps = step * np.eye(len(theta))
        hessian = np.empty((len(theta), len(theta)))
        for i, left in enumerate(steps):
            ahead, behind = self.value(theta + left)[0], self.value(theta - left)[0]
            hessian[i, i] = (ahead - 2 * value + behind) / step**2
            for j, right in enumerate(steps[:i]):
                same = self.value(theta + left + right)[0] + self.value(theta - left - right)[0]
                cross = self.value(theta + left - right)[0] + self.value(theta - left + right)[0]
                hessian[i, j] = hessian[j, i] = (same - cross) / (4 * step**2)
        return hessian


def _descend(search: _Penalized, start: Floats) -> tuple[float, Floats]:
    """Run a quasi-Newton (BFGS) search, inside the box, to the neighbourhood of an optimum.

    Written out because the search of scipy wakes a second BLAS thread at each step of these few parameters, which costs
    more than all evaluations of a likelihood.
    """
    theta = np.clip(start, LOWEST, HIGHEST)
    value, gradient = search.sloped(theta)
    scale = max(abs(value), 1.0)
    inverse = np.eye(len(theta)) / max(float(np.abs(gradient).max()), 1e-12)
    for taken in range(_DESCENT_STEPS):
        free = ~(((theta <= LOWEST) & (gradient > 0)) | ((theta >= HIGHEST) & (gradient < 0)))
        slope = np.where(free, gradient, 0.0)
        step = np.where(free, -inverse @ slope, 0.0)
        if np.abs(slope).max() <= 1e-7 * scale or not slope @ step < 0:
            break
        step *= min(1.0, 2.0 / float(np.abs(step).max()))
        moved = _step_down(search, theta, step, value, float(slope @ step))
        if moved is None:
            break
        change, turn = moved[0] - theta, moved[2] - gradient
        inverse = _bfgs(inverse, change, turn, first=taken == 0)
        little = value - moved[1] <= 1e-11 * scale
        theta, value, gradient = moved
        if little:
            break
    return value, theta


def _step_down(
    search: _Penalized, theta: Floats, step: Floats, value: float, slope: float
) -> tuple[Floats, float, Floats] | None:
    """Shorten the step until the objective falls; None when it does not."""
    share = 1.0
    for _ in range(30):
        there = np.clip(theta + share * step, LOWEST, HIGHEST)
        found, gradient = search.sloped(there)
        if found <= value + 1e-4 * share * slope and np.isfinite(gradient).all():
            return there, found, gradient
        # The lowest point of the parabola through what is known, but neither hardly nor vastly shorter.
        lowest = -slope * share / (2 * ((found - value) / share - slope))
        share = min(max(lowest, 0.1 * share), 0.5 * share)
    return None


def _bfgs(inverse: Floats, change: Floats, turn: Floats, *, first: bool) -> Floats:
    """Update the inverse Hessian by what the gradient did (Nocedal and Wright 2006, 6.17)."""
    curvature = float(change @ turn)
    if not curvature > 1e-12 * float(np.abs(change).max() * np.abs(turn).max()):
        return inverse  # it bends back here: nothing is learnt
    size = len(change)
    known = np.eye(size) * (curvature / float(turn @ turn)) if first else inverse
    keep = np.eye(size) - np.outer(change, turn) / curvature
    updated: Floats = keep @ known @ keep.T + np.outer(change, change) / curvature
    return updated


def _polish(full: _Penalized, theta: Floats) -> Optimum:
    """Take damped Newton steps until the decrement vanishes: what is left is far below a standard error."""
    value, gradient, hessian = full.curved(theta)
    converged = False
    for _ in range(_NEWTON_STEPS):
        step = _newton_step(gradient, hessian)
        decrement = float(-gradient @ step)
        # Rounding of a sum of n logarithms grows with its size: no step can do better than that.
        if decrement <= max(_DECREMENT, 1e-15 * abs(value)):
            converged = True
            if float(np.abs(step).max()) < _LAST:
                # The error after a Newton step is of the order of its square: this one needs no evaluation.
                theta = theta + step
            break
        moved = _backtrack(full, theta, step, value, decrement)
        if moved is None:
            converged = decrement < 1e-6
            break
        gained = value - moved[1]
        theta, value, gradient, hessian = moved
        if gained < _LITTLE * decrement or not _inside(theta):
            converged = decrement < 1e-6
            break
    inside = _inside(theta)
    covariance = _inverse(hessian)
    plain = value - full.penalty * float(theta @ theta)
    return Optimum(theta, covariance, plain, full.evaluations, converged and inside)


def _inside(theta: Floats) -> bool:
    return bool(np.all((theta > LOWEST + 1.0) & (theta < HIGHEST - 1.0)))


def _newton_step(gradient: Floats, hessian: Floats) -> Floats:
    """Solve for the step with eigenvalues made positive, no longer than 3 in any log-parameter."""
    if not np.isfinite(hessian).all() or not np.isfinite(gradient).all():
        return np.zeros_like(gradient)
    values, vectors = np.linalg.eigh(hessian)
    values = np.maximum(np.abs(values), 1e-10 * max(float(np.abs(values).max()), 1e-10))
    step: Floats = -(vectors / values) @ (vectors.T @ gradient)
    longest = float(np.abs(step).max())
    return step if longest <= 3.0 else step * (3.0 / longest)


def _backtrack(
    full: _Penalized, theta: Floats, step: Floats, value: float, decrement: float
) -> tuple[Floats, float, Floats, Floats] | None:
    """Halve the step until the objective falls; None when it does not."""
    share = 1.0
    for _ in range(25):
        there = np.clip(theta + share * step, LOWEST, HIGHEST)
        # With derivatives for free one evaluation does; by differences they are worth taking only where it fell.
        curved = full.curved(there) if full.has_curvature else None
        found = full.value(there)[0] if curved is None else curved[0]
        slack = 1e-13 * abs(value)
        if np.isfinite(found) and found <= value - 1e-4 * share * decrement + slack:
            return there, *(full.curved(there) if curved is None else curved)
        share /= 2
    return None


def _inverse(hessian: Floats) -> Floats:
    """Invert a Hessian; NaN for the parameters that lie along a ridge, the others as if the ridge were fixed."""
    covariance = np.full(hessian.shape, np.nan)
    if not np.isfinite(hessian).all():
        return covariance
    values, vectors = np.linalg.eigh(hessian)
    firm = values > max(_RIDGE, 1e-10 * float(values.max()))
    along = (np.abs(vectors[:, ~firm]) > 0.05).any(axis=1)
    kept = np.flatnonzero(~along)
    inverse: Floats = (vectors[:, firm] / values[firm]) @ vectors[:, firm].T
    covariance[np.ix_(kept, kept)] = inverse[np.ix_(kept, kept)]
    return covariance
