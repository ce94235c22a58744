"""Deciding: levels of a set of members worked out anew, written where they changed, with what they were decided from.

Standings are locked before anything is counted, so of two decisions about one member the later one has seen everything
the earlier one saw.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from vinculo.programs.levels import decision, explanation, terms
from vinculo.programs.levels.decision import Effective, Origin
from vinculo.programs.levels.standing import Case, Standing
from vinculo.programs.levels.terms import Terms
from vinculo.programs.levels.windows import Kind, Window
from vinculo.programs.records import facts
from vinculo.programs.records.levels import counting, groups
from vinculo.programs.records.models import LevelChange, LevelGrant, LevelSet, LevelStanding, LevelTerms, Member

Cause = LevelChange.Cause

OPEN = """
INSERT INTO programs_levelstanding (level_set_id, member_id, rank, origin, earned, granted, of_group)
SELECT %(set)s, member.id, 0, 'earned', 0, 0, 0 FROM programs_member AS member WHERE member.id = ANY(%(members)s)
    AND NOT EXISTS (
        SELECT FROM programs_levelstanding AS held WHERE held.level_set_id = %(set)s AND held.member_id = member.id
    )
ORDER BY member.id ON CONFLICT (level_set_id, member_id) DO NOTHING
"""
HELD = """
SELECT held.member_id, member.joined_on, held.rank, held.origin, held.earned, held.granted, held.of_group, held.since,
    held.due_on
FROM programs_levelstanding AS held JOIN programs_member AS member ON member.id = held.member_id
WHERE held.level_set_id = %(set)s AND held.member_id = ANY(%(members)s) ORDER BY held.member_id
"""
HOLD = """
SELECT count(*) FROM (
    SELECT FROM programs_levelstanding WHERE level_set_id = %(set)s AND member_id = ANY(%(members)s)
    ORDER BY member_id FOR UPDATE
) AS held
"""
WRITE = """
UPDATE programs_levelstanding AS held SET rank = said.rank, origin = said.origin, earned = said.earned,
    granted = said.granted, of_group = said.of_group, since = said.since, due_on = said.due_on
FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::smallint[], %s::smallint[], %s::smallint[], %s::date[],
    %s::date[]) AS said (member_id, rank, origin, earned, granted, of_group, since, due_on)
WHERE held.level_set_id = %s AND held.member_id = said.member_id
"""
CHANGE = """
INSERT INTO programs_levelchange (level_set_id, member_id, from_rank, to_rank, cause, happened_on, recorded_at, inputs,
    author)
SELECT %s, said.member_id, said.from_rank, said.to_rank, said.cause, said.happened_on, %s, said.inputs, said.author
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::date[], %s::jsonb[], %s::text[])
    AS said (member_id, from_rank, to_rank, cause, happened_on, inputs, author)
RETURNING id
"""


@dataclass(frozen=True)
class Row:
    """A standing as it is stored."""

    member_id: int
    rank: int
    origin: str
    earned: int
    granted: int
    of_group: int
    since: date | None
    due_on: date | None


@dataclass(frozen=True)
class Rules:
    """What decisions of a set are made by."""

    level_set: LevelSet
    versions: tuple[Terms, ...]
    window: Window

    def case(self, counts: Sequence[Any], joined_on: date, as_of: date) -> Case:
        """Return the case of one member."""
        return Case(self.versions, self.window, counts, joined_on, as_of)

    def next_terms(self, as_of: date) -> date | None:
        """Return the day on which other terms come into force."""
        return min((each.begins_on for each in self.versions if each.begins_on > as_of), default=None)


def rules_of(level_set: LevelSet) -> Rules | None:
    """Return what a set is decided by; nothing before its first terms are published."""
    rows = LevelTerms.objects.filter(level_set=level_set).order_by("begins_on", "version")
    versions = tuple(terms.read(row.said, version=row.version, begins_on=row.begins_on) for row in rows)
    window = Window(Kind(level_set.window), level_set.months, level_set.first_month)
    return Rules(level_set, versions, window) if versions else None


def decide(rules: Rules, members: Sequence[int], *, as_of: date, now: datetime) -> list[int]:
    """Decide the levels of members, and of those who have theirs from them; return the changes that were written."""
    level_set = rules.level_set
    with transaction.atomic():
        followers = groups.followers_of(level_set, members)
        hold(level_set, [*members, *followers])
        changes, moved = decide_own(rules, members, as_of, now)
        if moved and followers:
            changes += decide_own(rules, followers, as_of, now)[0]
        if changes:
            facts.level_changed.send(sender=LevelChange, level_set_id=level_set.pk, change_ids=changes)
    return changes


def hold(level_set: LevelSet, members: Sequence[int]) -> None:
    """Lock the standings of members in the order of their numbers, opened where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {"set": level_set.pk, "members": list(members)})
        cursor.execute(HOLD, {"set": level_set.pk, "members": list(members)})


def decide_own(rules: Rules, members: Sequence[int], as_of: date, now: datetime) -> tuple[list[int], bool]:
    """Decide the levels of members who are held; return the changes, and whether others may have levels of theirs."""
    level_set = rules.level_set
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"set": level_set.pk, "members": list(members)})
        held = cursor.fetchall()
    counts = counting.counts_of(level_set, members)
    of_groups = groups.ranks_of(level_set, members, as_of)
    grants = grants_of(level_set, members, as_of)
    rows, changes, moved = [], [], False
    for member_id, joined_on, *stored in held:
        before = Row(member_id, *stored)
        case = rules.case(counts[member_id], joined_on, as_of)
        after, change = decide_one(rules, case, before, grants[member_id], of_groups.get(member_id, (0, 0)))
        if after != before:
            rows.append(after)
        moved = moved or (after.earned, after.granted) != (before.earned, before.granted)
        if change is not None:
            changes.append((member_id, *change))
    return write(level_set, rows, changes, now), moved


