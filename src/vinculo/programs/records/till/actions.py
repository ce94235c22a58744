"""Actions: what an assistant does is done once under the key of its page, told the same ever after, and undone by it.

The row of an action is written before anything else of it, so a second click waits for the first and is told what
became of it. A refusal is an outcome too: it is kept, and nothing of what was begun.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from vinculo.foundation import actor
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.models import Account, Member, TillAction
from vinculo.programs.records.till import standing

Kind = TillAction.Kind


class RefusedError(Exception):
    """The till does not do it: a code of `refusals`; what was begun is rolled back."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Asked:
    """What an assistant wants done: for whom, what, and the key that was minted with the page."""

    program_id: int
    kind: str
    key: str
    member_id: int | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def payload_hash(self) -> bytes:
        """Return what tells another wish under the same key."""
        told = "\n".join(f"{name}={self.said[name]}" for name in sorted(self.said))
        text = f"{self.kind}|{self.member_id}|{told}|{actor.current().name}"
        return hashlib.blake2b(text.encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Done:
    """What became of it: points the member has more of (or less), and what can be said and undone."""

    points: int = 0
    reference: str = ""
    subject_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    member_id: int | None = None


def once(asked: Asked, do: Callable[[], Done], *, now: datetime, undoes: TillAction | None = None) -> TillAction:
    """Do something once; the same key again is told what became of it.

    Raises
    ------
    RefusedError
        The key was used for something else (`till.conflict`): nothing is kept of that.
    """
    with transaction.atomic():
        action, made = TillAction.objects.get_or_create(
            program_id=asked.program_id,
            key=asked.key,
            defaults={
                "kind": asked.kind,
                "member_id": asked.member_id,
                "payload_hash": asked.payload_hash,
                "author": actor.current().name,
                "happened_at": now,
            },
        )
        if not made:
            if bytes(action.payload_hash) != asked.payload_hash:
                raise RefusedError("till.conflict")
            return action
        try:
            with transaction.atomic():
                done = do()
                action.undoes = undoes
                told(action, done)
        except RefusedError as refusal:
            action.undoes, action.refused = None, refusal.code
            action.balance = balance(action.member)
            action.save()
    return action


def told(action: TillAction, done: Done) -> None:
    """Write what became of an action."""
    action.points, action.reference, action.subject_id = done.points, done.reference[:120], done.subject_id
    action.details, action.member_id = dict(done.details), done.member_id or action.member_id
    action.balance = balance(Member.objects.filter(pk=action.member_id or 0).first())
    action.save()


def balance(member: Member | None) -> int | None:
    """Return what a member has to spend."""
    unit = standing.unit_of(member.program_id) if member else None
    if member is None or unit is None:
        return None
    wallet = Account.objects.filter(member_id=member.pool_id or member.pk, unit=unit, kind="wallet").first()
    return ledger.balance_of(wallet.pk) if wallet else 0


def member_require(member: Member) -> None:
    """Refuse whoever takes part no more, or is blocked."""
    if member.state == Member.State.LEFT:
        raise RefusedError("member.left")
    if member.state == Member.State.BLOCKED:
        raise RefusedError("member.blocked")
