"""Scoring: batches of customers through a fitted purchase model, by look-up wherever the mathematics allows.

For BG/NBD and MBG/NBD whatever depends on (x, T) is in tables built once (`beta_geometric.tables`), so a customer costs
one exp. Any other model is asked for each distinct history of a batch; its interval leaves the error of the parameters
out.
"""

from dataclasses import dataclass, fields
from typing import Protocol, runtime_checkable

import numpy as np

from vinculo.differentiate.lifetime import interval
from vinculo.differentiate.lifetime.beta_geometric import tables
from vinculo.differentiate.lifetime.beta_geometric.purchasing import BetaGeometric
from vinculo.differentiate.lifetime.model import Counts, Fit, Floats, Histories, Integers, Model

_CHUNK = 16_384
_SHAPES = (1e-3, 1e5)
_NEVER = 1e-300


@runtime_checkable
class IfAlive(Protocol):
    """A model that can say what it expects of customers alive, so that P(alive) is computed once."""

    def p_buys_if_alive(self, parameters: dict[str, float], histories: Histories, horizon_days: float) -> Floats:
        """Return P(at least one purchase day in the horizon | x, T, alive)."""

    def discounted_if_alive(
        self, parameters: dict[str, float], histories: Histories, daily_rate: float, horizon_days: float | None
    ) -> Floats:
        """Return the discounted expected purchase days of a customer alive."""

    def second_moment_if_alive(
        self, parameters: dict[str, float], histories: Histories, daily_rate: float, horizon_days: float
    ) -> Floats:
        """Return E[m^2] of a customer alive, m his own discounted mean were his rates known."""


@dataclass(frozen=True)
class Scores:
    """Scores of customers, one element each, over the scorer's horizon."""

    expected_purchases: Floats
    """Expected purchase days."""
    p_buys: Floats
    """Probability of at least one purchase day; 1 - p_buys is the churn number."""
    p_alive: Floats
    """Probability of not having dropped out; not a churn score for BG/NBD."""
    discounted_purchases: Floats
    """Discounted expected purchase days in the horizon."""
    discounted_without_end: Floats
    """Discounted expected purchase days without end (DERT); infinite without a discount rate."""
    discounted_low: Floats
    """Ends of the interval of `discounted_purchases` (see `interval`): low <= discounted_purchases <= high."""
    discounted_high: Floats


