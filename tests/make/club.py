"""A programme over the shop: its rules, orders of its members, and what they have."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.make import programs, served

from vinculo.foundation import actor
from vinculo.identify.records.models import Customer, Order, OrderLine
from vinculo.identify.records.orders import placing
from vinculo.identify.records.orders.placing import NewLine, NewOrder
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Account, Member, Program, RuleVersion
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


def back(sold: Order, *, row: int = 1, pieces: int = 1, of: int = 1) -> NewLine:
    """Return the line that brings pieces of a line of an order back, so many of those it had."""
    found = OrderLine.objects.filter(order=sold, superseded_by=None).order_by("row_number")[row - 1]
    code = found.product.code if found.product else ""
    return line(-found.net_minor * pieces // of, code, -pieces, returns=(sold.pk, found.pk))


def opened(**units: Any) -> Program:
    """Make a programme of points and of points that count for levels."""
    made = programs.program(started_on=date(2024, 1, 1), zone="Europe/Madrid")
    programs.unit(made, **units)
    programs.unit(made, "status", spendable=False, qualifying=True)
    return made


def joined(of: Program, name: str = "Ana", *, on: date = date(2024, 1, 1)) -> tuple[Customer, Member]:
    """Make a customer who joins."""
    buyer = served.customer(name, number=f"C{Customer.objects.count()}", country="Spain")
    return buyer, members.member_join(program_id=of.pk, customer_id=buyer.pk, on=on)
