"""The bridge of customer equity: opening + acquired + growth - lost = closing, whoever came or went."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import scores

from vinculo.foundation.errors import InputError
from vinculo.measure import bridge, people, selection
from vinculo.warehouse.duck import DuckEngine

amounts = st.integers(-(10**13), 10**13)
silences = st.one_of(st.none(), st.integers(0, 700))
runs = st.dictionaries(st.sampled_from([f"c{at}" for at in range(12)]), st.tuples(amounts, silences))
Base = dict[str, tuple[int, int | None]]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def compared(engine: DuckEngine, earlier: Base, later: Base) -> bridge.Bridge:
    for name, base in (("earlier_value", earlier), ("value", later)):
        rows = [
            {"customer_id": who, "residual_value_minor": amount, "since_last_days": silence}
            for who, (amount, silence) in base.items()
        ]
        engine.attach(name, scores.table(rows))
    return bridge.of(engine)


@settings(max_examples=60, deadline=None)
@given(runs, runs)
def test_the_parts_add_up_to_the_closing_equity(engine: DuckEngine, earlier: Base, later: Base) -> None:
    found = compared(engine, earlier, later)

    assert found.opening_minor == sum(amount for amount, _ in earlier.values())
    assert found.closing_minor == sum(amount for amount, _ in later.values())
    assert found.opening_minor + found.acquired_minor + found.growth_minor - found.lost_minor == found.closing_minor
    assert found.unexplained_minor == 0
    assert sum(change.customers for change in found.changes.values()) == len(earlier.keys() | later.keys())


@settings(max_examples=40, deadline=None)
@given(runs, runs)
def test_each_change_opens_exactly_its_customers(engine: DuckEngine, earlier: Base, later: Base) -> None:
    found = compared(engine, earlier, later)

    listed = {name: people.ids(engine, selection.of("2", earlier="1", change=name)) for name in selection.CHANGES}

    assert {name: len(who) for name, who in listed.items()} == {
        name: found.changes[name].customers_held for name in selection.CHANGES
    }
    assert sorted(who for each in listed.values() for who in each) == sorted(later)


def test_each_customer_goes_where_the_field_puts_him(engine: DuckEngine) -> None:
    earlier: Base = {"stays": (100, 10), "falls": (100, 10), "lapses": (100, 170), "returns": (5, 400), "gone": (7, 0)}
    later: Base = {"stays": (130, 5), "falls": (90, 9), "lapses": (20, 250), "returns": (60, 1), "new": (40, 0)}

    found = compared(engine, earlier, later)

    assert {name: change.difference_minor for name, change in found.changes.items() if change.customers} == {
        "acquired": 40,
        "recovered": 55,
        "risen": 30,
        "fallen": -10,
        "lost": -87,
    }
    assert (found.acquired_minor, found.growth_minor, found.lost_minor) == (40, 75, 87)
    assert (found.changes["lost"].customers, found.changes["lost"].customers_held) == (2, 1)


MANIFEST = {"currency": "EUR", "horizon_days": 365, "as_of": "2011-06-09", "settings": {"discount_rate_annual": 0.15}}


@pytest.mark.parametrize(
    "other",
    [
        {"currency": "GBP"},
        {"horizon_days": 180},
        {"as_of": "2011-06-10"},
        {"settings": {"discount_rate_annual": 0.1}},
    ],
)
def test_runs_whose_values_mean_different_things_are_not_compared(other: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        bridge.require_comparable({**MANIFEST, **other}, MANIFEST)


def test_runs_that_mean_the_same_are_compared() -> None:
    bridge.require_comparable({**MANIFEST, "as_of": "2011-03-31"}, MANIFEST)


def test_nobody_is_worth_nothing(engine: DuckEngine) -> None:
    found = compared(engine, {}, {})

    assert (found.opening_minor, found.closing_minor, found.unexplained_minor) == (0, 0, 0)
