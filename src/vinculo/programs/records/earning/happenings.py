"""Happenings: what members do besides buying, and days of theirs; each earns once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.earning.rules import OF_EVENTS
from vinculo.programs.records.earning import awarding, deeds, keeping, orders, posting, using
from vinculo.programs.records.earning.awarding import Settled, Work
from vinculo.programs.records.earning.deeds import Deed, DeedLine
from vinculo.programs.records.models import Birthday, Member, Program
from vinculo.programs.records.rules import services as ruled

LEAP_DAY, BEFORE = (2, 29), (2, 28)
_EVENTS = """
SELECT source.code, event.message_id, event.name, event.happened_at, member.id
FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS piece (first, last)
JOIN identify_event AS event ON event.id BETWEEN piece.first AND piece.last
JOIN identify_source AS source ON source.id = event.source_id
JOIN identify_identifier AS identifier ON identifier.kind = 'source_key' AND identifier.value = event.user_key
    AND identifier.source_id = event.source_id
JOIN identify_customer AS said ON said.id = identifier.customer_id
JOIN identify_customer AS party ON party.id = coalesce(said.merged_into_id, said.id)
    OR party.merged_into_id = coalesce(said.merged_into_id, said.id)
JOIN programs_member AS member ON member.customer_id = party.id AND member.program_id = %(program)s
WHERE event.type = 'track' AND event.user_key <> '' AND event.name = ANY(%(names)s)
ORDER BY event.id, member.joined_on DESC, member.id DESC
"""

_BORN = """
SELECT born.member_id, right(born.birth_on, 5) FROM (
    SELECT DISTINCT ON (member.id) member.id AS member_id, record.payload->'clean'->>'birth_on' AS birth_on
    FROM programs_member AS member
    JOIN identify_customer AS own ON own.id = member.customer_id
    JOIN identify_customer AS party ON party.id = coalesce(own.merged_into_id, own.id)
        OR party.merged_into_id = coalesce(own.merged_into_id, own.id)
    JOIN identify_identifier AS borne ON borne.customer_id = party.id AND borne.kind = 'source_key'
    JOIN identify_sourcerecord AS record ON record.kind = 'customers' AND record.source_id = borne.source_id
        AND record.source_key = borne.value AND record.payload->'clean'->>'birth_on' ~ '^\\d{4}-\\d{2}-\\d{2}$'
    WHERE member.program_id = %(program)s AND member.left_on IS NULL
        AND NOT EXISTS (SELECT FROM programs_birthday AS told WHERE told.member_id = member.id)
    ORDER BY member.id, record.id DESC
) AS born WHERE right(born.birth_on, 5) = ANY(%(days)s)
UNION SELECT told.member_id, to_char(told.month, 'FM00') || '-' || to_char(told.day, 'FM00')
FROM programs_birthday AS told JOIN programs_member AS member ON member.id = told.member_id
WHERE member.program_id = %(program)s
    AND to_char(told.month, 'FM00') || '-' || to_char(told.day, 'FM00') = ANY(%(days)s)
