"""Levels other systems got wrong, each told by the issue in which somebody reported it.

open-loyalty #131; erpnext #14930, #22167, #24672, #33550, #45450.
"""

from collections.abc import Sequence

import pytest
from tests.make import members, served, store

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import wallets
from vinculo.programs.records.levels import selectors, sweeps
from vinculo.programs.records.models import LevelChange, LevelSet, Member

TODAY = served.NOW.date()


def spend_levels(*thresholds: int) -> LevelSet:
    """Levels that count money spent in the last twelve months."""
    chosen = members.level_set(members.program(), basis="spend", window="rolling")
    names = [("first", "First", "Primero"), ("second", "Second", "Segundo")]
    ladder = [(*name, threshold) for name, threshold in zip(names, thresholds, strict=True)]
    members.publish(chosen, ladder, "2023-01-02")
    return chosen


def levels_after(of: LevelSet, amounts: Sequence[int]) -> list[str]:
    """Return the level of a new member after each of some invoices."""
    ana = members.member(of.program)
    assert ana.customer is not None
    found = []
    for number, amount in enumerate(amounts):
        served.order(ana.customer, f"I{number}", days_ago=9, lines=[{"product": "silla", "net_minor": amount}])
        sweeps.sweep(program_id=of.program_id, as_of=TODAY, now=served.NOW)
        found.append(level_of(ana))
    return found


def level_of(member: Member) -> str:
    (place,) = selectors.standing_of(member_ids=[member.pk])
    return place.level.code if place.level else ""


def test_spending_points_costs_no_level(records: store.Database) -> None:
    """open-loyalty #131: levels went by the balance, so whoever redeemed points lost the level they had earned."""
    chosen = members.level_set(members.program())
    ana = members.member(chosen.program)
    members.award(ana, 600, "2024-03-01")
    members.award(ana, 600, "2024-03-01", code="points")
    wallet = wallets.wallet_open(
        member_id=ana.pk, unit_id=members.unit(chosen.program, "points").pk, now=members.at("2024-03-02")
    )

    members.post(
        chosen.program,
        Post("till", "1", "spend", wallet, 600, members.at("2024-03-02"), reward_class="money_off"),
        "2024-03-02",
    )
    sweeps.sweep(program_id=chosen.program_id, as_of=TODAY, now=served.NOW)

    assert level_of(ana) == "gold"


def test_the_upper_level_comes_with_the_sum_and_not_with_the_second_invoice(records: store.Database) -> None:
    """erpnext #14930: the second tier applied from the second invoice, whatever had been spent."""
    found = levels_after(spend_levels(40_000, 100_000), [45_000, 25_000, 25_000, 10_000])

    assert found == ["first", "first", "first", "second"]


@pytest.mark.parametrize(
    ("issue", "thresholds", "spent", "expected"),
    [
        ("erpnext #45450: 1,000 spent where 5,000 are the least", (5_000, 9_000), 1_000, ""),
        ("erpnext #24672: one invoice below the limit of the second tier", (1_000, 100_000), 20_000, "first"),
        ("erpnext #22167: the first tier, which needs nothing, was skipped", (0, 100_000), 1_000, "first"),
        ("erpnext #33550: 196,000 spent is the tier of 100,000", (100_000, 300_000), 196_000, "first"),
        ("erpnext #33550: 20,000 spent is no tier", (100_000, 300_000), 20_000, ""),
    ],
)
def test_a_level_is_the_one_whose_threshold_was_reached(
    records: store.Database, issue: str, thresholds: tuple[int, int], spent: int, expected: str
) -> None:
    chosen = spend_levels(*thresholds)

    assert levels_after(chosen, [spent]) == [expected], issue
    assert [row.inputs["counted"] for row in LevelChange.objects.all()] == ([spent] if expected else [])
