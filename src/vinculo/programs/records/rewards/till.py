"""Till: a code is looked up or used; wrong ones are counted for the till, the staff and the member, and slowed.

A try is taken before the code is looked at, so who tries many at once waits as if they came one after the other.
Nothing is raised: what is counted must stay when the answer is no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from vinculo.programs.records.models import CodeTry, Redemption, Reward, RewardCode
from vinculo.programs.records.rewards import resolving, vault
from vinculo.programs.rewards import codes, throttle

_TAKE = """
INSERT INTO programs_codetry AS known (program_id, subject, failures, tried_at)
SELECT %(program)s, subject, 1, %(now)s FROM unnest(%(subjects)s::text[]) AS asking (subject) ORDER BY subject
ON CONFLICT (program_id, subject) DO UPDATE SET
    failures = CASE WHEN known.tried_at < %(forgotten)s THEN 1 ELSE known.failures + 1 END,
    tried_at = EXCLUDED.tried_at, locked_until = NULL
    WHERE known.locked_until IS NULL OR known.locked_until <= %(now)s
RETURNING subject, failures
"""


@dataclass(frozen=True)
class Presented:
    """A code somebody shows, and all who may have guessed it: `till:7`, `staff:ana`, `member:12`."""

    program_id: int
    text: str
    subjects: Sequence[str]
    place: str = ""
    key: str = ""
    """Tells this use from every other: the same key is told again that it was done."""


@dataclass(frozen=True)
class Answer:
    """What a code is good for, or why not (a code of `refusals`), and the seconds to wait before another try."""

    refused: str = ""
    wait_seconds: int = 0
    redemption_id: int | None = None
    member_id: int | None = None
    state: str = ""
    reward: Reward | None = None
    quantity: int = 0
    last_four: str = ""
    good_until: datetime | None = None
    replayed: bool = False


def code_find(presented: Presented, *, now: datetime) -> Answer:
    """Return what a code is good for, without using it."""
    with transaction.atomic():
        found = looked_up(presented, now)
        if isinstance(found, Answer):
            return found
        redemption = found.redemption
        assert redemption is not None
        return answer(found, redemption, refused=unless(found, redemption, now))


def code_use(presented: Presented, *, now: datetime) -> Answer:
    """Use a code: what it stands for is confirmed, and of all who show it one is served."""
    with transaction.atomic():
        found = looked_up(presented, now)
        if isinstance(found, Answer):
            return found
        assert found.redemption_id is not None
        done = resolving.redemption_confirm(
            redemption_id=found.redemption_id, place=presented.place, key=presented.key, now=now
        )
        if not done.refused and not done.replayed:
            # Whoever pays for it with a code that is good may have mistaken others.
            tries_of(presented).update(failures=0)
        redemption = Redemption.objects.select_related("reward").get(pk=found.redemption_id)
        refused = unless(found, redemption, now) if done.refused else ""
        return answer(found, redemption, refused=refused or done.refused, replayed=done.replayed)


def looked_up(presented: Presented, now: datetime) -> RewardCode | Answer:
    """Take a try and look a code up; a right one counts as no try, and forgives no wrong one."""
    subjects = sorted(set(presented.subjects))
    assert subjects, "whoever shows a code has a name"
    failures = take(presented.program_id, subjects, now)
    if failures is None:
        return Answer("code.wait", locked_for(presented.program_id, subjects, now))
    found = vault.find(presented.program_id, presented.text)
    if found is not None and found.redemption_id is not None:
        tries_of(presented).update(failures=F("failures") - 1)
        return found
    until = now + throttle.wait(failures)
    if until > now:
        tries_of(presented).update(locked_until=until)
    return Answer("code.unknown", throttle.seconds_left(until, now), last_four=codes.last_four(presented.text))


def tries_of(presented: Presented) -> QuerySet[CodeTry]:
    """Return the counts of all who may have guessed."""
    return CodeTry.objects.filter(program_id=presented.program_id, subject__in=list(presented.subjects))


def take(program_id: int, subjects: Sequence[str], now: datetime) -> int | None:
    """Count a try of all who may have guessed; return the most wrong codes in a row, or nothing when one must wait."""
    said: dict[str, Any] = {
        "program": program_id,
        "subjects": list(subjects),
        "now": now,
        "forgotten": now - throttle.FORGOTTEN,
    }
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, said)
        taken = cursor.fetchall()
    if len(taken) < len(subjects):
        transaction.savepoint_rollback(point)
        return None
    transaction.savepoint_commit(point)
    return max(int(failures) for _subject, failures in taken)


def locked_for(program_id: int, subjects: Sequence[str], now: datetime) -> int:
    """Return the seconds that are left to wait, one at least."""
    known = CodeTry.objects.filter(program_id=program_id, subject__in=list(subjects))
    return max([1, *(throttle.seconds_left(until, now) for until in known.values_list("locked_until", flat=True))])


def unless(code: RewardCode, redemption: Redemption, now: datetime) -> str:
    """Return why a code that exists is good for nothing, in the words of a till."""
    if redemption.state == Redemption.State.CONFIRMED:
        return "code.used"
    if redemption.state in (Redemption.State.EXPIRED, Redemption.State.LAPSED) or redemption.good_until <= now:
        return "code.expired"
    return "" if code.state == RewardCode.State.ALLOTTED else "code.void"


def answer(code: RewardCode, redemption: Redemption, *, refused: str, replayed: bool = False) -> Answer:
    """Return what is told of a code."""
    return Answer(
        refused=refused,
        redemption_id=redemption.pk,
        member_id=redemption.member_id,
        state=redemption.state,
        reward=redemption.reward,
        quantity=redemption.quantity - redemption.returned_quantity,
        last_four=code.last_four,
        good_until=redemption.good_until,
        replayed=replayed,
    )


def tries_forget(*, program_id: int, subject: str) -> None:
    """Let somebody try again at once: a person has seen that it was a slip."""
    CodeTry.objects.filter(program_id=program_id, subject=subject).delete()
