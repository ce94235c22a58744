"""Limits: budgets of a reward, a campaign or a programme, and what each member may have, in a period.

One statement adds to what was used and decides whether it fits, so however many ask at once, no limit is passed. What
is left of a limit that not even one more piece fits into is stopped until something is given back or a period begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from vinculo.programs.records import facts
from vinculo.programs.records.models import Reward, RewardLimit
from vinculo.programs.rewards import periods

_CHARGE = """
INSERT INTO programs_limituse (limit_id, member_id, period_from, used)
SELECT id, %(member)s::bigint, %(day)s::date, %(amount)s::bigint FROM programs_rewardlimit
WHERE id = %(limit)s AND %(amount)s <= most
ON CONFLICT (limit_id, member_id, period_from) DO UPDATE SET used = programs_limituse.used + EXCLUDED.used
    WHERE programs_limituse.used + EXCLUDED.used
        <= (SELECT most FROM programs_rewardlimit WHERE id = EXCLUDED.limit_id)
RETURNING id
"""
_STOP = """
INSERT INTO programs_limituse AS used (limit_id, member_id, period_from, used, stopped_at)
SELECT id, %(member)s::bigint, %(day)s::date, 0, %(now)s FROM programs_rewardlimit
WHERE id = %(limit)s AND (%(piece)s > most OR EXISTS (
    SELECT FROM programs_limituse WHERE limit_id = %(limit)s AND member_id IS NOT DISTINCT FROM %(member)s::bigint
        AND period_from = %(day)s
))
ON CONFLICT (limit_id, member_id, period_from) DO UPDATE SET stopped_at = EXCLUDED.stopped_at
    WHERE used.stopped_at IS NULL
        AND used.used + %(piece)s > (SELECT most FROM programs_rewardlimit WHERE id = EXCLUDED.limit_id)
RETURNING id
"""
_GIVE_BACK = """
UPDATE programs_limituse AS used SET used = used.used - given.amount, stopped_at = NULL
FROM (SELECT * FROM unnest(%(uses)s::bigint[], %(amounts)s::bigint[]) AS back (id, amount)) AS given
WHERE used.id = given.id
"""
# As redemptions take them: limit by limit.
_LOCK = """
SELECT id FROM programs_limituse WHERE id = ANY(%(uses)s) ORDER BY limit_id, member_id, period_from FOR NO KEY UPDATE
"""


@dataclass(frozen=True)
class Piece:
    """What one piece of a reward counts for, to whom, on what day."""

    reward: Reward
    points: int
    member_id: int | None
    day: date

    def counts(self, measure: str) -> int:
        """Return what a limit of some measure counts."""
        return {"pieces": 1, "points": self.points, "cost": self.reward.cost_minor}[measure]


class FullError(Exception):
    """A limit has no room for what is wanted; nothing more is said to anybody."""

    def __init__(self, limit: RewardLimit) -> None:
        self.limit = limit
        super().__init__()


def that_hold(reward: Reward) -> QuerySet[RewardLimit]:
    """Return the limits of a reward: its own, those of its campaign and those of the programme."""
    of_campaign = Q(campaign="") | Q(campaign=reward.campaign)
    held = RewardLimit.objects.filter(program_id=reward.program_id, ended_at=None)
    return held.filter(of_campaign, Q(reward=None) | Q(reward=reward)).order_by("id")


def charge(piece: Piece, quantity: int, *, now: datetime) -> list[tuple[int, int]]:
    """Take pieces out of every limit that holds, in order; return what one piece took of each.

    Raises
    ------
    FullError
        They do not fit: whatever was taken before is to be rolled back.
    """
    charged = []
    with connection.cursor() as cursor:
        for limit in that_hold(piece.reward):
            amount = piece.counts(limit.measure)
            if not amount or (limit.per_member and piece.member_id is None):
                continue
            cursor.execute(_CHARGE, {**place_of(limit, piece), "amount": amount * quantity})
            found = cursor.fetchone()
            if found is None:
                raise FullError(limit)
            charged.append((int(found[0]), amount))
            stop(limit, piece, now=now)
    return charged


def place_of(limit: RewardLimit, piece: Piece) -> dict[str, Any]:
    """Return which use of a limit a piece counts in."""
    member = piece.member_id if limit.per_member else None
    return {"limit": limit.pk, "member": member, "day": periods.first_day(limit.period, piece.day)}


def stop(limit: RewardLimit, piece: Piece, *, now: datetime) -> None:
    """Stop what of a limit has no room for one more piece, and announce it the first time, unless it is a member's."""
    said = {**place_of(limit, piece), "piece": piece.counts(limit.measure), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_STOP, said)
        stopped = cursor.fetchone()
    if stopped and not limit.per_member:
        facts.reward_stopped.send(sender=RewardLimit, limit_id=limit.pk, reward_id=piece.reward.pk)


def give_back(charges: Sequence[tuple[int, int]]) -> None:
    """Give back to limits what was taken: pairs of a use and an amount."""
    amounts = dict[int, int]()
    for use, amount in charges:
        amounts[use] = amounts.get(use, 0) + amount
    if amounts:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, {"uses": list(amounts)})
            cursor.execute(_GIVE_BACK, {"uses": list(amounts), "amounts": list(amounts.values())})
