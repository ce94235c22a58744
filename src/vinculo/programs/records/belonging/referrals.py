"""Referrals written: codes, who brought whom, and what is paid, taken back or put before somebody to decide."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from vinculo.foundation.errors import InputError
from vinculo.programs.belonging import referrals as rules
from vinculo.programs.belonging.referrals import Plan, Signals
from vinculo.programs.records import purchases
from vinculo.programs.records.belonging import giving, signals
from vinculo.programs.records.belonging.giving import Due, Key, Settled
from vinculo.programs.records.models import (
    Member,
    Merit,
    Program,
    Referral,
    ReferralCode,
    ReferralMark,
    ReferralPlan,
)
from vinculo.programs.records.purchases import Purchase

SIZE = 2_000
WATCHED = timedelta(days=366)
"""So long after it was paid a referral is looked at again: its purchase may come back."""
ALPHABET, LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10
"""Letters of codes, none that looks like another: 2^50 codes."""
State = Referral.State


class ReferralError(InputError):
    """A referral cannot be written."""

    code = "belonging.referral"


def plan_of(row: ReferralPlan) -> Plan:
    """Return a plan as its rules see it."""
    return Plan(
        tuple(row.rewards), row.welcome, row.window_days, row.minimum_minor, row.cap, row.velocity, row.velocity_days
    )


def plan_open(*, program_id: int, unit_id: int, plan: Plan, now: datetime) -> ReferralPlan:
    """Open a plan for referrals from now on; those that are under way keep theirs."""
    with transaction.atomic():
        ReferralPlan.objects.filter(program_id=program_id, open=True).update(open=False)
        values = {**vars(plan), "rewards": list(plan.rewards)}
        return ReferralPlan.objects.create(program_id=program_id, unit_id=unit_id, created_at=now, **values)


def code_of(*, member_id: int, now: datetime) -> str:
    """Return the code by which a member brings others, made when it is asked for first."""
    found = ReferralCode.objects.filter(member_id=member_id).first()
    while found is None:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                found = ReferralCode.objects.create(member_id=member_id, code=code, created_at=now)
        except IntegrityError:  # somebody was faster, or the code is another's
            found = ReferralCode.objects.filter(member_id=member_id).first()
    return found.code


def referral_open(*, code: str, member_id: int, now: datetime) -> Referral:
    """Write down by whose code a member came; the first one counts, and the same again changes nothing.

    Raises
    ------
    ReferralError
        There is no such code or plan, or whoever was brought joined before whoever brings.
    """
    owner = ReferralCode.objects.select_related("member").filter(code=code.strip().upper()).first()
    member = Member.objects.select_related("program").get(pk=member_id)
    if owner is None or owner.member.program_id != member.program_id or owner.member.state != Member.State.ACTIVE:
        raise ReferralError("There is no such code.")
    plan = ReferralPlan.objects.filter(program_id=member.program_id, open=True).first()
    if plan is None:
        raise ReferralError("Nobody is rewarded for bringing members at present.")
    if owner.member_id >= member_id:
        raise ReferralError("Only a member who joined later can be brought.")
    with transaction.atomic():
        made, new = Referral.objects.get_or_create(
            referee_id=member_id, defaults={"plan": plan, "referrer_id": owner.member_id, "opened_at": now}
        )
        if new:
            settle_some(member.program, [made.pk], local_day(member.program, now), now)
            made.refresh_from_db()
    return made


def referral_decide(*, referral_id: int, genuine: bool, note: str, author: str, now: datetime) -> Referral:
    """Decide about a referral that is suspected: it goes on as any other, or is refused and what was paid goes back."""
    if not author.strip() or not note.strip():
        raise ReferralError("Whoever decides says who he is and why.")
    with transaction.atomic():
        row = Referral.objects.select_for_update(of=("self",)).select_related("plan__program").get(pk=referral_id)
        row.cleared, row.note, row.decided_by, row.decided_at = genuine, note, author, now
        row.state = State.WAITING if genuine else State.REFUSED
        row.save()
        settle_some(row.plan.program, [row.pk], local_day(row.plan.program, now), now)
        row.refresh_from_db()
    return row


def mark_note(*, member_id: int, kind: str, value: str) -> None:
    """Note something a member can be told by, such as a means of payment; only its keyed hash is kept."""
    digest = salted_hmac("vinculo.referrals", value.strip()).hexdigest()
    ReferralMark.objects.get_or_create(member_id=member_id, kind=kind, digest=digest)


def local_day(program: Program, now: datetime) -> date:
    """Return the day it is where the programme is."""
    return now.astimezone(ZoneInfo(program.zone)).date()


def settle(*, program_id: int, as_of: date, now: datetime, size: int = SIZE) -> Settled:
    """Bring the referrals of a programme in line with what was bought and returned; repeating it changes nothing."""
    program = Program.objects.get(pk=program_id)
    watched = ~Q(state__in=(State.PAID, State.REFUSED)) | Q(state=State.PAID, payable_on__gte=as_of - WATCHED)
    open_ones = Referral.objects.filter(watched, plan__program_id=program_id)
    # In the order of payment: of two that would fill a month the earlier one does.
    numbers = list(open_ones.order_by("payable_on", "pk").values_list("pk", flat=True))
    done = Settled()
    for start in range(0, len(numbers), size):
        with transaction.atomic():
            done += settle_some(program, numbers[start : start + size], as_of, now)
    return done


def settle_some(program: Program, referral_ids: Sequence[int], as_of: date, now: datetime) -> Settled:
    """Settle some referrals, and those above whose rewards hang on them."""
    found = Referral.objects.select_for_update(of=("self",)).select_related("plan").filter(pk__in=list(referral_ids))
    rows = list(found.order_by("pk"))
    against = signals.signals_of([row.pk for row in rows], as_of)
    bought = purchases.purchases_of([row.referee_id for row in rows])
    for row in rows:
        judge(row, against[row.pk], bought[row.referee_id], program, as_of)
    Referral.objects.bulk_update(rows, ["state", "reasons", "order_id", "bought_on", "payable_on"], batch_size=500)
    below = below_of([row.referee_id for row in rows if row.state in (State.REFUSED, State.SUSPECTED)])
    rows += [row for row in below if row.pk not in {each.pk for each in rows}]
    dues = dues_of(rows)
    known = Merit.objects.filter(kind=Merit.Kind.REFERRAL, subject_id__in=[row.pk for row in rows])
    return giving.reconcile(kind=Merit.Kind.REFERRAL, program=program, dues=dues, known=known, now=now)


def judge(row: Referral, against: Signals, bought: Sequence[Purchase], program: Program, as_of: date) -> None:
    """Decide how far a referral is, from all that is known of it."""
    plan = plan_of(row.plan)
    if row.state == State.REFUSED and row.decided_by:
        return
    if any(each.at < row.opened_at for each in bought):
        against = replace(against, shared=against.shared | {"not_new"})
    row.reasons = list(rules.reasons(plan, against))
    first = next((each for each in bought if each.at >= row.opened_at and each.net_minor >= plan.minimum_minor), None)
    row.order_id, row.bought_on = (first.order_id, first.day) if first else (None, None)
    row.payable_on = plan.payable_on(first.day) if first else None
    certain = [each for each in row.reasons if each in rules.CERTAIN]
    if certain and not row.cleared:
        row.state = State.REFUSED
    elif row.reasons and not row.cleared and row.state != State.PAID:
        row.state = State.SUSPECTED
    elif row.payable_on is None:
        row.state = State.WAITING
    else:
        row.state = State.PAID if row.payable_on <= as_of else State.QUALIFIED


UP = """
WITH RECURSIVE above AS (
    SELECT referee_id, referrer_id, 1 AS depth FROM programs_referral
    WHERE referee_id = ANY(%(members)s) AND state NOT IN ('refused', 'suspected')
    UNION
    SELECT referral.referee_id, referral.referrer_id, above.depth + 1 FROM above
    JOIN programs_referral AS referral ON referral.referee_id = above.referrer_id
        AND referral.state NOT IN ('refused', 'suspected')
    WHERE above.depth < %(depth)s
) SELECT DISTINCT referee_id, referrer_id FROM above
"""
DOWN = """
WITH RECURSIVE below AS (
    SELECT id, referee_id, 1 AS depth FROM programs_referral WHERE referrer_id = ANY(%(members)s)
    UNION
    SELECT referral.id, referral.referee_id, below.depth + 1 FROM below
    JOIN programs_referral AS referral ON referral.referrer_id = below.referee_id
    WHERE below.depth < %(depth)s
) SELECT DISTINCT id FROM below
"""


def dues_of(rows: Sequence[Referral]) -> list[Due]:
    """Return what is due for referrals that are paid, the caps of each month kept."""
    paid = sorted((row for row in rows if row.state == State.PAID), key=lambda row: (row.payable_on, row.pk))
    with connection.cursor() as cursor:
        cursor.execute(UP, {"members": [row.referee_id for row in paid], "depth": rules.DEPTH})
        parents = dict(cursor.fetchall())
    above = {row.pk: rules.chain(parents, row.referee_id, len(row.plan.rewards)) for row in paid}
    given, own = given_by_month({member for chain in above.values() for member in chain})
    dues = []
    for row in paid:
        assert row.payable_on is not None
        month = row.payable_on.replace(day=1)
        # What a referral has given already does not stand in its own way.
        others = {each: given[each, month] - own[row.pk, each, month] for each in above[row.pk]}
        for payout in rules.payouts(plan_of(row.plan), row.referee_id, above[row.pk], others):
            key = Key(row.pk, payout.member_id, str(payout.level))
            dues.append(Due(key, row.payable_on, payout.points, row.plan.unit_id))
            if not own[row.pk, payout.member_id, month]:
                given[payout.member_id, month] += 1
    return dues


def given_by_month(
    members: set[int],
) -> tuple[Counter[tuple[int, date]], Counter[tuple[int, int, date]]]:
    """Return how many rewards members have in each month, in all and by referral."""
    standing = Merit.objects.filter(kind=Merit.Kind.REFERRAL, member_id__in=members, taken_back_at=None)
    given: Counter[tuple[int, date]] = Counter()
    own: Counter[tuple[int, int, date]] = Counter()
    for member_id, referral_id, mark, day in standing.values_list("member_id", "subject_id", "mark", "earned_on"):
        if mark != "0":
            given[member_id, day.replace(day=1)] += 1
            own[referral_id, member_id, day.replace(day=1)] += 1
    return given, own


def below_of(members: Sequence[int]) -> list[Referral]:
    """Return the paid referrals below members whose own referral does not hold: rewards do not pass through it."""
    if not members:
        return []
    with connection.cursor() as cursor:
        cursor.execute(DOWN, {"members": list(members), "depth": rules.DEPTH})
        numbers = [number for (number,) in cursor.fetchall()]
    found = Referral.objects.select_for_update(of=("self",)).select_related("plan")
    return list(found.filter(pk__in=numbers, state=State.PAID).order_by("pk"))


def tree_of(member_id: int) -> dict[int, list[int]]:
    """Return whom a member brought, whom those brought, and so on, by level."""
    found: dict[int, list[int]] = defaultdict(list)
    level, members = 1, [member_id]
    while members and level <= rules.DEPTH:
        rows = Referral.objects.filter(referrer_id__in=members).exclude(state=State.REFUSED).order_by("pk")
        members = list(rows.values_list("referee_id", flat=True))
        found[level] += members
        level += 1
    return {level: members for level, members in found.items() if members}
