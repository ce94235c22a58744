"""Amounts: what an assistant types as the sum of a receipt, with a comma or a point, read into minor units."""

import re
from decimal import Decimal

from vinculo.foundation import money

MOST = 10**12


def read(text: str, currency: str) -> int | None:
    """Return minor units; nothing when it is no amount.

    >>> [read(text, "EUR") for text in ("12,50", "12.5", "1.234,50", "1,234", "12 €", "12,345.6", "1.2.3", "x", "")]
    [1250, 1250, 123450, 123400, 1200, 1234560, None, None, None]
    """
    said, digits = "".join(text.split()).strip("€$£"), money.digits(currency)
    cents = rf"(\d{{1,{digits}}})" if digits else r"(\d{0})"
    plain, points, commas = r"\d+", r"\d{1,3}(?:\.\d{3})+", r"\d{1,3}(?:,\d{3})+"
    ways = (rf"({plain})(?:[.,]{cents})?", rf"({points})(?:,{cents})?", rf"({commas})(?:\.{cents})?")
    found = next((match for way in ways if (match := re.fullmatch(way, said, re.ASCII))), None)
    if found is None:
        return None
    minor = money.to_minor(Decimal(f"{re.sub('[.,]', '', found[1])}.{found[2] or 0}"), currency)
    return minor if minor <= MOST else None
