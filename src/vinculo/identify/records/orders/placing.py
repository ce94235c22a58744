"""Placing: one order at a time, from a shop or a till that says so at once; files bring them in bulk.

Its lines are told by the same key as those of files, so an export that holds the order again later adds nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.orders import arriving
from vinculo.identify.records import facts
from vinculo.identify.records.leads import purchases
from vinculo.identify.records.models import Channel, Customer, Order, OrderLine, Product, Source
from vinculo.identify.records.orders import days, returning
from vinculo.identify.records.services import by_hand, customers


class OrderExistsError(InputError):
    """The source has an order of this number already."""

    code = "order.exists"


@dataclass(frozen=True)
class NewLine:
    """One line of an order that is placed; pieces below zero come back."""

    quantity: Decimal
    net_minor: int
    product_code: str = ""
    description: str = ""
    discount_minor: int = 0
    cost_minor: int | None = None
    tax_minor: int | None = None
    returns: tuple[int, int] | None = None
    """The order and the line of it that come back, where that is known."""

    @property
    def gross_minor(self) -> int:
        """Return the amount before the discount."""
        return self.net_minor + self.discount_minor

    @property
    def kind(self) -> str:
        """Return how the line is recognised."""
        if self.quantity < 0:
            return "return"
        return "sale" if self.net_minor else "zero_price"


@dataclass(frozen=True)
class NewOrder:
    """An order that is placed; without a customer when a guest buys."""

    source: Source
    number: str
    happened_at: datetime
    currency: str
    customer_id: int | None = None
    channel: str = ""
    lines: Sequence[NewLine] = field(default_factory=tuple)


def order_place(*, order: NewOrder, now: datetime) -> Order:
    """Put an order in with its lines, and the products nobody knew; a prospect who buys is one no more. Announces it.

    Raises
    ------
    OrderExistsError
        The source has an order of this number; `order_id` says which.
    ReturnError
        A line says what it brings back, and that was not sold.
    InputError
        It has no line, or its customer does not exist.
    """
    if not order.lines:
        raise InputError("An order needs at least one line.")
    with by_hand.writing():
        refuse_known(order)
        customer = buyer(order.customer_id)
        placed = header(order)
        returning.link(OrderLine.objects.bulk_create(lines_of(placed, order)))
        if customer is not None and customer.standing == Customer.Standing.PROSPECT:
            change = by_hand.Change({"standing": Customer.Standing.ACTUAL})
            customers.customer_change(customer_id=customer.pk, change=change, now=now)
        if customer is not None:
            with connection.cursor() as cursor:
                raw: Any = cursor
                purchases.convert(raw, customer_ids=[customer.pk], by=actor.current().name, now=now)
        facts.order_placed.send(sender=Order, order_id=placed.pk, customer_id=order.customer_id)
    return placed


def refuse_known(order: NewOrder) -> None:
    """Refuse a number that the source has used."""
    held = Order.objects.filter(source=order.source, number=order.number).values_list("id", flat=True).first()
    if held is not None:
        raise OrderExistsError(
            "{source} has an order {number} already.", source=order.source.code, number=order.number, order_id=held
        )


def buyer(customer_id: int | None) -> Customer | None:
    """Return who buys, held so that nobody is removed meanwhile."""
    if customer_id is None:
        return None
    found = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if found is None:
        raise InputError("There is no customer {number}.", number=customer_id)
    return found


def header(order: NewOrder) -> Order:
    """Write the order itself."""
    channel = None
    if order.channel:
        channel, _made = Channel.objects.get_or_create(code=order.channel, defaults={"name": order.channel})
    try:
        with transaction.atomic():
            return Order.objects.create(
                source=order.source,
                number=order.number,
                customer_id=order.customer_id,
                happened_at=days.clock(order.happened_at),
                channel=channel,
                currency=order.currency,
            )
    except IntegrityError:
        # Somebody else placed it between the look and the leap.
        refuse_known(order)
        raise


def lines_of(placed: Order, order: NewOrder) -> list[OrderLine]:
    """Return the lines to write; those alike are told by their place among their like."""
    known, seen, moment = products_of(order), Counter[str](), days.clock(order.happened_at)
    claimed = defaultdict[tuple[int, int], Decimal](Decimal)
    made = []
    for row, line in enumerate(order.lines, start=1):
        thing = line.product_code or line.description
        if line.returns:
            claimed[line.returns] -= line.quantity
        sold = returning.named(*line.returns, pieces=claimed[line.returns]) if line.returns else None
        key = arriving.likeness(thing, line.quantity, line.gross_minor, line.discount_minor, line.net_minor)
        seen[key] += 1
        made.append(
            OrderLine(
                order=placed,
                customer_id=order.customer_id,
                product_id=product_id(known.get(line.product_code), sold),
                returns_line=sold,
                happened_at=moment,
                line_key=key if seen[key] == 1 else f"{key}#{seen[key]}",
                line_kind=line.kind,
                description=line.description or None,
                quantity=line.quantity,
                gross_minor=line.gross_minor,
                discount_minor=line.discount_minor,
                net_minor=line.net_minor,
                cost_minor=line.cost_minor,
                tax_minor=line.tax_minor,
                row_number=row,
            )
        )
    return made


def product_id(named: Product | None, sold: OrderLine | None) -> int | None:
    """Return the product of a line; what comes back is what was sold.

    Raises
    ------
    ReturnError
        Another product was sold.
    """
    if sold is None:
        return named.pk if named else None
    if named is not None and named.pk != sold.product_id:
        raise returning.ReturnError
    return sold.product_id


def products_of(order: NewOrder) -> dict[str, Product]:
    """Return the products of the lines by their codes; one that nobody knows is added under its code."""
    names = {line.product_code: line.description for line in reversed(order.lines) if line.product_code}
    known = {each.code: each for each in Product.objects.filter(source=order.source, code__in=names)}
    for code, name in sorted(names.items()):
        if code not in known:
            known[code], _made = Product.objects.get_or_create(source=order.source, code=code, defaults={"name": name})
    return known
