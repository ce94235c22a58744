"""Counting: what counts for members by day, read from the journal or from the orders, never from a balance.

Points that were taken back are subtracted on the day they were earned, and so is a purchase that came back: what is
left is as if it had never been (I9). Points that are pending count once released, on the day they were earned.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from vinculo.programs.levels.standing import Count
from vinculo.programs.records.models import LevelSet

POINTS = """
SELECT member_id, (happened_at AT TIME ZONE %(zone)s)::date AS day, sum(net)::bigint, count(*)
FROM (
    SELECT account.member_id, root.id, root.happened_at, sum(
        CASE WHEN moved.credit_id = account.id THEN moved.amount ELSE -moved.amount END
    ) AS net
    FROM programs_account AS account
    JOIN programs_posting AS posting ON posting.account_id = account.id AND posting.outcome = ''
        AND posting.kind IN ('award', 'release', 'reverse', 'adjust')
    JOIN programs_transfer AS moved ON moved.posting_id = posting.id AND account.id IN (moved.credit_id, moved.debit_id)
    LEFT JOIN programs_posting AS before ON before.id = posting.refers_to AND posting.kind IN ('release', 'reverse')
    LEFT JOIN programs_posting AS first ON first.id = before.refers_to AND before.kind = 'release'
    JOIN LATERAL (SELECT COALESCE(first.id, before.id, posting.id) AS id, COALESCE(first.kind, before.kind,
        posting.kind) AS kind, COALESCE(first.happened_at, before.happened_at, posting.happened_at) AS happened_at
    ) AS root ON root.kind IN ('award', 'adjust')
    WHERE account.unit_id = %(unit)s AND account.kind = 'wallet' AND account.member_id = ANY(%(members)s)
    GROUP BY account.member_id, root.id, root.happened_at
) AS of_one
WHERE net <> 0 GROUP BY 1, 2 ORDER BY 1, 2
"""
"""One row: a member and a day; points of postings, and of how many. A return counts on the day of its award."""

ORDERS = """
SELECT member_id, (happened_at AT TIME ZONE %(zone)s)::date AS day, sum(net)::bigint, count(*) FILTER (WHERE net > 0)
FROM (
    SELECT member.id AS member_id, sold.id, sold.happened_at, sum(line.net_minor) AS net
    FROM programs_member AS member
    JOIN identify_customer AS own ON own.id = member.customer_id
    JOIN identify_customer AS party ON party.id = COALESCE(own.merged_into_id, own.id)
        OR party.merged_into_id = COALESCE(own.merged_into_id, own.id)
    JOIN identify_order AS bought ON bought.customer_id = party.id AND bought.currency = %(currency)s
    JOIN identify_orderline AS line ON line.order_id = bought.id AND line.superseded_by_id IS NULL
        AND line.line_kind IN ('sale', 'return', 'cancellation', 'zero_price')
    LEFT JOIN identify_orderline AS brought_back ON brought_back.id = line.returns_line_id
    LEFT JOIN identify_import AS came ON came.id = bought.import_id
    JOIN identify_order AS sold ON sold.id = COALESCE(brought_back.order_id, bought.id)
    WHERE member.id = ANY(%(members)s) AND (came.id IS NULL OR came.state = 'done')
        AND (sold.happened_at AT TIME ZONE %(zone)s)::date >= member.joined_on
    GROUP BY member.id, sold.id, sold.happened_at
) AS of_one
WHERE net <> 0 GROUP BY 1, 2 ORDER BY 1, 2
"""
"""One row: a member and a day; what the orders of all parties of the customer are worth after returns, and how many."""


def counts_of(level_set: LevelSet, members: Sequence[int]) -> dict[int, list[Count]]:
    """Return what counts for members of a set, by day."""
    found: dict[int, list[Count]] = {each: [] for each in members}
    by_orders = level_set.basis == LevelSet.Basis.ORDERS
    given: dict[str, Any] = {
        "zone": level_set.program.zone,
        "members": list(members),
        "unit": level_set.unit_id,
        "currency": level_set.program.currency,
    }
    with connection.cursor() as cursor:
        cursor.execute(POINTS if level_set.basis == LevelSet.Basis.POINTS else ORDERS, given)
        rows: list[tuple[int, date, int, int]] = cursor.fetchall()
    for member_id, day, amount, entries in rows:
        found[member_id].append(Count(day, entries if by_orders else amount, entries))
    return found
