"""Belonging read: what members see of challenges, streaks, ballots and themselves, and what staff decide about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Q, Sum

from vinculo.programs.belonging import access, ballots, recognition, streaks
from vinculo.programs.belonging.ballots import Result
from vinculo.programs.belonging.challenges import Progress
from vinculo.programs.belonging.recognition import Occasion
from vinculo.programs.belonging.streaks import Run
from vinculo.programs.records.belonging import challenges, deeds, referrals
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import (
    Ballot,
    BallotOption,
    Challenge,
    ChallengeEntry,
    EarlyAccess,
    Member,
    Merit,
    Referral,
    ReferralPlan,
    Streak,
    Suggestion,
    Vote,
)
from vinculo.programs.records.models.belonging import State

SHOWN = 50


@dataclass(frozen=True)
class ChallengePlace:
    """A challenge as a member sees it; without progress for who has not joined."""

    challenge: Challenge
    joined_on: date | None
    progress: Progress | None
    merit: Merit | None


@dataclass(frozen=True)
class StreakPlace:
    """A streak as a member sees it: the one that goes on, until when it can be continued, and what comes next."""

    streak: Streak
    run: Run | None
    continue_until: date | None
    next_length: int | None
    next_points: int


@dataclass(frozen=True)
class BallotPlace:
    """A ballot as a member sees it; its result once it is closed, or for staff."""

    ballot: Ballot
    options: tuple[BallotOption, ...]
    mine: int | None
    open: bool
    result: tuple[Result, ...]


@dataclass(frozen=True)
class ReferralPlace:
    """Whom a member brought, and what came of it."""

    code: str
    plan: ReferralPlan | None
    brought: tuple[Referral, ...]
    by_level: dict[int, int]
    points: int


def challenge_list(*, member: Member, as_of: date) -> list[ChallengePlace]:
    """Return the challenges of the programme that run or ran lately, with the member's own progress as of a day."""
    watched = Challenge.objects.filter(program_id=member.program_id, ends_on__gte=as_of - challenges.WATCHED)
    found = list(watched.exclude(state=State.DRAFT).order_by("ends_on", "pk")[:SHOWN])
    if not found:
        return []
    joined = dict(ChallengeEntry.objects.filter(member=member).values_list("challenge_id", "joined_on"))
    merits = merits_by_subject(member.pk, Merit.Kind.CHALLENGE)
    places = []
    for each in found:
        progress = None
        if (joined_on := joined.get(each.pk)) is not None:
            done = deeds.for_challenge(each, [member.pk])[member.pk]
            progress = challenges.rule(each).progress(done, joined_on=joined_on, as_of=as_of)
        places.append(ChallengePlace(each, joined_on, progress, merits.get(each.pk)))
    return places


def merits_by_subject(member_id: int, kind: str) -> dict[int, Merit]:
    """Return what stands of what a member was given, by what it was for."""
    standing = Merit.objects.filter(member_id=member_id, kind=kind, taken_back_at=None)
    return {each.subject_id: each for each in standing}


def challenge_figures(*, challenge_id: int) -> tuple[int, int]:
    """Return how many joined a challenge, and how many reached its goal."""
    reached = Merit.objects.filter(kind=Merit.Kind.CHALLENGE, subject_id=challenge_id, taken_back_at=None)
    return ChallengeEntry.objects.filter(challenge_id=challenge_id).count(), reached.count()


def streak_list(*, member_id: int, as_of: date) -> list[StreakPlace]:
    """Return the streaks of the programme and where a member is in each."""
    member = Member.objects.get(pk=member_id)
    places = []
    for each in Streak.objects.filter(program_id=member.program_id, state=State.OPEN).order_by("pk"):
        days = [day for day in deeds.days_of([member_id], each.event)[member_id] if each.begins_on <= day <= as_of]
        every = streaks.Every(each.every)
        runs = streaks.runs(days, every=every, grace=each.grace)
        run = streaks.current(runs, every=every, grace=each.grace, as_of=as_of)
        ahead = [(length, points) for length, points in each.rewards if length > (run.length if run else 0)]
        until = streaks.ends_after(run, every=every, grace=each.grace) if run else None
        places.append(StreakPlace(each, run, until, *(min(ahead) if ahead else (None, 0))))
    return places


