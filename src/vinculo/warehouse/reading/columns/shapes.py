"""Shapes: the texts of a sample with every digit written 9, counted; thousands of values have a few dozen shapes."""

import re
from collections import Counter
from collections.abc import Iterable

from vinculo.warehouse.reading.columns.evidence import MISSING
from vinculo.warehouse.reading.sources import source as sources

_DIGITS = str.maketrans("0123456789", "9" * 10)
_LONGEST_MISSING = max(len(word) for word in MISSING)
Shapes = tuple[str, ...]


def of(values: Iterable[str | None]) -> Shapes:
    """Return the shapes of some texts, most frequent first; what means nothing has none.

    >>> of(["1.234,56 €", "9.876,54 €", "-", "12"])
    ('9.999,99 €', '99')
    """
    shapes: Counter[str] = Counter()
    for value, times in Counter(values).items():
        text = (value or "").strip()
        if text.lower() not in MISSING:
            shapes[text.translate(_DIGITS).upper()] += times
    return tuple(shape for shape, _ in shapes.most_common())


def missing_as_null(trimmed: str) -> str:
    """Return the SQL that gives null for a trimmed text that means nothing."""
    words = "|".join(re.escape(word) for word in MISSING)
    # Not IN: the engine makes a join of a long list, and a join does not keep the order of the rows. No word begins
    # with a digit, and most texts this short do.
    short = f"strlen({trimmed}) <= {_LONGEST_MISSING} AND NOT {trimmed} BETWEEN '0' AND ':'"
    meant_nothing = f"{short} AND regexp_full_match({trimmed}, {sources.literal(words)}, 'i')"
    return f"CASE WHEN {meant_nothing} THEN NULL ELSE {trimmed} END"
