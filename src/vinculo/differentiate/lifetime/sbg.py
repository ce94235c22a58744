"""Shifted-beta-geometric: contracts that are renewed or not at the end of each period.

A customer leaves at each renewal with his own probability theta ~ beta(alpha, beta). As time passes those who leave
easily are gone, so retention rises with age although nobody changes:

    P(leaves at renewal t) = B(alpha+1, beta+t-1) / B(alpha, beta)
    S(t) = B(alpha, beta+t) / B(alpha, beta)
    retention at renewal t = S(t) / S(t-1) = (beta+t-1) / (alpha+beta+t-1)

It must be known who has left: contracts, subscriptions, memberships.
Source: P. S. Fader and B. G. S. Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing
21(1):76-90; residual lifetime: the same authors (2010), Customer-Base Valuation in a Contractual Setting, Marketing
Science 29(1):85-93.

>>> from vinculo.differentiate.lifetime import sbg
>>> import numpy as np
>>> regular = sbg.Survival("regular", np.array([1000, 631, 468, 382, 326, 289, 262, 241]))
>>> {name: round(value, 3) for name, value in sbg.fit([regular]).parameters.items()}
{'alpha': 0.704, 'beta': 1.182}
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, hyp2f1

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.model import Diagnosis, Fit, Floats, Integers
from vinculo.foundation.errors import InputError, SettingsError

PARAMETERS = ("alpha", "beta")
_SAME_CHURN = 1_000.0
_TWO_KINDS = 0.01

OK = Diagnosis(True, "ok", "The parameters are well determined.")
ONE_PERIOD = Diagnosis(
    False,
    "one_period",
    "Only one renewal has been observed, so it cannot be told how retention changes with age: wait for the next one.",
)
NO_CHURN = Diagnosis(
    False,
    "no_churn",
    "Nobody has left yet, so how long customers stay cannot be told from the data.",
)
ALL_LEFT = Diagnosis(
    False,
    "all_left_at_once",
    "Everybody left at the first renewal, so how customers differ in staying cannot be told from the data.",
)
FLAT = Diagnosis(
    False,
    "flat_ridge",
    "The likelihood is flat around its maximum, so different parameters explain the data equally well: add a penalty "
    "or use a simpler model.",
)
SAME_CHURN = Diagnosis(
    True,
    "same_churn",
    "All customers leave with nearly the same probability (alpha and beta go to infinity together): retention does not "
    "change with age.",
)
TWO_KINDS = Diagnosis(
    False,
    "two_kinds",
    "Customers either leave at the first renewal or do not leave at all (alpha and beta go to zero): use the share "
    "that stayed.",
)


@dataclass(frozen=True)
class Survival:
    """The customers of a cohort still there at the start and after each renewal observed."""

    cohort: str
    survivors: Integers | Floats
    """Customers at the start, after the first renewal, after the second, ..."""

    def __post_init__(self) -> None:
        s = self.survivors
        if len(s) < 2:
            raise InputError(
                "Cohort {cohort!r} has {counts} counts: the start and one renewal are needed.",
                cohort=self.cohort,
                counts=len(s),
            )
        if not np.isfinite(s).all() or s.min() < 0 or s[0] <= 0:
            raise InputError(
                "Cohort {cohort!r} must start with customers and never have fewer than 0.", cohort=self.cohort
            )
        rises = np.flatnonzero(np.diff(s) > 0)
        if len(rises):
            at = int(rises[0])
            raise InputError(
                "Cohort {cohort!r} grows from {before} to {after} at renewal {renewal}: survivors can only become "
                "fewer. New customers are a cohort of their own.",
                cohort=self.cohort,
                before=s[at],
                after=s[at + 1],
                renewal=at + 1,
            )

    @property
    def renewals(self) -> int:
        """Return how many renewals were observed."""
        return len(self.survivors) - 1


def fit(cohorts: Sequence[Survival], *, penalty: float = 0.0) -> Fit:
    """Fit cohorts together, as if their customers were alike; never raises for lack of convergence.

    To let each have parameters of its own, see `fit_each`; twice the difference of the log-likelihoods is then a
    chi-square of 2 (cohorts - 1) degrees of freedom. Raises `InputError` without a cohort.
    """
    if not cohorts:
        raise InputError("There is no cohort to fit: give the survivors of at least one.")
    renewals = max(cohort.renewals for cohort in cohorts)
    lost, kept = np.zeros(renewals + 1), np.zeros(renewals + 1)
    for cohort in cohorts:
        lost[1 : cohort.renewals + 1] -= np.diff(cohort.survivors)
        kept[cohort.renewals] += cohort.survivors[-1]
    customers = float(lost.sum() + kept.sum())
    hopeless = _before(lost, kept)
    if hopeless is not None:
        return fitting.unfitted("sbg", PARAMETERS, customers=customers, diagnosis=hopeless)

    def objective(theta: Floats) -> tuple[float, Floats]:
        return _likelihood(theta, lost, kept)

    optimum = fitting.maximize(objective, [np.log((1.0, 1.0)), np.log((1.0, 10.0))], penalty=penalty)
    return fitting.fit("sbg", PARAMETERS, optimum, customers=customers, diagnosis=_after(optimum))


def fit_each(cohorts: Sequence[Survival], *, penalty: float = 0.0) -> dict[str, Fit]:
    """Fit each cohort with parameters of its own, by the name of the cohort."""
    return {cohort.cohort: fit([cohort], penalty=penalty) for cohort in cohorts}


def survival(parameters: dict[str, float], renewals: int) -> Floats:
    """Return S(t) for t = 0 .. renewals: the share of a new cohort still there after t renewals."""
    return np.concatenate([[1.0], np.cumprod(retention(parameters, renewals))])


def retention(parameters: dict[str, float], renewals: int) -> Floats:
    """Return the retention rate at renewals 1 .. renewals: who stays among those still there."""
    alpha, beta = parameters["alpha"], parameters["beta"]
    before = np.arange(renewals)
    found: Floats = (beta + before) / (alpha + beta + before)
    return found


def project(parameters: dict[str, float], cohort: Survival, renewals: int) -> Floats:
    """Return the expected survivors of a cohort after the last renewal observed and each of the next ones."""
    share = survival(parameters, cohort.renewals + renewals)[cohort.renewals :]
    found: Floats = float(cohort.survivors[-1]) * share / share[0]
    return found


def residual_lifetime(parameters: dict[str, float], period: int, *, rate: float) -> float:
    """Return the discounted expected residual lifetime (DERL), in periods, of a customer about to renew.

    The customer is at the end of his `period`-th period (1 is the first), before he decides: the coming period counts
    whole if he renews, the one after it is divided by 1 + rate, and so on:
    (beta+n-1) / (alpha+beta+n-1) 2F1(1, beta+n; alpha+beta+n; 1 / (1+rate)). At rate 0 it is the expected number of
    periods to come, infinite unless alpha > 1.

    >>> round(residual_lifetime({"alpha": 2.0, "beta": 3.0}, 1, rate=0.0), 6)
    3.0
    """
    if period < 1 or rate < 0:
        raise SettingsError(
            "The period must be 1 or more and the rate 0 or more; found {period} and {rate}.", period=period, rate=rate
        )
    alpha, stays = parameters["alpha"], parameters["beta"] + period - 1
    if rate == 0:
        return stays / (alpha - 1) if alpha > 1 else float("inf")
    return float(stays / (alpha + stays) * hyp2f1(1, stays + 1, alpha + stays + 1, 1 / (1 + rate)))


def _before(lost: Floats, kept: Floats) -> Diagnosis | None:
    if lost.sum() == 0:
        return NO_CHURN
    if lost[2:].sum() == 0 and kept.sum() == 0:
        return ALL_LEFT
    return ONE_PERIOD if lost[2:].sum() + kept[2:].sum() == 0 else None


def _after(optimum: fitting.Optimum) -> Diagnosis:
    total = float(np.exp(optimum.theta).sum())
    if total < _TWO_KINDS:
        return TWO_KINDS
    if total > _SAME_CHURN:
        return SAME_CHURN
    return OK if optimum.identified else FLAT


def _likelihood(theta: Floats, lost: Floats, kept: Floats) -> tuple[float, Floats]:
    """Return the negative log-likelihood and its gradient: sum of lost(t) ln P(T = t) + kept(t) ln S(t)."""
    alpha, beta = natural = np.exp(theta)
    t = np.arange(1, len(lost))
    stays = np.arange(len(kept))
    value = np.sum(lost[1:] * betaln(alpha + 1, beta + t - 1)) + np.sum(kept * betaln(alpha, beta + stays))
    total = lost.sum() + kept.sum()
    value -= total * betaln(alpha, beta)
    both = np.sum(lost[1:] * digamma(alpha + beta + t)) + np.sum(kept * digamma(alpha + beta + stays))
    by_alpha = lost.sum() * digamma(alpha + 1) + kept.sum() * digamma(alpha) - both
    by_beta = np.sum(lost[1:] * digamma(beta + t - 1)) + np.sum(kept * digamma(beta + stays)) - both
    slopes = np.array([by_alpha, by_beta]) - total * (digamma(natural) - digamma(alpha + beta))
    return -float(value), -slopes * natural
