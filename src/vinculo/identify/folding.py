"""Folding: the form in which names are searched and sorted, without capitals, accents or doubled spaces."""

import re
import unicodedata

SEARCHED = 250
"""Characters of a text by which it is searched and sorted: an index takes no more than a few hundred."""
_MARKS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Return a text as it is searched and sorted.

    The same as the SQL function `identify_fold` of the operational store, which imports use on whole tables.

    >>> fold("  José  Ángel MUÑOZ ")
    'jose angel munoz'
    """
    # Servers disagree on the form a sigma takes at the end of a word.
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower().replace("\u03c2", "\u03c3")
    return " ".join(plain.split())


def identifier(kind: str, value: str) -> str:
    """Return the form an identifier is searched in: digits of phones and cards, folded text of all else.

    >>> identifier("phone", "+34 600 123 456"), identifier("email", "Ana@Ruiz.ES")
    ('34600123456', 'ana@ruiz.es')
    """
    if kind in ("phone", "card"):
        return "".join(character for character in value if character.isdecimal())
    return fold(value)


def searched(text: str) -> str:
    """Return the beginning of a folded text that is searched and sorted by; imports cut it alike, in SQL.

    >>> searched("Ñandú"), len(searched("Ñ" * 1000))
    ('nandu', 250)
    """
    return fold(text)[:SEARCHED]
