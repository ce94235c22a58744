"""Followers: who outside is told of some kinds of events, before any of them happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vinculo.exchange import kinds, scopes
from vinculo.exchange.records.models import Endpoint, Token


@dataclass(frozen=True)
class Follower:
    """A system outside: an endpoint that is called, or a program that reads the feed by its token."""

    name: str
    endpoint_id: int | None = None
    """Nothing where it reads the feed."""


def follower_list(*, wanted: Sequence[str], now: datetime) -> list[Follower]:
    """Return the endpoints that are told of any of some kinds, and the tokens that may read of them, by name."""
    told = [
        Follower(each.name, each.pk)
        for each in Endpoint.objects.filter(disabled_at=None).order_by("name", "id")
        if any(kinds.told(kind, each.kinds) for kind in wanted)
    ]
    reading = Token.objects.filter(revoked_at=None, scopes__contains=[scopes.EVENTS_READ]).order_by("name")
    return told + [Follower(each.name) for each in reading if each.state(now) == "valid"]
