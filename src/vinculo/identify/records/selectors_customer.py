"""What a customer's own page shows of the customer base: who it is, what was bought, what came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from vinculo.identify.records.models import Address, Customer, Identifier, Order, OrderLine

MANY_ORDERS = 3000
"""Beyond so many orders, only the latest are added up."""


@dataclass(frozen=True)
class OrderSum:
    """An order with the sum of its lines in force."""

    order_id: int
    happened_at: datetime
    number: str
    currency: str
    net_minor: int
    bought_minor: int
    lines: int


@dataclass(frozen=True)
class ProductSum:
    """A product and what a customer took of it, returns taken off."""

    code: str
    name: str
    quantity: Decimal
    net_minor: int
    orders: int
    last_at: datetime


def customers_of(*, customer_ids: Sequence[int]) -> dict[int, Customer]:
    """Return customers by their ids."""
    return Customer.objects.in_bulk(list(customer_ids))


def numbers_of(*, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the number under which each customer came first, in the source's own writing."""
    found = Identifier.objects.filter(customer_id__in=list(customer_ids), kind=Identifier.Kind.SOURCE_KEY)
    return dict(found.order_by("customer_id", "-id").values_list("customer_id", "value"))


def identifiers_of(*, customer_ids: Sequence[int]) -> QuerySet[Identifier]:
    """Return the identifiers of the parties of a customer with their sources."""
    return Identifier.objects.filter(customer_id__in=list(customer_ids)).select_related("source").order_by("kind", "id")


def addresses_of(*, customer_ids: Sequence[int]) -> QuerySet[Address]:
    """Return the addresses of the parties of a customer."""
    return Address.objects.filter(customer_id__in=list(customer_ids)).select_related("source").order_by("kind", "id")


def lines_of(*, orders: Sequence[Order]) -> list[OrderLine]:
    """Return the lines in force of some orders, with their products, the lines they return and the orders of these."""
    lines = OrderLine.objects.filter(order_id__in=[order.pk for order in orders], superseded_by=None)
    found = list(lines.select_related("product").order_by("order_id", "row_number", "id"))
    if returned := {line.returns_line_id for line in found if line.returns_line_id}:
        # What a customer returns is in one of his orders: no index finds a line by its number alone.
        whose = {order.customer_id for order in orders if order.customer_id}
        sales = OrderLine.objects.filter(pk__in=returned, order__customer_id__in=whose).select_related("order")
        known = {sale.pk: sale for sale in sales}
        for line in found:
            if line.returns_line_id in known:
                line.returns_line = known[line.returns_line_id]
    return found


_SUMS = """
SELECT ordered.id, ordered.happened_at, ordered.number, ordered.currency,
    coalesce(sum(line.net_minor), 0), coalesce(sum(line.net_minor) FILTER (WHERE line.line_kind = 'sale'), 0), count(*)
FROM (
    SELECT id, happened_at, number, currency FROM identify_order
    WHERE customer_id = ANY(%s) ORDER BY happened_at DESC, id DESC LIMIT %s
) AS ordered
JOIN identify_orderline AS line ON line.order_id = ordered.id AND line.superseded_by_id IS NULL
GROUP BY ordered.id, ordered.happened_at, ordered.number, ordered.currency
ORDER BY ordered.happened_at, ordered.id
"""
_PRODUCTS = """
SELECT coalesce(product.code, ''), coalesce(nullif(product.name, ''), max(line.description), product.code, ''),
    sum(line.quantity), sum(line.net_minor), count(DISTINCT line.order_id), max(line.happened_at)
FROM (
    SELECT id FROM identify_order WHERE customer_id = ANY(%s) ORDER BY happened_at DESC, id DESC LIMIT %s
) AS ordered
JOIN identify_orderline AS line ON line.order_id = ordered.id AND line.superseded_by_id IS NULL
    AND line.line_kind IN ('sale', 'return', 'cancellation')
LEFT JOIN identify_product AS product ON product.id = line.product_id
GROUP BY product.id, product.code, product.name, CASE WHEN product.id IS NULL THEN line.description END
ORDER BY sum(line.net_minor) DESC, 1, 2 LIMIT 10
"""


def order_sums_of(*, customer_ids: Sequence[int]) -> list[OrderSum]:
    """Return the orders of the parties of a customer with their sums, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(customer_ids), MANY_ORDERS])
        return [
            OrderSum(key, at, number, currency, int(net), int(bought), lines)
            for key, at, number, currency, net, bought, lines in cursor.fetchall()
        ]


def products_of(*, customer_ids: Sequence[int]) -> list[ProductSum]:
    """Return the products that the parties of a customer took most of, by net sales."""
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, [list(customer_ids), MANY_ORDERS])
        return [ProductSum(row[0], row[1], row[2], int(row[3]), row[4], row[5]) for row in cursor.fetchall()]
