"""Keys: who may send events, made, replaced and revoked; and those who came with none that is valid."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from vinculo.foundation import actor, money
from vinculo.foundation.errors import InputError, SettingsError
from vinculo.identify.events import origins
from vinculo.identify.records.models import Sender, Source, WriteKey
from vinculo.identify.records.models.events import LIMIT

VALID_AT_ONCE = 2
"""Keys of a source: the old one goes on while clients are given the new one."""
SHOWN = 8
MOST_PER_SECOND = 1_000_000
_FOUND = """
SELECT key.source_id, key.revoked_at IS NOT NULL, sender.time_zone, sender.limit_per_second,
    sender.origins
FROM identify_writekey AS key JOIN identify_sender AS sender USING (source_id) WHERE key.digest = %s
"""
_REFUSED = """
INSERT INTO identify_refusal (source_id, day, requests, last_at) VALUES (%(source)s, %(day)s, 1, %(now)s)
ON CONFLICT (source_id, day) DO UPDATE SET requests = identify_refusal.requests + 1, last_at = excluded.last_at
"""


@dataclass(frozen=True)
class Spoken:
    """The source that a valid key speaks for."""

    source_id: int
    zone: ZoneInfo
    limit_per_second: int
    origins: tuple[str, ...] = ()
    """Sites whose pages may send; any where there are none."""


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: this is the only time it can be read."""

    key: WriteKey
    text: str


def sender_ensure(*, code: str, name: str = "", currency: str = "EUR", time_zone: str = "UTC") -> Sender:
    """Return the sender of a code; a source that sends events is made where there is none."""
    require(currency, time_zone)
    with transaction.atomic():
        source, _made = Source.objects.get_or_create(
            code=code, defaults={"name": name or code, "kind": Source.Kind.API}
        )
        sender, _new = Sender.objects.get_or_create(
            source=source, defaults={"currency": currency, "time_zone": time_zone, "limit_per_second": LIMIT}
        )
    return sender


def sender_change(
    *, source_id: int, currency: str, time_zone: str, limit_per_second: int, sites: Sequence[str] = ()
) -> Sender:
    """Change how a source is read that leaves something unsaid, how much it may send, and from which sites."""
    require(currency, time_zone)
    allowed = [origins.read(each) for each in sites]
    if not 1 <= limit_per_second <= MOST_PER_SECOND:
        raise InputError("A source may send between 1 and {most} events a second.", most=MOST_PER_SECOND)
    with transaction.atomic():
        sender = Sender.objects.select_for_update().get(source_id=source_id)
        sender.currency, sender.time_zone, sender.limit_per_second = currency, time_zone, limit_per_second
        sender.origins = sorted(set(allowed))
        sender.save()
    return sender


def require(currency: str, time_zone: str) -> None:
    """Refuse a currency or a time zone that does not exist."""
    try:
        money.digits(currency)
    except SettingsError as error:
        raise InputError(
            "{currency!r} is not a currency: give its three-letter ISO 4217 code, such as EUR, GBP or USD.",
            currency=currency,
        ) from error
    try:
        ZoneInfo(time_zone)
    except (LookupError, ValueError, OSError):
        raise InputError("{zone!r} is not a time zone: give a name such as Europe/Madrid.", zone=time_zone) from None


def write_key_create(*, source_id: int, now: datetime) -> NewKey:
    """Make a key beside the one that is valid, if any; beside two, one has to be revoked first."""
    with transaction.atomic():
        Sender.objects.select_for_update().get(source_id=source_id)
        if WriteKey.objects.filter(source_id=source_id, revoked_at=None).count() >= VALID_AT_ONCE:
            raise InputError("This source has two valid keys already: revoke the one that nobody uses any more first.")
        text = secrets.token_urlsafe(24)
        made = WriteKey.objects.create(
            source_id=source_id,
            digest=digest(text),
            begins=text[:SHOWN],
            created_at=now,
            created_by=actor.current().name,
        )
    return NewKey(made, text)


def write_key_revoke(*, key_id: int, now: datetime) -> WriteKey:
    """Take a key out of use, for good and at once."""
    with transaction.atomic():
        key = WriteKey.objects.select_for_update().get(pk=key_id)
        if key.revoked_at is None:
            key.revoked_at = now
            key.save(update_fields=["revoked_at"])
    return key


def key_find(*, text: str, now: datetime) -> Spoken | None:
    """Return the source a key speaks for; a key that is unknown or revoked is counted."""
    with connection.cursor() as cursor:
        row = None
        if text:
            cursor.execute(_FOUND, [digest(text)])
            row = cursor.fetchone()
        if row is None or row[1]:
            cursor.execute(_REFUSED, {"source": row[0] if row else None, "day": now.date(), "now": now})
            return None
    return Spoken(row[0], ZoneInfo(row[2]), row[3], tuple(json.loads(row[4])))


def digest(text: str) -> str:
    """Return what is kept of a key: enough to know it again, since it is long and random, but not to use it."""
    return hashlib.sha256(text.encode()).hexdigest()
