"""Rules evaluated over columns give what reading them order by order gives, for any rules and any orders."""

from random import Random

import pytest
from tests.make import earning, interpreted

from vinculo.programs.earning import engine
from vinculo.programs.earning.engine import RuleSet


@pytest.mark.parametrize(("seed", "rules", "orders"), [(7, 100, 2_000), (8, 30, 600), (9, 12, 300)])
def test_a_hundred_rules_over_two_thousand_orders(seed: int, rules: int, orders: int) -> None:
    random = Random(seed)
    known = earning.members(random, 60)
    bought = earning.bought(random, known, orders)
    made = [earning.rule(random, number) for number in range(rules)]

    reading = interpreted.Interpreter(made, zone=earning.ZONE)
    wanted, line = {}, 0
    for order in bought:
        given = reading.give(order)
        wanted |= {(made[place].code, line + each): points for (place, each), points in given.items()}
        line += len(order.lines)
    history = earning.columns(bought, known)
    found = {
        (granted.rule.code, int(each)): int(points)
        for granted in engine.evaluate(RuleSet(made, "EUR"), history)
        for each, points in zip(granted.lines, granted.points, strict=True)
        if points
    }

    assert len({code for code, _line in wanted}) > rules // 3
    assert found == wanted
