"""Rules read one order after the other in plain Python: what a set evaluation has to equal, written another way."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from vinculo.programs.earning.conditions import All, Comparison, Condition, Negation
from vinculo.programs.earning.rules import Cap, Rule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = {"product": "product", "channel": "channel", "geography": "country", "event": "event"}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda found, asked: found == asked,
    "!=": lambda found, asked: found != asked,
    "<": lambda found, asked: found < asked,
    "<=": lambda found, asked: found <= asked,
    ">": lambda found, asked: found > asked,
    ">=": lambda found, asked: found >= asked,
}


@dataclass(frozen=True)
class Bought:
    """One order of a member, or something else that happened, as a person would write it down."""

    member: int
    at: datetime
    number: int
    trigger: str
    said: Mapping[str, Any]
    """Attributes of the order and of the member."""
    lines: Sequence[Mapping[str, Any]]
    """`product`, `category`, `quantity`, and amounts in minor units."""


def holds(condition: Condition, said: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds of one line."""
    if isinstance(condition, Comparison):
        return compared(condition, said[condition.attribute.name])
    if isinstance(condition, Negation):
        return not holds(condition.part, said)
    return (all if isinstance(condition, All) else any)(holds(part, said) for part in condition.parts)


def compared(asked: Comparison, found: Any) -> bool:
    """Compare one value."""
    if asked.operator == "flag":
        return bool(found)
    if asked.operator == "in":
        return found in asked.values
    if asked.operator == "between":
        return bool(asked.values[0] <= found <= asked.values[1])
    if asked.operator == "within":
        return bool(found == asked.values[0] or found.startswith(f"{asked.values[0]} / "))
    return OPERATORS[asked.operator](found, asked.values[0])


