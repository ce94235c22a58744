"""By hand: points given for a reason, checked against the limit of the day in the step that posts them.

Whoever gives holds a lock of their own until it is decided, so of two gifts at once the second one counts the first.
What was undone counts as far as its points could not be taken back: otherwise a limit could be used twice.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum

from vinculo.foundation import actor
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import HandGrant, HandLimit, Member, Program
from vinculo.programs.records.till import actions, standing
from vinculo.programs.records.till.actions import Asked, Done, RefusedError
from vinculo.programs.till import byhand, refusals
from vinculo.programs.till.byhand import Limit

SOURCE = "vinculo:hand"
State = HandGrant.State
MOST = 10**9
LONGEST = 500


def limit_of(program_id: int) -> Limit:
    """Return what one person may give in a day by herself."""
    found = HandLimit.objects.filter(program_id=program_id).first()
    return Limit(int(found.day_points)) if found else Limit()


def limit_set(*, program_id: int, day_points: int) -> None:
    """Say what one person may give in a day by herself."""
    HandLimit.objects.update_or_create(program_id=program_id, defaults={"day_points": day_points})


def given_today(program: Program, author: str, now: datetime) -> int:
    """Return what somebody gave by herself today, by the clock of the programme."""
    day = now.astimezone(ZoneInfo(program.zone)).date()
    mine = HandGrant.objects.filter(program=program, author=author, day=day, state=State.GIVEN, decided_by="")
    return int(mine.aggregate(sum=Sum(F("points") - F("taken_back")))["sum"] or 0)


def give(
    member: Member, *, points: int, grant_class: str, reason: str, key: str, now: datetime, takes: bool = False
) -> Any:
    """Give points by hand, or take them away, within the limit of the day; above it when somebody else agrees."""
    said = {"points": points, "class": grant_class, "reason": reason} | ({"takes": True} if takes else {})
    asked = Asked(member.program_id, actions.Kind.HAND, key, member.pk, said)

    def do() -> Done:
        actions.member_require(member)
        if not 0 < points <= MOST:
            raise RefusedError("hand.amount")
        if not reason.strip() or grant_class not in byhand.REASONS:
            raise RefusedError("hand.reason")
        grant = HandGrant(member=member, points=points, takes=takes, grant_class=grant_class)
        grant.reason = reason.strip()[:LONGEST]
        decided(grant, now=now)
        waits = grant.state == State.WAITING
        more = 0 if waits else -points if takes else points
        return Done(more, "", grant.pk, {"waits": waits, "asked": points})

    return actions.once(asked, do, now=now)


def decided(grant: HandGrant, *, now: datetime) -> None:
    """Count what was given today, decide, and post: one step for each person who gives."""
    program, author = Program.objects.get(pk=grant.member.program_id), actor.current().name
    unit = standing.unit_of(program.pk)
    if unit is None:
        raise RefusedError("wallet.unknown")
    lock(program.pk, author)
    given = given_today(program, author, now)
    second = byhand.needs_second(limit_of(program.pk), points=int(grant.points), given_today=given)
    grant.program, grant.unit, grant.author, grant.asked_at = program, unit, author, now
    grant.state = State.WAITING if second else State.GIVEN
    grant.day = now.astimezone(ZoneInfo(program.zone)).date()
    grant.save()
    if not second:
        post(grant, now=now)


def lock(program_id: int, author: str) -> None:
    """Let nobody else decide about what this person gives until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"programs.hand:{program_id}:{author}"]
        )


def post(grant: HandGrant, *, now: datetime) -> None:
    """Post what is given or taken away."""
    made = Post(
        source=SOURCE,
        event=f"grant:{grant.pk}",
        kind="adjust" if grant.takes else "award",
        account_id=wallets.wallet_open(member_id=grant.member_id, unit_id=grant.unit_id, now=now),
        amount=-int(grant.points) if grant.takes else int(grant.points),
        happened_at=now,
        grant_class="" if grant.takes else grant.grant_class,
        author=grant.author,
        details={"agreed": grant.decided_by} if grant.decided_by else {},
        member_id=grant.member_id,
    )
    outcome = services.points_post(program_id=grant.program_id, posts=[made], now=now)[0]
    if outcome.refused:
        raise RefusedError(outcome.refused)
    grant.posting_id = outcome.posting_id
    grant.save(update_fields=["posting_id"])


def take_back(grant_id: int, *, key: str, now: datetime) -> int:
    """Take back what was given by hand, as far as it is there; return how much."""
    grant = HandGrant.objects.select_for_update().get(pk=grant_id)
    if grant.state != State.GIVEN or grant.posting_id is None:
        # Nobody had agreed yet: it is asked for no more.
        if grant.state == State.WAITING:
            grant.state = State.REFUSED
            grant.save(update_fields=["state"])
        return 0
    made = Post(
        source=SOURCE,
        event=f"undo:{key}",
        kind="reverse",
        account_id=wallets.wallet_open(member_id=grant.member_id, unit_id=grant.unit_id, now=now),
        amount=0,
        happened_at=now,
        refers_to=grant.posting_id,
        author=actor.current().name,
        member_id=grant.member_id,
    )
    outcome = services.points_post(program_id=grant.program_id, posts=[made], now=now)[0]
    if outcome.refused:
        raise RefusedError(outcome.refused)
    grant.taken_back = outcome.amount
    grant.save(update_fields=["taken_back"])
    return outcome.amount


def waiting(program_id: int) -> QuerySet[HandGrant]:
    """Return what waits for somebody else to agree, the oldest first."""
    found = HandGrant.objects.filter(program_id=program_id, state=State.WAITING)
    return found.select_related("member", "unit").order_by("id")


def decide(*, grant_id: int, agreed: bool, now: datetime) -> HandGrant:
    """Agree to what somebody else asked for, or refuse it.

    Raises
    ------
    RefusalError
        It is one's own, or was decided before, or cannot be posted any more.
    """
    with transaction.atomic():
        grant = HandGrant.objects.select_for_update(of=("self",)).select_related("member").get(pk=grant_id)
        if grant.state != State.WAITING:
            raise refusals.error("hand.decided")
        if grant.author == actor.current().name:
            raise refusals.error("hand.own")
        grant.decided_by, grant.decided_at = actor.current().name, now
        grant.state = State.GIVEN if agreed else State.REFUSED
        grant.save()
        if agreed:
            try:
                post(grant, now=now)
            except RefusedError as refusal:
                raise refusals.error(refusal.code) from None
    return grant


def forget(*, customer_ids: list[int], **_fact: Any) -> None:
    """Take what was written about persons who are erased out of the reasons; their points stay."""
    HandGrant.objects.filter(member__customer_id__in=customer_ids).update(reason="-")
