"""Caps: what is left of what a rule gives, order by order in time, when its limits are kept."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vinculo.programs.earning.budgets import Budget
from vinculo.programs.earning.conditions import Integers
from vinculo.programs.earning.history import History, lengths
from vinculo.programs.earning.rules import Cap, Rule

Counted = dict[tuple[int, int], int]
"""By member (0 for all of them) and period: the points given, or how often."""


@dataclass(frozen=True)
class Used:
    """What limits were used up by before: by rule and the place of its limit."""

    by_cap: dict[tuple[int, int], Counted] = field(default_factory=dict)
    left: dict[str, Budget] = field(default_factory=dict)
    """What campaigns with a budget may still give."""

    def of(self, rule: Rule, place: int) -> Mapping[tuple[int, int], int]:
        """Return what one limit of a rule was used up by."""
        return self.by_cap.get((rule.id, place), {})

    def add(self, rule: Rule, place: int, keys: list[tuple[int, int]], amounts: Integers) -> None:
        """Count what was given, for a later version of the rule."""
        counted = self.by_cap.setdefault((rule.id, place), {})
        for key, amount in zip(keys, amounts.tolist(), strict=True):
            counted[key] = counted.get(key, 0) + amount


def kept(rule: Rule, history: History, orders: NDArray[np.intp], points: Integers, used: Used) -> Integers:
    """Return what each order is given of its points; orders stand in the order of time.

    One limit is worked out for all orders at once. Several of one rule are kept one order after the other: what one of
    them refuses does not use up the others.
    """
    if not rule.caps or not len(orders):
        return points
    if len(rule.caps) == 1:
        member, period = keys(rule.caps[0], history, orders)
        return under_one(rule.caps[0], member, period, points, used.of(rule, 0))
    return under_all(rule, history, orders, points, used)


def keys(cap: Cap, history: History, orders: NDArray[np.intp]) -> tuple[Integers, Integers]:
    """Return the member (0 for all) and the period whose limit each order is under."""
    ids = history.members.numbers["id"][history.orders.numbers["member"][orders]]
    member = ids if cap.scope == "member" else np.zeros(len(orders), np.int64)
    if cap.period == "order":
        return member, history.orders.numbers["number"][orders]
    return member, history.periods(cap.period)[orders]


def under_one(
    cap: Cap, member: Integers, period: Integers, points: Integers, before: Mapping[tuple[int, int], int]
) -> Integers:
    """Keep one limit: each order gets what is left for its member and period."""
    order = np.lexsort((period, member)) if cap.scope == "member" else np.argsort(period, kind="stable")
    member, period = member[order], period[order]
    wanted = points[order] if cap.times is None else (points[order] > 0).astype(np.int64)
    most = (cap.points if cap.times is None else cap.times) or 0
    starts = np.flatnonzero(np.concatenate([[True], (member[1:] != member[:-1]) | (period[1:] != period[:-1])]))
    sizes = lengths(starts, len(order))
    total = np.cumsum(wanted)
    total -= np.repeat(total[starts] - wanted[starts], sizes)
    if before:
        spent = [before.get(key, 0) for key in zip(member[starts].tolist(), period[starts].tolist(), strict=True)]
        total += np.repeat(np.array(spent, np.int64), sizes)
    room = np.minimum(total, most) - np.minimum(total - wanted, most)
    found = np.empty_like(points)
    found[order] = room if cap.times is None else room * points[order]
    return found


def under_all(rule: Rule, history: History, orders: NDArray[np.intp], points: Integers, used: Used) -> Integers:
    """Keep several limits, one order after the other."""
    groups, spent = [], []
    for number, cap in enumerate(rule.caps):
        member, period = keys(cap, history, orders)
        groups.append(list(zip(member.tolist(), period.tolist(), strict=True)))
        spent.append(defaultdict(int, used.of(rule, number)))
    found = points.tolist()
    for place, wanted in enumerate(found):
        given = wanted
        for cap, group, counted in zip(rule.caps, groups, spent, strict=True):
            used_up = counted[group[place]]
            left = (cap.points or 0) - used_up if cap.times is None else (given if used_up < cap.times else 0)
            given = max(0, min(given, left))
        for cap, group, counted in zip(rule.caps, groups, spent, strict=True):
            counted[group[place]] += given if cap.times is None else int(given > 0)
        found[place] = given
    return np.array(found, np.int64)


def note(rule: Rule, history: History, orders: NDArray[np.intp], points: Integers, used: Used) -> None:
    """Count what a version of a rule gave, so that the next one goes on from there."""
    for place, cap in enumerate(rule.caps):
        member, period = keys(cap, history, orders)
        pairs = list(zip(member.tolist(), period.tolist(), strict=True))
        used.add(rule, place, pairs, points if cap.times is None else (points > 0).astype(np.int64))
