"""Suggestions: who seems to live together, found anew over the whole base; what was decided is not asked again."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from vinculo.identify.households import evidence
from vinculo.identify.households.evidence import Finding, Person
from vinculo.identify.records.matching import kept
from vinculo.identify.records.models import Matching

PIECE = 20_000
"""Rows read at a time."""
LOCK = 1_447_644_752
_KEYS = "CREATE TEMP TABLE household_keys (what text, key text, customer_id bigint) ON COMMIT DROP"
# All that parties of one customer say is of that customer, in what they share as in what was decided.
_ADDRESSES = """
SELECT coalesce(customer.merged_into_id, customer.id), address.lines, address.postcode, address.city
FROM identify_address AS address JOIN identify_customer AS customer ON customer.id = address.customer_id
WHERE address.kind = 'main' AND customer.kind = 'person' AND address.lines <> ''
"""
_REACHED = """
INSERT INTO household_keys
SELECT identifier.kind, identifier.normalised, coalesce(customer.merged_into_id, customer.id)
FROM identify_identifier AS identifier JOIN identify_customer AS customer ON customer.id = identifier.customer_id
WHERE identifier.kind IN ('phone', 'email') AND customer.kind = 'person'
"""
_SHARED = f"""
CREATE TEMP TABLE household_shared ON COMMIT DROP AS
SELECT what, array_agg(DISTINCT customer_id) AS members FROM household_keys GROUP BY what, key
HAVING count(DISTINCT customer_id) BETWEEN 2 AND {evidence.FEW}
"""
_APART = "CREATE TEMP TABLE household_apart (first_id bigint, second_id bigint) ON COMMIT DROP"
_APART_HOMES = """
SELECT first.customer_id, first.key, second.customer_id, second.key FROM (
    SELECT DISTINCT coalesce(one.merged_into_id, one.id) AS first_id,
        coalesce(other.merged_into_id, other.id) AS second_id
    FROM household_apart JOIN identify_customer AS one ON one.id = first_id
    JOIN identify_customer AS other ON other.id = second_id
) AS pair JOIN household_keys AS first ON first.what = 'address' AND first.customer_id = pair.first_id
JOIN household_keys AS second ON second.what = 'address' AND second.customer_id = pair.second_id
WHERE pair.first_id <> pair.second_id
"""
_PERSONS = """
SELECT id, given_name, family_name, second_family_name, name FROM identify_customer
WHERE id IN (SELECT DISTINCT unnest(members) FROM household_shared)
"""
_NOW = """
SELECT least(one.now, other.now), greatest(one.now, other.now) FROM ({pairs}) AS pair (first_id, second_id)
JOIN (SELECT id, coalesce(merged_into_id, id) AS now FROM identify_customer) AS one ON one.id = pair.first_id
JOIN (SELECT id, coalesce(merged_into_id, id) AS now FROM identify_customer) AS other ON other.id = pair.second_id
"""
_DECIDED = _NOW.format(pairs="SELECT first_id, second_id FROM identify_householdpair WHERE state <> 'open'")
_TOGETHER = _NOW.format(
    pairs="""
    SELECT one.customer_id, other.customer_id FROM identify_householdmembership AS one
    JOIN identify_householdmembership AS other
        ON other.household_id = one.household_id AND other.customer_id > one.customer_id
    WHERE one.ends_on IS NULL AND other.ends_on IS NULL
    """
)
_STAGED = """
CREATE TEMP TABLE household_found (first_id bigint, second_id bigint, kind text, evidence jsonb, group_id bigint)
ON COMMIT DROP
"""
_WRITE = """
INSERT INTO identify_householdpair (first_id, second_id, kind, evidence, group_id, state, suggested_at, decided_by)
SELECT first_id, second_id, kind, evidence, group_id, 'open', %(now)s, '' FROM household_found
ORDER BY group_id, first_id, second_id
ON CONFLICT (first_id, second_id) DO UPDATE
    SET kind = excluded.kind, evidence = excluded.evidence, group_id = excluded.group_id
    WHERE identify_householdpair.state = 'open'
