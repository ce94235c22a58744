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
from vinculo.programs.records.purchases import BOUGHT

POINTS = """
SELECT member_id, (happened_at AT TIME ZONE %(zone)s)::date AS day, sum(net)::bigint, count(*)
FROM (
    SELECT account.member_id, given.happened_at, given.amount - sign(given.amount) * COALESCE(back.asked, 0) AS net
    FROM programs_account AS account
    JOIN programs_posting AS given ON given.account_id = account.id AND given.outcome = ''
        AND given.kind IN ('award', 'adjust')
    LEFT JOIN LATERAL (
        SELECT sum(taken.asked) AS asked FROM programs_posting AS taken
        WHERE taken.refers_to = given.id AND taken.kind = 'reverse' AND taken.outcome = ''
    ) AS back ON true
    WHERE account.unit_id = %(unit)s AND account.kind = 'wallet' AND account.member_id = ANY(%(members)s)
        AND NOT EXISTS (
            SELECT FROM programs_lot AS lot JOIN programs_account AS held ON held.id = lot.account_id
            WHERE lot.posting_id = given.id AND held.kind = 'pending'
        )
) AS of_one
WHERE net <> 0 GROUP BY 1, 2 ORDER BY 1, 2
"""
"""One row: a member and a day; points of postings, and of how many. What was taken back counts as it was asked for,
whatever was found in the wallet."""

ORDERS = f"""
SELECT bought.member_id, bought.day, sum(bought.net_minor)::bigint, count(*) FILTER (WHERE bought.net_minor > 0)
FROM ({BOUGHT}) AS bought JOIN programs_member AS member ON member.id = bought.member_id
WHERE bought.net_minor <> 0 AND bought.day >= member.joined_on GROUP BY 1, 2 ORDER BY 1, 2
"""
"""One row: a member and a day; what the orders since joining are worth after returns, and how many they are."""


def counts_of(level_set: LevelSet, members: Sequence[int]) -> dict[int, list[Count]]:
    """Return what counts for members of a set, by day."""
    found: dict[int, list[Count]] = {each: [] for each in members}
    by_orders = level_set.basis == LevelSet.Basis.ORDERS
    given: dict[str, Any] = {
        "zone": level_set.program.zone,
        "members": list(members),
        "unit": level_set.unit_id,
        "products": [],
    }
    with connection.cursor() as cursor:
        cursor.execute(POINTS if level_set.basis == LevelSet.Basis.POINTS else ORDERS, given)
        rows: list[tuple[int, date, int, int]] = cursor.fetchall()
    for member_id, day, amount, entries in rows:
        found[member_id].append(Count(day, entries if by_orders else amount, entries))
    return found
