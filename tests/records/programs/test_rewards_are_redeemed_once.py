"""Rewards are set aside, used, cancelled, out of time or taken back, each of it once."""

from datetime import date, timedelta

import pytest
from tests.make import rewards as made
from tests.make import store
from tests.make.rewards import LATER, NOW, Club

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.programs.records import facts
from vinculo.programs.records.models import Lot, Posting, Redemption, Reward, RewardCode
from vinculo.programs.records.rewards import catalogue, control, redemptions, resolving, selectors, stock
from vinculo.programs.records.rewards.catalogue import Limit, RewardDraft
from vinculo.programs.records.rewards.redemptions import Gift
from vinculo.programs.records.rewards.resolving import Return
from vinculo.programs.records.rewards.selectors import Asked, Seer
from vinculo.programs.rewards.offers import Price, Standing


@pytest.fixture
def club(records: store.Database) -> Club:
    return made.club()


def agree(club: Club) -> bool:
    return control.differences(program_id=club.program.pk) == []


def test_setting_aside_takes_points_stock_and_gives_a_code(club: Club) -> None:
    ana = club.member()
    mug = club.reward(stock=5, cost_minor=250, fair_value_minor=600)

    done = club.reserve(ana, quantity=2)

    mug.refresh_from_db()
    assert (done.refused, done.state, done.points, done.balance) == ("", "reserved", 600, 400)
    assert (mug.stock, mug.held, club.points(ana)) == (3, 2, 400)
    assert len(done.code.replace("-", "")) == 17
    assert agree(club)


def test_the_same_key_is_answered_the_same_for_ever(club: Club) -> None:
    ana = club.member(points=300)
    club.reward(stock=1)
    wish = club.wish(ana)
    first = redemptions.redemption_reserve(wish, now=NOW)

    again = redemptions.redemption_reserve(wish, now=LATER)
    refused = club.wish(ana)
    answers = [redemptions.redemption_reserve(refused, now=NOW) for _ in range(2)]
    club.award(made.programs.wallet(club.unit, ana), 900)
    stock.stock_add(reward_id=Reward.objects.get().pk, pieces=5)

    assert (again.redemption_id, again.code, again.replayed) == (first.redemption_id, first.code, True)
    assert [each.refused for each in answers] == ["reward.out_of_stock"] * 2
    assert redemptions.redemption_reserve(refused, now=NOW).refused == "reward.out_of_stock"
    other = club.wish(ana, quantity=3, key=wish.key)
    assert redemptions.redemption_reserve(other, now=NOW).refused == "redemption.conflict"
    assert agree(club)


def test_a_refusal_leaves_everything_as_it_was(club: Club) -> None:
    ana = club.member(points=299)
    mug = club.reward(stock=5)
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(10, "pieces", reward_id=mug.pk))

    done = club.reserve(ana)

    mug.refresh_from_db()
    assert (done.refused, mug.stock, mug.held, club.points(ana)) == ("points.insufficient", 5, 0, 299)
    assert RewardCode.objects.count() == 0
    assert agree(club)


@pytest.mark.parametrize("way", ["cancel", "timeout"])
def test_what_was_set_aside_comes_back_once(club: Club, way: str) -> None:
    ana = club.member()
    mug = club.reward(stock=1)
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(1, "pieces", reward_id=mug.pk))
    done = club.reserve(ana)
    for _ in range(2):
        if way == "cancel":
            resolving.redemption_cancel(redemption_id=done.redemption_id, now=NOW)
        else:
            resolving.redemptions_expire(program_id=club.program.pk, now=LATER)

    mug.refresh_from_db()

    assert (mug.stock, mug.held, club.points(ana)) == (1, 0, 1_000)
    assert Redemption.objects.get().state == {"cancel": "cancelled", "timeout": "expired"}[way]
    assert resolving.redemption_confirm(redemption_id=done.redemption_id, now=LATER).refused.startswith("redemption.")
    assert club.reserve(ana).state == "reserved"
    assert agree(club)


def test_points_that_somebody_gave_back_by_hand_do_not_stop_the_sweep(club: Club) -> None:
    ana = club.member()
    club.reward(stock=2)
    first, second = club.reserve(ana), club.reserve(ana)
    redemption = Redemption.objects.get(pk=first.redemption_id)
    post = made.programs.post(redemption.account_id or 0, "cancel", 0, refers_to=redemption.reserve_posting_id)
    made.programs.posted(club.program, post)

    assert resolving.redemptions_expire(program_id=club.program.pk, now=LATER) == 2
    assert (club.points(ana), second.state) == (1_000, "reserved")
    assert [(each.what, each.row_id) for each in control.differences(program_id=club.program.pk)] == [
        ("points of the ledger", first.redemption_id)
    ]


