"""Orders of members earn points as the rules say, give them back when goods come back, and never do either twice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from tests.make import programs, served, store

from vinculo.foundation import actor
from vinculo.identify.records.models import Channel, Customer, Order, OrderLine, Product
from vinculo.identify.records.orders import placing
from vinculo.identify.records.orders.placing import NewLine, NewOrder
from vinculo.programs.records.earning import orders
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Account, EarnedAward, Member, Posting, Program, RuleVersion
from vinculo.programs.records.rules import services as rules

NOW = served.NOW
SPEND = {"trigger": "spend", "amount": "per_money", "factor": "1", "base": "net", "rounding": "down"}


def rule(of: Program, code: str, *, dates: Any = (None, None), **said: Any) -> RuleVersion:
    """Draft, propose and approve a rule."""
    with actor.acting("ana"):
        made = rules.rule_draft(
            program_id=of.pk, code=code, name=code, definition={**SPEND, **said}, now=NOW, dates=dates
        )
        rules.rule_propose(version_id=made.pk, now=NOW)
    with actor.acting("luis"):
        return rules.rule_approve(version_id=made.pk, now=NOW)


def bought(buyer: Customer | None, number: str, *lines: NewLine, days_ago: int = 0, channel: str = "web") -> Order:
    """Place an order."""
    made = NewOrder(
        source=served.source(),
        number=number,
        happened_at=NOW - timedelta(days=days_ago),
        currency="EUR",
        customer_id=buyer.pk if buyer else None,
        channel=channel,
        lines=lines,
    )
    return placing.order_place(order=made, now=NOW)


def line(net_minor: int, product: str = "silla", quantity: Any = 1, **more: Any) -> NewLine:
    """Return a line of an order."""
    return NewLine(quantity=Decimal(quantity), net_minor=net_minor, product_code=product, **more)


def balance(of: Member, unit: str = "points") -> int:
    """Return what a member has, pending points among it."""
    kinds = Account.objects.filter(member=of, unit__code=unit, kind__in=("wallet", "pending"))
    return sum(kinds.values_list("balance", flat=True))


@pytest.fixture
def club(records: store.Database) -> Program:
    made = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(made)
    programs.unit(made, "status", spendable=False, qualifying=True)
    return made


def joined(of: Program, name: str = "Ana", *, on: date = date(2024, 1, 1)) -> tuple[Customer, Member]:
    """Make a customer who joins."""
    buyer = served.customer(name, number=f"C{Customer.objects.count()}", country="Spain")
    return buyer, members.member_join(program_id=of.pk, customer_id=buyer.pk, on=on)


def test_an_order_earns_once_in_the_transaction_that_places_it(club: Program) -> None:
    ana, member = joined(club)
    _luis, other = joined(club, "Luis", on=NOW.date() + timedelta(days=1))
    rule(club, "spend")
    rule(club, "standing", unit="status", factor="2")
    rule(club, "toys", trigger="product", subject=["oso"], amount="per_piece", factor="5", grant_class="promotion")

    placed = bought(ana, "A1", line(10_99), line(20_00, "oso", 2))
    bought(_luis, "L1", line(99_00))
    bought(None, "G1", line(99_00))
    again = [orders.orders_settle(order_ids=[placed.pk], now=NOW) for _time in range(3)]

    assert (balance(member), balance(member, "status"), balance(other)) == (40, 61, 0)
    assert [(each.evaluated, each.awarded) for each in again] == [(0, {})] * 3
    given = Posting.objects.filter(kind="award").order_by("id").values_list("grant_class", "amount", "reference")
    assert sorted(given) == [("promotion", 10, "A1"), ("purchase", 30, "A1"), ("purchase", 61, "A1")]


def test_what_comes_back_is_taken_back_line_by_line_and_in_the_end_in_full(club: Program) -> None:
    ana, member = joined(club)
    rule(club, "spend", rounding="half_even")
    rule(club, "bonus", amount="fixed", factor="50", condition="order_net >= 100")
    rule(club, "standing", unit="status")

    placed = bought(ana, "A1", line(100_00, "mesa", 3), line(5_55, "oso"))
    table, bear = OrderLine.objects.filter(order=placed).order_by("row_number")
    steps = [(balance(member), balance(member, "status"))]
    for number, back in (
        ("R1", line(-33_33, "mesa", -1, returns=(placed.pk, table.pk))),
        ("R2", line(-5_55, "oso", -1, returns=(placed.pk, bear.pk))),
        ("R3", line(-66_67, "mesa", -2, returns=(placed.pk, table.pk))),
    ):
        bought(ana, number, back)
        steps.append((balance(member), balance(member, "status")))

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
    ana, member = joined(club)
    rule(club, "spend")

    placed = bought(ana, "A1", line(100_00))
    account = Account.objects.get(member=member, kind="wallet")
    programs.posted(club, programs.post(account.pk, "spend", 90, reward_class="voucher"), now=NOW)
    sold = OrderLine.objects.get(order=placed)
    bought(ana, "R1", line(-100_00, quantity=-1, returns=(placed.pk, sold.pk)))
    again = orders.orders_settle(order_ids=[placed.pk], now=NOW)

    assert balance(member) == left
    assert EarnedAward.objects.get().forgiven == forgiven
    assert (again.taken, again.awarded) == ({}, {})


def test_a_return_that_is_undone_gives_back_no_more_than_was_taken(club: Program) -> None:
    ana, member = joined(club)
    rule(club, "spend")
    placed = bought(ana, "A1", line(100_00, quantity=2))
    account = Account.objects.get(member=member, kind="wallet")
    programs.posted(club, programs.post(account.pk, "spend", 70, reward_class="voucher"), now=NOW)
    sold = OrderLine.objects.get(order=placed)

    seen = []
    for _time in range(2):
        back = bought(ana, f"R{_time}", line(-100_00, quantity=-2, returns=(placed.pk, sold.pk)))
        seen.append(balance(member))
        OrderLine.objects.filter(order=back).delete()
        orders.orders_settle(order_ids=[placed.pk], now=NOW)
        seen.append(balance(member))

    assert seen == [0, 30, 0, 30]


def test_limits_are_kept_over_orders_and_have_room_again_after_a_return(club: Program) -> None:
    ana, member = joined(club)
    luis, other = joined(club, "Luis")
    rule(
        club,
        "spend",
        caps=[
            {"scope": "member", "period": "month", "points": 150},
            {"scope": "program", "period": "ever", "points": 230},
        ],
    )

    first = bought(ana, "A1", line(100_00))
    bought(ana, "A2", line(100_00))
    bought(luis, "L1", line(100_00))
    before = (balance(member), balance(other))
    sold = OrderLine.objects.get(order=first)
    bought(ana, "R1", line(-100_00, quantity=-1, returns=(first.pk, sold.pk)))
    bought(luis, "L2", line(100_00))

    assert before == (150, 80)
    assert (balance(member), balance(other)) == (50, 150)


def test_a_line_that_is_replaced_or_gone_takes_its_points_along(club: Program) -> None:
    ana, member = joined(club)
    rule(club, "spend")
    placed = bought(ana, "A1", line(40_00), line(10_00, "oso"))
    changed = OrderLine.objects.get(order=placed, net_minor=40_00)

    OrderLine.objects.filter(pk=changed.pk).update(net_minor=30_00, gross_minor=30_00)
    orders.orders_settle(order_ids=[placed.pk], now=NOW)
    smaller = balance(member)
    OrderLine.objects.filter(order=placed).delete()
    orders.orders_settle(order_ids=[placed.pk], now=NOW)
    empty = balance(member)
    OrderLine.objects.create(
        order=placed, customer=ana, product=Product.objects.get(code="oso"), happened_at=NOW, line_key="new",
        line_kind="sale", quantity=1, gross_minor=7_00, net_minor=7_00,
    )  # fmt: skip
    orders.orders_settle(order_ids=[placed.pk], now=NOW)
    there = balance(member)
    OrderLine.objects.filter(order=placed).delete()
    placed.delete()
    orders.source_settle(source_id=served.source().pk, now=NOW)

    assert (smaller, empty, there, balance(member)) == (40, 0, 7, 0)


def test_first_purchases_streaks_and_pending_points(club: Program) -> None:
    ana, member = joined(club, on=date(2024, 3, 1))
    bought(ana, "A0", line(10_00), days_ago=150)
    rule(club, "first", trigger="first_purchase", amount="fixed", factor="500", return_days=30)
    rule(club, "three", trigger="streak", subject=["months:3"], amount="fixed", factor="33")

    bought(ana, "A1", line(10_00), days_ago=70)  # 21 April
    first = (balance(member), Account.objects.get(member=member, kind="wallet").balance)
    bought(ana, "A2", line(10_00), days_ago=40)  # 21 May
    bought(ana, "A3", line(10_00), days_ago=10)  # 20 June
    bought(ana, "A4", line(10_00), days_ago=5)
    late = bought(ana, "A5", line(10_00))

    # The window of returns of the first order is over already.
    assert first == (500, 500)
    assert balance(member) == 533
    assert Posting.objects.filter(reference=late.number).count() == 0
    assert Channel.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programs_earning WHERE event = 'A0'")
        assert cursor.fetchone() == (0,)
