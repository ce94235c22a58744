"""Orders on their way out, with their lines in force; costs only for a token that may see them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ninja import Schema

from vinculo.exchange import scopes
from vinculo.exchange.records.models import Token
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.models import Order, OrderLine
from vinculo.identify.records.orders import days


class LineOut(Schema):
    """One line in force of an order; amounts in minor units of the order's currency."""

    id: int
    kind: str
    product_id: int | None
    product_code: str
    description: str
    quantity: str
    gross_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int | None
    cost_minor: int | None
    returns_line_id: int | None


class OrderOut(Schema):
    """An order; `customer_id` is the party it came with, null for a guest."""

    id: int
    number: str
    source: str
    customer_id: int | None
    happened_at: datetime
    channel: str
    currency: str
    net_minor: int
    lines: list[LineOut]


def of_many(orders: Sequence[Order], token: Token) -> list[OrderOut]:
    """Return orders with their lines."""
    lines = defaultdict(list)
    for line in selectors_customer.lines_of(orders=orders):
        lines[line.order_id].append(line)
    costs = scopes.MONEY in token.scopes
    return [shown(order, lines[order.pk], costs=costs) for order in orders]


def shown(order: Order, lines: Sequence[OrderLine], *, costs: bool) -> OrderOut:
    """Return an order."""
    return OrderOut(
        id=order.pk,
        number=order.number,
        source=order.source.code,
        customer_id=order.customer_id,
        happened_at=days.moment(order.happened_at),
        channel=order.channel.code if order.channel else "",
        currency=order.currency,
        net_minor=sum(line.net_minor for line in lines),
        lines=[line_shown(line, costs=costs) for line in lines],
    )


def line_shown(line: OrderLine, *, costs: bool) -> LineOut:
    """Return a line."""
    return LineOut(
        id=line.pk,
        kind=line.line_kind,
        product_id=line.product_id,
        product_code=line.product.code if line.product else "",
        description=line.description or (line.product.name if line.product else ""),
        quantity=f"{line.quantity.normalize():f}",
        gross_minor=line.gross_minor,
        discount_minor=line.discount_minor,
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        cost_minor=line.cost_minor if costs else None,
        returns_line_id=line.returns_line_id,
    )
