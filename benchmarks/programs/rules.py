"""A hundred rules of three conditions each, written as conditions of rules and as SQL."""

import random
from dataclasses import dataclass
from decimal import Decimal

from vinculo.programs.earning.rules import Cap, Rule

COUNTRIES, CHANNELS = ("Spain", "France", "Italy"), ("web", "shop")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CAPPED = 10
"""One rule in so many has a limit a month, which the query beside it does not know."""


@dataclass(frozen=True)
class Written:
    """A rule, and what it is about in SQL."""

    rule: Rule
    predicate: str


def hundred(*, seed: int = 5, dearer: bool = False) -> list[Written]:
    """Return the rules; the dearer ones give a tenth more."""
    chance = random.Random(seed)
    return [written(chance, number, dearer) for number in range(1, 101)]


def written(chance: random.Random, number: int, dearer: bool) -> Written:
    """Return one rule of three conditions on different things."""
    pairs = [pair(chance, kind) for kind in chance.sample(range(8), 3)]
    capped = number % CAPPED == 0
    rule = Rule(
        code=f"r{number}",
        condition=" and ".join(text for text, _sql in pairs),
        factor=Decimal("1.1" if dearer else "1"),
        caps=(Cap("member", "month", points=500),) if capped else (),
        id=number,
    )
    return Written(rule, " AND ".join(sql for _text, sql in pairs))


def pair(chance: random.Random, kind: int) -> tuple[str, str]:
    """Return a condition, and the same in SQL."""
    number = chance.randrange(1, 40)
    if kind == 0:
        country = chance.choice(COUNTRIES)
        return f"country = '{country}'", f"country = '{country}'"
    if kind == 1:
        channel = chance.choice(CHANNELS)
        return f"channel = '{channel}'", f"channel = '{channel}'"
    if kind == 2:
        return f"category != 'Category {number}'", f"category <> 'Category {number}'"
    if kind == 3:
        return f"order_net >= {number}", f"order_net >= {number * 100}"
    if kind == 4:
        return f"hour between {number // 4} and 22", f"hour BETWEEN {number // 4} AND 22"
    if kind == 5:
        days = chance.sample(range(7), 4)
        known = ", ".join(WEEKDAYS[day] for day in days)
        return f"weekday in ({known})", f"weekday IN ({', '.join(str(day + 1) for day in days)})"
    if kind == 6:
        return f"price > {number / 10}", f"price > {number * 10}"
    return f"quantity >= {1 + number % 3}", f"quantity >= {1 + number % 3}"
