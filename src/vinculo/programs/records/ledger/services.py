"""Services: the one way to write to the ledger, always a set, in the transaction of whoever calls."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from vinculo.foundation.phrases import Phrase
from vinculo.programs.ledger import deciding, hashing, refusals
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.records import facts
from vinculo.programs.records.ledger import loading, statements, writing

Answer = TypeVar("Answer")
ATTEMPTS = 8
ALONE = ("award", "spend", "reverse")
"""Kinds that the database function posts by itself."""
AGAIN = ("40001", "40P01", "23505")
"""Serialization failure, deadlock, and a key that another transaction has just written."""

_ONE = """
SELECT programs_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def points_post(*, program_id: int, posts: Sequence[Post], now: datetime) -> list[Outcome]:
    """Post a set in order of arrival; return one outcome a post, refusals among them.

    It runs in the caller's transaction, so that an order and its points are there together or not at all. Wallets are
    locked in the order of their numbers. Whoever opened the transaction tries it again on a deadlock or a key that
    another transaction has just written (see `retried`).
    """
    if not posts:
        return []
    with transaction.atomic(savepoint=False), statements.cursor() as cursor:
        with statements.by_index(cursor):
            state = loading.state(cursor, program_id, posts, now)
            outcomes, journal = deciding.decide(state, posts, now=now)
            writing.write(cursor, journal, program_id)
        tell(program_id, [each.posting_id for each in outcomes if not each.refused and not each.replayed])
    return outcomes


def points_post_one(*, program_id: int, post: Post, now: datetime) -> Outcome:
    """Post one by the database function `programs_post`, in one round trip; what it does not know goes by a batch."""
    plain = not post.details.get("partner") and post.member_id is None and not post.pending_event
    partner = "partner" in (post.grant_class, post.reward_class)
    if post.kind not in ALONE or not plain or partner or post.pending_until is not None:
        return points_post(program_id=program_id, posts=[post], now=now)[0]
    with transaction.atomic(savepoint=False), statements.cursor() as cursor:
        details = json.dumps(dict(post.details), default=str) if post.details else None
        row = cursor.execute(
            _ONE,
            [
                *(program_id, post.source, post.event, *hashing.payloads([post]), post.kind, post.account_id),
                *(post.amount, post.happened_at, now, post.grant_class, post.reward_class, post.refers_to),
                *(post.reference, post.expires_on, post.rule_id, post.rule_version, post.campaign, post.author),
                details,
            ],
            binary=True,
        ).fetchone()
        assert row is not None
        outcome = Outcome(*row[0])
        if not outcome.refused and not outcome.replayed:
            tell(program_id, [outcome.posting_id])
    return outcome


def sentence(code: str) -> Phrase:
    """Return why a post was refused, in a sentence."""
    return refusals.SENTENCES[code]


def tell(program_id: int, posting_ids: list[int]) -> None:
    """Announce what was posted, inside the transaction."""
    if posting_ids:
        facts.points_posted.send(sender=None, program_id=program_id, posting_ids=posting_ids)


def retried(work: Callable[[], Answer]) -> Answer:
    """Do work in a transaction of its own, again when another one was in its way; keys make that harmless (I4).

    Within a transaction it is done once: whoever opened that one tries again.
    """
    if connection.in_atomic_block:
        return work()
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(durable=True):
                return work()
        except (OperationalError, IntegrityError) as error:
            if getattr(error.__cause__, "sqlstate", None) not in AGAIN or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt answers or raises")
