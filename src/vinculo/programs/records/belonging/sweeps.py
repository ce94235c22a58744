"""Sweeps: challenges, streaks and referrals brought in line with what was done; and what erasures leave."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from vinculo.programs.records.belonging import badges, challenges, referrals
from vinculo.programs.records.belonging.giving import Settled
from vinculo.programs.records.models import (
    Challenge,
    LevelChange,
    LevelGrant,
    Member,
    Program,
    Referral,
    ReferralMark,
    Streak,
    Suggestion,
)
from vinculo.programs.records.models.belonging import State

SMALL_HOUR = 4
REMOVED = "-"
"""Stands where a text was."""


def sweep_all(*, now: datetime) -> Settled:
    """Settle every programme that runs, on the day it is there; what is of everybody in the small hours."""
    done = Settled()
    for program in Program.objects.filter(state=Program.State.OPEN).order_by("pk"):
        there = now.astimezone(ZoneInfo(program.zone))
        done += sweep(program_id=program.pk, as_of=there.date(), now=now, everybody=there.hour == SMALL_HOUR)
    return done


def sweep(*, program_id: int, as_of: date, now: datetime, everybody: bool = True) -> Settled:
    """Settle a programme, streaks and badges only when it is about `everybody`; run again, it changes nothing."""
    done = Settled()
    running = Challenge.objects.filter(program_id=program_id, ends_on__gte=as_of - challenges.WATCHED)
    for number in running.exclude(state=State.DRAFT).order_by("pk").values_list("pk", flat=True):
        done += challenges.challenge_settle(challenge_id=number, as_of=as_of, now=now)
    streaks = Streak.objects.filter(program_id=program_id, state=State.OPEN)
    for number in streaks.order_by("pk").values_list("pk", flat=True) if everybody else ():
        done += challenges.streak_settle(streak_id=number, as_of=as_of, now=now)
    if everybody:
        done += badges.settle(program_id=program_id, as_of=as_of, now=now)
    return done + referrals.settle(program_id=program_id, as_of=as_of, now=now)


def forget(customer_ids: Sequence[int], **_fact: Any) -> None:
    """Take what a person wrote, and what was written about the person, out of programmes; points and votes stay."""
    members = list(Member.objects.filter(customer_id__in=list(customer_ids)).values_list("pk", flat=True))
    Suggestion.objects.filter(member_id__in=members).update(text=REMOVED, published=False, answer="")
    LevelGrant.objects.filter(member_id__in=members).update(reason=REMOVED)
    for change in LevelChange.objects.filter(member_id__in=members, cause=LevelChange.Cause.GRANTED):
        change.inputs["reason"] = REMOVED
        change.save(update_fields=["inputs"])
    Referral.objects.filter(referee_id__in=members).update(note="")
    ReferralMark.objects.filter(member_id__in=members).delete()
