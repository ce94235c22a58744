"""Caps: what is left of what a rule gives, order by order in time, when its limits are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vinculo.programs.earning.conditions import Integers
from vinculo.programs.earning.history import History, first_of, lengths
from vinculo.programs.earning.rules import Cap, Rule

Counted = dict[tuple[int, int], int]
"""By member (0 for all of them) and period: the points given, or how often."""


@dataclass(frozen=True)
class Used:
    """What limits were used up by before: by rule and the place of its limit."""

    by_cap: dict[tuple[int, int], Counted] = field(default_factory=dict)

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
        return under_one(rule.caps[0], *known(rule, 0, history, orders, used), points)
    return under_all(rule, history, orders, points, used)


def known(
    rule: Rule, place: int, history: History, orders: NDArray[np.intp], used: Used
) -> tuple[NDArray[np.intp], Integers]:
    """Return for each order the group that shares a limit, and for each group what it has used up."""
    cap = rule.caps[place]
    member, period = keys(cap, history, orders)
    both = np.stack([member, period])
    groups, where = np.unique(both, axis=1, return_inverse=True)
    before = used.of(rule, place)
    spent = [before.get((int(member), int(period)), 0) for member, period in groups.T] if before else None
    return where.reshape(-1), np.array(spent, np.int64) if spent else np.zeros(groups.shape[1], np.int64)


def keys(cap: Cap, history: History, orders: NDArray[np.intp]) -> tuple[Integers, Integers]:
    """Return the member (0 for all) and the period whose limit each order is under."""
    ids = history.members.numbers["id"][history.orders.numbers["member"][orders]]
    member = ids if cap.scope == "member" else np.zeros(len(orders), np.int64)
    if cap.period == "order":
        return member, history.orders.numbers["number"][orders]
    return member, history.periods(cap.period)[orders]


def under_one(cap: Cap, group: NDArray[np.intp], spent: Integers, points: Integers) -> Integers:
    """Keep one limit: each order gets what is left in its group."""
    order = np.argsort(group, kind="stable")
    sorted_group = group[order]
    wanted = points[order] if cap.times is None else (points[order] > 0).astype(np.int64)
    most = (cap.points if cap.times is None else cap.times) or 0
    total = np.cumsum(wanted)
    starts = first_of(sorted_group)
    total -= np.repeat(total[starts] - wanted[starts], lengths(starts, len(group)))
    total += spent[sorted_group]
    room = np.minimum(total, most) - np.minimum(total - wanted, most)
    found = np.empty_like(points)
    found[order] = room if cap.times is None else room * points[order]
    return found


def under_all(rule: Rule, history: History, orders: NDArray[np.intp], points: Integers, used: Used) -> Integers:
    """Keep several limits, one order after the other."""
    sides = [known(rule, place, history, orders, used) for place in range(len(rule.caps))]
    groups = [where.tolist() for where, _spent in sides]
    spent = [before.tolist() for _where, before in sides]
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
