"""Orders of members earn points as the rules say, give them back when goods come back, and never do either twice."""

from datetime import date, timedelta

import pytest
from django.db import connection
from tests.make import club as shop
from tests.make import programs, served, store

from vinculo.identify.records.models import Channel, Identifier, OrderLine, Product
from vinculo.identify.records.rights import erasure
from vinculo.programs.records.earning import happenings, orders
from vinculo.programs.records.models import Account, Birthday, EarnedAward, Earning, Posting, Program


@pytest.fixture
def club(records: store.Database) -> Program:
    return shop.opened()


def test_an_order_earns_once_in_the_transaction_that_places_it(club: Program) -> None:
    ana, member = shop.joined(club)
    _luis, other = shop.joined(club, "Luis", on=shop.NOW.date() + timedelta(days=1))
    shop.rule(club, "spend")
    shop.rule(club, "standing", unit="status", factor="2")
    shop.rule(club, "toys", trigger="product", subject=["oso"], amount="per_piece", factor="5", grant_class="promotion")

    placed = shop.bought(ana, "A1", shop.line(10_99), shop.line(20_00, "oso", 2))
    shop.bought(_luis, "L1", shop.line(99_00))
    shop.bought(None, "G1", shop.line(99_00))
    again = [orders.orders_settle(order_ids=[placed.pk], now=shop.NOW) for _time in range(3)]

    assert (shop.balance(member), shop.balance(member, "status"), shop.balance(other)) == (40, 61, 0)
    assert [(each.evaluated, each.awarded) for each in again] == [(0, {})] * 3
    given = Posting.objects.filter(kind="award").order_by("id").values_list("grant_class", "amount", "reference")
    assert sorted(given) == [("promotion", 10, "A1"), ("purchase", 30, "A1"), ("purchase", 61, "A1")]


