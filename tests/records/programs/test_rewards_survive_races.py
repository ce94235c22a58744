"""However many want the last piece, the last code or the last of a budget at the same moment, one has it."""

import random
from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from tests.make import rewards as made
from tests.make import store
from tests.make.rewards import LATER, NOW

from vinculo.programs.records.ledger import verify
from vinculo.programs.records.models import Account, LimitUse, PointsPaid, Redemption, Reward, RewardCode
from vinculo.programs.records.rewards import catalogue, control, paying, redemptions, resolving, till, vault
from vinculo.programs.records.rewards.catalogue import Limit
from vinculo.programs.records.rewards.paying import Payment
from vinculo.programs.records.rewards.resolving import Return
from vinculo.programs.records.rewards.till import Presented


def test_the_last_piece_is_had_by_one(own_records: store.Database) -> None:
    club = made.club()
    ana = club.member(points=100_000)
    mug = club.reward(stock=3)
    club.reward("code", codes="pool")
    vault.codes_generate(reward_id=Reward.objects.get(code="code").pk, count=4, now=NOW)
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(2, "pieces", reward_id=mug.pk))

    mugs = made.together(lambda _number: club.reserve(ana).refused)
    codes = made.together(lambda _number: club.reserve(ana, "code").code or "hidden")
    same = club.wish(ana, "code", key="one")
    keyed = made.together(lambda _number: redemptions.redemption_reserve(same, now=NOW).refused)

    mug.refresh_from_db()
    assert Counter(mugs)[""] == 2
    assert (mug.stock, mug.held, LimitUse.objects.get().used) == (1, 2, 2)
    assert len(codes) == made.AT_ONCE
    assert RewardCode.objects.filter(reward__code="code", state="allotted").count() == 4
    assert Counter(keyed) == {"reward.no_code_left": made.AT_ONCE}
    assert control.differences(program_id=club.program.pk) == []


def test_a_code_is_used_by_one_of_all_who_show_it(own_records: store.Database) -> None:
    club = made.club()
    ana = club.member()
    club.reward(stock=1)
    done = club.reserve(ana)

    answers = made.together(
        lambda number: (
            till.code_use(
                Presented(club.program.pk, done.code, [f"till:{number}"], key=f"sale {number}"), now=NOW
            ).refused
        )
    )

    assert Counter(answers) == {"": 1, "code.used": made.AT_ONCE - 1}
    assert club.points(ana) == 700


def test_all_that_pay_one_order_at_once_are_summed_up(own_records: store.Database) -> None:
    club = made.club()
    ana = club.member(points=100_000)
    club.reward("five", kind="money_off", amount_minor=5_00)
    used = [club.reserve(ana, "five").redemption_id for _ in range(made.AT_ONCE)]
    for each in used:
        resolving.redemption_confirm(redemption_id=each, now=NOW)

    paid = made.together(lambda number: paying.redemption_pay(Payment(used[number], "shop", "A1"), now=NOW).refused)

    assert Counter(paid) == {"": made.AT_ONCE}
    assert PointsPaid.objects.get().paid_minor == made.AT_ONCE * 5_00


def test_nothing_is_lost_or_doubled_when_everything_happens_at_once(own_records: store.Database) -> None:
    club = made.club()
    members = [club.member(points=2_000) for _ in range(3)]
    rewards = [club.reward(code, stock=6, cost_minor=100) for code in ("mug", "cup", "cap")]
    for each in rewards:
        catalogue.limit_set(program_id=club.program.pk, limit=Limit(500, "cost", reward_id=each.pk))
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(4, "pieces", per_member=True))

    def work(number: int) -> int:
        chance = random.Random(number)
        known = list[int]()
        for step in range(12):
            choice = chance.random()
            if choice < 0.5 or not known:
                done = club.reserve(chance.choice(members), chance.choice(rewards).code, quantity=chance.randint(1, 2))
                known += [done.redemption_id] * (not done.refused)
            elif choice < 0.65:
                resolving.redemption_cancel(redemption_id=chance.choice(known), now=NOW)
            elif choice < 0.8:
                resolving.redemption_confirm(redemption_id=chance.choice(known), now=NOW)
            elif choice < 0.95:
                resolving.redemption_return(Return(chance.choice(known), f"{step}", quantity=1), now=NOW)
            elif number == 0:
                resolving.redemptions_expire(program_id=club.program.pk, now=LATER)
        return len(known)

    made.together(work)

    stocks = {each.code: (each.stock or 0) for each in Reward.objects.all()}
    assert control.differences(program_id=club.program.pk) == []
    for reward in Reward.objects.all():
        out = Redemption.objects.filter(reward=reward).exclude(state__in=("cancelled", "expired", "refused"))
        assert stocks[reward.code] + sum(each.quantity - each.returned_quantity for each in out) == 6
    spent = sum(
        each.points // each.quantity * (each.quantity - each.returned_quantity)
        for each in Redemption.objects.exclude(state__in=("cancelled", "expired", "refused"))
    )
    held = sum(account.balance or 0 for account in Account.objects.filter(kind="wallet"))
    assert held + spent == 6_000
    assert verify.verify(club.program.pk) == []


def test_the_database_itself_refuses_what_nobody_should_write(own_records: store.Database) -> None:
    mug = made.club().reward(stock=1)
    for wrong in ({"stock": -1}, {"held": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reward.objects.filter(pk=mug.pk).update(**wrong)


def test_the_control_sees_what_is_wrong(records: store.Database) -> None:
    club = made.club()
    mug = club.reward(stock=5)
    catalogue.limit_set(program_id=club.program.pk, limit=Limit(9, "pieces", reward_id=mug.pk))
    club.reserve(club.member())

    Reward.objects.update(held=4)
    LimitUse.objects.update(used=7)
    RewardCode.objects.update(state="used")
    Redemption.objects.update(returned_quantity=1, points=299)
    vault.codes_generate(reward_id=mug.pk, count=1, now=NOW)
    RewardCode.objects.filter(redemption=None).update(state="allotted")

    assert {each.what for each in control.differences(program_id=club.program.pk)} == {
        "pieces set aside",
        "used of a limit",
        "codes of an open redemption",
        "codes that are open without need",
        "points taken back",
        "points of the ledger",
    }
