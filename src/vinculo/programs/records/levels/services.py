"""Levels written: sets opened, terms published, levels given by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from vinculo.foundation.errors import InputError
from vinculo.programs.levels.terms import Fall, Rung, Terms, TermsError
from vinculo.programs.levels.windows import Kind, Window
from vinculo.programs.records import approval
from vinculo.programs.records.levels import deciding
from vinculo.programs.records.models import Level, LevelGrant, LevelSet, LevelStanding, LevelTerms, Member, Unit


class LevelError(InputError):
    """A level cannot be given so."""

    code = "levels.refused"


@dataclass(frozen=True)
class NewSet:
    """A set of levels as it is opened: what is counted and when, which never changes."""

    code: str
    name_en: str
    name_es: str
    basis: str = LevelSet.Basis.POINTS
    unit_id: int | None = None
    window: str = LevelSet.Window.CALENDAR
    months: int = 12
    first_month: int = 1
    carries: bool = False


@dataclass(frozen=True)
class NewLevel:
    """A level as terms name it; a rank that is known keeps its code."""

    rank: int
    code: str
    name_en: str
    name_es: str
    threshold: int
    kept: bool = False


@dataclass(frozen=True)
class NewTerms:
    """Terms that are published."""

    levels: Sequence[NewLevel]
    fall: str = Fall.ONE_DOWN
    grace_days: int = 0
    begins_on: date | None = None
    """In force from this day; from the day of publishing when nothing is said."""


def level_set_open(*, program_id: int, new: NewSet, now: datetime) -> LevelSet:
    """Open a set of levels; it decides nothing before its first terms are published."""
    Window(Kind(new.window), new.months, new.first_month)
    if new.basis == LevelSet.Basis.POINTS:
        units = Unit.objects.filter(program_id=program_id, qualifying=True).values_list("pk", flat=True)
        if new.unit_id not in units:
            raise TermsError("Levels that count points need a unit of the programme that decides levels.")
    return LevelSet.objects.create(program_id=program_id, created_at=now, **vars(new))


def terms_publish(*, level_set_id: int, new: NewTerms, author: str, now: datetime) -> LevelTerms:
    """Publish terms in one step: the first ones of a set, or where the programme does not ask for four eyes.

    Raises
    ------
    LevelError
        Terms that are published would be changed, which somebody else has to approve (`approving`).
    """
    with transaction.atomic():
        level_set = set_held(level_set_id)
        if LevelTerms.objects.filter(level_set=level_set).exists() and approval.four_eyes(level_set.program_id):
            raise LevelError("Changed terms are proposed, and somebody else approves them.")
        return publish(level_set, new, author=author, now=now)


def set_held(level_set_id: int) -> LevelSet:
    """Return a set, held until the end of the transaction."""
    return LevelSet.objects.select_for_update(of=("self",)).select_related("program").get(pk=level_set_id)


def terms_read(level_set: LevelSet, new: NewTerms, *, now: datetime) -> Terms:
    """Return new terms as the next version of a set, from today or a later day; refuse what makes no sense."""
    rungs = tuple(Rung(each.rank, each.threshold, each.kept) for each in new.levels)
    last = LevelTerms.objects.filter(level_set=level_set).aggregate(version=Max("version"), day=Max("begins_on"))
    today = local_day(level_set, now)
    begins_on = new.begins_on or today
    if last["version"] is not None and begins_on < max(today, last["day"]):
        raise TermsError("New terms begin today or later, and not before those already published.")
    return Terms(rungs, Fall(new.fall), new.grace_days, (last["version"] or 0) + 1, begins_on)


def publish(level_set: LevelSet, new: NewTerms, *, author: str, now: datetime) -> LevelTerms:
    """Write the next version of the terms of a set that is held; it decides for the days from its own on."""
    terms = terms_read(level_set, new, now=now)
    for each in new.levels:
        names = {"code": each.code, "name_en": each.name_en, "name_es": each.name_es}
        Level.objects.update_or_create(level_set=level_set, rank=each.rank, defaults=names)
    waiting = LevelStanding.objects.filter(Q(due_on=None) | Q(due_on__gt=terms.begins_on), level_set=level_set)
    waiting.update(due_on=terms.begins_on)
    return LevelTerms.objects.create(
        level_set=level_set,
        version=terms.version,
        begins_on=terms.begins_on,
        said=terms.said(),
        author=author,
        recorded_at=now,
    )


def local_day(level_set: LevelSet, now: datetime) -> date:
    """Return the day it is where the programme is."""
    return now.astimezone(ZoneInfo(level_set.program.zone)).date()


@dataclass(frozen=True)
class NewGrant:
    """A level given by hand, from today until a day (included)."""

    rank: int
    until_on: date
    reason: str
    author: str


def level_grant(*, level_set_id: int, member_id: int, new: NewGrant, now: datetime) -> LevelGrant:
    """Give a member a level by hand: it is in effect as long as it is better than what the member has."""
    level_set = LevelSet.objects.select_related("program").get(pk=level_set_id)
    today = local_day(level_set, now)
    if not new.reason.strip() or not new.author.strip():
        raise LevelError("A level is given by hand with its author and a reason.")
    if new.until_on < today:
        raise LevelError("A level is given until today or a later day.")
    if not Level.objects.filter(level_set=level_set, rank=new.rank).exists():
        raise LevelError("There is no such level in the set.")
    if not Member.objects.filter(pk=member_id, program_id=level_set.program_id, left_on=None).exists():
        raise LevelError("Whoever is given a level takes part in the programme.")
    with transaction.atomic():
        made = LevelGrant.objects.create(
            level_set=level_set, member_id=member_id, begins_on=today, granted_at=now, **vars(new)
        )
        decide_again(level_set, member_id, now)
    return made


def level_grant_withdraw(*, grant_id: int, author: str, now: datetime) -> bool:
    """Take a level back that was given by hand; tell whether it was still given."""
    with transaction.atomic():
        grant = LevelGrant.objects.select_for_update(of=("self",)).select_related("level_set__program").get(pk=grant_id)
        if grant.withdrawn_at is not None:
            return False
        grant.withdrawn_at, grant.withdrawn_by = now, author
        grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
        decide_again(grant.level_set, grant.member_id, now)
    return True


def decide_again(level_set: LevelSet, member_id: int, now: datetime) -> None:
    """Decide the level of one member at once."""
    rules = deciding.rules_of(level_set)
    if rules is not None:
        deciding.decide(rules, [member_id], as_of=local_day(level_set, now), now=now)
