"""Standings: the levels members have reached and the segments they are in, which decide what rewards cost them.

One place for every door: levels as they were last decided, segments of the run of the analysis that is published.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from vinculo.differentiate.records import selectors as differentiated
from vinculo.programs.rewards.offers import Standing

_LEVELS = """
SELECT held.member_id, level.code FROM programs_levelstanding AS held
JOIN programs_level AS level ON level.level_set_id = held.level_set_id AND level.rank <= held.rank
WHERE held.member_id = ANY(%s)
"""
"""One row: a member and a level reached; who has one has reached those below it too."""
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
    asked = [(levels, _LEVELS, [list(member_ids)])]
    if published is not None:
        asked.append((segments, _SEGMENTS, [list(member_ids), published.pk]))
    with connection.cursor() as cursor:
        for found, query, values in asked:
            cursor.execute(query, values)
            for member_id, code in cursor.fetchall():
                found[member_id].add(code)
    return {each: Standing(frozenset(levels[each]), frozenset(segments[each])) for each in member_ids}


def standing_of(*, member_id: int) -> Standing:
    """Return what decides prices for one member."""
    return standings_of(member_ids=[member_id])[member_id]
