"""At a glance: how many take part, what points stand out, what moved this month and the last, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Sum
from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.programs.records.finance import selectors as finance
from vinculo.programs.records.ledger import verify
from vinculo.programs.records.ledger.verify import Difference
from vinculo.programs.records.models import (
    Account,
    Ballot,
    HandGrant,
    LevelProposal,
    Member,
    Posting,
    RedemptionEstimate,
    Referral,
    RuleVersion,
    Unit,
)

LINES = (("issued", 1), ("redeemed", -1), ("expired", -1), ("clawed_back", -1))
"""Lines of the roll-forward that the overview shows, and the sign they have there."""
KEPT, TASK, SHOWN = "drawings", "programs.verify", 50
LARGE, STEP = 1_000_000, 10_000
"""From so many postings on, what moved is read again every so many."""
MONTH_SECONDS = 31 * 24 * 3600


@dataclass(frozen=True)
class Moved:
    """One line of the roll-forward: this month until now, and the last one until the same day."""

    line: str
    now: int
    before: int


@dataclass(frozen=True)
class OfUnit:
    """What stands out of one unit, and what moved."""

    unit: Unit
    available: int
    pending: int
    blocked: int
    moved: Sequence[Moved]


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody: how many of each, by a code of ours."""

    rules: int
    levels: int
    hand: int
    fraud: int
    ballots: int
    estimates: int


@dataclass(frozen=True)
class Check:
    """The last time the ledger was worked out again: how many differences there are, and the first of them."""

    at: datetime
    count: int
    first: Sequence[Difference]


def members_by_state(program_id: int) -> dict[str, int]:
    """Return how many members there are, by state."""
    counted = Member.objects.filter(program_id=program_id).order_by().values_list("state")
    return dict.fromkeys(Member.State.values, 0) | dict(counted.annotate(count=Count("pk")))


def units_of(program_id: int, *, today: date) -> list[OfUnit]:
    """Return what stands out of each unit, and what moved this month and the last until the same day."""
    sums = Account.objects.filter(unit__program_id=program_id, member__isnull=False).order_by()
    held: dict[tuple[int, str], int] = {
        (unit, kind): int(amount or 0)
        for unit, kind, amount in sums.values_list("unit_id", "kind").annotate(amount=Sum("balance"))
    }
    moved = moved_by_unit(program_id, today)
    units = Unit.objects.filter(program_id=program_id).order_by("id")
    return [
        OfUnit(
            unit,
            available=held.get((unit.pk, "wallet"), 0),
            pending=held.get((unit.pk, "pending"), 0),
            blocked=held.get((unit.pk, "blocked"), 0),
            moved=moved.get(unit.pk, ()),
        )
        for unit in units
    ]


def moved_by_unit(program_id: int, today: date) -> dict[int, list[Moved]]:
    """Return what moved by unit; worked out again when something was posted since."""
    last = Posting.objects.filter(program_id=program_id).order_by("-pk").values_list("pk", flat=True).first()
    seen = (last or 0) - ((last or 0) % STEP if (last or 0) > LARGE else 0)
    key = f"moved:{program_id}:{today}:{seen}:{Unit.objects.filter(program_id=program_id).count()}"
    found: dict[int, list[Moved]] | None = caches["default"].get(key)
    if found is None:
        begins, tomorrow = today.replace(day=1), today + timedelta(days=1)
        before = (begins - timedelta(days=1)).replace(day=1)
        until = min(before + (tomorrow - begins), begins)
        rolls = [
            {each.head.unit_id: each.roll for each in finance.rollforward(program_id=program_id, since=a, until=b)}
            for a, b in ((begins, tomorrow), (before, until))
        ]
        found = {
            unit: [Moved(line, *(sign * roll[unit].total(line) for roll in rolls)) for line, sign in LINES]
            for unit in rolls[0]
        }
        caches["default"].set(key, found, 3600)
    return found


def waiting(program_id: int, *, now: datetime) -> Waiting:
    """Return what waits for somebody to decide."""
    suspected = Referral.objects.filter(plan__program_id=program_id, state=Referral.State.SUSPECTED)
    return Waiting(
        rules=RuleVersion.objects.filter(rule__program_id=program_id, state=RuleVersion.State.PROPOSED).count(),
        hand=HandGrant.objects.filter(program_id=program_id, state=HandGrant.State.WAITING).count(),
        fraud=suspected.count(),
        ballots=Ballot.objects.filter(program_id=program_id, opens_at__lte=now, closes_at__gt=now).count(),
        levels=LevelProposal.objects.filter(level_set__program_id=program_id, state="proposed").count(),
        estimates=RedemptionEstimate.objects.filter(unit__program_id=program_id, state="proposed").count(),
    )


def verify_ask(*, program_id: int) -> None:
    """Have the ledger of a programme worked out again by a job."""
    app.configure_task(TASK, queue="programs", queueing_lock=f"{TASK}:{program_id}").defer(program_id=program_id)


def verify_make(*, program_id: int) -> None:
    """Work the ledger of a programme out again, and keep what was found for the overview."""
    found = verify.verify(program_id)
    check = Check(timezone.now(), len(found), tuple(found[:SHOWN]))
    caches[KEPT].set(f"verified:{program_id}", check, MONTH_SECONDS)


def last_check(program_id: int) -> Check | None:
    """Return what was found the last time, if that was within a month."""
    found: Any = caches[KEPT].get(f"verified:{program_id}")
    return found if isinstance(found, Check) else None
