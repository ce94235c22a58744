"""Orders: listed, read, and placed one by one with their lines."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import FieldsInvalidError, UnknownError
from vinculo.api.v1.shapes import orders as shapes
from vinculo.api.v1.shapes.orders import OrderOut
from vinculo.exchange import scopes
from vinculo.identify.records import selectors_api
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Order
from vinculo.identify.records.orders import placing

router = Router(tags=["orders"])
MOST_LINES = 1000


class ReturnedIn(Given):
    """The line that comes back, and the order it was sold with."""

    order_id: fields.StrictId
    line_id: fields.StrictId


class LineIn(Given):
    """One line: what, how many, and for how much in all; pieces and amount below zero come back.

    What comes back is linked to the line that `returns` names, or to the customer's latest sale of the product of which
    enough pieces are still out.
    """

    product_code: fields.Code | None = None
    description: fields.Name = ""
    quantity: fields.Pieces
    net_minor: fields.Minor
    discount_minor: fields.Amount = 0
    tax_minor: fields.Minor | None = None
    cost_minor: fields.Minor | None = None
    returns: ReturnedIn | None = None

    def placed(self) -> placing.NewLine:
        """Return the line as it is placed."""
        if self.returns is not None and self.quantity >= 0:
            raise FieldsInvalidError("What comes back has pieces below zero.", field="body.lines")
        named = (self.returns.order_id, self.returns.line_id) if self.returns else None
        said = self.model_dump(exclude={"returns", "product_code"})
        return placing.NewLine(**said, product_code=self.product_code or "", returns=named)


class OrderIn(Given):
    """An order; `number` is yours, of the token's source, and comes once. Without a customer a guest buys."""

    number: fields.Code
    customer_id: fields.StrictId | None = None
    happened_at: fields.Moment
    channel: fields.Code | None = None
    currency: fields.Currency
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]


class Asked(Schema):
    """Which orders."""

    customer_id: fields.Id | None = None
    number: fields.Code | None = None
    source: fields.Code | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get("/orders", response=Page[OrderOut], summary="List orders", **needs(scopes.ORDERS_READ))
def order_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List orders: those of a customer with all its parties, the latest first; else all, in the order of numbers.

    A `number` without its `source` is one of the token's own.
    """
    members = None
    if asked.customer_id is not None:
        members = membership.members_of(customer_id=found.customer(asked.customer_id).pk)
    name = "orders" if members is None else "orders of a customer"
    place = cursors.open_sealed(name, asked.cursor)
    rows = selectors_api.order_page(
        after=(str(place[0]), int(place[1])) if place else None,
        limit=asked.limit + 1,
        customer_ids=members,
        number=asked.number or "",
        # A number is one of a source, and found by both.
        source=asked.source or (token_of(request).source.code if asked.number else ""),
    )
    page, following = cursors.page(name, rows, limit=asked.limit, place=placed)
    return {"data": shapes.of_many(page, token_of(request)), "next": following}


@router.get("/orders/{order_id}", response=OrderOut, summary="Read an order", **needs(scopes.ORDERS_READ))
def order_get(request: HttpRequest, order_id: fields.Id) -> OrderOut:
    """Read an order with its lines in force."""
    order = selectors_api.order_find(order_id=order_id)
    if order is None:
        raise UnknownError("There is no order {number}.", number=order_id)
    return shapes.of_many([order], token_of(request))[0]


@router.post("/orders", response={201: OrderOut}, summary="Place an order", **needs(scopes.ORDERS_WRITE))
def order_add(request: HttpRequest, response: HttpResponse, said: OrderIn) -> OrderOut:
    """Place an order with its lines; products nobody knew are added under their codes."""
    token = token_of(request)
    if said.customer_id is not None:
        found.customer(said.customer_id)
    lines = [line.placed() for line in said.lines]
    order = placing.NewOrder(
        source=token.source,
        number=said.number,
        happened_at=said.happened_at,
        currency=said.currency,
        customer_id=said.customer_id,
        channel=said.channel or "",
        lines=lines,
    )
    made = placing.order_place(order=order, now=timezone.now())
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.pk}"
    return order_get(request, made.pk)


def placed(order: Order) -> tuple[str, int]:
    """Return where an order stands in its list."""
    return order.happened_at.isoformat(), order.pk
