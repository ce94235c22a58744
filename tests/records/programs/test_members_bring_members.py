"""Referrals in the store: paid after the days of return, capped, taken back through the tree, and safe from abuse."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from tests.make import members, served, store

from vinculo.identify.records.membership import services as membership
from vinculo.identify.records.models import Address, OrderLine
from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.records.belonging import referrals, selectors
from vinculo.programs.records.belonging.giving import Settled
from vinculo.programs.records.belonging.referrals import ReferralError
from vinculo.programs.records.models import Account, Member, Merit, Posting, Program, Referral

PLAN = Plan((100, 20, 5), welcome=50, window_days=14, minimum_minor=1000, cap=2, velocity=5)
TODAY = served.NOW.date()


def moment(ago: int) -> datetime:
    return served.NOW - timedelta(days=ago)


@pytest.fixture
def club(records: store.Database) -> Program:
    made = members.program()
    unit = members.unit(made, "points")
    referrals.plan_open(program_id=made.pk, unit_id=unit.pk, plan=PLAN, now=moment(100))
    return made


def bring(by: Member, ago: int = 60, member: Member | None = None) -> Member:
    brought = member or members.member(by.program)
    code = referrals.code_of(member_id=by.pk, now=moment(ago))
    referrals.referral_open(code=code.lower(), member_id=brought.pk, now=moment(ago))
    return brought


def buy(of: Member, ago: int, net_minor: int = 2000) -> OrderLine:
    assert of.customer is not None
    number = f"O{OrderLine.objects.count()}"
    order = served.order(of.customer, number, days_ago=ago, lines=[{"product": "silla", "net_minor": net_minor}])
    return order.lines.get()


def bring_back(of: Member, line: OrderLine) -> None:
    assert of.customer is not None
    back = {"product": "silla", "net_minor": -line.net_minor, "returns": line}
    served.order(of.customer, f"R{line.pk}", days_ago=0, lines=[back])


def settle(of: Program, as_of: date = TODAY) -> Settled:
    return referrals.settle(program_id=of.pk, as_of=as_of, now=served.NOW)


def balances(*found: Member) -> list[int]:
    held = dict(Account.objects.filter(unit__code="points", kind="wallet").values_list("member_id", "balance"))
    return [held.get(each.pk, 0) for each in found]


def state(of: Member) -> tuple[str, list[str]]:
    row = Referral.objects.get(referee=of)
    return row.state, row.reasons


def test_a_referral_is_paid_on_every_level_after_the_days_of_return(club: Program) -> None:
    ana = members.member(club)
    eva = bring(ana)
    luis = bring(eva, 50)
    nothing = settle(club), balances(ana, eva, luis)
    buy(luis, 45, net_minor=999)
    too_small = settle(club).given
    buy(luis, 40)

    before = settle(club, TODAY - timedelta(days=26)).given
    on_the_day = settle(club, TODAY - timedelta(days=25))

    assert nothing == (Settled(), [0, 0, 0])
    assert (too_small, before, len(on_the_day.given)) == ((), (), 3)
    assert balances(ana, eva, luis) == [20, 100, 50]
    assert settle(club) == Settled()
    assert state(luis) == ("paid", [])
    place = selectors.referrals_of(member_id=ana.pk, now=served.NOW)
    assert (place.by_level, place.points) == ({1: 1, 2: 1}, 20)


def test_a_return_takes_rewards_back_through_the_tree(club: Program) -> None:
    ana = members.member(club)
    eva = bring(ana)
    luis = bring(eva, 50)
    line = buy(luis, 40)
    settle(club)

    bring_back(luis, line)
    gone = settle(club)
    after = balances(ana, eva, luis)
    buy(luis, 30)
    settle(club)

    assert (len(gone.taken_back), after) == (3, [0, 0, 0])
    assert balances(ana, eva, luis) == [20, 100, 50]
    assert Merit.objects.filter(subject_id=Referral.objects.get(referee=luis).pk, turn=2).count() == 3


def test_when_a_link_is_refused_nothing_passes_through_it(club: Program) -> None:
    ana = members.member(club)
    eva = bring(ana)
    luis = bring(eva, 50)
    buy(eva, 45)
    buy(luis, 40)
    settle(club)
    paid = balances(ana, eva, luis)

    link = Referral.objects.get(referee=eva)
    referrals.referral_decide(referral_id=link.pk, genuine=False, note="One person", author="carmen", now=served.NOW)

    assert paid == [120, 150, 50]
    assert balances(ana, eva, luis) == [0, 100, 50]


def test_rewards_of_a_month_are_capped(club: Program) -> None:
    ana = members.member(club)
    brought = [bring(ana, 60 + number) for number in range(4)]
    for each in brought:
        buy(each, 40)

    settle(club)
    settle(club)

    assert balances(ana, *brought) == [200, 50, 50, 50, 50]
    for each in Referral.objects.all():
        total = Merit.objects.filter(subject_id=each.pk).aggregate(total=Sum("points"))["total"]
        assert total <= PLAN.most


def test_no_circle_can_be_written(club: Program) -> None:
    ana = members.member(club)
    eva = bring(ana)
    code = referrals.code_of(member_id=eva.pk, now=served.NOW)

    for member in (ana, eva):
        with pytest.raises(ReferralError):
            referrals.referral_open(code=code, member_id=member.pk, now=served.NOW)
    row = Referral.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(plan=row.plan, referrer=eva, referee=ana, opened_at=served.NOW)
    with pytest.raises(ReferralError):
        referrals.referral_open(code="NOSUCHCODE", member_id=eva.pk, now=served.NOW)


def test_whoever_is_brought_stays_with_the_first(club: Program) -> None:
    ana, carmen = members.member(club), members.member(club)
    eva = bring(ana)

    bring(carmen, 50, member=eva)

    assert Referral.objects.get().referrer_id == ana.pk


@pytest.mark.parametrize("reason", ["same_address", "same_email", "same_phone", "same_payment", "velocity"])
def test_what_looks_like_oneself_waits_for_somebody_to_decide(club: Program, reason: str) -> None:
    shared = {"email": "a@x.es"} if reason == "same_email" else {"phone": "600111222"} if reason == "same_phone" else {}
    first, second = (served.customer(f"P{each}", number=f"P{each}", **shared) for each in (1, 2))
    ana, eva = members.member(club, first), members.member(club, second)
    if reason == "same_address":
        for each in (first, second):
            Address.objects.create(customer=each, lines="C/ Mayor, 5", postcode="28013", source=served.source())
    if reason == "same_payment":
        for member in (ana, eva):
            referrals.mark_note(member_id=member.pk, kind="payment", value="ES91 2100")
    if reason == "velocity":
        for _ in range(PLAN.velocity):
            bring(ana, 61)
    bring(ana, member=eva)
    buy(eva, 40)

    settle(club)
    waiting = [row.referee_id for row in selectors.suspected_list(program_id=club.pk)]
    paid_before = balances(ana, eva)
    row = Referral.objects.get(referee=eva)
    referrals.referral_decide(referral_id=row.pk, genuine=True, note="Sisters", author="carmen", now=served.NOW)

    assert (waiting, paid_before, row.reasons) == ([eva.pk], [0, 0], [reason])
    assert balances(ana, eva) == [100, 50]
    assert selectors.suspected_list(program_id=club.pk) == []


def test_one_customer_with_two_cards_brings_nobody_even_when_it_is_seen_later(club: Program) -> None:
    first, second = (served.customer(f"P{each}", number=f"P{each}") for each in (1, 2))
    ana, eva = members.member(club, first), members.member(club, second)
    bring(ana, member=eva)
    buy(eva, 40)
    settle(club)
    paid = balances(ana, eva)

    membership.customers_merge(customer_ids=[first.pk, second.pk], now=served.NOW)
    settle(club)

    assert (paid, balances(ana, eva)) == ([100, 50], [0, 0])
    assert state(eva) == ("refused", ["same_customer"])
    assert Posting.objects.filter(kind="reverse").count() == 2


def test_who_was_a_customer_before_is_not_brought(club: Program) -> None:
    ana, eva = members.member(club), members.member(club)
    buy(eva, 70)
    bring(ana, member=eva)
    buy(eva, 40)

    settle(club)

    assert state(eva) == ("refused", ["not_new"])
    assert balances(ana, eva) == [0, 0]


def test_a_referral_that_pays_no_purchase_pays_nothing(club: Program) -> None:
    ana = members.member(club)
    brought = [bring(ana) for _ in range(3)]

    settle(club, TODAY + timedelta(days=365))

    assert balances(ana, *brought) == [0, 0, 0, 0]
    assert {state(each)[0] for each in brought} == {"waiting"}
