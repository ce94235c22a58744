"""The beta-geometric purchase model: fit, diagnosis and predictions, for zero or one toss at the first purchase."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, gammaln, xlog1py

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.beta_geometric import diagnosis, expectation, likelihood
from vinculo.differentiate.lifetime.model import Counts, Fit, Floats, Histories

Alive = Callable[[Floats, Floats, float, Floats], Floats]
"""(shape, rate, a, b) of the posterior of a customer alive -> what is expected of him."""


@dataclass(frozen=True)
class BetaGeometric:
    """A model whose customers toss a dropout coin after each repeat purchase, or after each purchase.

    Implements `vinculo.differentiate.lifetime.model.Model`; time in days.
    """

    name: str
    tosses_at_start: int
    """0: nobody drops out before the first repeat (BG/NBD). 1: the first purchase may be the last (MBG/NBD)."""
    parameters: tuple[str, ...] = ("r", "alpha", "a", "b")

    def fit(self, counts: Counts, *, penalty: float = 0.0, start: dict[str, float] | None = None) -> Fit:
        """Fit by maximum likelihood; never raises for lack of convergence: see `Fit.diagnosis`."""
        hopeless = diagnosis.before(counts)
        if hopeless is not None:
            return fitting.unfitted(self.name, self.parameters, customers=counts.total, diagnosis=hopeless)
        tuples = likelihood.Tuples.of(counts, self.tosses_at_start)
        sample = tuples.coarse()
        optimum = fitting.maximize(
            lambda theta: likelihood.curved(theta, tuples)[:2],
            self._starts(counts, start),
            penalty=penalty,
            curved=lambda theta: likelihood.curved(theta, tuples),
            coarse=None if sample is None else lambda theta: likelihood.curved(theta, sample)[:2],
        )
        found = diagnosis.after(counts, optimum)
        return fitting.fit(self.name, self.parameters, optimum, customers=counts.total, diagnosis=found)

    def log_likelihood(self, parameters: dict[str, float], counts: Counts) -> float:
        """Return the log-likelihood of all customers at given parameters."""
        tuples = likelihood.Tuples.of(counts, self.tosses_at_start)
        return -likelihood.curved(np.log(self.values(parameters)), tuples)[0]

    def p_alive(self, parameters: dict[str, float], histories: Histories) -> Floats:
        """Return P(not dropped out at T | x, t_x, T) = 1 / (1 + exp(u)); 1 by construction for BG/NBD with x = 0."""
        r, alpha, a, b = self.values(parameters)
        x = histories.repeat_purchase_days
        k = x + self.tosses_at_start
        longer = np.log(alpha + histories.tenure_days) - np.log(alpha + histories.age_at_last_days)
        with np.errstate(over="ignore"):
            odds = a / np.where(k > 0, b + k - 1, np.inf) * np.exp((r + x) * longer)
        alive: Floats = 1 / (1 + odds)
        return alive

    def p_buys(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(alive) (1 - ((alpha+T) / (alpha+T+t))^(r+x)).

        A customer alive buys at his rate until the next purchase whatever the coin says after it, so the chance of at
        least one purchase needs lambda alone, whose posterior is Gamma(r + x, alpha + T) in both models.
        """
        return self.p_alive(parameters, histories) * self.p_buys_if_alive(parameters, histories, horizon_days)

    def p_buys_if_alive(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(at least one purchase day in the horizon | x, T, alive)."""
        r, alpha, _, _ = self.values(parameters)
        shape = r + histories.repeat_purchase_days
        bought: Floats = -np.expm1(-shape * np.log1p(horizon_days / (alpha + histories.tenure_days)))
        return bought

    def expected_purchases(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return E[purchase days in (T, T + horizon] | x, t_x, T]."""

        def expected(shape: Floats, rate: Floats, a: float, b: Floats) -> Floats:
            return expectation.purchases(shape, rate, a, b, horizon_days)

        return self.p_alive(parameters, histories) * self.if_alive(parameters, histories, expected)

    def discounted_purchases(
        self,
        parameters: dict[str, float],
        histories: Histories,
        daily_rate: float,
        horizon_days: float | None,
    ) -> Floats:
        """Return the discounted expected purchase days in the horizon; None means without end (DERT).

        Without end and without discount it is infinite.
        """

        def expected(shape: Floats, rate: Floats, a: float, b: Floats) -> Floats:
            return expectation.discounted(shape, rate, a, b, horizon=horizon_days, daily_rate=daily_rate)

        return self.p_alive(parameters, histories) * self.if_alive(parameters, histories, expected)

    def expected_from_first(self, parameters: dict[str, float], days: Floats) -> Floats:
        """Return E[X(t)] of a new customer for each t: repeat purchase days in the first t days.

        b/(a-1) [1 - (alpha/(alpha+t))^r 2F1(r, b+1; a+b; t/(alpha+t))] for MBG/NBD, and for BG/NBD with a+b-1 for b,
        b for b+1 and a+b-1 for a+b in their places: the customer alive of x = 0, T = 0, less the first toss.
        """
        r, alpha, a, b = self.values(parameters)
        flat = np.atleast_1d(np.asarray(days, dtype=np.float64))
        shape, rate, coin = (np.full(len(flat), value) for value in (r, alpha, b + self.tosses_at_start))
        stays = b / (a + b) if self.tosses_at_start else 1.0
        return stays * expectation.purchases(shape, rate, a, coin, flat).reshape(np.shape(days))

    def pmf(self, parameters: dict[str, float], repeats: Floats, days: float) -> Floats:
        """Return P(X(t) = n) of a new customer: the chance of exactly n repeat purchase days in the first t days.

        Either alive after n purchases and n of the Poisson-gamma process, or dropped out at the n-th and at least n.
        """
        r, alpha, a, b = self.values(parameters)
        n = np.asarray(repeats, dtype=np.float64)
        tosses = n + self.tosses_at_start
        share = alpha / (alpha + days)
        counted = np.exp(gammaln(r + n) - gammaln(r) - gammaln(n + 1) + r * np.log(share) + xlog1py(n, -share))
        alive = np.exp(betaln(a, b + tosses) - betaln(a, b)) * counted
        tossed = np.maximum(tosses, 1)
        at_least = np.where(n > 0, betainc(np.maximum(n, 1), r, 1 - share), 1.0)
        dead = np.exp(betaln(a + 1, b + tossed - 1) - betaln(a, b)) * at_least
        chance: Floats = alive + np.where(tosses > 0, dead, 0.0)
        return chance

    def if_alive(self, parameters: dict[str, float], histories: Histories, expected: Alive) -> Floats:
        """Return what is expected of customers alive, computed once for each distinct (x, T)."""
        r, alpha, a, b = self.values(parameters)
        width = int(histories.tenure_days.max(initial=0)) + 1
        pairs, where = np.unique(histories.repeat_purchase_days * width + histories.tenure_days, return_inverse=True)
        x, tenure = pairs // width, pairs % width
        return expected(r + x, alpha + tenure, a, b + x + self.tosses_at_start)[where]

    def values(self, parameters: dict[str, float]) -> tuple[float, ...]:
        """Return r, alpha, a and b."""
        return tuple(parameters[name] for name in self.parameters)

    def _starts(self, counts: Counts, start: dict[str, float] | None) -> list[Floats]:
        days = max(float(np.sum(counts.customers * counts.tenure_days)) / counts.total, 1.0)
        repeats = float(np.sum(counts.customers * counts.repeat_purchase_days)) / counts.total
        guesses = [(0.5, days / 4, 1.0, 2.0), (5.0, 5.0 * days / repeats, 0.1, 5.0)]
        if start is not None:
            guesses.insert(0, self.values(start))  # type: ignore[arg-type]
        return [np.log(guess) for guess in guesses]