class Interpreter:
    """Gives points order by order; what it knows of the past it writes down as it goes."""

    def __init__(self, rules: Sequence[Rule], *, zone: str, minor: int = 100) -> None:
        self.rules, self.zone, self.minor = rules, ZoneInfo(zone), minor
        self.orders: dict[int, int] = defaultdict(int)
        self.used: dict[tuple[Any, ...], int] = defaultdict(int)

    def give(self, bought: Bought) -> dict[tuple[int, int], int]:
        """Return the points by rule (its place) and line."""
        lines = self.read(bought)
        exact = {place: self.exact(rule, bought, lines, {}) for place, rule in self.first(bought)}
        self.best(exact)
        counted: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
        for place, parts in exact.items():
            if self.rules[place].amount != "fixed":
                for line, part in parts.items():
                    counted[self.rules[place].unit, line] += part
        last = {
            place: self.exact(rule, bought, lines, counted)
            for place, rule in enumerate(self.rules)
            if rule.amount == "multiplier" and rule.wakes_on == bought.trigger
        }
        self.best(last)
        given = {}
        for place, parts in (exact | last).items():
            points = self.capped(place, bought, self.rounded(self.rules[place], parts))
            given |= {(place, line): each for line, each in points.items() if each}
        if bought.trigger == "purchase":
            self.orders[bought.member] += 1
        return given

    def first(self, bought: Bought) -> list[tuple[int, Rule]]:
        """Return the rules that come before multipliers."""
        return [
            (place, rule)
            for place, rule in enumerate(self.rules)
            if rule.amount != "multiplier" and rule.wakes_on == bought.trigger
        ]

    def read(self, bought: Bought) -> list[dict[str, Any]]:
        """Return everything that conditions may ask of each line."""
        local = bought.at.astimezone(self.zone)
        whole = {
            "order_gross": Decimal(sum(line["gross"] for line in bought.lines)) / self.minor,
            "order_net": Decimal(sum(line["net"] for line in bought.lines)) / self.minor,
            "order_lines": len(bought.lines),
            "order_quantity": sum(line["quantity"] for line in bought.lines),
            "orders_before": self.orders[bought.member],
            "first_purchase": bought.trigger == "purchase" and not self.orders[bought.member],
            "weekday": WEEKDAYS[local.weekday()],
            "hour": local.hour,
            "day": local.day,
            "month": local.month,
            "date": local.date(),
        }
        return [
            {
                **bought.said,
                **whole,
                **line,
                **{name: Decimal(line[name]) / self.minor for name in ("gross", "net", "discount")},
                "price": Decimal(math.floor(Fraction(line["gross"]) / Fraction(line["quantity"]))) / self.minor,
                "discounted": line["discount"] > 0,
            }
            for line in bought.lines
        ]

    def fits(self, rule: Rule, said: Mapping[str, Any]) -> bool:
        """Tell whether a rule is about a line."""
        if rule.starts_on and said["date"] < rule.starts_on:
            return False
        if rule.ends_on and said["date"] >= rule.ends_on:
            return False
        if rule.trigger == "category" and not any(
            said["category"] == wanted or said["category"].startswith(f"{wanted} / ") for wanted in rule.subject
        ):
            return False
        if rule.trigger in FIELDS and said[FIELDS[rule.trigger]] not in rule.subject:
            return False
        if rule.trigger == "first_purchase" and not said["first_purchase"]:
            return False
        return holds(rule.asked, said)

    def exact(
        self,
        rule: Rule,
        bought: Bought,
        lines: Sequence[Mapping[str, Any]],
        counted: Mapping[tuple[str, int], Fraction],
    ) -> dict[int, Fraction]:
        """Return what a rule gives for each line, before groups and rounding."""
        found = [line for line, said in enumerate(lines) if self.fits(rule, said)]
        if rule.amount == "multiplier":
            return {line: counted.get((rule.unit, line), Fraction(0)) * (Fraction(rule.factor) - 1) for line in found}
        if rule.amount == "per_piece":
            return {line: Fraction(lines[line]["quantity"]) * Fraction(rule.factor) for line in found}
        bases = {line: self.base(rule, bought.lines[line]) for line in found}
        if rule.amount == "per_money":
            return {line: Fraction(base, self.minor) * Fraction(rule.factor) for line, base in bases.items()}
        return {line: Fraction(part) for line, part in share(int(rule.factor), bases).items()}

    def base(self, rule: Rule, line: Mapping[str, Any]) -> int:
        """Return the minor units that a rule counts."""
        found = int(line["gross"] if rule.base == "gross" else line["net"])
        found -= int(line["tax"]) if rule.base in ("net_of_tax", "net_of_all") else 0
        found -= int(line["paid"]) if rule.base in ("net_of_points", "net_of_all") else 0
        return max(found, 0)

    def best(self, exact: dict[int, dict[int, Fraction]]) -> None:
        """Leave of each group the best for each line."""
        seen: dict[tuple[str, str, int], int] = {}
        for place in sorted(exact, key=lambda each: self.rules[each].priority):
            rule = self.rules[place]
            for line in list(exact[place]) if rule.exclusive else ():
                key = (rule.unit, rule.exclusive, line)
                other = seen.get(key)
                if other is None or exact[place][line] > exact[other][line]:
                    if other is not None:
                        del exact[other][line]
                    seen[key] = place
                else:
                    del exact[place][line]

    def rounded(self, rule: Rule, parts: Mapping[int, Fraction]) -> dict[int, int]:
        """Round by line, or by order."""
        how: Callable[[Fraction], int] = {"down": math.floor, "up": math.ceil, "half_even": round}[rule.rounding]
        if rule.rounded_per == "line":
            return {line: how(part) for line, part in parts.items()}
        return share(how(sum(parts.values(), Fraction(0))), parts)

    def capped(self, place: int, bought: Bought, points: Mapping[int, int]) -> dict[int, int]:
        """Keep the limits of a rule."""
        rule, total = self.rules[place], sum(points.values())
        left = total
        keys = [(place, number, *self.key(cap, bought)) for number, cap in enumerate(rule.caps)]
        for cap, key in zip(rule.caps, keys, strict=True):
            if cap.times is not None:
                left = left if self.used[key] < cap.times else 0
            else:
                left = max(0, min(left, int(cap.points or 0) - self.used[key]))
        for cap, key in zip(rule.caps, keys, strict=True):
            self.used[key] += left if cap.times is None else left > 0
        return dict(points) if left == total else share(left, points)

    def key(self, cap: Cap, bought: Bought) -> tuple[Any, ...]:
        """Return whom and which period a limit is for."""
        day = bought.at.astimezone(self.zone).date()
        period: dict[str, Any] = {
            "order": bought.number,
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "month": (day.year, day.month),
            "quarter": (day.year, (day.month - 1) // 3),
            "year": day.year,
            "ever": None,
        }
        return (bought.member if cap.scope == "member" else None, period[cap.period])


def share(total: int, weights: Mapping[int, int | Fraction]) -> dict[int, int]:
    """Share a total out by the largest remainder; without any weight alike."""
    if not weights:
        return {}
    known = {line: Fraction(weight) for line, weight in weights.items()}
    if not sum(known.values()):
        known = dict.fromkeys(known, Fraction(1))
    exact = {line: total * weight / sum(known.values()) for line, weight in known.items()}
    found = {line: math.floor(part) for line, part in exact.items()}
    rest = sorted(exact, key=lambda line: (found[line] - exact[line], line))
    for line in rest[: total - sum(found.values())]:
        found[line] += 1
    return found
