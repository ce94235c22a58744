"""Explanation: which rules give points for one event, on which line and how they come to it; which do not, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from vinculo.foundation.phrases import Phrase
from vinculo.programs.earning import caps, conditions, engine
from vinculo.programs.earning.conditions import EPOCH, Comparison
from vinculo.programs.earning.engine import Granted, RuleSet
from vinculo.programs.earning.history import History, Lines
from vinculo.programs.earning.rules import Rule


@dataclass(frozen=True)
class LineGiven:
    """What a rule gives for one line."""

    line: int
    """Its place among the lines, from 0."""
    base: int
    """What was counted: minor units, ten thousandths of a piece, or parts that a multiplier multiplies."""
    exact: Fraction
    rounded: int
    points: int


@dataclass(frozen=True)
class Told:
    """What became of one rule."""

    rule: Rule
    points: int
    lines: tuple[LineGiven, ...]
    capped: int
    """Points that its limits took away."""
    beaten: tuple[int, ...]
    """Lines of which another rule of its group gives more."""
    reasons: tuple[Phrase, ...]
    """Why it gives nothing, or less than it would because its campaign may give no more; none when it gives all."""
    cut: int = 0
    """Points that the budget of its campaign took away."""


def explain(rules: RuleSet, history: History, *, used: caps.Used | None = None) -> list[Told]:
    """Return what became of each rule for one event; the sums are those that are given (`engine.evaluate`).

    Rules that another kind of event sets off are told too, since that is why they give nothing.
    """
    granted = {id(each.rule): each for each in engine.evaluate(rules, history, used=used)}
    return [told(rule, granted.get(id(rule)), history) for rule in rules.rules]


def told(rule: Rule, granted: Granted | None, history: History) -> Told:
    """Return what became of one rule."""
    if granted is None:
        return Told(rule, 0, (), 0, (), tuple(reasons(rule, history)))
    given = tuple(
        LineGiven(int(line), int(base), Fraction(int(exact), granted.denominator), int(rounded), int(points))
        for line, base, exact, rounded, points in zip(
            granted.lines, granted.base, granted.exact, granted.before_caps, granted.points, strict=True
        )
    )
    points = sum(each.points for each in given)
    capped = sum(each.rounded for each in given) - points - granted.cut
    beaten = tuple(map(int, granted.beaten))
    why = () if points and not granted.cut else tuple(reasons(rule, history, granted))
    return Told(rule, points, given, capped, beaten, why, granted.cut)


def reasons(rule: Rule, history: History, granted: Granted | None = None) -> Iterator[Phrase]:
    """Yield why a rule gives nothing for an event."""
    word = history.orders.words["trigger"]
    happened = {word.vocabulary[code] for code in word.codes}
    if rule.wakes_on not in happened:
        yield Phrase("It is for {wanted}, and this is {found}.", wanted=rule.wakes_on, found=sorted(happened))
        return
    day = int(history.days[0]) if history.orders.size else 0
    if rule.starts_on and day < (rule.starts_on - EPOCH).days:
        yield Phrase("It is in force from {day} only.", day=rule.starts_on)
    if rule.ends_on and day >= (rule.ends_on - EPOCH).days:
        yield Phrase("It is in force no more since {day}.", day=rule.ends_on)
    lines = Lines(history, np.arange(history.lines.size))
    for asked in conditions.unmet(engine.about(rule), lines):
        yield Phrase(
            "{asked} is not so: {name} is {found}.",
            asked=conditions.written(asked),
            name=asked.attribute.name,
            found=found(asked, lines),
        )
    if granted is None:
        return
    if granted.cut:
        yield Phrase("The budget of the campaign {campaign} is used up.", campaign=rule.campaign)
    elif len(granted.beaten):
        yield Phrase("Another rule of the group {group} gives more.", group=rule.exclusive)
    elif granted.before_caps.sum():
        yield Phrase("Its limit is used up.")
    elif granted.base.any():
        yield Phrase("What it counts is too little for a point.")
    elif len(granted.lines):
        yield Phrase("There is nothing to count.")
    elif rule.trigger == "streak":
        yield Phrase("The streak is not that long, or was counted already.")


def found(asked: Comparison, lines: Lines) -> list[str]:
    """Return what was found in place of what was asked, as it would be written."""
    name, kind = asked.attribute.name, asked.attribute.kind
    if kind == "text":
        words = lines.words(name)
        return [repr(words.vocabulary[code]) for code in np.unique(words.codes)]
    values = np.unique(lines.numbers(name)).tolist()
    if kind == "date":
        return [str(np.datetime64(int(value), "D")) for value in values]
    if kind == "flag":
        return ["yes" if value else "no" for value in values]
    scale = conditions.scale(kind, lines.minor)
    return [f"{value / scale:g}" if scale > 1 else str(value) for value in values]
