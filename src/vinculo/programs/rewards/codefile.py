"""Files of codes: delimited text with a column `code` and, if wanted, `expires_on`; every row that is wrong is told."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.programs.rewards import codes

HEADERS = {
    "code": "code",
    "codigo": "code",
    "código": "code",
    "expires_on": "expires_on",
    "caduca_el": "expires_on",
}
MOST_BYTES = 64 << 20
_DELIMITERS = (";", "\t", ",", "|")


@dataclass(frozen=True)
class CodeRow:
    """A code as a file holds it; the first row under the header is number 2, as a spreadsheet numbers it."""

    row: int
    code: str
    expires_on: date | None = None


@dataclass(frozen=True)
class Issue:
    """What is wrong with a row: where, what was found there, and what would be right."""

    row: int
    column: str
    found: str
    expected: Phrase


@dataclass(frozen=True)
class CodeFile:
    """What a file holds: rows that can be taken, and those that cannot."""

    rows: Sequence[CodeRow]
    issues: Sequence[Issue]


def read(content: bytes, today: date) -> CodeFile:
    r"""Read a file of codes on a day.

    >>> file = read(b"code;expires_on\nSUN-2026-A;2026-12-31\nX;31/12/2026\n", date(2026, 11, 27))
    >>> [row.code for row in file.rows], [(each.row, each.column, each.found) for each in file.issues]
    (['SUN-2026-A'], [(3, 'code', 'X'), (3, 'expires_on', '31/12/2026')])

    Raises
    ------
    InputError
        It is no text in UTF-8, is too large, or has no column `code`.
    """
    header, lines = table(content)
    rows, issues, seen = list[CodeRow](), list[Issue](), dict[str, int]()
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        named = dict(zip(header, cells, strict=False))
        code, expires, wrong = named.get("code", "").strip(), named.get("expires_on", "").strip(), list[Issue]()
        same = codes.normalised(code)
        if not codes.SHORTEST <= len(same) <= codes.LONGEST or not same.isascii() or not same.isprintable():
            wrong.append(Issue(number, "code", code, Phrase("6 to 64 letters and digits")))
        elif same in seen:
            wrong.append(Issue(number, "code", code, Phrase("a code that is not in row {row} too", row=seen[same])))
        day = day_of(expires)
        if expires and day is None:
            wrong.append(Issue(number, "expires_on", expires, Phrase("a day such as 2026-12-31, or nothing")))
        if day is not None and day < today:
            wrong.append(Issue(number, "expires_on", expires, Phrase("a day that is not over")))
        if wrong:
            issues += wrong
        else:
            seen[same] = number
            rows.append(CodeRow(number, code, day))
    return CodeFile(rows, issues)


def table(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the columns of a file and its lines with their numbers."""
    if len(content) > MOST_BYTES:
        raise InputError("The file of codes is too large: bring it in parts of at most 64 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("The file of codes cannot be read: save it as text in UTF-8.") from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError("The file of codes cannot be read: save it as text in UTF-8.") from None
    header = [HEADERS.get(cell.strip().lower(), cell.strip()) for cell in (lines[0] if lines else [])]
    if "code" not in header:
        raise InputError("The file of codes has no column code: its first row names the columns.")
    return header, list(enumerate(lines[1:], start=2))


def day_of(text: str) -> date | None:
    """Return the day a text says in ISO 8601, or nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
