"""Giving: what members are due for what they did, brought in line with what they were given.

Whoever settles says what is due by what is known now. What is due and was not given is given; what was given and is
not due any more, because a purchase came back, is taken back. So repeating it changes nothing, and the order in which
things become known does not matter (I11). Points are posted under keys of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from vinculo.programs.ledger import refusals
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.records import facts
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import Merit, Posting, Program

SOURCE, BACK = "belonging", "belonging-back"
"""Sources of postings that give, and that take back."""


class Key(NamedTuple):
    """What a merit is for."""

    subject_id: int
    member_id: int
    mark: str = ""


@dataclass(frozen=True)
class Due:
    """What a member is due."""

    key: Key
    earned_on: date
    points: int = 0
    unit_id: int | None = None
    badge_id: int | None = None


@dataclass(frozen=True)
class Settled:
    """What was given and taken back."""

    given: tuple[int, ...] = ()
    taken_back: tuple[int, ...] = ()

    def __add__(self, other: "Settled") -> "Settled":
        return Settled(self.given + other.given, self.taken_back + other.taken_back)


def reconcile(*, kind: str, program: Program, dues: Iterable[Due], known: QuerySet[Merit], now: datetime) -> Settled:
    """Give what is due and take back what is not; `known` are the merits this is about, whatever became of them.

    The caller holds a lock on the subjects.
    """
    wanted = {due.key: due for due in dues}
    standing: dict[Key, Merit] = {}
    turns: dict[Key, int] = defaultdict(int)
    for merit in known.order_by("id"):
        key = Key(merit.subject_id, merit.member_id, merit.mark)
        turns[key] = max(turns[key], merit.turn)
        if merit.taken_back_at is None:
            standing[key] = merit
    with transaction.atomic():
        gone = take_back(program, [merit for key, merit in standing.items() if key not in wanted], now)
        new = [due for key, due in sorted(wanted.items()) if key not in standing]
        given = give(kind, program, [(due, turns[due.key] + 1) for due in new], now)
    return Settled(tuple(given), tuple(gone))


def give(kind: str, program: Program, dues: Sequence[tuple[Due, int]], now: datetime) -> list[int]:
    """Give points and badges; whoever cannot be given points, because he left, is given nothing."""
    posted = post(kind, program, [each for each in dues if each[0].points], now)
    made = []
    for due, turn in dues:
        outcome = posted.get(due.key)
        if due.points and (outcome is None or (outcome.refused and outcome.refused != refusals.CONFLICT)):
            continue
        made.append(
            Merit(
                kind=kind,
                subject_id=due.key.subject_id,
                member_id=due.key.member_id,
                mark=due.key.mark,
                turn=turn,
                points=due.points,
                unit_id=due.unit_id if due.points else None,
                posting_id=outcome.posting_id if outcome else None,
                badge_id=due.badge_id,
                earned_on=due.earned_on,
                given_at=now,
            )
        )
    numbers = [merit.pk for merit in Merit.objects.bulk_create(made)]
    if numbers:
        facts.merits_given.send(sender=Merit, merit_ids=numbers)
    return numbers


def post(kind: str, program: Program, dues: Sequence[tuple[Due, int]], now: datetime) -> dict[Key, Outcome]:
    """Post the points of what is due; return the outcomes."""
    by_unit: dict[int, set[int]] = defaultdict(set)
    for due, _turn in dues:
        assert due.unit_id is not None  # a constraint of what promises points
        by_unit[due.unit_id].add(due.key.member_id)
    accounts = {
        unit_id: wallets.wallets_ensure(unit_id=unit_id, member_ids=sorted(members), now=now)
        for unit_id, members in by_unit.items()
    }
    posts = [
        Post(
            source=SOURCE,
            event=f"{kind}:{due.key.subject_id}:{due.key.member_id}:{due.key.mark}:{turn}",
            kind="award",
            account_id=accounts[due.unit_id or 0][due.key.member_id],
            amount=due.points,
            happened_at=noon(program, due.earned_on),
            grant_class="referral" if kind == Merit.Kind.REFERRAL else "challenge",
        )
        for due, turn in dues
    ]
    outcomes = services.points_post(program_id=program.pk, posts=posts, now=now)
    return {due.key: outcome for (due, _turn), outcome in zip(dues, outcomes, strict=True)}


def take_back(program: Program, merits: Sequence[Merit], now: datetime) -> list[int]:
    """Take back what was given; points as far as the unit's policy of returns goes, badges in any case."""
    posted = [merit.posting_id for merit in merits if merit.posting_id is not None]
    # The wallet they are in: the member may share another one since.
    accounts = dict(Posting.objects.filter(pk__in=posted).values_list("pk", "account_id"))
    posts = [
        Post(
            source=BACK,
            event=f"{merit.pk}",
            kind="reverse",
            account_id=accounts[merit.posting_id] or 0,
            amount=0,
            happened_at=noon(program, merit.earned_on),
            refers_to=merit.posting_id,
        )
        for merit in merits
        if merit.posting_id is not None
    ]
    services.points_post(program_id=program.pk, posts=posts, now=now)
    numbers = [merit.pk for merit in merits]
    Merit.objects.filter(pk__in=numbers).update(taken_back_at=now)
    if numbers:
        facts.merits_taken_back.send(sender=Merit, merit_ids=numbers)
    return numbers


def noon(program: Program, day: date) -> datetime:
    """Return the middle of a day where the programme is."""
    return datetime.combine(day, time(12), ZoneInfo(program.zone))
