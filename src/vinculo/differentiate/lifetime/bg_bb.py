"""BG/BB: at each opportunity (a mailing, a month, a yearly appeal) a customer buys or not, until he leaves for good.

While alive a customer buys at an opportunity with probability p ~ beta(alpha, beta); before each one he leaves with
probability theta ~ beta(gamma, delta). With x periods bought in, the last of them t_x, among n opportunities

    L = A(x, n) + sum over i = t_x .. n-1 of D(x, i)
    A(x, n) = B(alpha+x, beta+n-x) / B(alpha, beta) * B(gamma, delta+n) / B(gamma, delta)
    D(x, i) = B(alpha+x, beta+i-x) / B(alpha, beta) * B(gamma+1, delta+i) / B(gamma, delta)

Source: P. S. Fader, B. G. S. Hardie and J. Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual
Setting, Marketing Science 29(6):1086-1108.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln, hyp2f1

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Floats, Integers
from vinculo.foundation.errors import InputError

PARAMETERS = ("alpha", "beta", "gamma", "delta")
_FEW_REPEATERS = 30
_HOMOGENEOUS = 1_000.0
_NO_DROPOUT = 1e-3

OK = Diagnosis(True, "ok", "The parameters are well determined.")
NO_CUSTOMERS = Diagnosis(
    False, "no_customers", "There are no customers with an opportunity, so there is nothing to fit."
)
NO_REPEATS = Diagnosis(
    False,
    "no_repeats",
    "No customer has used an opportunity to buy again, so neither a chance of buying nor one of leaving can be told "
    "from the data.",
)
FEW_REPEATS = Diagnosis(
    False,
    "few_repeats",
    "Fewer than 30 customers have used an opportunity to buy again, so the model is not determined: use a simple rule.",
)
ONE_OPPORTUNITY = Diagnosis(
    False,
    "one_opportunity",
    "Nobody has had more than two opportunities, so buying less cannot be told from leaving: take shorter periods.",
)
FLAT = Diagnosis(
    False,
    "flat_ridge",
    "The likelihood is flat around its maximum, so different parameters explain the data equally well: add a penalty "
    "or use a simpler model.",
)
DROPOUT_ABSENT = Diagnosis(
    True,
    "no_dropout",
    "No dropout can be detected (gamma goes to zero): customers keep their own chances of buying, and the purchase "
    "part of the model holds.",
)
HOMOGENEOUS = Diagnosis(
    True,
    "no_heterogeneity",
    "All customers have nearly the same chance of buying or of leaving: only its mean is determined, and the "
    "predictions hold.",
)


@dataclass(frozen=True)
class OpportunityCounts:
    """One row a distinct (x, t_x, n): repeat periods, the last of them, opportunities so far, and who share them."""

    repeat_periods: Integers
    last_repeat_period: Integers
    """Number of the last opportunity bought at, counted from 1; 0 when there is none."""
    opportunities: Integers
    customers: Floats

    def __post_init__(self) -> None:
        x, last, n = self.repeat_periods, self.last_repeat_period, self.opportunities
        wrong = (x < 0) | (x > last) | (last > n) | ((x == 0) != (last == 0)) | (self.customers < 0)
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise InputError(
                "Row {row} cannot be: {repeats} repeat periods, the last at {last}, of {opportunities} opportunities. "
                "Repeats can be no more than the number of the last one, and that no more than the opportunities.",
                row=row,
                repeats=x[row],
                last=last[row],
                opportunities=n[row],
            )

    @property
    def total(self) -> float:
        """Return the number of customers."""
        return float(self.customers.sum())


def fit(counts: OpportunityCounts, *, penalty: float = 0.0, start: dict[str, float] | None = None) -> Fit:
    """Fit by maximum likelihood; never raises for lack of convergence: see `Fit.diagnosis`."""
    hopeless = _before(counts)
    if hopeless is not None:
        return fitting.unfitted("bg_bb", PARAMETERS, customers=counts.total, diagnosis=hopeless)
    guesses = [(1.0, 1.0, 0.5, 2.0), (0.5, 2.0, 1.0, 10.0)]
    if start is not None:
        guesses.insert(0, (start["alpha"], start["beta"], start["gamma"], start["delta"]))
    optimum = fitting.maximize(_Likelihood(counts), [np.log(guess) for guess in guesses], penalty=penalty)
    return fitting.fit("bg_bb", PARAMETERS, optimum, customers=counts.total, diagnosis=_after(counts, optimum))


def log_likelihoods(parameters: dict[str, float], counts: OpportunityCounts) -> Floats:
    """Return the log-likelihood of one customer of each row."""
    natural = np.array([parameters[name] for name in PARAMETERS])
    return _Likelihood(counts).terms(natural)[2]


def p_alive(parameters: dict[str, float], counts: OpportunityCounts, *, ahead: int = 1) -> Floats:
    """Return P(alive at opportunity n + ahead) of each row; ahead = 1 is the next opportunity, as the paper reports it.

    A(x, n) B(gamma, delta+n+ahead) / B(gamma, delta+n) / L: to be alive at an opportunity is to be able to buy there.
    """
    gamma, delta = parameters["gamma"], parameters["delta"]
    n = counts.opportunities
    survives = betaln(gamma, delta + n + ahead) - betaln(gamma, delta + n)
    found: Floats = np.exp(_log_alive(parameters, counts) + survives)
    return found


def expected_purchases(parameters: dict[str, float], counts: OpportunityCounts, opportunities: int) -> Floats:
    """Return the expected number of the next opportunities that a customer of each row buys at."""
    return discounted_purchases(parameters, counts, rate=0.0, opportunities=opportunities)


def p_buys(parameters: dict[str, float], counts: OpportunityCounts, opportunities: int) -> Floats:
    """Return P(buys at least once at the next opportunities) = 1 - L(x, t_x, n + opportunities) / L(x, t_x, n)."""
    later = OpportunityCounts(
        counts.repeat_periods, counts.last_repeat_period, counts.opportunities + opportunities, counts.customers
    )
    found: Floats = -np.expm1(log_likelihoods(parameters, later) - log_likelihoods(parameters, counts))
    return found


def discounted_purchases(
    parameters: dict[str, float], counts: OpportunityCounts, *, rate: float, opportunities: int | None
) -> Floats:
    """Return the discounted expected purchases at the next opportunities; None is without end (DERT).

    The purchase at the m-th opportunity from now is divided by (1 + rate)^m, the rate being that of one period:
    (alpha+x) / (alpha+beta+n) * sum over m of P(alive at n + m) / (1 + rate)^m. Without end the sum is a 2F1 (equation
    14 of the paper); at rate 0 it is infinite unless gamma > 1.
    """
    alpha, beta, gamma, delta = (parameters[name] for name in PARAMETERS)
    x, n = counts.repeat_periods, counts.opportunities
    buys = (alpha + x) / (alpha + beta + n)
    if opportunities is None:
        first = p_alive(parameters, counts) / (1 + rate)
        if rate <= 0:
            forever = (gamma + delta + n) / (gamma - 1) if gamma > 1 else np.full(len(n), np.inf)
        else:
            forever = hyp2f1(1, delta + n + 1, gamma + delta + n + 1, 1 / (1 + rate))
        without_end: Floats = buys * first * forever
        return without_end
    total = np.zeros(len(n))
    alive = np.exp(_log_alive(parameters, counts))
    for ahead in range(1, opportunities + 1):
        alive = alive * (delta + n + ahead - 1) / (gamma + delta + n + ahead - 1) / (1 + rate)
        total += alive
    return buys * total


def pmf(parameters: dict[str, float], opportunities: int) -> Floats:
    """Return P(X(n) = x) of a new customer for x = 0 .. n, n being the opportunities."""
    alpha, beta, gamma, delta = (parameters[name] for name in PARAMETERS)
    x = np.arange(opportunities + 1)[:, np.newaxis]
    i = np.arange(opportunities + 1)
    idle = np.maximum(i - x, 0)
    ways = gammaln(i + 1) - gammaln(x + 1) - gammaln(idle + 1)
    bought = ways + betaln(alpha + x, beta + idle) - betaln(alpha, beta)
    left = np.where(i < opportunities, betaln(gamma + 1, delta + i), betaln(gamma, delta + i)) - betaln(gamma, delta)
    found: Floats = np.sum(np.where(i >= x, np.exp(bought + left), 0.0), axis=1)
    return found


def expected_from_first(parameters: dict[str, float], opportunities: int) -> Floats:
    """Return E[X(n)] of a new customer for n = 1 .. opportunities."""
    alpha, beta, gamma, delta = (parameters[name] for name in PARAMETERS)
    n = np.arange(1, opportunities + 1)
    alive: Floats = np.exp(betaln(gamma, delta + n) - betaln(gamma, delta))
    return alpha / (alpha + beta) * np.cumsum(alive)


def _log_alive(parameters: dict[str, float], counts: OpportunityCounts) -> Floats:
    """Return ln P(alive at opportunity n | x, t_x, n)."""
    natural = np.array([parameters[name] for name in PARAMETERS])
    alive, _, each = _Likelihood(counts).terms(natural)
    return alive - each


def _before(counts: OpportunityCounts) -> Diagnosis | None:
    if float(counts.customers[counts.opportunities > 0].sum()) <= 0:
        return NO_CUSTOMERS
    return NO_REPEATS if int(counts.repeat_periods[counts.customers > 0].max()) == 0 else None


def _after(counts: OpportunityCounts, optimum: fitting.Optimum) -> Diagnosis:
    if int(counts.opportunities[counts.customers > 0].max()) <= 2:
        return ONE_OPPORTUNITY
    if float(counts.customers[counts.repeat_periods > 0].sum()) < _FEW_REPEATERS:
        return FEW_REPEATS
    alpha, beta, gamma, delta = np.exp(optimum.theta)
    if gamma / (gamma + delta) < _NO_DROPOUT:
        return DROPOUT_ABSENT
    if alpha + beta > _HOMOGENEOUS or gamma + delta > _HOMOGENEOUS:
        return HOMOGENEOUS
    return OK if optimum.identified else FLAT


class _Likelihood:
    """The negative log-likelihood of counts and its gradient in the log-parameters alpha, beta, gamma, delta."""

    def __init__(self, counts: OpportunityCounts) -> None:
        self._customers = counts.customers
        self._x, self._n = counts.repeat_periods, counts.opportunities
        self._at = np.arange(int(self._n.max(initial=0)))
        inside = (self._at >= counts.last_repeat_period[:, np.newaxis]) & (self._at < self._n[:, np.newaxis])
        self._outside = ~inside
        self._idle = np.maximum(self._at - self._x[:, np.newaxis], 0)

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        alpha, beta, gamma, delta = natural = np.exp(theta)
        alive, dead, each = self.terms(natural)
        stays = self._customers * np.exp(alive - each)
        leaves = self._customers[:, np.newaxis] * np.exp(dead - each[:, np.newaxis])
        by_time, by_row = leaves.sum(axis=0), leaves.sum(axis=1)
        x, n, i = self._x, self._n, self._at
        both = np.sum(stays * digamma(alpha + beta + n)) + np.sum(by_time * digamma(alpha + beta + i))
        gone = np.sum(by_time * digamma(gamma + delta + 1 + i))
        lives = np.sum(stays * digamma(gamma + delta + n))
        total = self._customers.sum()
        missed = np.sum(stays * digamma(beta + n - x)) + np.sum(
            leaves * digamma(beta + np.arange(len(i) + 1))[self._idle]
        )
        kept = np.sum(stays * digamma(delta + n)) + np.sum(by_time * digamma(delta + i))
        slopes = np.array(
            [
                np.sum((stays + by_row) * digamma(alpha + x)) - both,
                missed - both,
                stays.sum() * digamma(gamma) + by_row.sum() * digamma(gamma + 1) - lives - gone,
                kept - lives - gone,
            ]
        )
        slopes[:2] -= total * (digamma(natural[:2]) - digamma(alpha + beta))
        slopes[2:] -= total * (digamma(natural[2:]) - digamma(gamma + delta))
        return -float(np.sum(self._customers * each)), -slopes * natural

    def terms(self, natural: Floats) -> tuple[Floats, Floats, Floats]:
        """Return ln A of each row, ln D of each row and opportunity (-infinity outside), and ln L of each row."""
        alpha, beta, gamma, delta = natural
        x, n, i = self._x, self._n, self._at
        constant = betaln(alpha, beta) + betaln(gamma, delta)
        alive = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n) - constant
        idle = gammaln(beta + np.arange(len(i) + 1))[self._idle]
        dead = gammaln(alpha + x)[:, np.newaxis] + idle - gammaln(alpha + beta + i)
        dead += betaln(gamma + 1, delta + i) - constant
        dead[self._outside] = -np.inf
        top = np.maximum(alive, dead.max(axis=1, initial=-np.inf))
        each = top + np.log(np.exp(alive - top) + np.exp(dead - top[:, np.newaxis]).sum(axis=1))
        return alive, dead, each
