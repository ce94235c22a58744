"""Pareto/NBD: customers buy at a rate of their own until, at any moment, they leave.

Source: D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting Your Customers: Who Are They and What Will
They Do Next?, Management Science 33(1):1-24. Unlike BG/NBD a customer without a repeat may have left, so P(alive) means
something for everybody.

Scoring millions needs three look-ups and one exp a customer: c of his pair (x, t_x), A and e of his pair (x, T),

    P(alive) = 1 / (A + exp(c + e))
    c = ln s J_x(t_x) - (r+x) ln(alpha + t_x) - s ln(beta + t_x)        `last_purchase_terms`
    A = 1 - s J_x(T),   e = (r+x) ln(alpha + T) + s ln(beta + T)        `end_terms`

(J in `pareto.tail`), and whatever is conditional on being alive depends on (x, T) alone: the methods `..._if_alive`.

>>> from vinculo.differentiate.lifetime import pareto_nbd
>>> from vinculo.differentiate.lifetime.model import Histories
>>> import numpy as np
>>> cdnow = {"r": 0.5533, "alpha": 74.04, "s": 0.6062, "beta": 81.68}
>>> one = Histories(np.array([26]), np.array([216]), np.array([217]))
>>> pareto_nbd.MODEL.expected_purchases(cdnow, one, 364).round(2)
array([25.46])
"""

from dataclasses import dataclass

import numpy as np

from vinculo.differentiate.lifetime import fitting
from vinculo.differentiate.lifetime.beta_geometric import diagnosis as purchases
from vinculo.differentiate.lifetime.model import Counts, Fit, Floats, Histories, Integers
from vinculo.differentiate.lifetime.pareto import diagnosis, expectation, likelihood, tail
from vinculo.differentiate.lifetime.pareto.tail import Days, Pairs, Shapes


