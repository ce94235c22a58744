"""Texts: invisible characters, stray spaces and case, and the plain form by which texts are compared."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]|[\x00-\x08\x0e-\x1f\x7f]")
_APOSTROPHES = "'\u2019\u00b4`"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_APOSTROPHES}\u00b7][^\W\d_]+)*")


def listed(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


PARTICLES = listed("de del la las los y i e da das do dos di van von der den du le")
"""Small words inside names."""
MEANINGLESS = listed(
    """
    - -- --- . .. ... / n/a na n.a. nan null none nil nd n/d s/n s/d sin no.disponible desconocido desconocida unknown
    ninguno ninguna vacio vacío pendiente xxx xxxx x.x test prueba #n/a #ref! #valor! #value! ? ?? ???
    """
)
"""Texts, in small letters, that stand where nothing was known."""


def tidy(text: str | None) -> str:
    r"""Return a text without invisible characters and with single spaces.

    >>> tidy("  Ana\u200b \t\u00a0María ")
    'Ana María'
    """
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def plain(text: str) -> str:
    """Return a text in small letters without accents and punctuation, by which texts are compared.

    >>> plain("  O'Higgins-Núñez, José ")
    'o higgins nunez jose'
    """
    bare = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())


def meaningless(text: str) -> bool:
    """Tell whether a tidy text stands where nothing was known."""
    return not text or text.lower() in MEANINGLESS or (len(text) > 1 and len(set(text)) == 1 and text[0] in "xX.-*?_")


def cased(text: str) -> str:
    """Return a name that was written all in capitals or all in small letters as names are written.

    >>> cased("MARÍA DE LOS ÁNGELES O'DONNELL-GARCÍA"), cased("Ana McKenna")
    ("María de los Ángeles O'Donnell-García", 'Ana McKenna')
    """
    letters = [c for c in text if c.isalpha()]
    if len(letters) < 2 or not (text.isupper() or text.islower()):
        return text
    lowered = _WORD.sub(lambda word: _capital(word.group()), text.lower())
    words = lowered.split(" ")
    return " ".join(word.lower() if place and word.lower() in PARTICLES else word for place, word in enumerate(words))


def _capital(word: str) -> str:
    parts = re.split(f"([{_APOSTROPHES}])", word)
    if len(parts) == 1:
        return word.capitalize()
    return "".join(part.capitalize() if len(part) > 1 or place == 0 else part for place, part in enumerate(parts))
