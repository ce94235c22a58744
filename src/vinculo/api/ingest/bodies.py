"""Bodies: the bytes of a request, read whatever its headers say of them, and never more than may come."""

import zlib
from typing import Any

from django.http import HttpRequest

from vinculo.identify.events.calls import MalformedError, TooLargeError
from vinculo.identify.events.limits import BATCH_BYTES

GZIP = b"\x1f\x8b"
ANY_WRAPPING = 32 + zlib.MAX_WBITS
"""Zlib tells gzip from deflate by itself."""


def read(request: HttpRequest) -> bytes:
    """Return the body, unpacked; its type is not asked for, since clients send JSON as anything.

    Raises
    ------
    MalformedError
        It is packed and cannot be unpacked.
    TooLargeError
        It is, packed or unpacked, larger than a batch may be.
    """
    if declared(request) > BATCH_BYTES:
        raise TooLargeError
    coming: Any = request.META["wsgi.input"] if chunked(request) else request
    found: bytes = coming.read(BATCH_BYTES + 1)
    if len(found) > BATCH_BYTES:
        raise TooLargeError
    if found.startswith(GZIP) or request.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate"):
        return unpacked(found)
    return found


def chunked(request: HttpRequest) -> bool:
    """Tell whether the body comes in pieces without a length, which Django takes for none."""
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def declared(request: HttpRequest) -> int:
    """Return the length that is said of the body."""
    written = request.headers.get("Content-Length", "")
    return int(written[:20]) if written.isascii() and written.isdigit() else 0


def unpacked(packed: bytes) -> bytes:
    """Unpack a body, no further than a batch may be large."""
    engine = zlib.decompressobj(ANY_WRAPPING)
    try:
        found = engine.decompress(packed, BATCH_BYTES + 1)
    except zlib.error:
        raise MalformedError from None
    if len(found) > BATCH_BYTES:
        raise TooLargeError
    if not engine.eof:
        raise MalformedError
    return found
