"""Codes: sixteen symbols that nobody guesses and a seventeenth that catches a slip of the pen.

The alphabet is Crockford's base 32: no I, L, O or U, so that nothing is read as something else. Sixteen symbols hold 80
bits. The check symbol is the remainder of a polynomial over the field of 32 elements: it catches every single wrong
symbol and every two that changed places (Reed and Solomon, 1960).
"""

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 16
"""Symbols without the check symbol: 80 bits."""
ENTROPY_BYTES = SYMBOLS * 5 // 8
GROUP = 4
SHORTEST, LONGEST = 6, 64
"""Symbols of a code that somebody else made."""
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015_.]+")
_PRIMITIVE = 0b100101
"""x^5 + x^2 + 1, which makes 32 elements a field."""


def from_entropy(entropy: bytes) -> str:
    """Return the code of ten bytes, its check symbol at the end.

    >>> from_entropy(bytes(range(10)))
    '000G40R40M30E209J'
    """
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"a code is made of {ENTROPY_BYTES} bytes")
    number = int.from_bytes(entropy, "big")
    body = "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(SYMBOLS)))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the symbol that follows a body, each symbol of which is of the alphabet."""
    remainder = 0
    for symbol in body:
        remainder = _times(remainder ^ _VALUES[symbol])
    return ALPHABET[remainder]


def _times(element: int) -> int:
    """Multiply an element of the field by its generator."""
    doubled = element << 1
    return doubled ^ _PRIMITIVE if doubled & 32 else doubled


def normalised(text: str) -> str:
    """Return a code as it is compared: capitals without spaces and dashes, look-alikes taken for what they look like.

    >>> normalised(" 000g-40r4-omiO ")
    '000G40R40M10'
    """
    return _BETWEEN.sub("", text).upper().translate(_LOOK_ALIKES)


def is_ours(text: str) -> bool:
    """Tell whether a normalised text can be a code that was made here: the right symbols, and they check.

    >>> is_ours("000G40R40M30E209J"), is_ours("000G40R40M30E290J")
    (True, False)
    """
    if len(text) != SYMBOLS + 1 or not set(text) <= _VALUES.keys():
        return False
    return check_symbol(text[:-1]) == text[-1]


def shown(code: str) -> str:
    """Return a code of ours in groups, as a person reads it aloud.

    >>> shown("000G40R40M30E209J")
    '000G-40R4-0M30-E209-J'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def last_four(text: str) -> str:
    """Return what of a code may be shown to anybody."""
    return normalised(text)[-4:]


def digest(key: bytes, text: str) -> bytes:
    """Return the keyed digest by which a code is found again (HMAC, RFC 2104)."""
    return hmac.new(key, b"code|" + normalised(text).encode(), hashlib.sha256).digest()


def derived(key: bytes, salt: bytes) -> str:
    """Return the code of a salt: it can be shown again, and is nowhere written.

    Who has the salt without the key, or the key without the salt, has nothing.
    """
    return from_entropy(hmac.new(key, b"made|" + salt, hashlib.sha256).digest()[:ENTROPY_BYTES])
