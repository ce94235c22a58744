"""Replies: a call that comes twice under one key is done once, and answered twice.

The answer is stored in the transaction of what was done. So a process that dies leaves both or neither, and no key is
ever stuck: that a call is still being done is told by a lock which the database takes back with the transaction.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from vinculo.exchange.records.models import Reply
from vinculo.foundation.errors import InputError

LONGEST = 255


class KeyInFlightError(InputError):
    """The first call with this Idempotency-Key is still being done: ask again in a moment."""

    code = "idempotency.in_flight"


class KeyReusedError(InputError):
    """Another call came with the same Idempotency-Key before: use a new key for a new call."""

    code = "idempotency.reused"


@dataclass(frozen=True)
class Call:
    """One call of a token under a key of its own."""

    token_id: int
    key: str
    fingerprint: str


def fingerprint(method: str, address: str, body: bytes) -> str:
    """Return what tells two calls apart."""
    return hashlib.sha256(b"\n".join((method.encode(), address.encode(), body))).hexdigest()


def reply_find(call: Call) -> Reply | None:
    """Return what was answered before, or hold the key until the transaction ends.

    Raises
    ------
    KeyInFlightError
        Somebody holds the key at this moment.
    KeyReusedError
        Another call came under the key.
    """
    name = hashlib.sha256(f"{call.token_id}:{call.key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, signed=True)])
        if not cursor.fetchone()[0]:
            raise KeyInFlightError
    found = Reply.objects.filter(token_id=call.token_id, key=call.key).first()
    if found is not None and found.fingerprint != call.fingerprint:
        raise KeyReusedError
    return found


def reply_keep(call: Call, *, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep an answer."""
    Reply.objects.create(
        token_id=call.token_id,
        key=call.key,
        fingerprint=call.fingerprint,
        status=status,
        headers=dict(headers),
        body=body,
    )


def forget(*, customer_ids: Sequence[int], **_fact: Any) -> None:
    """Forget the answers that tell of persons who were erased: they hold what was said of them."""
    told = rf'"(id|asked_id|customer_id)"\s*:\s*({"|".join(str(int(each)) for each in customer_ids)})\M'
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_reply WHERE body ~ %s", [told])
