"""Tokens: made, shown once, found again by their digest, revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.text import slugify

from vinculo.exchange import scopes as allowed
from vinculo.exchange.records.models import Token
from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import services
from vinculo.identify.records.models import Source

PREFIX = "vinculo_"
BEGINS = len(PREFIX) + 6
"""Letters by which a token is told from others on the page."""
FRESH = timedelta(minutes=1)
"""How stale the moment of the last use may be."""


def token_create(
    *,
    name: str,
    integration: str,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None = None,
    per_minute: int = Token.PER_MINUTE,
) -> tuple[Token, str]:
    """Make a token for an integration; return it with its text, which is nowhere else.

    What it brings in is of a source of its own, named after the integration; several tokens may share one, so that a
    new one can take the place of an old one.

    Raises
    ------
    InputError
        It has no name or one that was used before, allows nothing, or has expired already.
    """
    name, integration = name.strip(), integration.strip()
    code = slugify(integration)[:64]
    if not name or not code:
        raise InputError("A token needs a name and an integration.")
    if Token.objects.filter(name=name).exists():
        raise InputError("There has been a token {name} before: the audit trail needs another name.", name=name)
    if not scopes or not set(scopes) <= set(allowed.BY_CODE):
        raise InputError("A token needs something that it may do.")
    if expires_at is not None and expires_at <= now:
        raise InputError("A token cannot expire in the past.")
    if per_minute < 1:
        raise InputError("A token needs at least one call a minute.")
    text = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        name=name,
        source=services.source_ensure(code=code, name=integration, kind=Source.Kind.API),
        begins=text[:BEGINS],
        digest=digest(text),
        scopes=sorted(set(scopes)),
        per_minute=per_minute,
        created_at=now,
        created_by=actor.current().name,
        expires_at=expires_at,
    )
    return token, text


def token_revoke(*, token_id: int, now: datetime) -> Token:
    """Revoke a token for good; revoking it twice changes nothing."""
    Token.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now, revoked_by=actor.current().name)
    return Token.objects.get(pk=token_id)


def token_find(*, text: str, now: datetime) -> Token | None:
    """Return the token of a text if it opens anything now, and note that it was used."""
    if not text.startswith(PREFIX):
        return None
    token = Token.objects.select_related("source").filter(digest=digest(text)).first()
    if token is None or token.state(now) != "valid":
        return None
    if token.last_used_at is None or now - token.last_used_at > FRESH:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def token_list() -> QuerySet[Token]:
    """Return the tokens, those that still open something first."""
    return Token.objects.select_related("source").order_by("-revoked_at", "-id")


def digest(text: str) -> str:
    """Return what is kept of a token: it is long and random, so nobody finds it by trying."""
    return hashlib.sha256(text.encode()).hexdigest()