def merit_list(*, member_id: int) -> list[Merit]:
    """Return what a member was given and still has, the latest first."""
    found = Merit.objects.filter(member_id=member_id, taken_back_at=None).select_related("badge", "unit")
    return list(found.order_by("-id")[:SHOWN])


def badge_list(*, member_id: int) -> list[Merit]:
    """Return the badges of a member, each once, the earliest first."""
    found = Merit.objects.filter(member_id=member_id, taken_back_at=None, badge__isnull=False).select_related("badge")
    once: dict[int | None, Merit] = {}
    for each in found.order_by("earned_on", "id"):
        once.setdefault(each.badge_id, each)
    return list(once.values())


def ballot_list(*, program_id: int, now: datetime, member_id: int | None = None) -> list[BallotPlace]:
    """Return the ballots of a programme that have opened, the latest first; results only of closed ones for members.

    Without a member they are as staff see them, with the result at any time.
    """
    found = Ballot.objects.filter(program_id=program_id).prefetch_related("options")
    found = found.filter(opens_at__lte=now) if member_id is not None else found
    mine = dict(Vote.objects.filter(member_id=member_id).values_list("ballot_id", "option_id")) if member_id else {}
    places = []
    for each in found.order_by("-opens_at", "-pk")[:SHOWN]:
        options = tuple(sorted(each.options.all(), key=lambda option: (option.position, option.pk)))
        is_open = each.opens_at <= now < each.closes_at
        shown = member_id is None or not is_open
        result = result_of(each, options) if shown else ()
        places.append(BallotPlace(each, options, mine.get(each.pk), is_open, result))
    return places


def result_of(ballot: Ballot, options: Sequence[BallotOption]) -> tuple[Result, ...]:
    """Return what every option of a ballot got."""
    counted = Vote.objects.filter(ballot=ballot).values_list("option_id").annotate(votes=Count("pk"))
    return tuple(ballots.tally([each.pk for each in options], dict(counted)))


def suggestion_list(*, program_id: int, state: str = "", after: int | None = None) -> list[Suggestion]:
    """Return suggestions for staff, the latest first, those before a number."""
    found = Suggestion.objects.filter(program_id=program_id).select_related("member")
    found = found.filter(state=state) if state else found
    found = found.filter(pk__lt=after) if after is not None else found
    return list(found.order_by("-pk")[:SHOWN])


def suggestions_seen_by(*, member_id: int) -> list[Suggestion]:
    """Return a member's own suggestions and those that are published, with their answers, the latest first."""
    member = Member.objects.get(pk=member_id)
    seen = Q(member_id=member_id) | Q(published=True)
    return list(Suggestion.objects.filter(seen, program_id=member.program_id).order_by("-pk")[:SHOWN])


def opens_on(*, program_id: int, subject: str, member_id: int | None) -> date | None:
    """Return the day from which a member may see or buy something; nothing where no early access is set."""
    row = EarlyAccess.objects.filter(program_id=program_id, subject=subject).first()
    if row is None:
        return None
    rank = 0
    if member_id is not None:
        rank = levels.ranks_of(level_set_id=row.level_set_id, member_ids=[member_id])[member_id]
    by_rank = {int(needed): date.fromisoformat(day) for needed, day in row.by_rank.items()}
    return access.opens_on(row.public_on, by_rank, rank)


def early_access_list(*, member_id: int, as_of: date) -> list[tuple[EarlyAccess, date]]:
    """Return what is not open to everybody yet, with the day from which it is to a member."""
    member = Member.objects.get(pk=member_id)
    found = []
    for row in EarlyAccess.objects.filter(program_id=member.program_id, public_on__gt=as_of).order_by("public_on"):
        day = opens_on(program_id=member.program_id, subject=row.subject, member_id=member_id)
        if day is not None and day < row.public_on:
            found.append((row, day))
    return found


def referrals_of(*, member_id: int, now: datetime) -> ReferralPlace:
    """Return a member's code, whom the member brought, how many came of them by level, and the points for it."""
    member = Member.objects.get(pk=member_id)
    rows = Referral.objects.filter(referrer_id=member_id).select_related("referee").order_by("-pk")[:SHOWN]
    given = Merit.objects.filter(member_id=member_id, kind=Merit.Kind.REFERRAL, taken_back_at=None)
    return ReferralPlace(
        code=referrals.code_of(member_id=member_id, now=now),
        plan=ReferralPlan.objects.filter(program_id=member.program_id, open=True).first(),
        brought=tuple(rows),
        by_level={level: len(several) for level, several in referrals.tree_of(member_id).items()},
        points=sum(given.values_list("points", flat=True)),
    )


