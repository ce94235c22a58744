"""Totals: the words by which a row that adds up the others is known, in English, Spanish and Portuguese."""

import re

from vinculo.warehouse.reading.sources import source as sources

_OF_WHAT = (
    "of|de|y sigue|general|generales|geral|g[eé]n[eé]ral|global|final|parcial|acumulado|clientes|clients|customers"
    "|productos|products|art[ií]culos|items|pedidos|orders|ventas|sales|l[ií]neas|lines|registros|records|filas|rows"
    "|importe|amount|neto|net"
)
PATTERN = (
    r"sub[ -]?total(es|s)?\b.{0,60}"
    r"|((gran|grand|overall|suma|sum) )?(total(es|s)?|sumas?|sum|soma)"
    rf"( ({_OF_WHAT})){{0,3}}[ :=.]*[-+\d.,' €$£%()]*"
)
"""A cell that is such a word and nothing else but a figure, in letters of any case."""
_WORD = re.compile(PATTERN, re.IGNORECASE)
_BEGINNINGS = ("to", "su", "gr", "ov", "so")
"""How these words begin: most cells are passed by at a glance."""


def is_word(text: str) -> bool:
    """Tell whether a trimmed text is the word of a total.

    >>> [is_word(text) for text in ("TOTAL GENERAL:", "Suma", "Sub-total Madrid", "Grand total (1,543)", "Total 2024")]
    [True, True, True, True, True]
    >>> [is_word(text) for text in ("Total Energies S.L.", "Totana", "Sumas y Restas S.A.", "Sumter", "7")]
    [False, False, False, False, False]
    """
    return text[:2].lower() in _BEGINNINGS and _WORD.fullmatch(text) is not None


def sql(text: str) -> str:
    """Return the SQL of the same for a trimmed text, false where there is none."""
    return f"coalesce(regexp_full_match({text}, {sources.literal(PATTERN)}, 'i'), FALSE)"
