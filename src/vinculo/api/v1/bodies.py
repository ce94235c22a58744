"""Bodies: JSON and nothing else, with exact decimals, and never more than may come."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from ninja.parser import Parser

from vinculo.api.v1.problems import BodyTooLargeError, MalformedError, MediaTypeError

LARGEST = 1 << 20
"""Bytes of a body."""
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(request: HttpRequest) -> bytes:
    """Return the body of a call.

    Raises
    ------
    BodyTooLargeError
        It is larger than 1 MB.
    MalformedError
        It broke off.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise BodyTooLargeError
    try:
        body: bytes = request.body
    except RequestDataTooBig:
        raise BodyTooLargeError from None
    except (UnreadablePostError, RawPostDataException, MultiPartParserError):
        raise MalformedError from None
    if len(body) > LARGEST:
        raise BodyTooLargeError
    return body


def media_type_require(request: HttpRequest, body: bytes) -> None:
    """Refuse a body that does not say it is JSON."""
    if body and request.content_type != "application/json":
        raise MediaTypeError


class StrictParser(Parser):
    """Reads bodies for the API."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what a body says; what JSON does not know, or no database holds, is malformed."""
        try:
            text = request.body.decode("utf-8")
            said = json.loads(text, parse_float=Decimal, parse_constant=refuse)
            # UTF-8 and JSON let such characters through as escapes only.
            if "\\u" in text:
                storable_require(said)
        except (ValueError, RecursionError, ArithmeticError):
            raise MalformedError from None
        if not isinstance(said, dict):
            # Where every field may be left out, a number would pass for a body that says nothing.
            raise MalformedError
        return said


def refuse(_constant: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError


def storable_require(said: Any) -> None:
    """Refuse what holds a text that no database does."""
    if isinstance(said, str):
        text_require(said)
    elif isinstance(said, list):
        for each in said:
            storable_require(each)
    elif isinstance(said, dict):
        for name, each in said.items():
            text_require(name)
            storable_require(each)


def text_require(text: str) -> None:
    """Refuse the character zero and halves of characters."""
    if UNSTORABLE.search(text):
        raise ValueError
