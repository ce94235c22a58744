"""Reading: delimited text whose columns are known by their names, English or Spanish; each row good, or bad and why."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from vinculo.foundation.errors import InputError

NAMES: Mapping[str, tuple[str, ...]] = {
    "card": ("card", "card number", "tarjeta", "numero de tarjeta", "number"),
    "customer": ("customer", "customer number", "cliente", "numero de cliente"),
    "email": ("email", "e-mail", "correo", "correo electronico"),
    "phone": ("phone", "telephone", "telefono", "movil"),
    "joined_on": ("joined on", "joined", "member since", "alta", "fecha de alta"),
    "unit": ("unit", "unidad"),
    "points": ("points", "balance", "puntos", "saldo"),
    "expires_on": ("expires on", "expires", "caduca", "caducidad"),
    "earned_on": ("earned on", "earned", "ganado", "fecha"),
}
NEVER = ("never", "nunca")
SIGNS = ";,\t|"


class NoColumnError(InputError):
    """The file lacks a column it needs."""

    code = "file.columns"


@dataclass(frozen=True)
class Bad:
    """A cell that cannot be used: where it is, what was found, and what would be right (an English phrase)."""

    row: int
    column: str
    found: str
    expected: str


@dataclass
class Row:
    """A row of a file by the names of its columns; the first after the header is row 2, as a spreadsheet counts."""

    number: int
    cells: Mapping[str, str]
    values: dict[str, object] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """Return a cell, empty where there is none."""
        return self.cells.get(column, "")


def rows(text: str, needed: Sequence[tuple[str, ...]]) -> Iterator[Row]:
    r"""Yield the rows of a file, empty ones left out; of each group of `needed` columns one has to be there.

    >>> [(row.number, row.text("card")) for row in rows("Tarjeta;Puntos\n12 34;5\n\n", [("card",), ("points",)])]
    [(2, '12 34')]
    """
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = max(SIGNS, key=head.count)
    read = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    columns = [known(cell) for cell in next(read, [])]
    for group in needed:
        if not set(group) & set(columns):
            raise NoColumnError(
                "The file has no column {needed}: its columns are {found}.",
                needed=" / ".join(group),
                found=head.strip()[:200],
            )
    for cells in read:
        named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        if any(named.values()):
            yield Row(read.line_num, named)


def known(header: str) -> str:
    """Return which column a header names; nothing for one that is not needed.

    >>> known("Número de tarjeta"), known("Joined_on"), known("colour")
    ('card', 'joined_on', '')
    """
    plain = unicodedata.normalize("NFD", header.strip().lower().replace("_", " "))
    folded = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return next((name for name, names in NAMES.items() if folded in names), "")


def day(row: Row, column: str) -> date | Bad | None:
    """Return a day as ISO 8601 writes it; nothing for an empty cell."""
    found = row.text(column)
    if not found:
        return None
    try:
        return date.fromisoformat(found)
    except ValueError:
        return Bad(row.number, column, found, "a day such as 2026-03-31")


def points(row: Row) -> int | Bad:
    """Return a number of points: whole and above zero.

    >>> points(Row(2, {"points": "1200"})), points(Row(3, {"points": "12,5"}))
    (1200, Bad(row=3, column='points', found='12,5', expected='a whole number of points, 1 or more'))
    """
    found = row.text("points")
    if found.isascii() and found.isdecimal() and 0 < int(found[:15]) <= 10**12 and len(found) <= 13:
        return int(found)
    return Bad(row.number, "points", found, "a whole number of points, 1 or more")


def card(row: Row) -> str | Bad:
    """Return a card number without spaces and dashes: that of another system is kept as it is."""
    found = row.text("card").replace(" ", "").replace("-", "")
    if 4 <= len(found) <= 24 and found.isascii() and found.isalnum():
        return found
    return Bad(row.number, "card", row.text("card"), "a card number of 4 to 24 letters and digits")
