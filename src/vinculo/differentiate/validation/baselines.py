"""Simple rules that every model has to beat: own rate, same count, base rate, hiatus rule, last purchase.

Managers use such rules, and for ranking customers they are often as good as a model; models win on totals.
Source: Wuebben & von Wangenheim (2008), Instant Customer Base Analysis: Managerial Heuristics Often "Get It Right",
Journal of Marketing 72(3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation import candidates
from vinculo.differentiate.validation.holdout import split

RULES = ("own_rate", "same_count", "base_rate", "hiatus_rule", "since_last")


@dataclass(frozen=True)
class Rate:
    """How a group of customers bought in a past window: the share who bought at all and the mean purchase days."""

    share: float
    purchases: float

    def over(self, periods: float) -> "Rate":
        """Return what the same pace means for a window so many times as long."""
        return Rate(1 - (1 - self.share) ** periods, self.purchases * periods)


@dataclass(frozen=True)
class Tuning:
    """What the rules learn from the calibration half alone."""

    hiatus_days: int
    """Active is who bought at most so many days before the origin."""
    active: Rate | None = None
    lapsed: Rate | None = None
    everybody: Rate | None = None
    """What they did in the horizon; None where the calibration half is too short to be split again."""


def tune(inner: split.Split | None, *, horizon_days: int, hiatus_days: int = 0) -> Tuning:
    """Learn the hiatus and the base rates from a split inside the calibration half; nothing after the origin enters.

    A given `hiatus_days` above 0 is kept; 0 takes the one right for most customers of the inner split. Where there is
    no inner split the hiatus is the horizon and the rules give no probability.
    """
    if inner is None or not inner.customers:
        return Tuning(hiatus_days or horizon_days)
    chosen = hiatus_days or best_hiatus(inner.since_last_days, inner.bought)[0]
    active = inner.since_last_days <= chosen
    periods = horizon_days / inner.horizon_days
    return Tuning(
        chosen,
        _rate(inner, active).over(periods),
        _rate(inner, ~active).over(periods),
        _rate(inner, np.ones(inner.customers, dtype=bool)).over(periods),
    )


def best_hiatus(since_last_days: model.Integers, bought: NDArray[np.bool_]) -> tuple[int, float]:
    """Return the hiatus in days right for most customers (active if and only if they bought), and for what share.

    >>> best_hiatus(np.array([10, 20, 90]), np.array([True, True, False]))
    (20, 1.0)
    """
    days, which = np.unique(since_last_days, return_inverse=True)
    buyers = np.bincount(which, bought)
    others = np.bincount(which, ~bought)
    right = np.cumsum(buyers) + others.sum() - np.cumsum(others)
    best = int(right.argmax())
    return int(days[best]), float(right[best] / len(bought))


def forecasts(half: split.Split, tuning: Tuning) -> tuple[candidates.Forecast, ...]:
    """Forecast by every rule, from what was known at the origin."""
    return (
        own_rate(half),
        same_count(half),
        base_rate(half, tuning),
        hiatus_rule(half, tuning),
        since_last(half),
    )


def own_rate(half: split.Split) -> candidates.Forecast:
    """Forecast that each goes on at his own rate: x / T times the horizon; nothing for who came today."""
    tenure = half.histories.tenure_days
    expected = half.histories.repeat_purchase_days / np.maximum(tenure, 1) * half.horizon_days
    return candidates.Forecast("own_rate", "rule", ranking=expected, expected=expected)


def same_count(half: split.Split) -> candidates.Forecast:
    """Forecast that each repeats what he did in the equally long window before the origin (repeat purchase days)."""
    count = half.repeats_in_window.astype(np.float64)
    return candidates.Forecast("same_count", "rule", ranking=count, expected=count)


def base_rate(half: split.Split, tuning: Tuning) -> candidates.Forecast:
    """Forecast the same for everybody: all repeat purchases over all days of tenure, times the horizon."""
    tenure = max(float(half.histories.tenure_days.sum()), 1.0)
    rate = float(half.histories.repeat_purchase_days.sum()) / tenure * half.horizon_days
    share = None if tuning.everybody is None else np.full(half.customers, tuning.everybody.share)
    same = np.full(half.customers, rate)
    return candidates.Forecast("base_rate", "rule", ranking=np.zeros(half.customers), expected=same, p_buys=share)


def hiatus_rule(half: split.Split, tuning: Tuning) -> candidates.Forecast:
    """Forecast that who bought within the hiatus buys again and the others do not; in numbers, what each group did."""
    active = half.since_last_days <= tuning.hiatus_days
    expected = p_buys = None
    if tuning.active and tuning.lapsed:
        expected = np.where(active, tuning.active.purchases, tuning.lapsed.purchases)
        p_buys = np.where(active, tuning.active.share, tuning.lapsed.share)
    return candidates.Forecast(
        "hiatus_rule", "rule", ranking=active.astype(np.float64), expected=expected, p_buys=p_buys, active=active
    )


def since_last(half: split.Split) -> candidates.Forecast:
    """Rank customers by the day of their last purchase; it forecasts no number."""
    return candidates.Forecast("since_last", "rule", ranking=-half.since_last_days.astype(np.float64))


def _rate(inner: split.Split, members: NDArray[np.bool_]) -> Rate:
    # one buyer and one non-buyer are added, so that a small group never gets a probability of 0 or 1 (Laplace)
    customers = int(members.sum())
    share = (int(inner.bought[members].sum()) + 1) / (customers + 2)
    return Rate(share, float(inner.purchase_days[members].sum()) / max(customers, 1))
