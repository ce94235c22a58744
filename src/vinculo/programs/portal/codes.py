"""Codes of sign-in: eight digits that live a quarter of an hour, known to nobody but the reader of one mail."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

DIGITS = 8
GOOD_FOR = timedelta(minutes=15)


def draw(below: Callable[[int], int]) -> str:
    """Return a new code, drawn by a function that gives an unpredictable integer below another.

    >>> draw(lambda limit: 42)
    '00000042'
    """
    return f"{below(10**DIGITS):0{DIGITS}}"


def read(text: str) -> str:
    """Return a code as somebody typed it, without what stands between its digits.

    >>> read(" 1234-5678 ")
    '12345678'
    """
    return "".join(sign for sign in text if sign in "0123456789")


def shown(code: str) -> str:
    """Return a code as it is written in a mail.

    >>> shown("12345678")
    '1234 5678'
    """
    return f"{code[:4]} {code[4:]}"


def digest(key: bytes, *parts: str) -> bytes:
    """Return what is kept of a secret: without the key, nobody finds the secret by trying.

    >>> digest(b"key", "a", "bc") == digest(b"key", "a", "bc"), digest(b"key", "a", "bc") == digest(b"key", "ab", "c")
    (True, False)
    """
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()
