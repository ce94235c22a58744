"""Returning: what the lines of one order that come back were sold with: the line that is named, or the latest that fits.

As the lines of a file are linked (`identify.orders.returns`), one at a time. What a caller names stays as it was named,
whatever files say later.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

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

    Whatever brings a line back is of its order or of its customer, whose orders an index finds.
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
    back = [each for each in made if each.quantity < 0 and each.returns_line_id is None]
    back = [each for each in back if each.customer_id and each.product_id]
    if not back:
        return
    products = {each.product_id for each in back}
    sold = list(
        OrderLine.objects.filter(
            order__customer_id=back[0].customer_id,
            customer_id=back[0].customer_id,
            product_id__in=products,
            quantity__gt=0,
            line_kind__in=TRADED,
            superseded_by=None,
        ).select_related("order")
    )
    away = gone(sold)
    sales = {
        each.pk: (
            each.product_id,
            Sale(
                each.pk,
                each.happened_at,
                each.order.number,
                each.line_key,
                each.quantity - away.get(each.pk, Decimal(0)),
            ),
        )
        for each in sold
    }
    for line in sorted(back, key=lambda each: each.line_key):
        of_it = [sale for product, sale in sales.values() if product == line.product_id]
        found = returns.latest(of_it, wanted=-line.quantity, at=line.happened_at)
        if found is None:
            continue
        line.returns_line_id = found.line_id
        OrderLine.objects.filter(order_id=line.order_id, pk=line.pk).update(returns_line_id=found.line_id)
        sales[found.line_id] = (
            line.product_id,
            replace(found, pieces_out=found.pieces_out + line.quantity),
        )