@dataclass(frozen=True)
class ParetoNbd:
    """Implements `vinculo.differentiate.lifetime.model.Model`; time in days."""

    name: str = "pareto_nbd"
    parameters: tuple[str, ...] = ("r", "alpha", "s", "beta")

    def fit(self, counts: Counts, *, penalty: float = 0.0, start: dict[str, float] | None = None) -> Fit:
        """Fit by maximum likelihood; never raises for lack of convergence: see `Fit.diagnosis`."""
        hopeless = purchases.before(counts)
        if hopeless is not None:
            return fitting.unfitted(self.name, self.parameters, customers=counts.total, diagnosis=hopeless)
        objective = likelihood.Likelihood(
            counts.repeat_purchase_days, counts.age_at_last_days, counts.tenure_days, counts.customers
        )
        sample = likelihood.coarse(counts)
        first, *others = self._starts(counts, start)
        optimum = fitting.maximize(objective, [first], penalty=penalty, coarse=sample)
        found = diagnosis.after(counts, optimum)
        if found == purchases.FLAT:
            again = fitting.maximize(objective, others, penalty=penalty, coarse=sample)
            optimum = min(optimum, again, key=lambda end: end.value + penalty * float(end.theta @ end.theta))
            found = diagnosis.after(counts, optimum)
        return fitting.fit(self.name, self.parameters, optimum, customers=counts.total, diagnosis=found)

    def log_likelihood(self, parameters: dict[str, float], counts: Counts) -> float:
        """Return the log-likelihood of all customers at given parameters."""
        each = log_likelihoods(parameters, counts.repeat_purchase_days, counts.age_at_last_days, counts.tenure_days)
        return float(np.sum(counts.customers * each))

    def p_alive(self, parameters: dict[str, float], histories: Histories) -> Floats:
        """Return P(not dropped out at T | x, t_x, T)."""
        shapes, x = shapes_of(parameters), histories.repeat_purchase_days
        last, end = Pairs.of(x, histories.age_at_last_days), Pairs.of(x, histories.tenure_days)
        dead = last_purchase_terms(shapes, last)
        alive, weight = end_terms(shapes, end)
        with np.errstate(over="ignore"):
            found: Floats = 1 / (alive[end.index] + np.exp(dead[last.index] + weight[end.index]))
        return np.minimum(found, 1.0)

    def p_buys(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(at least one purchase day in (T, T + horizon] | x, t_x, T)."""
        return self.p_alive(parameters, histories) * self.p_buys_if_alive(parameters, histories, horizon_days)

    def p_buys_if_alive(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(at least one purchase day in the horizon | x, T, alive) = A(T) - A(T+t) exp(e(T) - e(T+t)).

        It is the integral over 0 < y < t of the density of the next purchase, E[lambda exp(-lambda y)] E[exp(-mu y)],
        with A and e of the module's page.
        """
        shapes = shapes_of(parameters)
        end = Pairs.of(histories.repeat_purchase_days, histories.tenure_days)
        alive, weight = end_terms(shapes, end)
        later, later_weight = end_terms(shapes, Pairs.of(end.x, end.day + horizon_days))
        buys: Floats = np.clip(alive - later * np.exp(weight - later_weight), 0.0, 1.0)
        return buys[end.index]

    def expected_purchases(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return E[purchase days in (T, T + horizon] | x, t_x, T]."""
        return self.discounted_purchases(parameters, histories, 0.0, horizon_days)

    def discounted_purchases(
        self,
        parameters: dict[str, float],
        histories: Histories,
        daily_rate: float,
        horizon_days: float | None,
    ) -> Floats:
        """Return the discounted expected purchase days in the horizon; None means without end (DERT).

        The discount is continuous, exp(-daily_rate * days). Without end and without discount it is infinite unless
        s > 1.
        """
        expected = self.discounted_if_alive(parameters, histories, daily_rate, horizon_days)
        return self.p_alive(parameters, histories) * expected

    def discounted_if_alive(
        self,
        parameters: dict[str, float],
        histories: Histories,
        daily_rate: float,
        horizon_days: float | None,
    ) -> Floats:
        """Return the discounted expected purchase days in the horizon of a customer alive."""
        shapes = shapes_of(parameters)
        days, index = tail.distinct(histories.tenure_days)
        tenure = days.astype(np.float64)
        if daily_rate <= 0 and horizon_days is not None:
            stays = expectation.stay(shapes, tenure, np.full(1, horizon_days))
        else:
            stays = expectation.discounted_stay(shapes, tenure, daily_rate=daily_rate, horizon=horizon_days)
        return (shapes.r + histories.repeat_purchase_days) * (stays / (shapes.alpha + tenure))[index]

    def second_moment_if_alive(
        self, parameters: dict[str, float], histories: Histories, daily_rate: float, horizon_days: float
    ) -> Floats:
        """Return E[m^2] of a customer alive, m the discounted purchases expected if his own two rates were known."""
        shapes = shapes_of(parameters)
        days, index = tail.distinct(histories.tenure_days)
        tenure = days.astype(np.float64)
        stays = expectation.squared_stay(shapes, tenure, daily_rate=daily_rate, horizon=horizon_days)
        shape = shapes.r + histories.repeat_purchase_days
        return shape * (shape + 1) * (stays / (shapes.alpha + tenure) ** 2)[index]

    def expected_from_first(self, parameters: dict[str, float], days: Floats) -> Floats:
        """Return E[X(t)] of a new customer for each t: repeat purchase days in the first t days."""
        shapes = shapes_of(parameters)
        return shapes.r / shapes.alpha * expectation.stay(shapes, np.zeros(1), np.asarray(days, dtype=np.float64))

    def _starts(self, counts: Counts, start: dict[str, float] | None) -> list[Floats]:
        days = max(float(np.sum(counts.customers * counts.tenure_days)) / counts.total, 1.0)
        repeats = float(np.sum(counts.customers * counts.repeat_purchase_days)) / counts.total
        guesses = [(0.5, days / 4, 0.5, days / 4), (5.0, 5.0 * days / repeats, 0.1, days)]
        if start is not None:
            guesses.insert(0, (start["r"], start["alpha"], start["s"], start["beta"]))
        return [np.log(guess) for guess in guesses]


def shapes_of(parameters: dict[str, float]) -> Shapes:
    """Read the parameters of a fit."""
    return Shapes(parameters["r"], parameters["alpha"], parameters["s"], parameters["beta"])


def last_purchase_terms(shapes: Shapes, at: Pairs) -> Floats:
    """Return c of each pair (x, t_x)."""
    j = tail.tails(shapes, at)[0]
    found: Floats = np.log(shapes.s * j) - _weight(shapes, at)
    return found


def end_terms(shapes: Shapes, at: Pairs) -> tuple[Floats, Floats]:
    """Return A and e of each pair (x, T)."""
    return np.maximum(1 - shapes.s * tail.tails(shapes, at)[0], 0.0), _weight(shapes, at)


def log_likelihoods(parameters: dict[str, float], x: Integers, age: Days, tenure: Days) -> Floats:
    """Return the log-likelihood of each customer; days may be fractions, or weeks if alpha and beta are weeks.

    >>> weeks = {"r": 10.465, "alpha": 0.00799, "s": 3.0516, "beta": 2.82}
    >>> log_likelihoods(weeks, np.array([400]), np.array([5.0]), np.array([6.0])).round(1)
    array([1323.2])
    """
    return likelihood.Likelihood(x, age, tenure, np.ones(len(x))).of_each(shapes_of(parameters))


def _weight(shapes: Shapes, at: Pairs) -> Floats:
    logs = np.log(shapes.alpha + at.columns), np.log(shapes.beta + at.columns)
    found: Floats = (shapes.r + at.x) * logs[0][at.column] + shapes.s * logs[1][at.column]
    return found


MODEL = ParetoNbd()
