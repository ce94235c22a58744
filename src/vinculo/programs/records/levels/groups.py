"""Groups: levels that members have from their company, or from the household whose points they share."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from vinculo.programs.records.models import LevelSet

POOLS = """
SELECT member.id, pool.id, COALESCE(standing.earned, 0), COALESCE(standing.granted, 0)
FROM programs_member AS member JOIN programs_member AS pool ON pool.id = member.pool_id
LEFT JOIN programs_levelstanding AS standing ON standing.member_id = pool.id AND standing.level_set_id = %(set)s
WHERE member.id = ANY(%(members)s) AND pool.left_on IS NULL
"""
COMPANIES = """
SELECT member.id, company.id, COALESCE(standing.earned, 0), COALESCE(standing.granted, 0)
FROM programs_member AS member
JOIN identify_customer AS own ON own.id = member.customer_id
JOIN identify_customer AS party ON party.id = COALESCE(own.merged_into_id, own.id)
    OR party.merged_into_id = COALESCE(own.merged_into_id, own.id)
JOIN identify_relation AS role ON role.first_id = party.id
    AND (role.begins_on IS NULL OR role.begins_on <= %(day)s) AND (role.ends_on IS NULL OR role.ends_on > %(day)s)
JOIN identify_relationkind AS way ON way.id = role.kind_id AND way.family = 'role'
JOIN identify_customer AS there ON there.id = role.second_id
JOIN identify_customer AS branch ON branch.id = COALESCE(there.merged_into_id, there.id)
    OR branch.merged_into_id = COALESCE(there.merged_into_id, there.id)
JOIN programs_member AS company ON company.customer_id = branch.id AND company.program_id = member.program_id
    AND company.kind = 'company' AND company.left_on IS NULL
JOIN programs_levelstanding AS standing ON standing.member_id = company.id AND standing.level_set_id = %(set)s
WHERE member.id = ANY(%(members)s) AND member.kind = 'person'
"""
"""One row: a person, a company in which the person has a role on the day, and the company's own levels in a set."""

PEOPLE = """
SELECT DISTINCT member.id
FROM programs_member AS company
JOIN identify_customer AS own ON own.id = company.customer_id
JOIN identify_customer AS party ON party.id = COALESCE(own.merged_into_id, own.id)
    OR party.merged_into_id = COALESCE(own.merged_into_id, own.id)
JOIN identify_relation AS role ON role.second_id = party.id
JOIN identify_relationkind AS way ON way.id = role.kind_id AND way.family = 'role'
JOIN identify_customer AS there ON there.id = role.first_id
JOIN identify_customer AS person ON person.id = COALESCE(there.merged_into_id, there.id)
    OR person.merged_into_id = COALESCE(there.merged_into_id, there.id)
JOIN programs_member AS member ON member.customer_id = person.id AND member.program_id = company.program_id
    AND member.kind = 'person' AND member.left_on IS NULL
WHERE company.program_id = %(program)s AND company.kind = 'company'
    AND (%(members)s::bigint[] IS NULL OR company.id = ANY(%(members)s))
"""
"""One row: a person with a role, past or present, in a company that takes part."""


def ranks_of(level_set: LevelSet, members: Sequence[int], day: date) -> dict[int, tuple[int, int]]:
    """Return the best level members have from a group on a day, and the member that is the group."""
    found: dict[int, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        for statement in (POOLS, COMPANIES) if level_set.carries else (POOLS,):
            cursor.execute(statement, {"set": level_set.pk, "members": list(members), "day": day})
            for member_id, group_id, earned, granted in cursor.fetchall():
                best = max(earned, granted)
                if best > found.get(member_id, (0, 0))[0]:
                    found[member_id] = (best, group_id)
    return found


def followers_of(level_set: LevelSet, members: Sequence[int] | None = None) -> list[int]:
    """Return who may have a level from some members, or from any group when none are named."""
    given = {"program": level_set.program_id, "members": None if members is None else list(members)}
    found: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM programs_member WHERE program_id = %(program)s AND left_on IS NULL AND pool_id IS NOT NULL"
            " AND (%(members)s::bigint[] IS NULL OR pool_id = ANY(%(members)s))",
            given,
        )
        found.update(number for (number,) in cursor.fetchall())
        if level_set.carries:
            cursor.execute(PEOPLE, given)
            found.update(number for (number,) in cursor.fetchall())
    return sorted(found)
