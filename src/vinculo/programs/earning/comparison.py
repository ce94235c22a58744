"""Comparison: two sets of rules over one history: what each costs, who wins and loses, the effect on the liability.

Points are counted net of what came back: what a return takes is taken here by the same rule (`amounts.returned`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from vinculo.programs.earning import engine
from vinculo.programs.earning.budgets import NEVER
from vinculo.programs.earning.caps import Used
from vinculo.programs.earning.conditions import Flags, Integers
from vinculo.programs.earning.engine import Granted, RuleSet
from vinculo.programs.earning.history import History
from vinculo.programs.earning.rules import Rule

TOP, BANDS = 20, (0, 10, 50, 100, 500, 1_000, 5_000)
"""Members named on each side, and where the bands of differences begin."""
Progress = Callable[[float], None]
Limit = tuple[str, str]
"""A budget: of a campaign by its name, or of a rule by its code."""


@dataclass
class Side:
    """What one set of rules gives."""

    by_order: dict[str, Integers] = field(default_factory=dict)
    """By unit, net of returns."""
    given: dict[str, int] = field(default_factory=dict)
    """By unit, before returns."""
    by_rule: dict[tuple[str, str], int] = field(default_factory=dict)
    """By unit and code of the rule, net of returns."""
    spent: dict[Limit, int] = field(default_factory=dict)
    """The moment at which a budget ran out first, where it did."""
    cut: dict[Limit, int] = field(default_factory=dict)
    """The points that it took away."""

    def add(self, granted: Granted, history: History, touched: Flags) -> None:
        """Count what one rule gives; `touched` tells of which orders something came back."""
        unit = granted.rule.unit
        kept = net(granted, history, touched)
        total = self.by_order.setdefault(unit, np.zeros(history.orders.size, np.int64))
        total[granted.orders] += kept
        key = (unit, granted.rule.code)
        self.by_rule[key] = self.by_rule.get(key, 0) + int(kept.sum())
        self.given[unit] = self.given.get(unit, 0) + int(granted.totals.sum())
        if granted.spent_at != NEVER:
            self.ran_out(("campaign", granted.rule.campaign), granted.spent_at, granted.cut)
        elif limited(granted.rule):
            missing = granted.rounded - granted.totals
            places = granted.orders[missing > 0]
            if len(places):
                at = int(history.orders.numbers["at"][places[0]])
                self.ran_out(("rule", granted.rule.code), at, int(missing.sum()))

    def ran_out(self, limit: Limit, at: int, cut: int) -> None:
        """Note that a budget ran out."""
        self.spent[limit] = at
        self.cut[limit] = self.cut.get(limit, 0) + cut


def limited(rule: Rule) -> bool:
    """Tell whether a rule has a budget of its own: limits for all members together, and no others."""
    return bool(rule.caps) and all(cap.scope == "program" for cap in rule.caps)


def returned(history: History) -> Flags:
    """Tell of which orders something came back."""
    found = np.zeros(history.orders.size, np.bool_)
    back = history.lines.numbers.get("returned")
    if back is not None:
        found[history.lines.numbers["order"][back > 0]] = True
    return found


def net(granted: Granted, history: History, touched: Flags) -> Integers:
    """Return what is left of what each order gets when returns are taken back (`amounts.returned`, over columns)."""
    places = np.flatnonzero(touched[granted.orders])
    if not len(places):
        return granted.totals
    some, totals = granted.of(places), granted.totals.copy()
    pieces, away = (history.lines.numbers[name][some.lines] for name in ("quantity", "returned"))
    partly = (pieces > 0) & (away < pieces)
    taken = np.where(partly, some.points * np.maximum(away, 0) // np.maximum(pieces, 1), some.points)
    totals[places] -= np.add.reduceat(taken, some.starts)
    return totals


def side(rules: RuleSet, history: History, used: Used, progress: Progress | None = None) -> Side:
    """Give what a set of rules gives over a history, as long as budgets last."""
    found, all_rules, touched = Side(), max(len(rules.rules), 1), returned(history)
    for place, granted in enumerate(engine.evaluate(rules, history, used=used), start=1):
        found.add(granted, history, touched)
        if progress is not None:
            progress(place / all_rules)
    return found


def compare(
    old: RuleSet,
    new: RuleSet,
    history: History,
    *,
    cost_minor_per_1000: Decimal = Decimal(0),
    used: tuple[Used, Used] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return what a change of rules would have meant, as plain values, by unit.

    Parameters
    ----------
    old, new
        The rules in force and those proposed.
    history
        What happened in the period.
    cost_minor_per_1000
        Cost of a thousand points in minor units, for the amounts; without it they are 0.
    used
        What limits of either side were used up by before, and what campaigns may give; the result says when budgets
        ran out first.
    progress
        Called with the share of the rules that are done.
    """
    tell = progress or (lambda share: None)
    first, second = used or (Used(), Used())
    before = side(old, history, first, lambda share: tell(share / 2))
    after = side(new, history, second, lambda share: tell(0.5 + share / 2))
    units = sorted({*before.by_order, *after.by_order})
    none = np.zeros(history.orders.size, np.int64)
    return {
        "orders": history.orders.size,
        "lines": history.lines.size,
        "members": history.members.size,
        "budgets": [
            {"of": limit[0], "name": limit[1], "old": ran_out(before, limit), "new": ran_out(after, limit)}
            for limit in limits((old, new), (first, second))
        ],
        "units": {
            unit: of_unit(unit, before, after, history, none) | money_of(unit, before, after, cost_minor_per_1000)
            for unit in units
        },
    }