class Scorer:
    """A fitted model ready to score batches of histories over one horizon, with intervals of one coverage.

    Deterministic: parameter uncertainty enters by the delta method, not by draws. `known` says which histories to
    expect; others are accepted and cost a rebuild of the tables. A fit without parameters scores NaN.

    >>> from vinculo.differentiate.lifetime import bg_nbd, scoring
    >>> from vinculo.differentiate.lifetime.model import Diagnosis
    >>> cdnow = {"r": 0.2426, "alpha": 30.895, "a": 0.7929, "b": 2.4259}
    >>> none = np.full((4, 4), np.nan)
    >>> fit = Fit("bg_nbd", cdnow, {}, none, -1.0, 2357.0, 0, Diagnosis(True, "ok", ""))
    >>> scorer = scoring.Scorer(bg_nbd.MODEL, fit, horizon_days=273, daily_rate=0.0004)
    >>> scores = scorer.score(Histories(np.array([0, 2]), np.array([0, 213]), np.array([272, 272])))
    >>> scores.expected_purchases.round(3), scores.p_buys.round(3)
    (array([0.195, 1.226]), array([0.144, 0.555]))
    """

    def __init__(
        self,
        model: Model,
        fit: Fit,
        *,
        horizon_days: float,
        daily_rate: float,
        coverage: float = 0.8,
        known: Counts | None = None,
    ) -> None:
        self.model, self.fit = model, fit
        self.horizon_days, self.daily_rate, self.coverage = horizon_days, daily_rate, coverage
        self._repeats: Integers = np.zeros(0, dtype=np.int64)
        self._days = 0
        self._built: tuple[tables.Tables, interval.Ladder, interval.Rows] | None = None
        self._ladder: interval.Ladder | None = None
        self._fitted = bool(np.isfinite(list(fit.parameters.values())).all())
        if known is not None and len(known.customers) and isinstance(model, BetaGeometric) and self._fitted:
            self._cover(model, known.repeat_purchase_days, known.tenure_days)

    def score(self, histories: Histories) -> Scores:
        """Return the scores of a batch, in its order."""
        size = len(histories.repeat_purchase_days)
        if not self._fitted:
            return Scores(*(np.full(size, np.nan) for _ in fields(Scores)))
        if not isinstance(self.model, BetaGeometric):
            return self._by_history(histories)
        self._cover(self.model, histories.repeat_purchase_days, histories.tenure_days)
        scores = Scores(*(np.empty(size) for _ in fields(Scores)))
        for start in range(0, size, _CHUNK):
            self._look_up(histories, slice(start, start + _CHUNK), scores)
        return scores

    def _cover(self, model: BetaGeometric, repeats: Integers, tenure: Integers) -> None:
        """Build the tables, or build them again where a batch holds an x or a T not seen before."""
        if len(repeats) == 0:
            return
        days = int(tenure.max()) + 1
        if days <= self._days and self._built is not None and self._built[0].holds(repeats):
            return
        seen = np.flatnonzero(np.bincount(repeats))
        self._repeats = np.union1d(self._repeats, seen).astype(np.int64)
        self._days = max(days, self._days)
        built = tables.build(
            model,
            self.fit,
            repeats=self._repeats,
            days=self._days,
            horizon=self.horizon_days,
            daily_rate=self.daily_rate,
        )
        ladder = interval.Ladder.over(built.gamma_shape, self.coverage)
        self._built = built, ladder, ladder.rows(built.gamma_shape)

    def _look_up(self, histories: Histories, chunk: slice, scores: Scores) -> None:
        assert self._built is not None
        table, ladder, rows = self._built
        repeats = histories.repeat_purchase_days[chunk]
        place = table.row.take(repeats)
        place *= table.days
        place += histories.tenure_days[chunk]
        odds = table.log_odds.take(place)
        odds -= (table.shift + repeats) * table.log_age.take(histories.age_at_last_days[chunk])
        with np.errstate(over="ignore"):
            np.exp(odds, out=odds)
        odds += 1
        alive = np.divide(1.0, odds, out=scores.p_alive[chunk])
        np.multiply(alive, table.p_buys.take(place), out=scores.p_buys[chunk])
        np.multiply(alive, table.expected.take(place), out=scores.expected_purchases[chunk])
        if_alive = table.discounted.take(place)
        np.multiply(alive, if_alive, out=scores.discounted_purchases[chunk])
        with np.errstate(invalid="ignore"):
            np.multiply(alive, table.without_end.take(place), out=scores.discounted_without_end[chunk])
        scores.discounted_low[chunk], scores.discounted_high[chunk] = ladder.interval(rows.take(place), alive, if_alive)

    def _by_history(self, histories: Histories) -> Scores:
        """Ask the model for each distinct history."""
        distinct, where = _distinct(histories)
        alive = self.model.p_alive(self.fit.parameters, distinct)
        ask = self._if_alive if isinstance(self.model, IfAlive) else self._at_all
        found = ask(distinct, alive)
        if self._ladder is None:
            self._ladder = interval.Ladder.over(np.array(_SHAPES), self.coverage)
        low, high = self._ladder.interval(self._ladder.rows(found.gamma_shape), alive, found.discounted)
        with np.errstate(invalid="ignore"):
            without_end = alive * found.without_end
        likely = alive * found.expected, alive * found.p_buys, alive, alive * found.discounted
        columns = (*likely, without_end, low, high)
        return Scores(*(values[where] for values in columns))

    def _if_alive(self, distinct: Histories, _: Floats) -> "_Alive":
        assert isinstance(self.model, IfAlive)
        parameters, horizon, rate = self.fit.parameters, self.horizon_days, self.daily_rate
        discounted = self.model.discounted_if_alive(parameters, distinct, rate, horizon)
        moment = self.model.second_moment_if_alive(parameters, distinct, rate, horizon)
        square = discounted**2
        return _Alive(
            expected=self.model.discounted_if_alive(parameters, distinct, 0.0, horizon),
            p_buys=self.model.p_buys_if_alive(parameters, distinct, horizon),
            discounted=discounted,
            without_end=self.model.discounted_if_alive(parameters, distinct, rate, None),
            gamma_shape=square / np.maximum(moment - square, 1e-12 * square),
        )

    def _at_all(self, distinct: Histories, alive: Floats) -> "_Alive":
        """Undo the probability of being alive; the gamma shape is that of the rate, r + x, where there is an r."""
        parameters, horizon, rate = self.fit.parameters, self.horizon_days, self.daily_rate
        certain = np.maximum(alive, _NEVER)
        return _Alive(
            expected=self.model.expected_purchases(parameters, distinct, horizon) / certain,
            p_buys=self.model.p_buys(parameters, distinct, horizon) / certain,
            discounted=self.model.discounted_purchases(parameters, distinct, rate, horizon) / certain,
            without_end=self.model.discounted_purchases(parameters, distinct, rate, None) / certain,
            gamma_shape=parameters.get("r", 1.0) + distinct.repeat_purchase_days.astype(np.float64),
        )


@dataclass(frozen=True)
class _Alive:
    """What is expected of customers alive."""

    expected: Floats
    p_buys: Floats
    discounted: Floats
    without_end: Floats
    gamma_shape: Floats


def _distinct(histories: Histories) -> tuple[Histories, Integers]:
    """Return the distinct histories of a batch and the place of each customer's among them."""
    width = int(histories.tenure_days.max(initial=0)) + 1
    key = (histories.repeat_purchase_days * width + histories.age_at_last_days) * width + histories.tenure_days
    keys, where = np.unique(key, return_inverse=True)
    return Histories(keys // width // width, keys // width % width, keys % width), where
