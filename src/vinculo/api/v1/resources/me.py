"""Me: what the token that asks is, and may do."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from vinculo.api.v1.declared import needs, token_of

router = Router(tags=["me"])


class MeOut(Schema):
    """A token as it sees itself."""

    name: str
    source: str
    """What it brings in is of this source."""
    scopes: list[str]
    calls_per_minute: int
    expires_at: datetime | None


@router.get("/me", response=MeOut, summary="What this token may do", **needs())
def me(request: HttpRequest) -> MeOut:
    """Tell which token this is; it needs no scope."""
    token = token_of(request)
    return MeOut(
        name=token.name,
        source=token.source.code,
        scopes=token.scopes,
        calls_per_minute=token.per_minute,
        expires_at=token.expires_at,
    )