def suspected_list(*, program_id: int) -> list[Referral]:
    """Return the referrals that somebody is to decide about, the oldest first; `reasons` are codes of `REASONS`."""
    found = Referral.objects.filter(plan__program_id=program_id, state=Referral.State.SUSPECTED)
    return list(found.select_related("referrer", "referee", "plan").order_by("pk")[:SHOWN])


def referral_counts(*, program_id: int) -> dict[str, tuple[int, int]]:
    """Return how many referrals of a programme are in each state, and the points they have brought and still do."""
    rows = Referral.objects.filter(plan__program_id=program_id).order_by().values_list("state")
    counts = dict(rows.annotate(count=Count("pk")))
    given = Merit.objects.filter(kind=Merit.Kind.REFERRAL, taken_back_at=None, member__program_id=program_id)
    states = dict(Referral.objects.filter(pk__in=given.values("subject_id")).values_list("pk", "state"))
    points: dict[str, int] = {}
    for subject, sums in given.order_by().values_list("subject_id").annotate(points=Sum("points")):
        points[states[subject]] = points.get(states[subject], 0) + int(sums)
    return {state: (count, points.get(state, 0)) for state, count in counts.items()}


def brought_counts(*, member_ids: Sequence[int]) -> dict[int, int]:
    """Return how many members each of some members brought, whatever came of it."""
    found = Referral.objects.filter(referrer_id__in=list(member_ids)).order_by().values_list("referrer_id")
    return dict(found.annotate(count=Count("pk")))


def badge_counts(*, program_id: int) -> dict[int, int]:
    """Return how many members have each badge of a programme."""
    found = Merit.objects.filter(badge__program_id=program_id, taken_back_at=None).order_by().values_list("badge_id")
    return dict(found.annotate(members=Count("member_id", distinct=True)))


DAYS = """
SELECT (SELECT min((bought.happened_at AT TIME ZONE program.zone)::date) FROM identify_order AS bought
        WHERE bought.customer_id = ANY(party.ids)),
    -- A birthday that was told has no year; one of a leap year has every day.
    coalesce((SELECT make_date(1904, told.month, 1) + told.day - 1 FROM programs_birthday AS told
        WHERE told.member_id = member.id),
    (SELECT (said.payload->'clean'->>'birth_on')::date FROM identify_identifier AS named
        JOIN identify_sourcerecord AS said ON said.source_id = named.source_id AND said.source_key = named.value
            AND said.kind = 'customers'
        WHERE named.customer_id = ANY(party.ids) AND named.kind = 'source_key'
            AND said.payload->'clean'->>'birth_on' ~ '^\\d{4}-\\d{2}-\\d{2}$'
        ORDER BY said.id DESC LIMIT 1))
FROM programs_member AS member JOIN programs_program AS program ON program.id = member.program_id
JOIN identify_customer AS own ON own.id = member.customer_id
JOIN LATERAL (SELECT array_agg(party.id) AS ids FROM identify_customer AS party
    WHERE party.id = COALESCE(own.merged_into_id, own.id) OR party.merged_into_id = COALESCE(own.merged_into_id, own.id)
) AS party ON true
WHERE member.id = %s
"""


def occasions_of(*, member_id: int, begins: date, ends: date) -> list[Occasion]:
    """Return the days of a member that are worth a word, from one day to another: years as a customer, birthday."""
    first, born = days_known_of(member_id)
    joined_on = Member.objects.values_list("joined_on", flat=True).get(pk=member_id)
    return recognition.occasions(first_purchase_on=first, joined_on=joined_on, birth_on=born, begins=begins, ends=ends)


def years_as_customer(*, member_id: int, as_of: date) -> int:
    """Return for how many full years a member has been a customer."""
    first, _born = days_known_of(member_id)
    return recognition.years_since(first, as_of) if first else 0


def days_known_of(member_id: int) -> tuple[date | None, date | None]:
    """Return the day of a member's first purchase and the birthday, as far as they are known."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [member_id])
        first, born = cursor.fetchone() or (None, None)
    return first, born
