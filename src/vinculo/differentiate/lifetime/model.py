"""What a purchase model is: counts go in, a fit comes out, and a fit scores customers.

Letters follow the papers: x = `repeat_purchase_days`, t_x = `age_at_last_days`, T = `tenure_days`.
Time is in days everywhere.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Sufficient statistics: how many customers share each (x, t_x, T), in whole days, distinct and sorted."""

    repeat_purchase_days: Integers
    age_at_last_days: Integers
    tenure_days: Integers
    customers: Floats

    @property
    def total(self) -> float:
        """Return the number of customers."""
        return float(self.customers.sum())


@dataclass(frozen=True)
class Histories:
    """One row a customer (or a tuple) to be scored: x, t_x and T in days, arrays of one length."""

    repeat_purchase_days: Integers
    age_at_last_days: Integers
    tenure_days: Integers


@dataclass(frozen=True)
class Diagnosis:
    """What the fit found, in words.

    `identified` is False when the parameters mean nothing (no repeats, no heterogeneity, a flat ridge): use the
    fallback. Codes are stable; the sentence is for people.
    """

    identified: bool
    code: str
    sentence: str


@dataclass(frozen=True)
class Fit:
    """A fitted purchase model. Parameters in days, by the names of `Model.parameters`."""

    model: str
    parameters: dict[str, float]
    standard_errors: dict[str, float]
    log_covariance: Floats
    """Covariance of the log-parameters, in the order of `parameters`; NaN where it cannot be estimated."""
    log_likelihood: float
    """The plain log-likelihood of all customers (no penalty, no rescaling), time in days."""
    customers: float
    evaluations: int
    diagnosis: Diagnosis

    @property
    def aic(self) -> float:
        """Return Akaike's criterion."""
        return 2 * len(self.parameters) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion."""
        return float(len(self.parameters) * np.log(self.customers) - 2 * self.log_likelihood)


class Model(Protocol):
    """A purchase model: a module-level object, one a file (`bg_nbd.MODEL`, …)."""

    @property
    def name(self) -> str:
        """Return the code of the model."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of its parameters, as in its paper."""

    def fit(self, counts: Counts, *, penalty: float = 0.0, start: dict[str, float] | None = None) -> Fit:
        """Fit by maximum likelihood; never raises for lack of convergence: see `Fit.diagnosis`."""

    def expected_purchases(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return E[purchase days in (T, T + horizon] | x, t_x, T]."""

    def p_buys(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(at least one purchase day in (T, T + horizon] | x, t_x, T)."""

    def p_alive(self, parameters: dict[str, float], histories: Histories) -> Floats:
        """Return P(not dropped out at T | x, t_x, T); never shown as a churn score for BG/NBD."""

    def discounted_purchases(
        self,
        parameters: dict[str, float],
        histories: Histories,
        daily_rate: float,
        horizon_days: float | None,
    ) -> Floats:
        """Return the discounted expected purchase days in the horizon; None means without end (DERT)."""

    def expected_from_first(self, parameters: dict[str, float], days: Floats) -> Floats:
        """Return E[X(t)] of a new customer for each t: repeat purchase days in the first t days (tracking plot)."""