ORDER BY 1
"""
"""Whose birthday it is: by what the member told, else by the last record of a source that says it."""


@dataclass(frozen=True)
class Happening:
    """Something a member did, or a day of hers; source and key tell it from all others, for ever."""

    member_id: int
    trigger: str
    source: str
    key: str
    happened_at: datetime
    said: Mapping[str, str] = field(default_factory=dict)
    """`event`, its name; `channel`, where it happened."""


def happenings_award(*, program_id: int, happenings: Sequence[Happening], now: datetime) -> Settled:
    """Give the points of what members did, in the caller's transaction; what was looked at before is left as it is.

    What happened before joining, or after leaving, earns nothing.

    Raises
    ------
    InputError
        There is no such trigger.
    """
    wrong = [each.trigger for each in happenings if each.trigger not in OF_EVENTS]
    if wrong:
        raise InputError("Nothing is set off by {found!r}: choose among {known}.", found=wrong[0], known=OF_EVENTS)
    program = Program.objects.get(pk=program_id)
    if program.state != Program.State.OPEN:
        return Settled()
    with transaction.atomic(savepoint=False):
        rules = ruled.ruleset(program)
        known = members_known(program, happenings)
        posting.hold(
            program_id,
            [buyer or 0 for _start, _end, buyer in known.values()],
            alone=using.alone(program.pk, rules.rules),
        )
        found = {deed.key: deed for each in happenings if (deed := deed_of(program, each, known)) is not None}
        held = keeping.kept(program_id, list(found), ())
        fresh = [deed for key, deed in found.items() if key not in held]
        work = Work(fresh, lambda wanted: deeds.of_events(program, wanted))
        return awarding.settle(program=program, rules=rules, work=work, now=now)


def members_known(program: Program, happenings: Sequence[Happening]) -> dict[int, tuple[date, date | None, int | None]]:
    """Return the members among those named, with their first day, the day they left, and the customer."""
    found = Member.objects.filter(program=program, pk__in={each.member_id for each in happenings})
    return {
        number: (joined, left, buyer)
        for number, joined, left, buyer in found.values_list("pk", "joined_on", "left_on", "customer_id")
    }


def deed_of(
    program: Program, happening: Happening, known: Mapping[int, tuple[date, date | None, int | None]]
) -> Deed | None:
    """Return what happened as it is evaluated; nothing while nobody was a member."""
    if happening.member_id not in known:
        return None
    joined, left, _buyer = known[happening.member_id]
    day = keeping.day(program, happening.happened_at)
    if day < joined or (left is not None and day >= left):
        return None
    lines = (DeedLine("", 10_000, 0),)
    event = f"{happening.trigger}:{happening.key}"
    return Deed(
        happening.source,
        event,
        happening.trigger,
        happening.member_id,
        happening.happened_at,
        day,
        lines,
        said=happening.said,
    )


def happening_withdraw(*, program_id: int, trigger: str, source: str, key: str, now: datetime) -> Settled:
    """Take back what something earned that turned out not to have happened: a review removed, a fraud."""
    program = Program.objects.get(pk=program_id)
    with transaction.atomic(savepoint=False):
        rules = ruled.ruleset(program)
        held = keeping.kept(program_id, [(source, f"{trigger}:{key}")], ())
        gone = [each.id for each in held.values()]
        posting.hold(program_id, posting.buyers_of(gone), alone=using.alone(program.pk, rules.rules))
        work = Work((), lambda wanted: deeds.of_events(program, wanted), gone)
        return awarding.settle(program=program, rules=rules, work=work, now=now)


def events_award(*, pieces: Sequence[tuple[int, int]], now: datetime) -> Settled:
    """Give the points of events that tracking clients sent, by the names that rules ask for; `pieces` of their numbers.

    An event is of the user it names; one that names only a visitor earns nothing.
    """
    told = Settled()
    for program in orders.programs_open():
        rules = ruled.ruleset(program).by_trigger.get("event", ())
        names = sorted({name for each in rules for name in each.rule.subject})
        if not names:
            continue
        asked = {"firsts": [first for first, _last in pieces], "lasts": [last for _first, last in pieces]}
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS, {**asked, "program": program.pk, "names": names})
            rows = cursor.fetchall()
        # Of several cards of one customer the oldest is taken, which comes last.
        found = {
            (source, message): Happening(member, "event", source, message, at, {"event": name})
            for source, message, name, at, member in rows
        }
        told.add(happenings_award(program_id=program.pk, happenings=list(found.values()), now=now))
    return told


def birthday_tell(*, member_id: int, month: int, day: int) -> None:
    """Note the day of the year of a member's birthday."""
    Birthday.objects.update_or_create(member_id=member_id, defaults={"month": month, "day": day})


def birthdays_between(*, program_id: int, begins: date, ends: date) -> dict[int, date]:
    """Return whose birthday falls from one day to another, and on which; 29 February is the 28th of other years."""
    days = dict[str, date]()
    for after in range((ends - begins).days + 1):
        on = begins + timedelta(days=after)
        days[f"{on:%m-%d}"] = on
        if (on.month, on.day) == BEFORE and (on + timedelta(days=1)).month != BEFORE[0]:
            days["{:02d}-{:02d}".format(*LEAP_DAY)] = on
    with connection.cursor() as cursor:
        cursor.execute(_BORN, {"program": program_id, "days": list(days)})
        return {number: days[day] for number, day in cursor.fetchall()}


def birthdays_award(*, program_id: int, on: date, now: datetime) -> Settled:
    """Give the points of birthdays of one day, once a year; those of 29 February fall on the 28th of other years."""
    program = Program.objects.get(pk=program_id)
    if not ruled.ruleset(program).by_trigger.get("birthday"):
        return Settled()
    at = datetime.combine(on, time(12), ZoneInfo(program.zone))
    members = birthdays_between(program_id=program_id, begins=on, ends=on)
    found = [Happening(member, "birthday", "programs", f"{member}:{on.year}", at) for member in members]
    return happenings_award(program_id=program_id, happenings=found, now=now)
