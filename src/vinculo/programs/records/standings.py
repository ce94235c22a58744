"""Standings: the levels members have reached and the segments they are in, which decide what rewards cost them.

One place for every door: levels as they were last decided, segments of the run of the analysis that is published.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from vinculo.differentiate.records import selectors as differentiated
from vinculo.programs.records.customers import standing as customers
from vinculo.programs.rewards.offers import Standing

_LEVELS = """
SELECT DISTINCT card.id, level.code FROM programs_member AS card
LEFT JOIN identify_customer AS own ON own.id = card.customer_id
JOIN LATERAL (
    SELECT card.id UNION ALL
    SELECT other.id FROM identify_customer AS party
    JOIN programs_member AS other ON other.customer_id = party.id AND other.left_on IS NULL
    WHERE other.program_id = card.program_id
        AND (party.id = coalesce(own.merged_into_id, own.id)
            OR party.merged_into_id = coalesce(own.merged_into_id, own.id))
) AS any_card ON TRUE
JOIN programs_levelstanding AS held ON held.member_id = any_card.id
JOIN programs_level AS level ON level.level_set_id = held.level_set_id AND level.rank <= held.rank
WHERE card.id = ANY(%s)
"""
"""One row: a member and a level reached, on any card of the customer; who has one has reached those below it too."""
_SEGMENTS = """
SELECT member.id, value.rfmt_segment FROM programs_member AS member
JOIN identify_customer AS party ON party.id = member.customer_id
JOIN differentiate_customervalue AS value ON value.customer_id = coalesce(party.merged_into_id, party.id)
WHERE member.id = ANY(%s) AND value.run_id = %s AND value.rfmt_segment <> ''
"""


def standings_of(*, member_ids: Sequence[int]) -> dict[int, Standing]:
    """Return what decides prices, by member."""
    levels, segments = defaultdict[int, set[str]](set), defaultdict[int, set[str]](set)
    published = differentiated.run_published()
    asked: list[tuple[dict[int, set[str]], str, list[Any]]] = [(levels, _LEVELS, [list(member_ids)])]
    if published is not None:
        asked.append((segments, _SEGMENTS, [list(member_ids), published.pk]))
    with connection.cursor() as cursor:
        for found, query, values in asked:
            cursor.execute(query, values)
            for member_id, code in cursor.fetchall():
                found[member_id].add(code)
    return {each: Standing(frozenset(levels[each]), frozenset(segments[each])) for each in member_ids}


def standing_of(*, member_id: int) -> Standing:
    """Return what decides prices for one member: all that the memberships of the same customer have reached."""
    found = standings_of(member_ids=[member_id, *customers.siblings_of(member_id)]).values()
    return Standing(
        frozenset().union(*(each.levels for each in found)), frozenset().union(*(each.segments for each in found))
    )