def limits(sides: Sequence[RuleSet], used: Sequence[Used]) -> list[Limit]:
    """Return all budgets that are kept on either side."""
    campaigns = {("campaign", name) for each in used for name in each.left}
    return sorted(campaigns | {("rule", rule.code) for each in sides for rule in each.rules if limited(rule)})


def ran_out(found: Side, limit: Limit) -> dict[str, Any]:
    """Return the moment at which a budget ran out first, or none, and the points it took away."""
    spent = found.spent.get(limit)
    at = None if spent is None else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=spent)).isoformat()
    return {"spent_at": at, "cut": found.cut.get(limit, 0)}


def money_of(unit: str, before: Side, after: Side, cost: Decimal) -> dict[str, Any]:
    """Return the effect on what members are owed: points that stand out, and what they cost."""
    change = int(after.by_order.get(unit, np.zeros(1)).sum()) - int(before.by_order.get(unit, np.zeros(1)).sum())
    return {"liability_points": change, "liability_minor": int((cost * change / 1000).to_integral_value())}


def of_unit(unit: str, before: Side, after: Side, history: History, none: Integers) -> dict[str, Any]:
    """Return the differences in one unit."""
    old, new = before.by_order.get(unit, none), after.by_order.get(unit, none)
    member = history.orders.numbers["member"]
    months = history.periods("month")
    return {
        "old": int(old.sum()),
        "new": int(new.sum()),
        "given_old": before.given.get(unit, 0),
        "given_new": after.given.get(unit, 0),
        "by_month": grouped(months, old, new, lambda month: str(np.datetime64(int(month), "M"))),
        "by_segment": by_word(history, "segment", old, new),
        "by_level": by_word(history, "level", old, new),
        "by_rule": by_rule(unit, before, after),
        **by_member(
            history, np.bincount(member, old, history.members.size), np.bincount(member, new, history.members.size)
        ),
    }


def grouped(keys: Integers, old: Integers, new: Integers, name: Callable[[int], str]) -> list[dict[str, Any]]:
    """Add both sides up by a key."""
    known, where = np.unique(keys, return_inverse=True)
    # Sums below 2**53 are exact.
    sums = [np.bincount(where, column, len(known)).astype(np.int64).tolist() for column in (old, new)]
    return [{"name": name(key), "old": was, "new": now} for key, was, now in zip(known.tolist(), *sums, strict=True)]


def by_word(history: History, name: str, old: Integers, new: Integers) -> list[dict[str, Any]]:
    """Add both sides up by an attribute of members."""
    words = history.members.words.get(name)
    if words is None:
        return grouped(np.zeros(len(old), np.int64), old, new, lambda _key: "")
    codes = words.codes[history.orders.numbers["member"]].astype(np.int64)
    return grouped(codes, old, new, lambda code: words.vocabulary[code])


def by_rule(unit: str, before: Side, after: Side) -> list[dict[str, Any]]:
    """Return both sides of each rule."""
    codes = sorted(code for of, code in {*before.by_rule, *after.by_rule} if of == unit)
    return [
        {"name": code, "old": before.by_rule.get((unit, code), 0), "new": after.by_rule.get((unit, code), 0)}
        for code in codes
    ]


def by_member(history: History, old: Any, new: Any) -> dict[str, Any]:
    """Return who wins and who loses: how many, by how much, and those who do most."""
    difference = (new - old).astype(np.int64)
    order = np.argsort(difference, kind="stable")
    return {
        "winners": int((difference > 0).sum()),
        "losers": int((difference < 0).sum()),
        "unchanged": int((difference == 0).sum()),
        "bands": bands(difference),
        "most_won": named(history, old, new, order[::-1][:TOP], difference > 0),
        "most_lost": named(history, old, new, order[:TOP], difference < 0),
    }


def bands(difference: Integers) -> list[dict[str, int]]:
    """Count members by how much they win or lose: from a number of points up, below zero for those who lose."""
    edges = np.array(BANDS[1:])
    band = np.sign(difference) * (np.searchsorted(edges, np.abs(difference), "right") + 1)
    found, counts = np.unique(band, return_counts=True)
    return [
        {"from": int(np.sign(each)) * BANDS[abs(each) - 1] if each else 0, "sign": int(np.sign(each)), "members": count}
        for each, count in zip(found.tolist(), counts.tolist(), strict=True)
    ]


def named(history: History, old: Any, new: Any, places: Sequence[int] | Any, fits: Any) -> list[dict[str, int]]:
    """Return some members with what they get on both sides."""
    ids = history.members.numbers["id"]
    return [
        {"member_id": int(ids[place]), "old": int(old[place]), "new": int(new[place])}
        for place in places
        if fits[place]
    ]