"""
_GONE = """
DELETE FROM identify_householdpair AS pair WHERE state = 'open' AND NOT EXISTS (
    SELECT FROM household_found AS found WHERE (found.first_id, found.second_id) = (pair.first_id, pair.second_id)
)
"""


def households_suggest(*, now: datetime) -> int:
    """Look for households over the whole base; return how many pairs wait for an answer."""
    with transaction.atomic(), connection.cursor() as django_cursor:
        cursor: Any = django_cursor
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        gather(cursor)
        gather_apart(cursor)
        found = judged(cursor)
        stage(cursor, found)
        cursor.execute(_WRITE, {"now": now})
        cursor.execute(_GONE)
        cursor.execute("SELECT count(*) FROM identify_householdpair WHERE state = 'open'")
        count = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE household_keys, household_shared, household_apart, household_found")
    return count


def gather(cursor: psycopg.Cursor[Any]) -> None:
    """Write down who shares a home, a telephone or an e-mail with few others."""
    cursor.execute(_KEYS)
    for rows in pieces(cursor, _ADDRESSES):
        with cursor.copy("COPY household_keys FROM STDIN") as copy:
            for customer_id, lines, postcode, city in rows:
                if key := evidence.home_key(lines, postcode, city):
                    copy.write_row(("address", key, customer_id))
    cursor.execute(_REACHED)
    cursor.execute(_SHARED)


def gather_apart(cursor: psycopg.Cursor[Any]) -> None:
    """Add who shares a home but for a slip of the pen: pairs that the last published matching kept apart.

    They have much in common and another given name. Whoever has too many of them lives where many do.
    """
    cursor.execute(_APART)
    last = Matching.objects.filter(published_at__isnull=False).order_by("-id").first()
    if last is None or not kept.folder_of(last.pk).exists():
        return
    with cursor.copy("COPY household_apart FROM STDIN") as copy:
        for pair in kept.kept_apart(kept.folder_of(last.pk)):
            copy.write_row(pair)
    near: dict[int, set[int]] = defaultdict(set)
    for rows in pieces(cursor, _APART_HOMES):
        for one, home, other, its_home in rows:
            if home != its_home and evidence.near_home(home, its_home):
                near[one].add(other)
                near[other].add(one)
    with cursor.copy("COPY household_shared FROM STDIN") as copy:
        for one, others in near.items():
            for other in others:
                if one < other and max(len(others), len(near[other])) < evidence.FEW:
                    copy.write_row(("address", [one, other]))


def pieces(cursor: psycopg.Cursor[Any], query: str) -> Iterator[list[tuple[Any, ...]]]:
    """Read a query piece by piece: the server keeps the place, so that memory does not grow with the base."""
    cursor.execute(f"DECLARE household_rows NO SCROLL CURSOR FOR {query}")
    while rows := cursor.execute(f"FETCH {PIECE} FROM household_rows").fetchall():
        yield rows
    cursor.execute("CLOSE household_rows")


def judged(cursor: psycopg.Cursor[Any]) -> dict[tuple[int, int], Finding]:
    """Judge all who share something, but for those who were decided on or live together already."""
    persons: dict[int, Person] = {}
    for rows in pieces(cursor, _PERSONS):
        for customer_id, given, family, second, name in rows:
            persons[customer_id] = evidence.person(given or ("" if family else name), family, second)
    sharing: list[tuple[str, list[int]]] = []
    for rows in pieces(cursor, "SELECT what, members FROM household_shared"):
        sharing += [(what, members) for what, members in rows]
    found = evidence.findings(persons, sharing)
    for query in (_DECIDED, _TOGETHER):
        for rows in pieces(cursor, query):
            for one, other in rows:
                found.pop((one, other), None)
    return found


def stage(cursor: psycopg.Cursor[Any], found: dict[tuple[int, int], Finding]) -> None:
    """Copy the pairs to the store, each with its group."""
    group = evidence.groups(found)
    cursor.execute(_STAGED)
    with cursor.copy("COPY household_found FROM STDIN") as copy:
        for (one, other), finding in found.items():
            copy.write_row((one, other, finding.kind, json.dumps(finding.evidence), group[one]))
