"""Gamma-gamma: what a purchase day of a customer is worth on average, learnt from his repeat purchases.

A customer's spends are Gamma(p, nu) with nu ~ Gamma(q, v) among customers and independent of how often he buys, so with
x repeats of mean m the likelihood is

    ln f = lnG(px+q) - lnG(px) - lnG(q) + q ln v + (px-1) ln m + px ln x - (px+q) ln(v + x m)

q is written 1 + exp(theta), so the mean spend always exists. All gamma functions are sums over the histogram of x; only
the last logarithm needs the rows. Source: P. S. Fader and B. G. S. Hardie (2013), The Gamma-Gamma Model of Monetary
Value, note 025.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, polygamma, psi

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.counts import SpendCounts
from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Floats, Integers

NAME = "gamma_gamma"
PARAMETERS = ("p", "q", "v")
FEW_REPEATERS = 10
CORRELATED = 0.3
COARSE = 5_000
_EXTREME = 1_000.0
_NO_MEAN = 0.01

OK = Diagnosis(True, "ok", "The parameters are well determined.")
FEW = Diagnosis(
    False, "few_repeaters", "Fewer than 10 customers have bought again, so everybody is given the same mean spend."
)
SAME_SPEND = Diagnosis(
    False, "same_spend", "All customers spend the same on average, so everybody is given that mean spend."
)
NO_MEAN = Diagnosis(
    False,
    "no_mean",
    "Spend varies so wildly among customers that its mean hardly exists under the model (q near 1): everybody is given "
    "the observed mean spend.",
)
FLAT = Diagnosis(
    False, "flat_ridge", "The likelihood is flat around its maximum: everybody is given the observed mean spend."
)
SAME_CUSTOMERS = Diagnosis(
    True,
    "same_customers",
    "Customers hardly differ in mean spend (q and v go to infinity together): the predictions hold and are all near "
    "the common mean.",
)
CONSTANT = Diagnosis(
    True,
    "constant_spend",
    "Each customer spends nearly the same every time (p goes to infinity): the predictions hold and are near each "
    "one's own mean.",
)
CORRELATED_SENTENCE = (
    "Customers who buy more often also spend more or less each time (the correlation exceeds 0.3), which the spend "
    "model assumes away: read the expected spend of very frequent and very rare buyers with care."
)


@dataclass(frozen=True)
class SpendFit:
    """A fitted spend model; p and q have no unit, v is in major units of the currency."""

    fit: Fit
    """Its `log_covariance` is that of (ln p, ln(q - 1), ln v)."""
    correlation: float
    """Of x and mean spend among repeaters; NaN where it does not exist."""
    warning: str
    """A sentence when the correlation breaks the assumption of independence, else empty."""
    mean_spend_minor: float
    """Mean of a repeat purchase day, everybody together: the fallback; NaN without repeaters."""
    minor_per_major: int

    def expected_spend_minor(self, repeat_purchase_days: Integers, mean_repeat_spend_minor: Floats) -> Floats:
        """Return E[spend of a purchase day | x, mean] = p (v + x m) / (p x + q - 1), in minor units.

        The mean of customers without a repeat is not read (it may be NaN). Where the fit is not identified everybody
        gets the observed mean.
        """
        x = repeat_purchase_days
        if not self.fit.diagnosis.identified:
            return np.full(len(x), self.mean_spend_minor)
        p, q, v = (self.fit.parameters[name] for name in PARAMETERS)
        spent = np.where(x > 0, x * mean_repeat_spend_minor, 0.0)
        expected: Floats = p * (v * self.minor_per_major + spent) / (p * x + q - 1)
        return expected


def fit(spend: SpendCounts, *, minor_per_major: int = 100, penalty: float = 0.0) -> SpendFit:
    """Fit the spend of repeaters by maximum likelihood; never raises: see `SpendFit.fit.diagnosis`.

    Assumes that spend does not depend on the rate of buying (see `SpendFit.warning`). The likelihood is that of means
    in major units, as published.

    >>> from vinculo.differentiate.lifetime.counts import SpendCounts
    >>> x = np.array([1] * 8 + [2] * 4)
    >>> m = np.array([900.0, 1100, 1500, 2400, 2600, 3100, 4000, 7000, 1000, 2000, 3000, 4000])
    >>> found = fit(SpendCounts(x, m, np.ones(12)))
    >>> found.expected_spend_minor(np.array([0, 2]), np.array([np.nan, 7000.0])).round(0)
    array([2705., 5120.])
    """
    diagnosis = _before(spend)
    if diagnosis is not None:
        return _result(
            spend, fitting.unfitted(NAME, PARAMETERS, customers=spend.total, diagnosis=diagnosis), minor_per_major
        )
    rows = _Rows.of(spend, minor_per_major)
    some = rows if len(spend.customers) <= 2 * COARSE else _Rows.of(_sample(spend), minor_per_major)
    mean = _dot(rows.customers, rows.spent) / _dot(rows.customers, rows.repeats_of_row)
    starts = [np.log([p, q - 1, mean * (q - 1) / p]) for p, q in ((6.0, 4.0), (1.0, 2.0))]
    optimum = fitting.maximize(
        lambda theta: _curved(theta, rows)[:2],
        starts,
        penalty=penalty,
        curved=lambda theta: _curved(theta, rows),
        coarse=None if some is rows else lambda theta: _curved(theta, some)[:2],
    )
    natural = np.exp(optimum.theta)
    with np.errstate(invalid="ignore"):
        errors = natural * np.sqrt(np.diag(optimum.log_covariance))
    natural[1] += 1
    fitted = Fit(
        model=NAME,
        parameters=dict(zip(PARAMETERS, natural.tolist(), strict=True)),
        standard_errors=dict(zip(PARAMETERS, errors.tolist(), strict=True)),
        log_covariance=optimum.log_covariance,
        log_likelihood=-optimum.value,
        customers=spend.total,
        evaluations=optimum.evaluations,
        diagnosis=_after(natural, optimum),
    )
    return _result(spend, fitted, minor_per_major)


def correlation(spend: SpendCounts) -> float:
    """Return the correlation of x and mean spend among repeaters; NaN where one of them does not vary."""
    n = spend.customers / spend.total if spend.total else spend.customers
    x = spend.repeat_purchase_days - _dot(n, spend.repeat_purchase_days)
    m = spend.mean_spend_minor - _dot(n, spend.mean_spend_minor)
    scale = _dot(n, x * x) * _dot(n, m * m)
    return _dot(n, x * m) / scale**0.5 if scale > 0 else float("nan")


@dataclass(frozen=True)
class _Rows:
    repeats: Floats
    """The distinct x, and the repeaters who share each."""
    by_repeats: Floats
    log_spent: float
    """Sum over repeaters of x ln(x m)."""
    log_mean: float
    """Sum over repeaters of ln m."""
    repeats_of_row: Floats
    spent: Floats
    """x m, in major units."""
    customers: Floats

    @classmethod
    def of(cls, spend: SpendCounts, minor_per_major: int) -> "_Rows":
        n, x = spend.customers, spend.repeat_purchase_days.astype(np.float64)
        mean = spend.mean_spend_minor / minor_per_major
        by_repeats = np.bincount(spend.repeat_purchase_days, weights=n).astype(np.float64, copy=False)
        present = np.flatnonzero(by_repeats)
        return cls(
            repeats=present.astype(np.float64),
            by_repeats=by_repeats[present],
            log_spent=_dot(n, x * np.log(x * mean)),
            log_mean=_dot(n, np.log(mean)),
            repeats_of_row=x,
            spent=x * mean,
            customers=n,
        )


def _sample(spend: SpendCounts) -> SpendCounts:
    """Take a systematic sample of repeaters in the order of (x, mean), weighted up to all of them."""
    reached = np.cumsum(spend.customers)
    picked = np.searchsorted(reached, (np.arange(COARSE) + 0.5) * reached[-1] / COARSE)
    chosen, times = np.unique(picked, return_counts=True)
    weights: Floats = times * (reached[-1] / COARSE)
    return SpendCounts(spend.repeat_purchase_days[chosen], spend.mean_spend_minor[chosen], weights)


def _curved(theta: Floats, rows: _Rows) -> tuple[float, Floats, Floats]:
    """Return the negative log-likelihood, its gradient and Hessian in (ln p, ln(q - 1), ln v)."""
    natural = np.exp(theta)
    p, q, v = natural[0], 1 + natural[1], natural[2]
    x, n = rows.repeats, rows.by_repeats
    total = n.sum()
    reach = v + rows.spent
    log_reach, share = np.log(reach), rows.customers / reach
    shape = p * rows.repeats_of_row + q
    logs, logs_by_x = _dot(rows.customers, log_reach), _dot(rows.customers * rows.repeats_of_row, log_reach)
    value = n @ (gammaln(p * x + q) - gammaln(p * x)) + total * (q * np.log(v) - gammaln(q))
    value += p * rows.log_spent - rows.log_mean - p * logs_by_x - q * logs
    slope, bend = np.zeros(3), np.zeros((3, 3))
    slope[0] = n @ (x * (psi(p * x + q) - psi(p * x))) + rows.log_spent - logs_by_x
    slope[1] = n @ psi(p * x + q) + total * (np.log(v) - psi(q)) - logs
    slope[2] = total * q / v - _dot(shape, share)
    curve = polygamma(1, p * x + q)
    bend[0, 0] = n @ (x * x * (curve - polygamma(1, p * x)))
    bend[0, 1] = bend[1, 0] = n @ (x * curve)
    bend[1, 1] = n @ curve - total * polygamma(1, q)
    bend[0, 2] = bend[2, 0] = -_dot(rows.repeats_of_row, share)
    bend[1, 2] = bend[2, 1] = total / v - share.sum()
    bend[2, 2] = -total * q / v**2 + _dot(shape / reach, share)
    gradient: Floats = natural * slope
    hessian: Floats = np.outer(natural, natural) * bend + np.diag(gradient)
    return -float(value), -gradient, -hessian


def _dot(left: Floats, right: Floats | Integers) -> float:
    """Multiply and add without BLAS, which would wake a second thread for it."""
    return float(np.sum(left * right))


def _before(spend: SpendCounts) -> Diagnosis | None:
    if spend.total < FEW_REPEATERS:
        return FEW
    low, high = spend.mean_spend_minor.min(), spend.mean_spend_minor.max()
    return SAME_SPEND if high - low <= 1e-9 * high else None


def _after(natural: Floats, optimum: fitting.Optimum) -> Diagnosis:
    p, q, _ = natural
    if q < 1 + _NO_MEAN:
        return NO_MEAN
    if p > _EXTREME:
        return CONSTANT
    if q > _EXTREME:
        return SAME_CUSTOMERS
    return OK if optimum.identified else FLAT


def _result(spend: SpendCounts, fitted: Fit, minor_per_major: int) -> SpendFit:
    linked = correlation(spend)
    weight = spend.customers * spend.repeat_purchase_days
    return SpendFit(
        fit=fitted,
        correlation=linked,
        warning=CORRELATED_SENTENCE if abs(linked) > CORRELATED else "",
        mean_spend_minor=_dot(weight, spend.mean_spend_minor) / float(weight.sum()) if len(weight) else float("nan"),
        minor_per_major=minor_per_major,
    )
