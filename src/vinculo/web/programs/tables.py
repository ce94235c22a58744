"""Tables: figures with what each means, shown on a page and given as CSV or a workbook from the same rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from vinculo.foundation import money
from vinculo.measure import sheets
from vinculo.measure.charts.reader import NOTHING, Reader
from vinculo.measure.sheets import Cell
from vinculo.web import tags

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT, POINTS, MONEY, SHARE, DAY, MONTH, MOMENT = "text", "points", "money", "share", "day", "month", "moment"
FACTOR = "factor"
FIGURES = (POINTS, MONEY, SHARE, FACTOR)
FORMATS = {MONEY: sheets.AMOUNT, SHARE: sheets.SHARE}
Words = str | Promise


class Link(NamedTuple):
    """Words that lead somewhere."""

    words: str
    address: str


class Tag(NamedTuple):
    """Words that say how something stands."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its name, what its cells are, and what it means where the name does not say it."""

    name: Words
    kind: str = TEXT
    means: Words = ""


@dataclass(frozen=True)
class Table:
    """Rows of raw figures under columns; the last rows may be totals."""

    code: str
    title: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    note: Words = ""
    totals: int = 0
    """So many rows at the end add up the others."""
    head: bool = True
    """Whether the first cell names the row."""
    wide: bool = False
    """Whether it stays a table on a phone, to be moved sideways."""

    def shown(self, reader: Reader) -> dict[str, Any]:
        """Return the table as a page shows it."""
        first_total = len(self.rows) - self.totals
        return {
            "table": self,
            "rows": [
                {
                    "cells": [self.cell(column, cell, reader) for column, cell in zip(self.columns, row, strict=True)],
                    "total": place >= first_total,
                }
                for place, row in enumerate(self.rows)
            ],
        }

    def cell(self, column: Column, cell: Any, reader: Reader) -> dict[str, Any]:
        """Return one cell as a page shows it."""
        return {
            "words": written(column.kind, cell, reader),
            "address": cell.address if isinstance(cell, Link) else "",
            "tag": cell if isinstance(cell, Tag) else None,
            "number": column.kind in FIGURES,
            "label": column.name,
        }

    def cells(self, reader: Reader) -> Iterator[Sequence[Cell]]:
        """Return the head and the rows for a spreadsheet: amounts in whole units, figures as figures."""
        yield [str(column.name) for column in self.columns]
        for row in self.rows:
            yield [plain(column.kind, cell, reader) for column, cell in zip(self.columns, row, strict=True)]


def written(kind: str, cell: Any, reader: Reader) -> str:
    """Write a cell for the reader; amounts with their cents, as they stand in the books."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, Link | Tag):
        return cell.words
    if kind == POINTS:
        return reader.number(float(cell))
    if kind == MONEY:
        return tags.exactly(cell, reader)
    if kind == FACTOR:
        return reader.number(float(cell), 4)
    if kind == SHARE:
        return reader.share(float(cell), 1)
    if kind == DAY:
        return reader.day(cell)
    if kind == MONTH:
        return reader.whole_month(cell)
    if kind == MOMENT:
        return reader.moment(timezone.localtime(cell))
    return str(cell)


def plain(kind: str, cell: Any, reader: Reader) -> Cell:
    """Return a cell for a spreadsheet."""
    if isinstance(cell, Link | Tag):
        return cell.words
    if kind == MONEY and cell is not None:
        return Decimal(round(cell)) / money.minor_per_major(reader.currency)
    if isinstance(cell, Fraction):
        return round(float(cell), 6)
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    return cell if cell is None or isinstance(cell, int | float | Decimal | date) else str(cell)


def handed(table: Table, form: str, name: str, reader: Reader) -> HttpResponseBase:
    """Answer with a table as a file; no spreadsheet takes a cell of it for a formula."""
    rows = list(table.cells(reader))
    if form == "xlsx":
        formats = {place: FORMATS[each.kind] for place, each in enumerate(table.columns) if each.kind in FORMATS}
        return filed(list(sheets.as_workbook(rows, formats)), WORKBOOK, f"{name}.xlsx")
    return filed(list(sheets.as_csv(rows)), "text/csv; charset=utf-8", f"{name}.csv")


def filed(pieces: Iterable[bytes], kind: str, name: str) -> HttpResponseBase:
    """Answer with a file."""
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def query_of(request: HttpRequest) -> str:
    """Return the query of an address, to be kept by the files of its tables."""
    said = request.GET.urlencode()
    return f"?{said}" if said else ""
