"""Deeds: what members did, as challenges and streaks count it: orders after returns, or events of tracking clients."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from vinculo.programs.belonging.challenges import Deed
from vinculo.programs.records import purchases
from vinculo.programs.records.models import Challenge
from vinculo.programs.records.purchases import Purchase

EVENTS = """
SELECT member.id, (event.happened_at AT TIME ZONE program.zone)::date, count(*)
FROM programs_member AS member
JOIN programs_program AS program ON program.id = member.program_id
JOIN identify_customer AS own ON own.id = member.customer_id
JOIN LATERAL (
    SELECT COALESCE(own.merged_into_id, own.id) AS id
    UNION ALL
    SELECT id FROM identify_customer AS taken WHERE taken.merged_into_id = COALESCE(own.merged_into_id, own.id)
) AS party ON true
JOIN identify_identifier AS named ON named.customer_id = party.id AND named.kind = 'source_key'
JOIN identify_event AS event ON event.source_id = named.source_id AND event.user_key = named.value COLLATE "C"
    AND event.name = %(event)s
WHERE member.id = ANY(%(members)s) GROUP BY 1, 2
"""
"""One row: a member and a day, and how often the event was sent under a key of the member's; not what a visitor did
whom nobody had recognised yet."""


def events_of(members: Sequence[int], event: str) -> dict[int, list[Deed]]:
    """Return how often members did something on which days."""
    found: dict[int, list[Deed]] = {each: [] for each in members}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"members": list(members), "event": event})
        for member_id, day, times in cursor.fetchall():
            found[member_id].append(Deed(day, times))
    return found


def for_challenge(challenge: Challenge, members: Sequence[int]) -> dict[int, list[Deed]]:
    """Return what members did, as the goal of a challenge counts it."""
    if challenge.goal == Challenge.Goal.EVENTS:
        return events_of(members, challenge.event)
    bought = purchases.purchases_of(members, challenge.products)
    return {member: [Deed(each.day, amount(challenge, each)) for each in found] for member, found in bought.items()}


def amount(challenge: Challenge, bought: Purchase) -> int:
    """Return what an order is worth for a challenge."""
    if challenge.goal == Challenge.Goal.ORDERS:
        return 1
    return bought.net_minor if challenge.goal == Challenge.Goal.SPEND else bought.pieces


def days_of(members: Sequence[int], event: str) -> dict[int, list[date]]:
    """Return the days on which members bought, or did something that has a name."""
    if event:
        return {member: [each.day for each in found] for member, found in events_of(members, event).items()}
    return {member: [each.day for each in found] for member, found in purchases.purchases_of(members).items()}
