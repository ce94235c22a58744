"""Sheets: rows written as CSV or as an Excel workbook, piece by piece, so that a million cost no memory."""

import csv
import io
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""
Cell = str | int | float | Decimal | date | None
_PIECE = 64 * 1024
ROWS, TEXT = 1_048_576, 32_767
"""What one sheet of Excel holds: rows, and characters of a cell."""
# Characters that no workbook can hold, whatever their writing.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
# Formats that Excel writes the reader's way: a day, an amount, a percentage, a moment.
DAY, AMOUNT, SHARE, MOMENT = 14, 4, 10, 22


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; figures stay figures.

    An import takes the apostrophe off again, so one that was there gets another.

    >>> harmless("=1+1"), harmless(-5), harmless("'+x")
    ("'=1+1", -5, "''+x")
    """
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("'").startswith(RISKY) else cell


def as_csv(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> Iterator[bytes]:
    r"""Write rows as CSV in UTF-8, with the mark by which Excel knows it.

    >>> b"".join(as_csv([("name", "worth"), ("=x", 2)])).decode("utf-8-sig")
    "name,worth\r\n'=x,2\r\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    stream.write("\ufeff")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if stream.tell() > _PIECE:
            yield taken(stream)
    yield taken(stream)


def taken(stream: io.StringIO) -> bytes:
    """Take out what was written so far."""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text.encode("utf-8", "replace")


def as_workbook(
    rows: Iterable[Sequence[Cell]],
    formats: Mapping[int, int] | None = None,
    *,
    more: Iterable[Sequence[Cell]] = (),
) -> Iterator[bytes]:
    """Write rows, the head first, as an Excel workbook; texts are texts, so none can become a formula.

    `formats` says how Excel writes the figures of a column. The workbook is made on disk and then handed over, so it
    costs no memory; what one sheet cannot hold goes on in the next, under the same head. `more` are the rows of a last
    sheet of their own.
    """
    with tempfile.TemporaryDirectory(prefix="vinculo-export-") as folder:
        file = Path(folder) / "book.xlsx"
        book = Book(file, formats or {})
        for row in rows:
            book.add(row)
        book.sheet = None
        for row in more:
            book.add(row)
        book.close()
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece


class Book:
    """A workbook that is written row by row."""

    def __init__(self, file: Path, formats: Mapping[int, int]) -> None:
        options = {"constant_memory": True, "tmpdir": str(file.parent), "remove_timezone": True}
        self.book = xlsxwriter.Workbook(str(file), options)
        self.ways = {way: self.book.add_format({"num_format": way}) for way in (DAY, MOMENT, *formats.values())}
        self.bold = self.book.add_format({"bold": True})
        self.formats = formats
        self.head: Sequence[Cell] = ()
        self.sheet: Worksheet | None = None
        self.place = 0

    def add(self, row: Sequence[Cell]) -> None:
        """Add a row, on a new sheet where this one is full."""
        if self.sheet is None or self.place == ROWS:
            first = self.sheet is None
            self.head = row if first else self.head
            self.sheet, self.place = self.book.add_worksheet(), 1
            self.sheet.freeze_panes(1, 0)
            self.sheet.set_column(0, max(0, len(self.head) - 1), 16)
            for column, cell in enumerate(self.head):
                self.sheet.write_string(0, column, str(harmless(cell)), self.bold)
            if first:
                return
        for column, cell in enumerate(row):
            self.write(self.sheet, column, cell)
        self.place += 1

    def write(self, sheet: Worksheet, column: int, cell: Cell) -> None:
        """Write a cell as what it is."""
        way = self.ways[self.formats[column]] if column in self.formats else None
        if cell is None or cell == "":
            return
        if isinstance(cell, date):
            sheet.write_datetime(self.place, column, cell, self.ways[MOMENT if isinstance(cell, datetime) else DAY])
        elif isinstance(cell, str) or not math.isfinite(cell):
            sheet.write_string(self.place, column, str(harmless(cell)).translate(_UNWRITABLE)[:TEXT])
        else:
            sheet.write_number(self.place, column, cell, way)

    def close(self) -> None:
        """Finish the workbook; one without rows has an empty sheet."""
        if not self.book.worksheets():
            self.book.add_worksheet()
        self.book.close()
