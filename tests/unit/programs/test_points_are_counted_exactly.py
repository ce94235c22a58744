"""Points are counted in whole numbers: nothing is lost in rounding, sharing, limits, returns, or very large amounts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import earning, interpreted
from tests.make.interpreted import Bought

from vinculo.programs.earning import amounts, caps, engine, rules
from vinculo.programs.earning.engine import RuleSet
from vinculo.programs.earning.rules import Cap, Rule, RuleError

RUNS = st.lists(st.tuples(st.integers(0, 10**6), st.lists(st.integers(0, 10**7), min_size=1, max_size=20)), min_size=1)


@settings(deadline=None)
@given(RUNS)
def test_shares_add_up_and_are_the_largest_remainders(runs: list[tuple[int, list[int]]]) -> None:
    totals = np.array([total for total, _weights in runs])
    weights = np.array([weight for _total, each in runs for weight in each])
    starts = np.cumsum([0, *[len(each) for _total, each in runs[:-1]]])

    found = amounts.shared(totals, weights, starts).tolist()

    for (total, each), start in zip(runs, starts.tolist(), strict=True):
        wanted = interpreted.share(total, dict(enumerate(each)))
        assert found[start : start + len(each)] == list(wanted.values())


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_rounding_is_that_of_fractions(parts: int, denominator: int) -> None:
    exact, column = Fraction(parts, denominator), np.array([parts])

    assert amounts.rounded(column, denominator, "half_even")[0] == round(exact)
    assert amounts.rounded(column, denominator, "down")[0] == exact.__floor__()
    assert amounts.rounded(column, denominator, "up")[0] == exact.__ceil__()


@settings(deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 50_000), min_size=1, max_size=8))
def test_returns_in_any_pieces_take_what_one_return_takes(points: int, pieces: list[int]) -> None:
    whole, taken = sum(pieces), 0
    for back in np.cumsum(pieces).tolist():
        step = amounts.returned(points, pieces=whole, back=back) - taken
        assert step >= 0
        taken += step

    assert taken == points


def test_amounts_beyond_the_columns_stay_exact() -> None:
    huge = Bought(0, datetime(2026, 1, 1, tzinfo=UTC), 1, "purchase", {"channel": "web", "event": ""}, [])
    line = {"product": "p", "category": "", "quantity": Decimal(1), "discount": 0, "tax": 0, "paid": 0}
    order = Bought(**{**huge.__dict__, "lines": [{**line, "gross": 10**16 + 7, "net": 10**16 + 7}] * 2})
    known = [{"level": "", "segment": "", "country": "", "kind": "person"}]
    made = [Rule(code="a", factor=Decimal("3.3333")), Rule(code="b", id=2, amount="multiplier", factor=Decimal("1.7"))]

    found = list(engine.evaluate(RuleSet(made, "EUR"), earning.columns([order], known)))

    exact = Fraction(2 * (10**16 + 7), 100) * Fraction("3.3333")
    assert [int(each.totals.sum()) for each in found] == [exact.__floor__(), (exact * Fraction("0.7")).__floor__()]


@pytest.mark.parametrize("scope", ["member", "program"])
def test_one_limit_worked_out_at_once_is_that_of_one_order_after_the_other(scope: str) -> None:
    random = np.random.default_rng(4)
    known = [{"level": "", "segment": "", "country": "", "kind": "person"}] * 5
    start = datetime(2026, 1, 1, tzinfo=UTC)
    orders = [
        Bought(
            int(random.integers(5)),
            start + timedelta(days=number),
            number,
            "purchase",
            {"channel": "", "event": ""},
            [],
        )
        for number in range(400)
    ]
    history, places = (
        earning.columns([Bought(**{**each.__dict__, "lines": [earning.nothing()]}) for each in orders], known),
        np.arange(400),
    )
    points = random.integers(0, 90, 400)
    for cap in (Cap(scope, "month", points=300), Cap(scope, "week", times=2)):
        rule = Rule(code="x", id=1, caps=(cap,))
        before = caps.Used({(1, 0): {(1, 672): 120, (0, 672): 250}}) if cap.points else caps.Used()

        at_once = caps.kept(rule, history, places, points, before)

        assert at_once.tolist() == caps.under_all(rule, history, places, points, before).tolist()
        assert 0 < at_once.sum() < points.sum()


def test_a_streak_fires_once_when_it_is_long_enough() -> None:
    known = [{"level": "", "segment": "", "country": "", "kind": "person"}]
    days = [1, 3, 9, 16, 30, 37, 44, 51, 52]  # Thursdays and others of 2026: four weeks, a gap, four weeks
    orders = [
        Bought(
            0,
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day),
            day,
            "purchase",
            {"channel": "", "event": ""},
            [earning.nothing()],
        )
        for day in days
    ]
    rule = Rule(code="x", trigger="streak", subject=("weeks:3",), amount="fixed", factor=Decimal(10))

    (found,) = engine.evaluate(RuleSet([rule], "EUR"), earning.columns(orders, known, zone="UTC"))

    assert [days[order] for order in found.orders] == [16, 44]


@pytest.mark.parametrize(
    "said",
    [
        {"trigger": "sale"},
        {"factor": "0"},
        {"factor": "1.00001"},
        {"factor": "much"},
        {"amount": "fixed", "factor": "1.5"},
        {"amount": "multiplier", "factor": "1"},
        {"trigger": "review", "amount": "per_money"},
        {"trigger": "product"},
        {"subject": ["x"]},
        {"trigger": "streak", "subject": ["months"], "amount": "fixed"},
        {"caps": [{"points": 5, "times": 5}]},
        {"caps": [{"period": "hour", "points": 5}]},
        {"caps": [{"most": 5}]},
        {"expires_days": -1},
        {"wrong": 1},
    ],
)
def test_rules_that_mean_nothing_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(RuleError):
        rules.read({"code": "x", **said})


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_a_rule_is_written_as_it_was_read(seed: int) -> None:
    rule = earning.rule(Random(seed), seed % 50)
    read = rules.read(rules.definition(rule), starts_on=rule.starts_on, ends_on=rule.ends_on, id=rule.id)

    assert read == rule
