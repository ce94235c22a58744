"""Declared: what an operation needs, said where it is defined; one that says nothing fails a test."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from vinculo.api.v1.problems import ScopeError
from vinculo.exchange.records.models import Token


class Bearer(HttpBearer):
    """Lets a token in that has every scope of an operation; the gate has found the token already."""

    def __init__(self, scopes: Sequence[str]) -> None:
        super().__init__()
        self.scopes = tuple(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token, or say which scope it lacks."""
        found = token_of(request)
        scope_require(found, *self.scopes)
        return found


def scope_require(token: Token, *scopes: str) -> None:
    """Refuse a token that lacks a scope.

    Raises
    ------
    ScopeError
        It does; `scope` says which.
    """
    for scope in scopes:
        if scope not in token.scopes:
            raise ScopeError("The token may not do this: it lacks the scope {scope}.", scope=scope)


def token_of(request: HttpRequest) -> Token:
    """Return the token of a call, found by the gate."""
    found: Token = vars(request)["api_token"]
    return found


def needs(*scopes: str, changes: bool = True) -> dict[str, Any]:
    """Return what an operation is defined with: its scopes (none: any token) and, in the document, what they are.

    `changes` is false for a call that is sent by POST and changes nothing: it needs no Idempotency-Key.
    """
    return {
        "auth": Bearer(scopes),
        "openapi_extra": {"security": [{"Bearer": list(scopes)}], "x-changes": changes},
    }
