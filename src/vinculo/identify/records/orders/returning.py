"""Returning: what comes back with one order, linked to the line that is named, or to the latest sale that fits.

As the lines of a file are linked (`identify.orders.returns`), one at a time. What a caller names stays as it was named,
whatever files say later.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from vinculo.foundation.errors import InputError
from vinculo.identify.orders import returns
from vinculo.identify.orders.returns import Sale
from vinculo.identify.records.models import OrderLine

TRADED = ("sale", "return", "cancellation")


class ReturnError(InputError):
    """What comes back was not sold, or not so many pieces of it: name the order and the line that was."""

    code = "order.nothing_to_return"


def named(order_id: int, line_id: int, *, pieces: Decimal) -> OrderLine:
    """Return a line in force of an order, of which so many pieces are still out.

    Raises
    ------
    ReturnError
        There is none, or it is no sale, or fewer are.
    """
    sold = OrderLine.objects.select_for_update(of=("self",)).filter(
        order_id=order_id, pk=line_id, superseded_by=None, quantity__gt=0
    )
    found = sold.first()
    if found is None or out(found) < pieces:
        raise ReturnError
    return found


def out(sold: OrderLine) -> Decimal:
    """Return how many pieces of a line have not come back yet."""
    return sold.quantity - gone([sold]).get(sold.pk, Decimal(0))


def gone(sold: Sequence[OrderLine]) -> dict[int, Decimal]:
    """Return how many pieces of some lines have come back.

    Whatever brings a line back is of its order or of its customer, whose orders an index finds; what guests bring back
    with another order is not looked for, since no index would find it.
    """
    orders = {each.order_id for each in sold}
    customers = {each.customer_id for each in sold if each.customer_id}
    back = OrderLine.objects.filter(returns_line__in=[each.pk for each in sold], superseded_by=None)
    rows: dict[int, tuple[int, Decimal]] = {}
    for found in (back.filter(order_id__in=orders), back.filter(order__customer_id__in=customers)):
        rows |= {line: (of, pieces) for line, of, pieces in found.values_list("id", "returns_line_id", "quantity")}
    counted: dict[int, Decimal] = {}
    for of, pieces in rows.values():
        counted[of] = counted.get(of, Decimal(0)) - pieces
    return counted


def link(made: Sequence[OrderLine]) -> None:
    """Link the lines of an order that come back and name nothing to the sales of the customer they bring back."""
    back = [each for each in made if each.quantity < 0 and each.returns_line_id is None and each.product_id]
    buyer = made[0].customer_id if made else None
    if not back or buyer is None:
        return
    sold = list(sales_of(buyer, {each.product_id for each in back if each.product_id}))
    away = gone(sold)
    left = {each.pk: each.quantity - away.get(each.pk, Decimal(0)) for each in sold}
    for line in sorted(back, key=lambda each: each.line_key):
        fitting = [
            Sale(each.pk, each.happened_at, each.order.number, each.line_key, left[each.pk])
            for each in sold
            if each.product_id == line.product_id
        ]
        found = returns.latest(fitting, wanted=-line.quantity, at=line.happened_at)
        if found is not None:
            left[found.line_id] += line.quantity
            OrderLine.objects.filter(order_id=line.order_id, pk=line.pk).update(returns_line_id=found.line_id)


def sales_of(buyer: int, products: set[int]) -> QuerySet[OrderLine]:
    """Return what a party bought of some products; the orders of a customer are found by an index, lines by theirs."""
    sold = OrderLine.objects.filter(order__customer_id=buyer, customer_id=buyer, product_id__in=products)
    return sold.filter(quantity__gt=0, line_kind__in=TRADED, superseded_by=None).select_related("order")
