"""Cards: numbers of members, unguessable enough, with a check digit that catches a mistyped one."""

from collections.abc import Callable

from stdnum import luhn

from vinculo.foundation.errors import InputError

DIGITS = 15
"""Drawn at random: a million members fill a billionth of them."""


class CardError(InputError):
    """It is no card number: a digit was mistyped or is lacking."""

    code = "member.card"


def draw(below: Callable[[int], int]) -> str:
    """Return a new number, drawn by a function that gives an unpredictable integer below another.

    >>> draw(lambda limit: limit // 3)
    '4000000000000002'
    """
    first = 10 ** (DIGITS - 1)
    digits = str(first + below(9 * first))
    return digits + luhn.calc_check_digit(digits)


def read(text: str) -> str:
    """Return a number as somebody typed or scanned it, without spaces and dashes.

    >>> read("4000 0000-0000 0002")
    '4000000000000002'
    """
    digits = "".join(sign for sign in text if sign.isdecimal())
    if len(digits) != DIGITS + 1 or not luhn.is_valid(digits):
        raise CardError
    return digits


def shown(number: str) -> str:
    """Return a number as it is printed, in groups of four.

    >>> shown("4000000000000002")
    '4000 0000 0000 0002'
    """
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