def test_points_are_taken_once_when_it_is_used(club: Club) -> None:
    ana = club.member()
    mug = club.reward(stock=1)
    done = club.reserve(ana)

    with actor.acting("till 3"), made.heard(facts.reward_redeemed) as told:
        used = resolving.redemption_confirm(redemption_id=done.redemption_id, place="Centro", key="k1", now=NOW)
        again = resolving.redemption_confirm(redemption_id=done.redemption_id, place="Centro", key="k1", now=NOW)
    other = resolving.redemption_confirm(redemption_id=done.redemption_id, key="k2", now=NOW)

    mug.refresh_from_db()
    assert (used.state, again.replayed, other.refused) == ("confirmed", True, "redemption.confirmed")
    assert (mug.stock, mug.held, club.points(ana)) == (0, 0, 700)
    assert told == [{"redemption_id": done.redemption_id, "reward_id": mug.pk, "member_id": ana.pk}]
    assert (Redemption.objects.get().resolved_by, RewardCode.objects.get().state) == ("till 3", "used")
    assert resolving.redemption_cancel(redemption_id=done.redemption_id, now=NOW).refused == "redemption.confirmed"
    assert agree(club)


def test_a_voucher_is_paid_at_once_and_used_later_or_lapses(club: Club) -> None:
    ana = club.member()
    club.reward("ten", kind="money_off", amount_minor=1_000, taken="at_once")

    first, second = club.reserve(ana, "ten"), club.reserve(ana, "ten")
    used = resolving.redemption_confirm(redemption_id=first.redemption_id, now=NOW)
    swept = [resolving.expire_all(now=LATER) for _ in range(2)]

    assert (first.state, first.balance, used.state, club.points(ana)) == ("issued", 700, "confirmed", 400)
    assert swept == [{"club": 1}, {"club": 0}]
    assert Redemption.objects.get(pk=second.redemption_id).state == "lapsed"
    assert set(RewardCode.objects.values_list("state", flat=True)) == {"used", "void"}
    assert agree(club)


def test_a_return_gives_points_back_to_the_lots_they_came_from(club: Club) -> None:
    ana = club.member(points=0)
    wallet = made.programs.wallet(club.unit, ana)
    club.award(wallet, 500, expires_on=date(2026, 4, 30))
    club.award(wallet, 500, expires_on=date(2026, 12, 31))
    mug = club.reward(stock=3, points=250)
    before = lots(wallet)
    done = club.reserve(ana, quantity=3)
    resolving.redemption_confirm(redemption_id=done.redemption_id, now=NOW)

    one = resolving.redemption_return(Return(done.redemption_id, "r1", quantity=1), now=NOW)
    twice = resolving.redemption_return(Return(done.redemption_id, "r1", quantity=1), now=NOW)
    many = resolving.redemption_return(Return(done.redemption_id, "r2", quantity=3), now=NOW)
    other = resolving.redemption_return(Return(done.redemption_id, "r1", quantity=2), now=NOW)
    rest = resolving.redemption_return(Return(done.redemption_id, "r3", restock=False), now=NOW)

    mug.refresh_from_db()
    assert (one.points, one.balance, twice.replayed, many.refused) == (250, 500, True, "return.too_many")
    assert (other.refused, rest.points, rest.state, lots(wallet)) == ("redemption.conflict", 500, "returned", before)
    assert (mug.stock, club.points(ana)) == (1, 1_000)
    assert resolving.redemption_return(Return(done.redemption_id, "r4"), now=NOW).refused == "redemption.returned"
    assert agree(club)


def lots(wallet: int) -> list[tuple[date | None, int]]:
    found = Lot.objects.filter(account_id=wallet, remaining__gt=0).order_by("expires_on", "id")
    return list(found.values_list("expires_on", "remaining"))


def test_prices_are_those_of_levels_and_segments(club: Club) -> None:
    mug = club.reward(points=None)
    catalogue.price_set(reward_id=mug.pk, price=Price(250, level="gold"))
    catalogue.price_set(reward_id=mug.pk, price=Price(100, segment="founders", offered_from=date(2026, 4, 1)))
    ana = club.member()
    both = Standing(frozenset({"gold"}), frozenset({"founders"}))

    refused = club.reserve(ana)
    gold = club.reserve(ana, standing=both)
    founder = club.reserve(ana, standing=both, now=NOW + timedelta(days=40))

    assert (refused.refused, gold.points, founder.points) == ("reward.not_for_you", 250, 100)


def test_a_budget_stops_a_reward_and_what_comes_back_lets_it_go_on(club: Club) -> None:
    mug = club.reward(campaign="spring", cost_minor=400)
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(1_000, "cost", "month", campaign="spring"))
    ana = club.member()
    with made.heard(facts.reward_stopped) as told:
        first, second, third = (club.reserve(ana) for _ in range(3))
    offered = selectors.offer_list(program_id=club.program.pk, seer=Seer(), now=NOW)
    (left,) = selectors.limit_list(program_id=club.program.pk, now=NOW)

    resolving.redemption_cancel(redemption_id=first.redemption_id, now=NOW)

    assert (second.refused, third.refused, told) == (
        "",
        "reward.budget_spent",
        [{"limit_id": left.limit.pk, "reward_id": mug.pk}],
    )
    assert ([each.refused for each in offered], left.used) == (["reward.budget_spent"], 800)
    assert left.stopped_at == NOW
    assert club.reserve(ana).refused == ""
    assert club.reserve(ana, now=NOW + timedelta(days=31)).refused == ""
    assert agree(club)