def test_what_comes_back_is_taken_back_line_by_line_and_in_the_end_in_full(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend", rounding="half_even")
    shop.rule(club, "bonus", amount="fixed", factor="50", condition="order_net >= 100")
    shop.rule(club, "standing", unit="status")

    placed = shop.bought(ana, "A1", shop.line(100_00, "mesa", 3), shop.line(5_55, "oso"))
    table, bear = OrderLine.objects.filter(order=placed).order_by("row_number")
    steps = [(shop.balance(member), shop.balance(member, "status"))]
    for number, back in (
        ("R1", shop.line(-33_33, "mesa", -1, returns=(placed.pk, table.pk))),
        ("R2", shop.line(-5_55, "oso", -1, returns=(placed.pk, bear.pk))),
        ("R3", shop.line(-66_67, "mesa", -2, returns=(placed.pk, table.pk))),
    ):
        shop.bought(ana, number, back)
        steps.append((shop.balance(member), shop.balance(member, "status")))

    assert steps[0] == (156, 105)
    assert steps[-1] == (0, 0)
    assert [points for points, _status in steps] == sorted([points for points, _status in steps], reverse=True)
    # The share of the tables: 100 points of the amount and 48 of the bonus, of which a third is taken, rounded down.
    assert steps[1][0] == 156 - (100 // 3 + 47 // 3)
    assert sum(EarnedAward.objects.values_list("forgiven", flat=True)) == 0


@pytest.mark.parametrize(
    ("policy", "floor", "left", "forgiven"), [("pending", 0, 10, 100), ("balance", 0, 0, 90), ("floor", -60, -60, 30)]
)
def test_spent_points_are_taken_as_far_as_the_policy_goes(
    club: Program, policy: str, floor: int, left: int, forgiven: int
) -> None:
    club.units.filter(code="points").update(return_policy=policy, floor=floor)
    ana, member = shop.joined(club)
    shop.rule(club, "spend")

    placed = shop.bought(ana, "A1", shop.line(100_00))
    account = Account.objects.get(member=member, kind="wallet")
    programs.posted(club, programs.post(account.pk, "spend", 90, reward_class="voucher"), now=shop.NOW)
    sold = OrderLine.objects.get(order=placed)
    shop.bought(ana, "R1", shop.line(-100_00, quantity=-1, returns=(placed.pk, sold.pk)))
    again = orders.orders_settle(order_ids=[placed.pk], now=shop.NOW)

    assert shop.balance(member) == left
    assert EarnedAward.objects.get().forgiven == forgiven
    assert (again.taken, again.awarded) == ({}, {})


def test_a_return_that_is_undone_gives_back_no_more_than_was_taken(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    placed = shop.bought(ana, "A1", shop.line(100_00, quantity=2))
    account = Account.objects.get(member=member, kind="wallet")
    programs.posted(club, programs.post(account.pk, "spend", 70, reward_class="voucher"), now=shop.NOW)
    sold = OrderLine.objects.get(order=placed)

    seen = []
    for _time in range(2):
        back = shop.bought(ana, f"R{_time}", shop.line(-100_00, quantity=-2, returns=(placed.pk, sold.pk)))
        seen.append(shop.balance(member))
        OrderLine.objects.filter(order=back).delete()
        orders.orders_settle(order_ids=[placed.pk], now=shop.NOW)
        seen.append(shop.balance(member))

    assert seen == [0, 30, 0, 30]


def test_limits_are_kept_over_orders_and_have_room_again_after_a_return(club: Program) -> None:
    ana, member = shop.joined(club)
    luis, other = shop.joined(club, "Luis")
    shop.rule(
        club,
        "spend",
        caps=[
            {"scope": "member", "period": "month", "points": 150},
            {"scope": "program", "period": "ever", "points": 230},
        ],
    )

    first = shop.bought(ana, "A1", shop.line(100_00))
    shop.bought(ana, "A2", shop.line(100_00))
    shop.bought(luis, "L1", shop.line(100_00))
    before = (shop.balance(member), shop.balance(other))
    sold = OrderLine.objects.get(order=first)
    shop.bought(ana, "R1", shop.line(-100_00, quantity=-1, returns=(first.pk, sold.pk)))
    shop.bought(luis, "L2", shop.line(100_00))

    assert before == (150, 80)
    assert (shop.balance(member), shop.balance(other)) == (50, 150)


def test_a_line_that_is_replaced_or_gone_takes_its_points_along(club: Program) -> None:
    ana, member = shop.joined(club)
    shop.rule(club, "spend")
    placed = shop.bought(ana, "A1", shop.line(40_00), shop.line(10_00, "oso"))
    changed = OrderLine.objects.get(order=placed, net_minor=40_00)

    OrderLine.objects.filter(pk=changed.pk).update(net_minor=30_00, gross_minor=30_00)
    orders.orders_settle(order_ids=[placed.pk], now=shop.NOW)
    smaller = shop.balance(member)
    OrderLine.objects.filter(order=placed).delete()
    orders.orders_settle(order_ids=[placed.pk], now=shop.NOW)
    empty = shop.balance(member)
    OrderLine.objects.create(
        order=placed, customer=ana, product=Product.objects.get(code="oso"), happened_at=shop.NOW, line_key="new",
        line_kind="sale", quantity=1, gross_minor=7_00, net_minor=7_00,
    )  # fmt: skip
    orders.orders_settle(order_ids=[placed.pk], now=shop.NOW)
    there = shop.balance(member)
    OrderLine.objects.filter(order=placed).delete()
    placed.delete()
    orders.source_settle(source_id=served.source().pk, now=shop.NOW)

    assert (smaller, empty, there, shop.balance(member)) == (40, 0, 7, 0)


def test_first_purchases_streaks_and_pending_points(club: Program) -> None:
    ana, member = shop.joined(club, on=date(2024, 3, 1))
    shop.bought(ana, "A0", shop.line(10_00), days_ago=150)
    shop.rule(club, "first", trigger="first_purchase", amount="fixed", factor="500", return_days=30)
    shop.rule(club, "three", trigger="streak", subject=["months:3"], amount="fixed", factor="33")

    shop.bought(ana, "A1", shop.line(10_00), days_ago=70)  # 21 April
    first = (shop.balance(member), Account.objects.get(member=member, kind="wallet").balance)
    shop.bought(ana, "A2", shop.line(10_00), days_ago=40)  # 21 May
    shop.bought(ana, "A3", shop.line(10_00), days_ago=10)  # 20 June
    shop.bought(ana, "A4", shop.line(10_00), days_ago=5)
    late = shop.bought(ana, "A5", shop.line(10_00))

    # The window of returns of the first order is over already.
    assert first == (500, 500)
    assert shop.balance(member) == 533
    assert Posting.objects.filter(reference=late.number).count() == 0
    assert Channel.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programs_earning WHERE event = 'A0'")
        assert cursor.fetchone() == (0,)


def test_an_erasure_forgets_the_birthday_and_follows_an_order_whose_number_named_the_person(club: Program) -> None:
    ana, member = shop.joined(club, "Ana Quiroga")
    shop.rule(club, "spend")
    happenings.birthday_tell(member_id=member.pk, month=2, day=29)
    key = Identifier.objects.get(customer=ana, kind="source_key").value
    placed = shop.bought(ana, f"{erasure.UNNUMBERED}{key}{erasure.UNNUMBERED}2024-06-30", shop.line(30_00))
    told = placed.number

    erasure.person_erase(customer_ids=[ana.pk], now=shop.NOW)
    placed.refresh_from_db()
    again = orders.source_settle(source_id=served.source().pk, now=shop.NOW)

    assert told != placed.number
    assert list(Earning.objects.values_list("event", flat=True)) == [placed.number]
    assert (again.taken, again.awarded, Birthday.objects.count()) == ({}, {}, 0)
