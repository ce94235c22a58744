"""Signals: what two members of a referral have in common, looked up for many referrals at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import connection

from vinculo.programs.belonging.referrals import Signals

SHARED = """
WITH pair AS (
    SELECT referral.id, referral.referrer_id, referral.referee_id, COALESCE(first.merged_into_id, first.id) AS first,
        COALESCE(second.merged_into_id, second.id) AS second
    FROM programs_referral AS referral
    JOIN programs_member AS referrer ON referrer.id = referral.referrer_id
    JOIN programs_member AS referee ON referee.id = referral.referee_id
    JOIN identify_customer AS first ON first.id = referrer.customer_id
    JOIN identify_customer AS second ON second.id = referee.customer_id
    WHERE referral.id = ANY(%(referrals)s)
), party AS (
    SELECT pair.id, 1 AS side, customer.id AS customer_id FROM pair
    JOIN identify_customer AS customer ON customer.id = pair.first OR customer.merged_into_id = pair.first
    UNION ALL
    SELECT pair.id, 2, customer.id FROM pair
    JOIN identify_customer AS customer ON customer.id = pair.second OR customer.merged_into_id = pair.second
), said AS (
    SELECT party.id, party.side, 'same_household' AS reason, place.household_id::text AS value FROM party
    JOIN identify_householdmembership AS place ON place.customer_id = party.customer_id
        AND (place.ends_on IS NULL OR place.ends_on > %(day)s)
    UNION ALL
    SELECT party.id, party.side, 'same_' || named.kind, named.normalised FROM party
    JOIN identify_identifier AS named ON named.customer_id = party.customer_id AND named.kind IN ('email', 'phone')
    UNION ALL
    SELECT party.id, party.side, 'same_address', identify_fold(home.lines || ' ' || home.postcode) FROM party
    JOIN identify_address AS home ON home.customer_id = party.customer_id AND home.lines <> ''
    UNION ALL
    SELECT pair.id, side.at, 'same_payment', mark.kind || mark.digest FROM pair
    CROSS JOIN LATERAL (VALUES (1, pair.referrer_id), (2, pair.referee_id)) AS side (at, member_id)
    JOIN programs_referralmark AS mark ON mark.member_id = side.member_id
)
SELECT id, 'same_customer' FROM pair WHERE first = second
UNION
SELECT one.id, one.reason FROM said AS one
JOIN said AS other ON other.id = one.id AND other.reason = one.reason AND other.value = one.value AND other.side = 2
WHERE one.side = 1
"""
RECENT = """
SELECT referral.id, count(*) FROM programs_referral AS referral
JOIN programs_referralplan AS plan ON plan.id = referral.plan_id
JOIN programs_referral AS near ON near.referrer_id = referral.referrer_id AND near.opened_at <= referral.opened_at
    AND near.opened_at > referral.opened_at - plan.velocity_days * interval '1 day'
WHERE referral.id = ANY(%(referrals)s) GROUP BY referral.id
"""


def signals_of(referral_ids: Sequence[int], day: date) -> dict[int, Signals]:
    """Return what speaks against some referrals."""
    shared: dict[int, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(SHARED, {"referrals": list(referral_ids), "day": day})
        for referral_id, reason in cursor.fetchall():
            shared[referral_id].add(reason)
        cursor.execute(RECENT, {"referrals": list(referral_ids)})
        recent = dict(cursor.fetchall())
    return {each: Signals(frozenset(shared[each]), recent.get(each, 0)) for each in referral_ids}