def test_each_member_has_a_limit_of_his_own(club: Club) -> None:
    mug = club.reward()
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(1, "pieces", "week", reward_id=mug.pk, per_member=True))
    ana, luis = club.member(), club.member()

    answers = [club.reserve(each).refused for each in (ana, ana, luis)]

    assert answers == ["", "reward.limit_reached", ""]
    (seen,) = selectors.offer_list(program_id=club.program.pk, seer=Seer(member_id=ana.pk, balance=100), now=NOW)
    assert (seen.refused, seen.missing) == ("reward.limit_reached", 200)


@pytest.mark.parametrize(
    ("fields", "wish", "refused"),
    [
        ({"offered_from": date(2026, 3, 3)}, {}, "reward.not_yet"),
        ({"offered_to": date(2026, 3, 2)}, {}, "reward.over"),
        ({"codes": "pool"}, {}, "reward.no_code_left"),
        ({"codes": "pool"}, {"quantity": 2}, "reward.quantity"),
        ({}, {"quantity": 0}, "reward.quantity"),
        ({}, {"quantity": 10**12}, "reward.quantity"),
        ({}, {"reward": "cup"}, "reward.unknown"),
    ],
)
def test_what_cannot_be_had_says_why(
    club: Club, fields: dict[str, object], wish: dict[str, object], refused: str
) -> None:
    ana = club.member()
    club.reward(**fields)

    assert club.reserve(ana, **wish).refused == refused  # type: ignore[arg-type]
    assert (club.points(ana), agree(club)) == (1_000, True)


def test_who_does_not_take_part_is_refused(club: Club) -> None:
    club.reward()

    assert club.reserve(club.member(state="blocked")).refused == "member.not_active"
    stranger = made.programs.member(made.programs.program("other"))
    assert club.reserve(stranger).refused == "member.unknown"


def test_a_gift_costs_nothing_and_is_given_once(club: Club) -> None:
    customer = made.customer()
    mug = club.reward(stock=1, offered_to=date(2026, 1, 1))
    gift = Gift(mug.pk, customer.pk, "guarantees", "promise 1")

    first, again = (redemptions.reward_give(gift, now=NOW) for _ in range(2))
    other = redemptions.reward_give(Gift(mug.pk, customer.pk, "guarantees", "promise 2"), now=NOW)

    assert (first.code, again.replayed, other.refused) == (again.code, True, "reward.out_of_stock")
    assert (Redemption.objects.count(), Posting.objects.count()) == (1, 0)
    (held,) = selectors.redemptions_of(customer_ids=[customer.pk])
    assert held.code == first.code


def test_a_catalogue_makes_sense(club: Club) -> None:
    for wrong in ({"kind": "money_off"}, {"kind": "partner"}, {"name_es": ""}, {"unit": "stars"}):
        with pytest.raises(InputError):
            club.reward(**wrong)
    club.reward()
    with pytest.raises(InputError, match="another code"):
        club.reward()
    with pytest.raises(InputError, match="in stock"):
        stock.stock_add(reward_id=Reward.objects.get().pk, pieces=1)


def test_what_was_set_aside_keeps_its_terms_when_the_reward_changes(club: Club) -> None:
    ana = club.member()
    mug = club.reward(stock=4)
    catalogue.price_set(reward_id=mug.pk, price=Price(10, level="gold"))
    limit = catalogue.limit_set(program_id=club.program.pk, limit=Limit(1, "pieces", reward_id=mug.pk))
    done = club.reserve(ana)
    draft = RewardDraft("product", "Cup", "Copa", points=900, stock=50, offered_from=date(2026, 1, 1))
    catalogue.reward_change(reward_id=mug.pk, draft=draft)
    catalogue.price_remove(reward_id=mug.pk, level="gold")
    catalogue.limit_end(limit_id=limit.pk, now=NOW)

    dear = club.reserve(ana, standing=Standing(frozenset({"gold"})))
    catalogue.reward_stop(reward_id=mug.pk)
    used = resolving.redemption_confirm(redemption_id=done.redemption_id, now=NOW)

    mug.refresh_from_db()
    assert (mug.name_es, mug.stock, mug.held) == ("Copa", 3, 0)
    assert (dear.refused, used.points, club.points(ana)) == ("points.insufficient", 300, 700)
    assert (club.reserve(ana).refused, agree(club)) == ("reward.stopped", True)


def test_staff_sees_redemptions_and_no_code(club: Club) -> None:
    ana = club.member()
    club.reward()
    done = club.reserve(ana)

    (row,) = selectors.redemption_list(program_id=club.program.pk, asked=Asked(member_id=ana.pk))

    assert row.code.last_four == done.code.replace("-", "")[-4:]
    assert selectors.code_counts(reward_id=Reward.objects.get().pk) == {"allotted": 1}
