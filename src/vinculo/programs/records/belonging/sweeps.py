"""Sweeps: challenges, streaks and referrals brought in line with what was done; and what erasures leave."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vinculo.programs.records.belonging import challenges, referrals
from vinculo.programs.records.belonging.giving import Settled
from vinculo.programs.records.models import (
    Challenge,
    LevelChange,
    LevelGrant,
    Member,
    Referral,
    ReferralMark,
    Streak,
    Suggestion,
)
from vinculo.programs.records.models.belonging import State

REMOVED = "-"
"""Stands where a text was."""


def sweep(*, program_id: int, as_of: date, now: datetime) -> Settled:
    """Settle everything of a programme; run again, it changes nothing."""
    done = Settled()
    running = Challenge.objects.filter(program_id=program_id, ends_on__gte=as_of - challenges.WATCHED)
    for number in running.exclude(state=State.DRAFT).order_by("pk").values_list("pk", flat=True):
        done += challenges.challenge_settle(challenge_id=number, as_of=as_of, now=now)
    streaks = Streak.objects.filter(program_id=program_id, state=State.OPEN)
    for number in streaks.order_by("pk").values_list("pk", flat=True):
        done += challenges.streak_settle(streak_id=number, as_of=as_of, now=now)
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
