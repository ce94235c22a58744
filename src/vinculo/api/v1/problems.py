"""Problems: what went wrong, as RFC 9457 wants it told, with the stable codes of our errors."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar, TypedDict

from django.core.exceptions import ValidationError as FieldsError
from django.http import HttpResponse
from django.utils.translation import get_language, gettext

from vinculo.foundation import language
from vinculo.foundation.errors import InputError, VinculoError
from vinculo.programs.till import refusals

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 5
"""What a caller waits before asking again for what somebody else holds at the moment."""


class Fault(TypedDict):
    """One field that cannot be as it is."""

    field: str
    detail: str


class CallError(VinculoError):
    """The call cannot be answered."""

    code = "call.refused"
    status: ClassVar[int] = 400


class TokenError(CallError):
    """Show a valid token: Authorization: Bearer vinculo_…."""

    code = "token.invalid"
    status = 401


class ScopeError(CallError):
    """The token may not do this."""

    code = "token.scope"
    status = 403


class UnknownError(CallError):
    """There is nothing under this address."""

    code = "resource.unknown"
    status = 404


class MethodError(CallError):
    """The address does not know that method."""

    code = "call.method"
    status = 405


class KeyMissingError(CallError):
    """Send an Idempotency-Key of 1 to 255 printable characters with every call that changes something."""

    code = "idempotency.missing"


class BodyTooLargeError(CallError):
    """The body is larger than 1 MB."""

    code = "call.too_large"
    status = 413


class MediaTypeError(CallError):
    """Send JSON, with Content-Type: application/json."""

    code = "call.media_type"
    status = 415


class MalformedError(CallError):
    """The call cannot be read: a body is a JSON object in UTF-8, and no text holds the character zero."""

    code = "call.malformed"


class FieldsInvalidError(CallError):
    """Some fields cannot be as they are: each is named with what it should be."""

    code = "input.invalid"
    status = 422


class TooManyError(CallError):
    """Too many calls: wait as long as Retry-After says."""

    code = "limit.calls"
    status = 429


class UnforeseenError(CallError):
    """Something went wrong here, and nothing was changed: it is written down, and asking again may help."""

    code = "call.unforeseen"
    status = 500


CONFLICTS = {
    "customer.changed_meanwhile": 409,
    "customer.key_taken": 409,
    "order.exists": 409,
    "idempotency.in_flight": 409,
    "idempotency.reused": 422,
    "store.busy": 503,
    "store.conflict": 409,
}
"""Errors of the house that are no fault of the fields, by their codes."""
WAITING = {"idempotency.in_flight": 1, "store.busy": BUSY_SECONDS}
TOLD = ("order_id", "number", "scope", "refused")
"""Facts of an error that a program may want."""


class ConflictError(InputError):
    """Somebody else has just written the same: ask again."""

    code = "store.conflict"


def said(error: VinculoError) -> str:
    """Say an error in the language the caller asked for."""
    return error.say(translated)


def language_asked() -> str:
    """Return the language the caller asked for, of those that are spoken."""
    spoken = (get_language() or "en").split("-")[0]
    return spoken if spoken in language.LANGUAGES else "en"


def translated(sentence: str) -> str:
    """Say a sentence in the language the caller asked for, by whichever catalogue knows it."""
    found = gettext(sentence)
    return language.translator(language_asked())(sentence) if found == sentence else found


def sentence(refused: str) -> str:
    """Say why points or a reward were refused, in the language the caller asked for; nothing where they were not."""
    return said(refusals.error(refused)) if refused else ""


def answer(error: VinculoError, faults: Sequence[Fault] = ()) -> HttpResponse:
    """Return an error as a problem."""
    status = error.status if isinstance(error, CallError) else CONFLICTS.get(error.code, 422)
    told: dict[str, Any] = {
        "type": f"urn:vinculo:problem:{error.code}",
        "title": (type(error).__doc__ or "").strip().splitlines()[0],
        "status": status,
        "detail": said(error),
        "code": error.code,
        **{name: error.facts[name] for name in TOLD if name in error.facts},
    }
    if "field" in error.facts and not faults:
        faults = [{"field": str(error.facts["field"]), "detail": told["detail"]}]
    if faults:
        told["errors"] = list(faults)
    response = HttpResponse(json.dumps(told, default=str), status=status, content_type=MEDIA_TYPE)
    wait = error.facts.get("seconds", WAITING.get(error.code))
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Vinculo"'
    return response


def of_fields(error: FieldsError) -> list[Fault]:
    """Return the faults a model finds with its fields."""
    found = error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
    return [{"field": name, "detail": " ".join(messages)} for name, messages in found.items()]
