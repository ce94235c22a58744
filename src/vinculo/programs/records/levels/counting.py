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
WITH moved AS MATERIALIZED (
    SELECT account.member_id, posting.id, posting.kind, posting.refers_to, posting.happened_at, posting.amount,
        posting.asked
    FROM programs_account AS account
    JOIN programs_posting AS posting ON posting.account_id = account.id AND posting.outcome = ''
        AND posting.kind IN ('award', 'adjust', 'reverse', 'cancel', 'timeout')
    WHERE account.unit_id = %(unit)s AND account.kind = 'wallet' AND account.member_id = ANY(%(members)s)
), back AS (
    SELECT refers_to AS id, sum(asked) FILTER (WHERE kind = 'reverse') AS asked, bool_or(kind <> 'reverse') AS given_up
    FROM moved WHERE refers_to IS NOT NULL GROUP BY 1
), waiting AS (
    SELECT lot.posting_id AS id FROM programs_account AS account
    JOIN programs_lot AS lot ON lot.account_id = account.id AND lot.remaining > 0
    WHERE account.unit_id = %(unit)s AND account.kind = 'pending' AND account.member_id = ANY(%(members)s)
)
SELECT member_id, (happened_at AT TIME ZONE %(zone)s)::date AS day, sum(net)::bigint, count(*)
FROM (
    SELECT given.member_id, given.happened_at, given.amount - sign(given.amount) * COALESCE(back.asked, 0) AS net
    FROM moved AS given LEFT JOIN back ON back.id = given.id
    WHERE given.kind IN ('award', 'adjust') AND back.given_up IS NOT TRUE
        AND NOT EXISTS (SELECT FROM waiting WHERE waiting.id = given.id)
) AS of_one
WHERE net <> 0 GROUP BY 1, 2 ORDER BY 1, 2
"""
"""One row: a member and a day; points of postings, and of how many. What was taken back counts as it was asked for,
whatever was found in the wallet. What takes an award back is in the same wallet: all of that is read once, by the index
of the wallet. Neither the journal nor the lots are asked about single awards: of both there are very many."""

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
