"""Engine: a set of rules, compiled once, gives points for a history; the same for one order and for years of them.

Rules are found by what sets them off. Each is worked out for all lines at once: those it is about, what it gives there
exactly, the best of its group, rounding, limits. Multipliers come last: they multiply what spending and pieces gave.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vinculo.foundation import money
from vinculo.programs.earning import amounts, budgets, caps, conditions
from vinculo.programs.earning.attributes import ATTRIBUTES
from vinculo.programs.earning.conditions import EPOCH, All, Comparison, Condition, Flags, Integers, Mask
from vinculo.programs.earning.history import History, Lines, first_of, lengths
from vinculo.programs.earning.rules import Rule, RuleError

Places = NDArray[np.intp]
SUBJECTS = {
    "product": ("product", "in"),
    "category": ("category", "within"),
    "channel": ("channel", "in"),
    "geography": ("country", "in"),
    "event": ("event", "in"),
}
"""What the subject of a trigger is compared with."""


@dataclass(frozen=True)
class Granted:
    """What one rule gives: to each order, and of that to each line when somebody asks; how it came to that."""

    rule: Rule
    lines: Places
    """Places of the lines in the history; those of an order stand together."""
    starts: Places
    """Where the lines of each order begin."""
    orders: Places
    """The place of each order."""
    totals: Integers
    """Points of each order."""
    rounded: Integers
    """Points of each order before limits."""
    base: Integers
    """What was counted of each line; nothing for fixed points."""
    exact: Integers
    """Of each line before rounding, in parts of `denominator`."""
    denominator: int
    by_line: Integers | None
    """Of each line after rounding, where it is rounded by line."""
    beaten: Places
    """Lines of which another rule of its group gives more."""
    cut: int = 0
    """Points that the budget of its campaign took away."""
    spent_at: int = budgets.NEVER
    """The moment at which nothing of that budget was left first."""

    @cached_property
    def line_orders(self) -> Places:
        """Return the place of the order of each line."""
        return np.repeat(self.orders, lengths(self.starts, len(self.lines)))

    @cached_property
    def before_caps(self) -> Integers:
        """Return the points of each line before limits."""
        return amounts.shared(self.rounded, self.exact, self.starts) if self.by_line is None else self.by_line

    @cached_property
    def points(self) -> Integers:
        """Return the points of each line."""
        if self.totals is self.rounded or np.array_equal(self.totals, self.rounded):
            return self.before_caps
        return amounts.shared(self.totals, self.before_caps, self.starts)

    def of(self, places: Places) -> "Granted":
        """Return the part for some of its orders, by their places among them."""
        sizes = lengths(self.starts, len(self.lines))
        wanted = np.zeros(len(self.orders), np.bool_)
        wanted[places] = True
        which = np.flatnonzero(np.repeat(wanted, sizes))
        return replace(
            self,
            lines=self.lines[which],
            starts=np.cumsum(sizes[places]) - sizes[places],
            orders=self.orders[places],
            totals=self.totals[places],
            rounded=self.rounded[places],
            base=self.base[which],
            exact=self.exact[which],
            by_line=None if self.by_line is None else self.by_line[which],
        )


@dataclass(frozen=True)
class Compiled:
    """A rule ready for any number of lines."""

    rule: Rule
    mask: Mask
    factor: int
    """Parts of the common denominator for one unit of what is counted."""


class RuleSet:
    """Rules compiled once, found by what sets them off."""

    def __init__(self, rules: Sequence[Rule], currency: str) -> None:
        self.rules = tuple(rules)
        self.currency = currency
        self.denominator = amounts.common(rules, money.minor_per_major(currency))
        self.by_trigger: dict[str, list[Compiled]] = defaultdict(list)
        require_groups(rules)
        for rule in sorted(rules, key=lambda each: (each.id, each.code, each.version)):
            self.by_trigger[rule.wakes_on].append(self.compiled(rule))

    def compiled(self, rule: Rule) -> Compiled:
        """Compile one rule."""
        factor = amounts.share(rule, money.minor_per_major(self.currency)) * self.denominator
        return Compiled(rule, conditions.compiled(about(rule)), int(factor))


def require_groups(rules: Sequence[Rule]) -> None:
    """Refuse a group in which multipliers meet other rules: what would they multiply."""
    kinds: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for rule in rules:
        if rule.exclusive:
            kinds[rule.unit, rule.exclusive].add(rule.amount == "multiplier")
    for (_unit, group), found in kinds.items():
        if len(found) > 1:
            raise RuleError(
                "The group {group} holds multipliers and other rules: give each a group of its own.", group=group
            )


def about(rule: Rule) -> Condition:
    """Return what a rule is about: its subject and its condition."""
    if rule.trigger == "first_purchase":
        return All((Comparison(ATTRIBUTES["first_purchase"], "flag"), rule.asked))
    if rule.trigger not in SUBJECTS:
        return rule.asked
    name, operator = SUBJECTS[rule.trigger]
    return All((Comparison(ATTRIBUTES[name], operator, rule.subject), rule.asked))


def evaluate(rules: RuleSet, history: History, *, used: caps.Used | None = None) -> Iterator[Granted]:
    """Yield what each rule gives for a history, rules that give nothing among them.

    Orders stand in the order of time (`history.arranged`); `used` is what limits were used up by before.
    """
    used = used or caps.Used()
    campaigns: dict[str, list[Granted]] = defaultdict(list)
    for granted in unlimited(rules, history, used):
        if granted.rule.campaign in used.left:
            campaigns[granted.rule.campaign].append(granted)
        else:
            yield granted
    for campaign, found in campaigns.items():
        yield from budgets.kept(used.left[campaign], found, history)


def unlimited(rules: RuleSet, history: History, used: caps.Used) -> Iterator[Granted]:
    """Yield what each rule gives before the budgets of campaigns."""
    trigger = history.orders.words["trigger"]
    of_line = trigger.codes[history.lines.numbers["order"]]
    for wakes_on, compiled in rules.by_trigger.items():
        wanted = np.array([word == wakes_on for word in trigger.vocabulary], np.bool_)
        which = np.flatnonzero(wanted[of_line])
        yield from Passage(rules, history, Lines(history, which), used).granted(compiled)


@dataclass
class Passage:
    """One passage of the rules of a trigger over its lines."""

    rules: RuleSet
    history: History
    lines: Lines
    used: caps.Used
    given: dict[str, Integers] = field(default_factory=dict)
    """By unit, what spending and pieces give for each line, exactly."""
    bases: dict[str, Integers] = field(default_factory=dict)

    def granted(self, compiled: Sequence[Compiled]) -> Iterator[Granted]:
        """Yield what the rules give: multipliers after the others, groups after those that stand alone."""
        multiplied = {each.rule.unit for each in compiled if each.rule.amount == "multiplier"}
        for last in (False, True):
            stage = [each for each in compiled if (each.rule.amount == "multiplier") == last]
            groups = defaultdict(list)
            for each in stage:
                if each.rule.exclusive:
                    groups[each.rule.unit, each.rule.exclusive].append(each)
                else:
                    yield self.settled(each, self.raw(each), multiplied)
            for group in groups.values():
                yield from self.best(group, multiplied)

    def best(self, group: Sequence[Compiled], multiplied: set[str]) -> Iterator[Granted]:
        """Yield what the rules of a group give, each only for the lines of which it gives the most."""
        group = sorted(group, key=lambda each: each.rule.priority)
        raws = [self.raw(each) for each in group]
        most = np.zeros(self.lines.size, np.int64 if all(raw.exact.dtype != object for raw in raws) else object)
        winner = np.full(self.lines.size, -1, np.int32)
        for place, raw in enumerate(raws):
            better = raw.exact > most[raw.which]
            most[raw.which[better]] = raw.exact[better]
            winner[raw.which[better]] = place
        for place, (each, raw) in enumerate(zip(group, raws, strict=True)):
            wins = winner[raw.which] == place
            yield self.settled(each, raw.only(wins), multiplied, beaten=raw.which[~wins & (raw.exact > 0)])

    def raw(self, compiled: Compiled) -> "Raw":
        """Return what a rule gives exactly, before groups, rounding and limits."""
        rule = compiled.rule
        which = np.flatnonzero(self.in_force(rule, compiled.mask(self.lines)))
        counted = self.counted(rule)[which]
        if rule.amount == "fixed":
            exact = self.fixed(rule, which, counted)
        elif rule.amount == "multiplier":
            factor = Fraction(rule.factor) - 1
            exact = amounts.times(counted, factor.numerator) // factor.denominator
        else:
            exact = amounts.times(counted, compiled.factor)
        return Raw(which, counted, exact)

    def in_force(self, rule: Rule, found: Flags) -> Flags:
        """Leave the lines on whose day a rule is in force, and those that end a streak."""
        day = self.lines.numbers("date")
        if rule.starts_on:
            found &= day >= (rule.starts_on - EPOCH).days
        if rule.ends_on:
            found &= day < (rule.ends_on - EPOCH).days
        if rule.trigger != "streak":
            return found
        ends = np.zeros(self.lines.size, np.bool_)
        for subject in rule.subject:
            period, _, wanted = subject.partition(":")
            length, first = self.history.streak(period)
            ends |= ((length % int(wanted) == 0) & first)[self.lines.order]
        return found & ends

    def counted(self, rule: Rule) -> Integers:
        """Return what a rule counts of each line."""
        if rule.amount == "per_piece":
            return np.maximum(self.lines.numbers("quantity"), 0)
        if rule.amount == "multiplier":
            return self.given.get(rule.unit, np.zeros(self.lines.size, np.int64))
        if rule.base not in self.bases:
            self.bases[rule.base] = amounts.base(self.lines, rule.base)
        return self.bases[rule.base]

    def fixed(self, rule: Rule, which: Places, counted: Integers) -> Integers:
        """Share fixed points out among the lines of each order, whole."""
        starts = first_of(self.lines.order[which])
        totals = np.full(len(starts), int(rule.factor), np.int64)
        return amounts.times(amounts.shared(totals, counted, starts), self.rules.denominator)

    def settled(self, compiled: Compiled, raw: "Raw", multiplied: set[str], *, beaten: Places | None = None) -> Granted:
        """Round what a rule gives, keep its limits, and note what multipliers multiply."""
        rule, order = compiled.rule, self.lines.order[raw.which]
        if rule.unit in multiplied and rule.amount in ("per_money", "per_piece"):
            self.note(rule.unit, raw)
        starts = first_of(order)
        rounded, by_line = self.rounded(rule, raw, starts)
        return Granted(
            rule,
            self.lines.which[raw.which],
            starts,
            order[starts],
            self.kept(rule, order[starts], rounded),
            rounded,
            raw.counted,
            raw.exact,
            self.rules.denominator,
            by_line,
            self.lines.which[beaten] if beaten is not None else np.zeros(0, np.intp),
        )

    def rounded(self, rule: Rule, raw: "Raw", starts: Places) -> tuple[Integers, Integers | None]:
        """Round by line, or by order; return the points of each order, and of each line where it is by line."""
        if not len(starts):
            return np.zeros(0, np.int64), None
        if rule.rounded_per == "line":
            by_line = amounts.rounded(raw.exact, self.rules.denominator, rule.rounding).astype(np.int64)
            return np.add.reduceat(by_line, starts), by_line
        totals = amounts.rounded(np.add.reduceat(raw.exact, starts), self.rules.denominator, rule.rounding)
        return totals.astype(np.int64), None

    def kept(self, rule: Rule, orders: Places, totals: Integers) -> Integers:
        """Keep the limits of a rule by order."""
        if not rule.caps or not len(orders):
            return totals
        left = caps.kept(rule, self.history, orders, totals, self.used)
        if sum(each.id == rule.id for each in self.rules.rules) > 1:
            caps.note(rule, self.history, orders, left, self.used)
        return left

    def note(self, unit: str, raw: "Raw") -> None:
        """Add what a rule gives to what multipliers multiply."""
        total = self.given.get(unit)
        if total is None:
            total = np.zeros(self.lines.size, np.int64)
        if raw.exact.dtype == object:
            total = total.astype(object)
        total[raw.which] += raw.exact
        self.given[unit] = total


@dataclass(frozen=True)
class Raw:
    """What a rule gives exactly, for the lines it is about."""

    which: Places
    counted: Integers
    exact: Integers

    def only(self, wins: Flags) -> "Raw":
        """Return the part for some of its lines."""
        return Raw(self.which[wins], self.counted[wins], self.exact[wins])