def decide_one(
    rules: Rules, case: Case, before: Row, grants: Sequence[LevelGrant], group: tuple[int, int]
) -> tuple[Row, tuple[Any, ...] | None]:
    """Decide the level of one member; return its standing, and the change of it if there is one."""
    found, as_of = decision.decide(case), case.as_of
    holding = [each for each in grants if each.begins_on <= as_of]
    grant = max(holding, key=lambda each: (each.rank, each.until_on), default=None)
    best = decision.effective(earned=found.rank, granted=grant.rank if grant else 0, of_group=group[0])
    dues = [
        *(each.until_on + timedelta(days=1) if each.begins_on <= as_of else each.begins_on for each in grants),
        *(each.day for each in case.counts if each.day > as_of),
        *filter(None, (found.next_fall and found.next_fall.on, rules.next_terms(as_of))),
    ]
    since = before.since if best.rank == before.rank else (found.since if best.origin == Origin.EARNED else as_of)
    after = Row(
        before.member_id, best.rank, str(best.origin), found.rank, grant.rank if grant else 0, group[0], since,
        min(dues, default=None),
    )  # fmt: skip
    if best.rank == before.rank:
        return after, None
    cause = cause_of(before, best, found)
    inputs = explanation.inputs(found.evidence) | {"earned": found.rank, "granted": after.granted, "group": group[1]}
    author = ""
    if grant is not None and cause == Cause.GRANTED:
        inputs |= {"until": grant.until_on.isoformat(), "reason": grant.reason, "author": grant.author}
        author = grant.author
    day = found.since if cause in (Cause.REACHED, Cause.FELL) and found.since else as_of
    return after, (before.rank, best.rank, str(cause), day, json.dumps(inputs), author)


def cause_of(before: Row, best: Effective, found: Standing) -> LevelChange.Cause:
    """Return why a level changed."""
    if best.rank > before.rank:
        return {Origin.EARNED: Cause.REACHED, Origin.GRANTED: Cause.GRANTED, Origin.GROUP: Cause.GROUP}[best.origin]
    if before.origin == Origin.GRANTED:
        return Cause.GRANT_ENDED
    if before.origin == Origin.GROUP:
        return Cause.GROUP_ENDED
    return Cause.FELL if found.fell else Cause.RETURNED


def grants_of(level_set: LevelSet, members: Sequence[int], as_of: date) -> dict[int, list[LevelGrant]]:
    """Return what was given by hand and is not over, by member."""
    found: dict[int, list[LevelGrant]] = defaultdict(list)
    given = LevelGrant.objects.filter(level_set=level_set, member__in=list(members), until_on__gte=as_of)
    for each in given.filter(withdrawn_at=None).order_by("id"):
        found[each.member_id].append(each)
    return found


def write(level_set: LevelSet, rows: Sequence[Row], changes: Sequence[tuple[Any, ...]], now: datetime) -> list[int]:
    """Write standings and changes; return the numbers of the changes."""
    with connection.cursor() as cursor:
        if rows:
            columns = list(zip(*(vars(row).values() for row in rows), strict=True))
            cursor.execute(WRITE, [*map(list, columns), level_set.pk])
        if not changes:
            return []
        columns = list(zip(*changes, strict=True))
        cursor.execute(CHANGE, [level_set.pk, now, *map(list, columns)])
        return [number for (number,) in cursor.fetchall()]


SETS = """
SELECT DISTINCT chosen.id, account.member_id, (max(posting.recorded_at) OVER () AT TIME ZONE program.zone)::date,
    max(posting.recorded_at) OVER ()
FROM programs_posting AS posting JOIN programs_account AS account ON account.id = posting.account_id
JOIN programs_levelset AS chosen ON chosen.unit_id = account.unit_id
JOIN programs_program AS program ON program.id = chosen.program_id
WHERE posting.id = ANY(%s) AND posting.kind IN ('award', 'release', 'reverse', 'adjust')
    AND account.member_id IS NOT NULL
ORDER BY 1, 2
"""


def decide_after_posting(program_id: int, posting_ids: Sequence[int], **_fact: Any) -> None:
    """Decide at once for those whose points that count were posted or taken back."""
    if not LevelSet.objects.filter(program_id=program_id).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(SETS, [list(posting_ids)])
        found = cursor.fetchall()
    touched: dict[int, list[tuple[int, date, datetime]]] = defaultdict(list)
    for set_id, *rest in found:
        touched[set_id].append(tuple(rest))
    for level_set in LevelSet.objects.filter(pk__in=touched).select_related("program").order_by("pk"):
        rules = rules_of(level_set)
        if rules is not None:
            members = [member_id for member_id, _day, _now in touched[level_set.pk]]
            _member, day, now = touched[level_set.pk][0]
            decide(rules, members, as_of=day, now=now)


def standing_members(level_set: LevelSet, *, after: int, size: int, due_by: date | None) -> list[int]:
    """Return members whose level is to be decided again, after a number: those due by a day, or all."""
    held = LevelStanding.objects.filter(level_set=level_set, member_id__gt=after, member__left_on=None)
    if due_by is not None:
        held = held.filter(due_on__lte=due_by)
    return list(held.order_by("member_id").values_list("member_id", flat=True)[:size])


def unknown_members(level_set: LevelSet, *, after: int, size: int) -> list[int]:
    """Return members whose level was never decided, after a number."""
    held = LevelStanding.objects.filter(level_set=level_set).values("member_id")
    found = Member.objects.filter(program_id=level_set.program_id, left_on=None, pk__gt=after).exclude(pk__in=held)
    return list(found.order_by("pk").values_list("pk", flat=True)[:size])
