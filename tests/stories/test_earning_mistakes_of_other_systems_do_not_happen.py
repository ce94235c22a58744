"""Mistakes that users of other systems reported of earning and returns, each named by its issue: none happens here."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from tests.make import club as shop
from tests.make import programs, store

from vinculo.identify.records.models import OrderLine
from vinculo.programs.records.earning import orders
from vinculo.programs.records.ledger import sweeps, verify
from vinculo.programs.records.models import Account, Lot, Member, Pool, Posting, Program


@pytest.fixture
def club(records: store.Database) -> Program:
    return shop.opened()


def wallet(of: Member) -> Account:
    return Account.objects.get(member=of, unit__code="points", kind="wallet")


def test_odoo_257854_buying_and_refunding_again_and_again_leaves_nothing(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    shop.rule(club, "standing", unit="status")
    shop.rule(club, "bonus", amount="fixed", factor="100", return_days=14)

    for number in range(4):
        sold = shop.bought(ana, f"A{number}", shop.line(80_00, "mesa", 3), shop.line(9_99, "oso"))
        assert (shop.balance(member), shop.balance(member, "status")) == (189, 89)
        shop.bought(ana, f"R{number}", shop.back(sold, pieces=3, of=3), shop.back(sold, row=2))

    # Balances, what counts for levels, and what is owed are as they were (I9); the journal agrees to the point.
    assert (shop.balance(member), shop.balance(member, "status")) == (0, 0)
    assert Lot.objects.aggregate(owed=Sum("remaining"))["owed"] == 0
    assert verify.verify(program_id=club.pk) == []


def test_odoo_238806_a_part_that_is_refunded_at_the_till_takes_its_part_of_the_points(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", rounding="up", rounded_per="line")

    sold = shop.bought(ana, "A1", shop.line(99_95, "taza", 7), channel="till")
    seen = [shop.balance(member)]
    for number in range(7):
        shop.bought(ana, f"R{number}", shop.back(sold, of=7), channel="till")
        seen.append(shop.balance(member))

    assert seen == [100 - 100 * back // 7 for back in range(8)]


def test_erpnext_32951_a_credit_note_that_names_no_order_takes_points_too(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")

    shop.bought(ana, "A1", shop.line(50_00, "mesa"), days_ago=30)
    shop.bought(ana, "CREDIT-1", shop.line(-50_00, "mesa", -1))

    assert shop.balance(member) == 0
    assert Posting.objects.get(kind="reverse").refers_to == Posting.objects.get(kind="award")


def test_flocafe_720_a_line_that_is_voided_keeps_no_points(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    sold = shop.bought(ana, "A1", shop.line(12_00, "café"), shop.line(30_00, "tarta"))

    OrderLine.objects.filter(order=sold, product__code="tarta").delete()
    orders.orders_settle(order_ids=[sold.pk], now=shop.NOW)

    assert shop.balance(member) == 12


@pytest.mark.parametrize(
    ("base", "points"), [("gross", 121), ("net", 96), ("net_of_tax", 80), ("net_of_points", 66), ("net_of_all", 50)]
)
def test_odoo_114004_and_erpnext_14847_points_count_what_the_rule_says(club: Program, base: str, points: int) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", base=base)

    orders.order_paid(program_id=club.pk, source="shop", number="A1", paid_minor=30_00, now=shop.NOW)
    shop.bought(ana, "A1", shop.line(96_80, "mesa", discount_minor=24_20, tax_minor=16_80))

    assert shop.balance(member) == points


def test_compressor_1481_an_order_that_is_told_again_and_again_earns_once(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    sold = shop.bought(ana, "A1", shop.line(25_00))

    told = [orders.orders_settle(order_ids=[sold.pk, sold.pk], now=shop.NOW) for _time in range(5)]
    shop.rule(club, "spend", factor="3")
    orders.orders_settle(order_ids=[sold.pk], now=shop.NOW)

    # Nor does a rule that changed since change what was earned.
    assert [each.awarded for each in told] == [{}] * 5
    assert shop.balance(member) == 25


def test_erpnext_59050_points_that_were_spent_are_missed_when_the_purchase_is_returned(club: Program) -> None:
    club.units.filter(code="points").update(return_policy="floor", floor=-500)
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    sold = shop.bought(ana, "A1", shop.line(100_00))
    programs.posted(club, programs.post(wallet(member).pk, "spend", 100, reward_class="voucher"), now=shop.NOW)

    shop.bought(ana, "R1", shop.back(sold))
    owed = shop.balance(member)
    shop.bought(ana, "A2", shop.line(130_00))

    assert (owed, shop.balance(member)) == (-100, 30)


def test_kademi_5962_a_return_after_points_expired_takes_them_once(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", expires_days=30)
    sold = shop.bought(ana, "A1", shop.line(40_00), days_ago=60)
    fresh = shop.bought(ana, "A2", shop.line(15_00))
    sweeps.expire(program_id=club.pk, as_of=shop.NOW.date(), now=shop.NOW)
    before = shop.balance(member)

    shop.bought(ana, "R1", shop.back(sold))

    assert (before, shop.balance(member)) == (15, 15)
    assert Posting.objects.filter(reference=fresh.number, kind="award").count() == 1
    assert verify.verify(program_id=club.pk) == []


def test_talon_one_only_pending_points_are_taken_where_the_policy_says_so(club: Program) -> None:
    club.units.filter(code="points").update(return_policy="pending")
    ana, member = shop.joined(club)
    shop.rule(club, "spend", return_days=14)
    early = shop.bought(ana, "A1", shop.line(40_00), days_ago=20)
    # What an order earns waits for the clock of the world, which a test does not set.
    late = shop.bought(ana, "A2", shop.line(30_00), days_ago=(shop.NOW - timezone.now()).days)

    for number, sold in enumerate((early, late)):
        shop.bought(ana, f"R{number}", shop.back(sold))

    assert shop.balance(member) == 40


def test_voucherify_planned_a_household_shares_what_its_members_earn(club: Program) -> None:
    ana, member = shop.joined(club)
    pool = programs.member(club, kind="pool", joined_on=date(2024, 1, 1))
    Pool.objects.create(member=pool, contribution_percent=60)
    Member.objects.filter(pk=member.pk).update(pool=pool)
    shop.rule(club, "spend")

    sold = shop.bought(ana, "A1", shop.line(99_00, "mesa", 3))
    shared = (shop.balance(pool), shop.balance(member))
    shop.bought(ana, "R1", shop.back(sold, pieces=3, of=3))

    assert shared == (59, 40)
    assert (shop.balance(pool), shop.balance(member)) == (0, 0)


def test_a_blocked_member_earns_and_one_who_left_does_not(club: Program) -> None:
    ana, member = shop.joined(club)
    luis, other = shop.joined(club, "Luis")
    shop.rule(club, "spend")
    Member.objects.filter(pk=member.pk).update(state="blocked")
    Member.objects.filter(pk=other.pk).update(state="left", left_on=shop.NOW.date() - timedelta(days=1))

    shop.bought(ana, "A1", shop.line(10_00))
    shop.bought(luis, "L1", shop.line(10_00))

    assert (shop.balance(member), shop.balance(other)) == (10, 0)
