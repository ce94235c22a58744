"""Rules and histories for tests of earning: the same orders as a list to read and as columns to count."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
from tests.make.interpreted import Bought

from vinculo.programs.earning import history
from vinculo.programs.earning.conditions import Words
from vinculo.programs.earning.history import History, Table
from vinculo.programs.earning.rules import Cap, Rule

ZONE = "Europe/Madrid"
START = datetime(2024, 1, 1, tzinfo=UTC)
PRODUCTS = [f"P{number:02d}" for number in range(40)]
CATEGORIES = ["Toys", "Toys / Wood", "Books", "Books / Travel", "Garden"]
CHANNELS = ["web", "vigo", "lugo"]
LEVELS = ["", "silver", "gold"]
SEGMENTS = ["champions", "asleep", "new"]
COUNTRIES = ["Spain", "Portugal", "France"]
OF_MEMBER = ("level", "segment", "country", "kind")
OF_ORDER = ("channel", "event")
AMOUNTS = ("quantity", "gross", "discount", "net", "tax", "paid", "returned")


def members(random: Random, count: int) -> list[dict[str, str]]:
    """Return members with what conditions ask of them."""
    return [
        {
            "level": random.choice(LEVELS),
            "segment": random.choice(SEGMENTS),
            "country": random.choice(COUNTRIES),
            "kind": "person",
        }
        for _ in range(count)
    ]


def bought(random: Random, known: Sequence[Mapping[str, str]], count: int) -> list[Bought]:
    """Return orders of two years, and some events, by time."""
    found = []
    for number in range(count):
        member = random.randrange(len(known))
        at = START + timedelta(seconds=random.randrange(2 * 365 * 86_400))
        trigger = "event" if random.random() < 0.1 else "purchase"
        said = {
            **known[member],
            "channel": random.choice(CHANNELS),
            "event": "" if trigger == "purchase" else "Visited",
        }
        lines = [line(random) for _ in range(random.randint(1, 4))] if trigger == "purchase" else [nothing()]
        found.append(Bought(member, at, number, trigger, said, lines))
    return sorted(found, key=lambda each: (each.at, each.number))


def line(random: Random) -> dict[str, Any]:
    """Return one line of an order."""
    gross = random.randrange(0, 200_00)
    discount = random.choice([0, 0, gross // 10, gross // 2])
    return {
        "product": random.choice(PRODUCTS),
        "category": random.choice(CATEGORIES),
        "quantity": Decimal(random.choice(["1", "2", "3", "0.5", "1.25"])),
        "gross": gross,
        "discount": discount,
        "net": gross - discount,
        "tax": (gross - discount) * 21 // 121,
        "paid": random.choice([0, 0, (gross - discount) // 3]),
    }


def nothing() -> dict[str, Any]:
    """Return the line of what is no purchase."""
    return {
        "product": "",
        "category": "",
        "quantity": Decimal(1),
        **dict.fromkeys(("gross", "discount", "net", "tax", "paid"), 0),
    }


def words(values: Sequence[str]) -> Words:
    """Return a column of texts."""
    vocabulary = sorted(set(values)) or [""]
    place = {word: number for number, word in enumerate(vocabulary)}
    return Words(np.array([place[value] for value in values], np.int32), vocabulary)


def columns(orders: Sequence[Bought], known: Sequence[Mapping[str, str]], *, zone: str = ZONE) -> History:
    """Return orders as columns."""
    lines = [(place, each) for place, order in enumerate(orders) for each in order.lines]
    scaled = {
        "order": [place for place, _line in lines],
        "quantity": [int(each["quantity"] * 10_000) for _place, each in lines],
        **{name: [each.get(name, 0) for _place, each in lines] for name in AMOUNTS[1:]},
    }
    found = History(
        zone,
        "EUR",
        Table(
            len(known),
            {"id": np.arange(len(known)) + 1},
            {name: words([each[name] for each in known]) for name in OF_MEMBER},
        ),
        Table(
            len(orders),
            {
                "member": np.array([each.member for each in orders], np.int64),
                "at": np.array([round(each.at.timestamp() * 1_000_000) for each in orders], np.int64),
                "number": np.array([each.number for each in orders], np.int64),
                "joined": np.zeros(len(orders), np.int64),
            },
            {
                "trigger": words([each.trigger for each in orders]),
                **{name: words([each.said[name] for each in orders]) for name in OF_ORDER},
            },
        ),
        Table(
            len(lines),
            {name: np.array(values, np.int64) for name, values in scaled.items()},
            {name: words([each[name] for _place, each in lines]) for name in ("product", "category")},
        ),
    )
    return history.arranged(found)


CONDITIONS = (
    lambda random: f"level = '{random.choice(LEVELS)}'",
    lambda random: f"level in ('gold', '{random.choice(LEVELS)}')",
    lambda random: f"segment != '{random.choice(SEGMENTS)}'",
    lambda random: f"category within '{random.choice(CATEGORIES)}'",
    lambda random: f"product in ({', '.join(random.sample(PRODUCTS, 5))})",
    lambda random: f"order_net >= {random.randrange(0, 300)}.5",
    lambda random: f"order_gross < {random.randrange(50, 500)}",
    lambda random: f"price between {random.randrange(0, 40)} and {random.randrange(40, 200)}.99",
    lambda random: f"quantity > {random.choice(['0.5', '1', '2'])}",
    lambda random: f"weekday in ({', '.join(random.sample(['mon', 'tue', 'wed', 'sat', 'sun'], 2))})",
    lambda random: f"hour between {random.randrange(0, 12)} and {random.randrange(12, 24)}",
    lambda random: f"date >= 2024-0{random.randrange(1, 10)}-15",
    lambda random: f"month = {random.randrange(1, 13)}",
    lambda random: f"day <= {random.randrange(1, 31)}",
    lambda random: f"channel = {random.choice(CHANNELS)}",
    lambda random: "discounted",
    lambda random: "not first_purchase",
    lambda random: f"orders_before < {random.randrange(1, 20)}",
    lambda random: f"order_lines != {random.randrange(1, 4)}",
)


def condition(random: Random, size: int) -> str:
    """Return a condition of some comparisons."""
    parts = [random.choice(CONDITIONS)(random) for _ in range(size)]
    text = parts[0]
    for part in parts[1:]:
        text = random.choice([f"{text} and {part}", f"({text}) or {part}", f"{text} and not ({part})"])
    return text


def rule(random: Random, number: int, *, comparisons: int = 3) -> Rule:
    """Return a rule of any sort."""
    trigger = random.choice(["spend"] * 4 + ["product", "category", "channel", "geography", "first_purchase", "event"])
    subject = {
        "product": tuple(random.sample(PRODUCTS, 6)),
        "category": (random.choice(CATEGORIES),),
        "channel": (random.choice(CHANNELS),),
        "geography": (random.choice(COUNTRIES),),
        "event": ("Visited",),
    }.get(trigger, ())
    amount = (
        "fixed" if trigger == "event" else random.choice(["fixed", "per_money", "per_money", "per_piece", "multiplier"])
    )
    factor = {"fixed": Decimal(random.randint(1, 500)), "multiplier": Decimal(random.choice(["1.5", "2", "3"]))}
    group = random.choice(["", "", "", "season", "brand"])
    return Rule(
        code=f"r{number}",
        unit=random.choice(["points", "points", "status"]),
        trigger=trigger,
        subject=subject,
        condition=condition(random, comparisons),
        amount=amount,
        factor=factor.get(amount, Decimal(random.choice(["1", "0.5", "2.25", "0.1"]))),
        base=random.choice(["gross", "net", "net_of_tax", "net_of_points", "net_of_all"]),
        rounding=random.choice(["down", "half_even", "up"]),
        rounded_per=random.choice(["line", "order"]),
        caps=tuple(cap(random) for _ in range(random.choice([0, 0, 1, 1, 2]))),
        exclusive=f"{group} {'times' if amount == 'multiplier' else 'plain'}" if group else "",
        priority=number,
        starts_on=random.choice([None, date(2024, 3, 31)]),
        ends_on=random.choice([None, date(2025, 6, 1)]),
        id=number + 1,
    )


def cap(random: Random) -> Cap:
    """Return a limit of any sort."""
    most = random.randint(1, 2_000)
    period = random.choice(["order", "day", "week", "month", "quarter", "year", "ever"])
    scope = random.choice(["member", "member", "program"])
    return Cap(scope, period, points=most) if random.random() < 0.7 else Cap(scope, period, times=1 + most % 40)
