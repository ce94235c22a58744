"""Drafting: badges, challenges and streaks as staff write them; what members have joined is not changed any more."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TypeVar

from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.records.belonging.ballots import Wording
from vinculo.programs.records.models import Badge, Challenge, ChallengeEntry, Level, Merit, Streak, Unit
from vinculo.programs.records.models.belonging import State, Told

Kind = TypeVar("Kind", bound=Told)
TERMS = ("goal", "target", "products", "event", "begins_on", "ends_on")
"""What of a challenge stays once somebody has joined."""


class DraftError(InputError):
    """Something of it is missing or makes no sense."""

    code = "belonging.draft"


@dataclass(frozen=True)
class Gift:
    """What it brings: points of a unit, a badge, or both."""

    unit_id: int | None = None
    badge_id: int | None = None


@dataclass(frozen=True)
class ChallengeDraft:
    """A challenge as somebody writes it; columns of the same names say what they mean."""

    goal: str
    target: int
    begins_on: date
    ends_on: date
    event: str = ""
    products: Sequence[str] = ()
    points: int = 0


@dataclass(frozen=True)
class StreakDraft:
    """A streak as somebody writes it; `rewards` are lengths and the points for each."""

    every: str
    begins_on: date
    event: str = ""
    grace: int = 0
    rewards: Sequence[tuple[int, int]] = field(default_factory=tuple)


def badge_write(
    *, program_id: int, code: str, wording: Wording, level_id: int | None = None, years: int | None = None
) -> Badge:
    """Write a badge down, or change it: at what level, or after how many years as a customer, it is given by itself.

    Who has it keeps it.
    """
    if level_id is not None and years is not None:
        raise DraftError("A badge is given at a level or after some years, not both.")
    if level_id is not None and not Level.objects.filter(pk=level_id, level_set__program_id=program_id).exists():
        raise DraftError("There is no such level in this programme.")
    badge = Badge.objects.filter(program_id=program_id, code=code).first() or Badge(program_id=program_id, code=code)
    badge.level_id, badge.years = level_id, years
    return words(badge, wording)


def challenge_write(*, program_id: int, code: str, wording: Wording, draft: ChallengeDraft, gift: Gift) -> Challenge:
    """Write a challenge down, or change it; its goal and its days stay once somebody has joined.

    Raises
    ------
    DraftError
        Something is missing or makes no sense, or somebody has joined what would be changed.
    """
    if draft.target < 1 or draft.ends_on < draft.begins_on:
        raise DraftError("A challenge has a target, and ends after it begins.")
    if draft.goal == Challenge.Goal.EVENTS and not draft.event:
        raise DraftError("Name the event that is counted.")
    if draft.goal == Challenge.Goal.PRODUCTS and not draft.products:
        raise DraftError("Name the products that are counted.")
    checked(program_id, gift, brings=draft.points > 0)
    with transaction.atomic():
        row = Challenge.objects.select_for_update().filter(program_id=program_id, code=code).first()
        row = row or Challenge(program_id=program_id, code=code)
        said = {**asdict(draft), "products": list(draft.products)}
        joined = row.pk is not None and ChallengeEntry.objects.filter(challenge=row).exists()
        if joined and any(getattr(row, name) != said[name] for name in TERMS):
            raise DraftError("Members have joined it: its goal and its days stay as they are.")
        for name, value in {**said, **asdict(gift)}.items():
            setattr(row, name, value)
        return words(row, wording)


def streak_write(*, program_id: int, code: str, wording: Wording, draft: StreakDraft, gift: Gift) -> Streak:
    """Write a streak down, or change it; once something was given for it only its words change.

    Raises
    ------
    DraftError
        Something is missing or makes no sense.
    """
    if draft.every not in Streak.Every.values or any(length < 1 or points < 0 for length, points in draft.rewards):
        raise DraftError("A streak has steps, and rewards for lengths of one step or more.")
    checked(program_id, gift, brings=any(points for _length, points in draft.rewards))
    with transaction.atomic():
        row = Streak.objects.select_for_update().filter(program_id=program_id, code=code).first()
        row = row or Streak(program_id=program_id, code=code)
        given = row.pk is not None and Merit.objects.filter(kind=Merit.Kind.STREAK, subject_id=row.pk).exists()
        if not given:
            said = {**asdict(draft), "rewards": sorted([length, points] for length, points in draft.rewards)}
            for name, value in {**said, **asdict(gift)}.items():
                setattr(row, name, value)
        return words(row, wording)


def checked(program_id: int, gift: Gift, *, brings: bool) -> None:
    """Refuse points of no unit, and a unit or badge of another programme."""
    if brings and gift.unit_id is None:
        raise DraftError("Say of which unit the points are.")
    if not brings and gift.badge_id is None:
        raise DraftError("It brings points, a badge, or both.")
    if gift.unit_id is not None and not Unit.objects.filter(pk=gift.unit_id, program_id=program_id).exists():
        raise DraftError("Say of which unit the points are.")
    if gift.badge_id is not None and not Badge.objects.filter(pk=gift.badge_id, program_id=program_id).exists():
        raise DraftError("There is no such badge in this programme.")


def words(row: Kind, wording: Wording) -> Kind:
    """Write the words of something in both languages, and the rest of it."""
    if not wording.name_en.strip() or not wording.name_es.strip():
        raise DraftError("It needs its name in English and in Spanish.")
    for name, value in asdict(wording).items():
        setattr(row, name, value.strip())
    row.save()
    return row


def state_set(row: Challenge | Streak, state: str) -> None:
    """Let members take part, or no more."""
    if state not in (State.OPEN, State.CLOSED):
        raise DraftError("It is opened or closed.")
    row.state = state
    row.save(update_fields=["state"])
