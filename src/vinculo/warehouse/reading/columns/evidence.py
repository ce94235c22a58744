"""Evidence: what the values of a column look like, when its header says little or nothing."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MISSING = ("", "null", "nan", "none", "-", "n/a", "na", "nat", "<na>", "#n/a", "\\n")
"""Texts, in small letters, that mean nothing was there."""

_DATE = re.compile(
    r"\d{1,4}[-/. ](\d{1,2}|[a-z]{3,10}\.?)[-/. ]\d{1,4}([t ,].*)?|(19|20)\d\d[01]\d[0-3]\d(\d{4,6})?", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\(?[-+\u2212]?\s*[^\d\s,.()-]{0,3}\s*[-+\u2212]?\d[\d.,' \u00a0\u202f]*(e[+-]?\d+)?\s*[^\d\s,.]{0,3}-?\)?",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"[.,]\d{1,2}\D*$")
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d+)?(e0)?")
_CODE = re.compile(r"[A-Za-z0-9_./-]{1,40}")


@dataclass(frozen=True)
class Evidence:
    """Shares, from 0 to 1, of the filled values in a sample that look like something."""

    filled: int
    date: float
    number: float
    fraction: float
    code: float
    distinct: float
    serial: float = 0.0
    """Days of a spreadsheet's calendar, from 1954 to 2119."""


def of(values: Sequence[str | None], kind: str) -> Evidence:
    """Weigh the values of one column of a sample.

    >>> of(["01/02/2021", "13/02/2021 10:05", ""], "VARCHAR").date
    1.0
    """
    filled = Counter(value.strip() for value in values if value is not None and value.strip().lower() not in MISSING)
    count = max(1, filled.total())

    def share(looks: Callable[[str], object]) -> float:
        return sum(times for value, times in filled.items() if looks(value)) / count

    numeric = kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "REAL")) or "INT" in kind
    dated = kind.startswith(("DATE", "TIMESTAMP"))
    return Evidence(
        filled=filled.total(),
        date=1.0 if dated else share(_DATE.fullmatch),
        number=1.0 if numeric else 0.0 if dated else share(_NUMBER.fullmatch),
        fraction=0.0 if dated else share(_FRACTION.search),
        code=0.0 if dated else share(_CODE.fullmatch),
        distinct=len(filled) / count,
        serial=0.0 if dated else share(_SERIAL.fullmatch),
    )


def looks_like_data(header: str) -> bool:
    """Tell whether a header is a date or a number, as the first line of a file without a header is."""
    return bool(_DATE.fullmatch(header.strip()) or _NUMBER.fullmatch(header.strip()))
