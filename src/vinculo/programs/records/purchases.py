"""Purchases: what the orders of members are worth after returns, whoever of their parties placed them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

BOUGHT = """
SELECT member.id AS member_id, sold.id AS order_id, sold.happened_at,
    (sold.happened_at AT TIME ZONE program.zone)::date AS day, sum(line.net_minor)::bigint AS net_minor,
    COALESCE(sum(line.quantity) FILTER (WHERE product.code = ANY(%(products)s)), 0)::bigint AS pieces
FROM programs_member AS member
JOIN programs_program AS program ON program.id = member.program_id
JOIN identify_customer AS own ON own.id = member.customer_id
JOIN LATERAL (
    SELECT COALESCE(own.merged_into_id, own.id) AS id
    UNION ALL
    SELECT id FROM identify_customer AS taken WHERE taken.merged_into_id = COALESCE(own.merged_into_id, own.id)
) AS party ON true
JOIN identify_order AS bought ON bought.customer_id = party.id AND bought.currency = program.currency
JOIN identify_orderline AS line ON line.order_id = bought.id AND line.superseded_by_id IS NULL
    AND line.line_kind IN ('sale', 'return', 'cancellation', 'zero_price')
LEFT JOIN identify_product AS product ON product.id = line.product_id
LEFT JOIN identify_orderline AS brought_back ON brought_back.id = line.returns_line_id
LEFT JOIN identify_import AS came ON came.id = bought.import_id
JOIN identify_order AS sold ON sold.id = COALESCE(brought_back.order_id, bought.id)
WHERE member.id = ANY(%(members)s) AND (came.id IS NULL OR came.state = 'done')
GROUP BY member.id, sold.id, sold.happened_at, program.zone
"""
"""One row: a member and an order, its day where the programme is, and what is left of it; what is brought back is
subtracted from the order that sold it, whichever order says so."""


class Purchase(NamedTuple):
    """An order of a member, after returns."""

    order_id: int
    at: datetime
    day: date
    net_minor: int
    pieces: int
    """Of the products that were asked for."""


def purchases_of(members: Sequence[int], products: Sequence[str] = ()) -> dict[int, list[Purchase]]:
    """Return the orders of members of which something is left, the earliest first."""
    found: dict[int, list[Purchase]] = {each: [] for each in members}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT member_id, order_id, happened_at, day, net_minor, pieces FROM ({BOUGHT}) AS bought"
            " WHERE net_minor > 0 ORDER BY member_id, happened_at, order_id",
            {"members": list(members), "products": list(products)},
        )
        for member_id, *rest in cursor.fetchall():
            found[member_id].append(Purchase(*rest))
    return found
