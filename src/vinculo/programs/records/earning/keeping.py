"""Keeping: what was looked at for points, what each line of it gives, and the postings that gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.earning.deeds import Deed, Key
from vinculo.programs.records.models import EarnedAward, EarnedLine, Earning, Program


@dataclass(frozen=True)
class Entitled:
    """What a rule gives for a line before anything came back."""

    line_key: str
    rule_id: int
    version: int
    pieces: int
    points: int


@dataclass
class Kept:
    """An order or event that was looked at before, or is now."""

    id: int
    key: Key
    member_id: int
    happened_at: datetime
    digest: bytes
    steps: int
    lines: list[Entitled] = field(default_factory=list)
    awards: list[EarnedAward] = field(default_factory=list)
    touched: list[EarnedAward] = field(default_factory=list)
    """Those of which something was taken or let go, to be written."""
    moved: bool = False
    """It was another member's."""
    price: int | None = None
    """What was paid for an order, less what came back, in minor units; nothing for what is no order."""


@dataclass(frozen=True)
class Change:
    """By how much what a member holds for one rule of an order is to change."""

    kept: Kept
    rule_id: int
    version: int
    """Of the rule, for points that are given."""
    points: int


@dataclass
class Asked:
    """A post, and what it is for."""

    change: Change
    post: Post
    award: EarnedAward | None
    """The award that is taken back; none for points that are given."""


_KEYS = "(SELECT * FROM unnest(%(sources)s::text[], %(events)s::text[]) AS asked (source, event))"
_KEPT = f"""
SELECT id, source, event, member_id, happened_at, digest, steps FROM programs_earning
WHERE program_id = %(program)s AND ((source, event) IN {_KEYS} OR id = ANY(%(gone)s)) ORDER BY id FOR UPDATE
"""
_WRITE = """
INSERT INTO programs_earning (program_id, source, event, trigger, member_id, happened_at, digest, steps)
SELECT %(program)s, asked.source, asked.event, asked.trigger, asked.member, asked.at, decode(asked.digest, 'hex'), 0
FROM unnest(%(sources)s::text[], %(events)s::text[], %(triggers)s::text[], %(members)s::bigint[],
    %(ats)s::timestamptz[], %(digests)s::text[]) AS asked (source, event, trigger, member, at, digest)
ON CONFLICT (program_id, source, event) DO UPDATE SET member_id = excluded.member_id,
    happened_at = excluded.happened_at, digest = excluded.digest
RETURNING id, source, event
"""
_LINES = "COPY programs_earnedline (earning_id, line_key, rule_id, version, pieces, points) FROM STDIN"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
"""What tells columns and rows apart in what is copied."""

_AWARDS = """
INSERT INTO programs_earnedaward (earning_id, rule_id, version, account_id, posting_id, given, taken, forgiven)
SELECT *, 0, 0 FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
"""


def kept(program_id: int, keys: Sequence[Key], gone: Sequence[int]) -> dict[Key, Kept]:
    """Return what is kept of some keys and some earnings, held until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEPT,
            {
                "program": program_id,
                "sources": [source for source, _event in keys],
                "events": [event for _source, event in keys],
                "gone": list(gone),
            },
        )
        rows = cursor.fetchall()
    found = {
        number: Kept(number, (source, event), member, at, bytes(digest), steps)
        for number, source, event, member, at, digest, steps in rows
    }
    lines = EarnedLine.objects.filter(earning_id__in=list(found)).order_by("pk")
    for each in lines.values_list("earning_id", "line_key", "rule_id", "version", "pieces", "points"):
        found[each[0]].lines.append(Entitled(*each[1:]))
    for award in EarnedAward.objects.filter(earning_id__in=list(found)).order_by("pk"):
        found[award.earning_id].awards.append(award)
    return {each.key: each for each in found.values()}


def write(
    program_id: int,
    changed: Sequence[Deed],
    known: dict[Key, Kept],
    evaluated: Mapping[Key, list[Entitled]],
) -> None:
    """Keep what was evaluated in place of what was kept before; `known` has it afterwards."""
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "program": program_id,
                "sources": [deed.source for deed in changed],
                "events": [deed.event for deed in changed],
                "triggers": [deed.trigger for deed in changed],
                "members": [deed.member_id for deed in changed],
                "ats": [deed.at for deed in changed],
                "digests": [deed.digest.hex() for deed in changed],
            },
        )
        numbers = {(source, event): number for number, source, event in cursor.fetchall()}
        EarnedLine.objects.filter(earning_id__in=[known[deed.key].id for deed in changed if deed.key in known]).delete()
        for deed in changed:
            before = known.get(deed.key)
            made = Kept(
                numbers[deed.key], deed.key, deed.member_id, deed.at, deed.digest, 0, evaluated.get(deed.key, [])
            )
            if before is not None:
                made.steps, made.awards, made.moved = before.steps, before.awards, before.member_id != deed.member_id
            known[deed.key] = made
    copy_lines([(numbers[deed.key], each) for deed in changed for each in known[deed.key].lines])


def copy_lines(rows: Sequence[tuple[int, Entitled]]) -> None:
    """Keep what lines give: there may be a row for each rule of each line of thousands of orders."""
    if not rows:
        return
    with connection.cursor() as wrapped:
        cursor: Any = wrapped
        with cursor.copy(_LINES) as copy:
            copy.write(
                "".join(
                    f"{number}\t{each.line_key.translate(_ESCAPED)}\t{each.rule_id}\t{each.version}\t{each.pieces}\t{each.points}\n"
                    for number, each in rows
                )
            )


def award(given: Sequence[EarnedAward]) -> None:
    """Keep awards."""
    if given:
        with connection.cursor() as cursor:
            cursor.execute(
                _AWARDS,
                [
                    [each.earning_id for each in given],
                    [each.rule_id for each in given],
                    [each.version for each in given],
                    [each.account_id for each in given],
                    [each.posting_id for each in given],
                    [each.given for each in given],
                ],
            )


def gone(program_id: int, keys: Sequence[Key], there: set[Key]) -> list[int]:
    """Return the earnings of some keys of which nothing is there."""
    missing = [key for key in keys if key not in there]
    if not missing:
        return []
    found = Earning.objects.filter(program_id=program_id, event__in=[event for _source, event in missing])
    wanted = set(missing)
    rows = found.values_list("pk", "source", "event")
    return [number for number, source, event in rows if (source, event) in wanted]


def day(program: Program, at: datetime) -> date:
    """Return the day of a moment by the clock of a programme."""
    return at.astimezone(ZoneInfo(program.zone)).date()
