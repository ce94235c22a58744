"""The NBD model without dropout: the fallback that always exists, from one customer on.

Each customer buys at a constant rate of his own, rates are spread by a gamma distribution, nobody is lost. A customer's
forecast is his own rate x/T drawn towards the rate of everybody; it overstates where customers do leave.
Source: Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1), for the model;
Schmittlein, Bemmaor & Morrison (1985), Marketing Science 4(3), for the conditional expectation.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln, polygamma

from vinculo.differentiate.lifetime import model

PRIOR_CUSTOMERS = 1.0
"""Weight of the prior: so many customers seen for a year, half of them with one repeat purchase day."""
PRIOR_DAYS = 365
PRIOR_LOG_SHAPE_SD = 2.0
"""Normal prior of ln r around 0: where the data say nothing, rates are spread exponentially."""
_LIMITS = (math.log(1e-3), math.log(1e4)), (math.log(1e-3), math.log(1e9))
_ITERATIONS = 40
_TOLERANCE = 1e-9


class PoissonGamma:
    """Poisson purchases with gamma-distributed rates (NBD), no dropout: r is the shape, alpha the scale in days."""

    name: str = "nbd"
    parameters: tuple[str, ...] = ("r", "alpha")

    def fit(self, counts: model.Counts, *, penalty: float = 0.0, start: dict[str, float] | None = None) -> model.Fit:
        """Fit by penalised maximum likelihood from moments; never fails and never returns without numbers.

        The named prior (`PRIOR_*`) weighs as one customer, so its effect is seen only where there are hardly any.
        """
        weighed = _with_prior(counts)
        point = _log(start) if start else _moments(weighed)
        best, value = point, _penalised(weighed, point, penalty)
        evaluations = 1
        damping = 1e-3
        for _ in range(_ITERATIONS):
            slope, curvature = _derivatives(weighed, best, penalty)
            step = np.linalg.solve(_positive(-curvature) + damping * np.eye(2), slope)
            trial = np.clip(best + np.clip(step, -2, 2), *np.transpose(_LIMITS))
            reached = _penalised(weighed, trial, penalty)
            evaluations += 1
            if not reached > value:
                damping *= 10
                if damping > 1e8 or abs(reached - value) <= _TOLERANCE:
                    break
                continue
            gain, best, value, damping = reached - value, trial, reached, damping / 10
            if gain <= _TOLERANCE * (1 + abs(value)):
                break
        return _described(counts, best, _derivatives(weighed, best, penalty)[1], evaluations)

    def expected_purchases(
        self, parameters: dict[str, float], histories: model.Histories, horizon_days: float
    ) -> model.Floats:
        """Return E[purchase days in (T, T + t]] = (r + x) / (alpha + T) * t."""
        return _rate(parameters, histories) * horizon_days

    def p_buys(self, parameters: dict[str, float], histories: model.Histories, horizon_days: float) -> model.Floats:
        """Return P(at least one purchase day in (T, T + t]) = 1 - ((alpha + T) / (alpha + T + t))^(r + x)."""
        exposure = parameters["alpha"] + histories.tenure_days
        weight = parameters["r"] + histories.repeat_purchase_days
        return np.asarray(-np.expm1(-weight * np.log1p(horizon_days / exposure)))

    def p_alive(self, parameters: dict[str, float], histories: model.Histories) -> model.Floats:
        """Return 1 for everybody: this model knows no dropout."""
        return np.ones(len(histories.tenure_days))

    def discounted_purchases(
        self,
        parameters: dict[str, float],
        histories: model.Histories,
        daily_rate: float,
        horizon_days: float | None,
    ) -> model.Floats:
        """Return rate * (1 - exp(-d t)) / d, discounted continuously; without end rate / d, infinite for d = 0."""
        if horizon_days is None:
            years = math.inf if daily_rate <= 0 else 1 / daily_rate
        else:
            years = horizon_days if daily_rate == 0 else -math.expm1(-daily_rate * horizon_days) / daily_rate
        return _rate(parameters, histories) * years

    def expected_from_first(self, parameters: dict[str, float], days: model.Floats) -> model.Floats:
        """Return E[X(t)] = r / alpha * t."""
        return np.asarray(parameters["r"] / parameters["alpha"] * days)


MODEL: model.Model = PoissonGamma()


def _rate(parameters: dict[str, float], histories: model.Histories) -> model.Floats:
    weight = parameters["r"] + histories.repeat_purchase_days
    return np.asarray(weight / (parameters["alpha"] + histories.tenure_days))


def _with_prior(counts: model.Counts) -> model.Counts:
    half = PRIOR_CUSTOMERS / 2
    return model.Counts(
        np.append(counts.repeat_purchase_days, [0, 1]),
        np.append(counts.age_at_last_days, [0, PRIOR_DAYS // 2]),
        np.append(counts.tenure_days, [PRIOR_DAYS, PRIOR_DAYS]),
        np.append(counts.customers, [half, half]),
    )


def _log(parameters: dict[str, float]) -> NDArray[np.float64]:
    return np.asarray(np.clip(np.log([parameters["r"], parameters["alpha"]]), *np.transpose(_LIMITS)))


def _moments(counts: model.Counts) -> NDArray[np.float64]:
    # mean of x = m T and variance of x = m T + v T^2, with m and v the mean and the variance of the customers' rates
    x, tenure, n = counts.repeat_purchase_days, counts.tenure_days, counts.customers
    rate = float((n * x).sum() / (n * tenure).sum())
    spread = float((n * ((x - rate * tenure) ** 2 - x)).sum() / (n * tenure.astype(np.float64) ** 2).sum())
    shape = min(max(rate**2 / spread, 0.05), 20.0) if spread > 0 else 20.0
    return _log({"r": shape, "alpha": shape / rate})


def _log_likelihood(counts: model.Counts, point: NDArray[np.float64]) -> float:
    # ln L = sum n [ln G(r + x) - ln G(r) + r ln alpha - (r + x) ln(alpha + T)]
    shape, scale = np.exp(point)
    repeats, which = np.unique(counts.repeat_purchase_days, return_inverse=True)
    weights = np.bincount(which, counts.customers)
    levels = float((weights * (gammaln(shape + repeats) - gammaln(shape) + shape * math.log(scale))).sum())
    exposure = np.log(scale + counts.tenure_days)
    return levels - float((counts.customers * (shape + counts.repeat_purchase_days) * exposure).sum())


def _penalised(counts: model.Counts, point: NDArray[np.float64], penalty: float) -> float:
    prior = point[0] ** 2 / (2 * PRIOR_LOG_SHAPE_SD**2)
    return _log_likelihood(counts, point) - float(prior) - penalty * float((point**2).sum())


def _derivatives(
    counts: model.Counts, point: NDArray[np.float64], penalty: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shape, scale = np.exp(point)
    n, x = counts.customers, counts.repeat_purchase_days
    exposure = scale + counts.tenure_days
    repeats, which = np.unique(x, return_inverse=True)
    weights = np.bincount(which, n)
    total = n.sum()
    by_shape = (weights * (digamma(shape + repeats) - digamma(shape))).sum() + (n * np.log(scale / exposure)).sum()
    by_scale = total * shape / scale - (n * (shape + x) / exposure).sum()
    shape_shape = (weights * (polygamma(1, shape + repeats) - polygamma(1, shape))).sum()
    shape_scale = total / scale - (n / exposure).sum()
    scale_scale = (n * (shape + x) / exposure**2).sum() - total * shape / scale**2
    slope = np.array([shape * by_shape, scale * by_scale])
    curvature = np.array(
        [
            [shape**2 * shape_shape + slope[0], shape * scale * shape_scale],
            [shape * scale * shape_scale, scale**2 * scale_scale + slope[1]],
        ]
    )
    slope -= [point[0] / PRIOR_LOG_SHAPE_SD**2, 0.0] + 2 * penalty * point
    curvature -= np.diag([1 / PRIOR_LOG_SHAPE_SD**2 + 2 * penalty, 2 * penalty])
    return slope, curvature


def _positive(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    positive: NDArray[np.float64] = (vectors * np.maximum(np.abs(values), 1e-9)) @ vectors.T
    return positive


def _described(
    counts: model.Counts, point: NDArray[np.float64], curvature: NDArray[np.float64], evaluations: int
) -> model.Fit:
    shape, scale = np.exp(point)
    covariance = np.linalg.inv(_positive(-curvature)).astype(np.float64)
    errors = np.exp(point) * np.sqrt(np.diag(covariance))
    repeaters = float(counts.customers[counts.repeat_purchase_days > 0].sum())
    return model.Fit(
        model="nbd",
        parameters={"r": float(shape), "alpha": float(scale)},
        standard_errors={"r": float(errors[0]), "alpha": float(errors[1])},
        log_covariance=covariance,
        log_likelihood=_log_likelihood(counts, point),
        customers=counts.total,
        evaluations=evaluations,
        diagnosis=_diagnosis(repeaters),
    )


def _diagnosis(repeaters: float) -> model.Diagnosis:
    if repeaters < 10:
        return model.Diagnosis(True, "few_repeats", FEW_REPEATS)
    return model.Diagnosis(True, "no_dropout", NO_DROPOUT)


FEW_REPEATS = "Fewer than ten customers bought again: the forecast leans on a prior of half a repeat purchase a year."
NO_DROPOUT = "This model knows no dropout: it draws each customer's own rate towards everybody's and forgets nobody."
