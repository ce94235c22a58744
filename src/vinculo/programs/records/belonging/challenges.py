"""Challenges and streaks written: joined by members, settled by sweeps."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.programs.belonging import streaks
from vinculo.programs.belonging.challenges import Challenge as Rule
from vinculo.programs.records import facts
from vinculo.programs.records.belonging import deeds, giving
from vinculo.programs.records.belonging.giving import Due, Key, Settled
from vinculo.programs.records.models import Challenge, ChallengeEntry, Member, Merit, Streak
from vinculo.programs.records.models.belonging import State

SIZE = 5_000
WATCHED = timedelta(days=92)
"""After its end a challenge is settled for so long: what was bought for it may come back."""


class JoinError(InputError):
    """A member cannot take part in it."""

    code = "belonging.join"


def rule(challenge: Challenge) -> Rule:
    """Return a challenge as its rule sees it."""
    return Rule(challenge.target, challenge.begins_on, challenge.ends_on)


def challenge_join(*, challenge_id: int, member_id: int, now: datetime) -> ChallengeEntry:
    """Let a member take part; one who does already stays as he is."""
    challenge = Challenge.objects.select_related("program").get(pk=challenge_id)
    today = now.astimezone(ZoneInfo(challenge.program.zone)).date()
    if challenge.state != State.OPEN or today > challenge.ends_on:
        raise JoinError("The challenge is not open.")
    member = Member.objects.filter(pk=member_id, program_id=challenge.program_id, state=Member.State.ACTIVE)
    if not member.exists():
        raise JoinError("Whoever joins a challenge takes part in the programme.")
    found, _made = ChallengeEntry.objects.get_or_create(
        challenge=challenge, member_id=member_id, defaults={"joined_on": today}
    )
    return found


def challenge_leave(*, challenge_id: int, member_id: int) -> bool:
    """Let a member take part no more, unless the goal was reached; tell whether he did."""
    reached = Merit.objects.filter(kind=Merit.Kind.CHALLENGE, subject_id=challenge_id, member_id=member_id)
    if reached.exists():
        return False
    return ChallengeEntry.objects.filter(challenge_id=challenge_id, member_id=member_id).delete()[0] > 0


def challenge_settle(*, challenge_id: int, as_of: date, now: datetime, size: int = SIZE) -> Settled:
    """Give those who reached the goal what it brings, some thousands a transaction; repeating it changes nothing."""
    done, after = Settled(), 0
    while True:
        with transaction.atomic():
            challenge = Challenge.objects.select_for_update(of=("self",)).select_related("program").get(pk=challenge_id)
            entries = list(challenge.entries.filter(member_id__gt=after).order_by("member_id")[:size])
            if not entries:
                return done
            done += settle_entries(challenge, entries, as_of, now)
        after = entries[-1].member_id


def settle_entries(challenge: Challenge, entries: list[ChallengeEntry], as_of: date, now: datetime) -> Settled:
    """Settle for some of those who joined."""
    members = [each.member_id for each in entries]
    done, goal = deeds.for_challenge(challenge, members), rule(challenge)
    dues = []
    for entry in entries:
        progress = goal.progress(done[entry.member_id], joined_on=entry.joined_on, as_of=as_of)
        if progress.reached_on is not None and progress.done >= progress.target:
            key = Key(challenge.pk, entry.member_id)
            dues.append(Due(key, progress.reached_on, challenge.points, challenge.unit_id, challenge.badge_id))
    known = Merit.objects.filter(kind=Merit.Kind.CHALLENGE, subject_id=challenge.pk, member_id__in=members)
    settled = giving.reconcile(kind=Merit.Kind.CHALLENGE, program=challenge.program, dues=dues, known=known, now=now)
    if settled.given:
        reached = list(Merit.objects.filter(pk__in=settled.given).order_by("id").values_list("member_id", flat=True))
        facts.challenge_done.send(sender=Challenge, challenge_id=challenge.pk, member_ids=reached)
    return settled


def streak_settle(*, streak_id: int, as_of: date, now: datetime, size: int = SIZE) -> Settled:
    """Give for every length that members' streaks came to; repeating it changes nothing."""
    done, after = Settled(), 0
    while True:
        with transaction.atomic():
            streak = Streak.objects.select_for_update(of=("self",)).select_related("program").get(pk=streak_id)
            found = Member.objects.filter(program_id=streak.program_id, left_on=None, pk__gt=after).order_by("pk")
            members = list(found.values_list("pk", flat=True)[:size])
            if not members:
                return done
            done += settle_streaks(streak, members, as_of, now)
        after = members[-1]


def settle_streaks(streak: Streak, members: list[int], as_of: date, now: datetime) -> Settled:
    """Settle the streaks of some members."""
    longest = max((length for length, _points in streak.rewards), default=0)
    dues = []
    for member_id, days in deeds.days_of(members, streak.event).items():
        counting = [day for day in days if streak.begins_on <= day <= as_of]
        for run in streaks.runs(counting, every=streaks.Every(streak.every), grace=streak.grace):
            for length, points in streak.rewards:
                if run.length >= length:
                    key = Key(streak.pk, member_id, f"{run.begins_on}:{length}")
                    badge = streak.badge_id if length == longest else None
                    dues.append(Due(key, run.days[length - 1], points, streak.unit_id, badge))
    known = Merit.objects.filter(kind=Merit.Kind.STREAK, subject_id=streak.pk, member_id__in=members)
    return giving.reconcile(kind=Merit.Kind.STREAK, program=streak.program, dues=dues, known=known, now=now)
