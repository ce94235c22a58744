"""Gate: what every call passes: who speaks, how fast, in one transaction, and under a key only once."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.contrib.auth.decorators import login_not_required
from django.core.signals import got_request_exception
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from vinculo.api.v1 import bodies, pace, problems
from vinculo.exchange.records import replies, tokens
from vinculo.exchange.records.models import Token
from vinculo.exchange.records.replies import Call
from vinculo.foundation import actor
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.services import BusyError

View = Callable[..., HttpResponse]
LOG = logging.getLogger("django.request")
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
KEY = re.compile(r"[\x21-\x7e]{1,255}")
EVERYBODY = ("everybody",)
"""What the test that walks all addresses reads: the door has its own key."""
KEPT_HEADERS = ("Location", "Content-Type")


@dataclass(frozen=True)
class Manners:
    """What an address is asked with: methods that change nothing whatever they are, and names in the query."""

    keyless: frozenset[str] = frozenset()
    asked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By method."""


def opened(view: View) -> View:
    """Open a view to strangers, who bring neither a session nor a form."""
    vars(view)["permissions"] = EVERYBODY
    return login_not_required(csrf_exempt(transaction.non_atomic_requests(view)))


def guarded(view: View, manners: Manners) -> View:
    """Return a view behind the gate."""

    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            response = passed(request, lambda: view(request, **given), manners)
        except VinculoError as error:
            response = problems.answer(error)
        except DatabaseError as error:
            # Met before any operation was reached, or when what it did was committed.
            response = unforeseen(request, error)
        response.headers["Cache-Control"] = "no-store"
        return response

    return opened(answered)


def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what nobody foresaw, and leave its traceback where those of pages are left."""
    got_request_exception.send(sender=None, request=request)
    LOG.error("Unforeseen: %s", request.path, exc_info=error, extra={"status_code": 500, "request": request})
    return problems.answer(problems.UnforeseenError())


def passed(request: HttpRequest, do: Callable[[], HttpResponse], manners: Manners) -> HttpResponse:
    """Let a call through, or say what is wrong with it."""
    if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", "")):
        raise problems.MalformedError
    token = speaking(request)
    left = pace.take(token.pk, token.per_minute)
    body = bodies.read(request)
    query_require(request, manners)
    vars(request)["api_token"] = token
    try:
        with actor.acting(token.actor), transaction.atomic():
            response = once(request, token, body, do, manners)
            if response.status_code >= 400:
                transaction.set_rollback(True)
    except IntegrityError:
        raise problems.ConflictError from None
    except OperationalError:
        raise BusyError from None
    response.headers["RateLimit-Remaining"] = str(left)
    return response


def query_require(request: HttpRequest, manners: Manners) -> None:
    """Refuse a question that nobody understands: whoever misspells a filter must not be given everything."""
    unknown = sorted(set(request.GET) - manners.asked.get(str(request.method), set(request.GET)))
    if unknown:
        raise problems.FieldsInvalidError(field=f"query.{unknown[0][:80]}")


def speaking(request: HttpRequest) -> Token:
    """Return the token that a call shows.

    Raises
    ------
    TokenError
        It shows none, or one that opens nothing.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    found = tokens.token_find(text=text.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
    if found is None:
        raise problems.TokenError
    return found


def once(
    request: HttpRequest,
    token: Token,
    body: bytes,
    do: Callable[[], HttpResponse],
    manners: Manners,
) -> HttpResponse:
    """Answer a call; one that changes something is done once under its key, and answered as often as it comes."""
    if request.method in SAFE or request.method in manners.keyless:
        return told(do())
    bodies.media_type_require(request, body)
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise problems.KeyMissingError
    call = Call(token.pk, key, replies.fingerprint(str(request.method), request.get_full_path(), body))
    before = replies.reply_find(call)
    if before is not None:
        return HttpResponse(before.body, status=before.status, headers={**before.headers, "Idempotent-Replay": "true"})
    response = told(do())
    if response.status_code < 400:
        kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        replies.reply_keep(call, status=response.status_code, headers=kept, body=response.content.decode())
    return response


def told(response: HttpResponse) -> HttpResponse:
    """Return an answer, a refused method as a problem too."""
    if response.status_code != 405 or response.headers.get("Content-Type") == problems.MEDIA_TYPE:
        return response
    refused = problems.answer(problems.MethodError())
    refused.headers["Allow"] = response.headers.get("Allow", "")
    return refused
