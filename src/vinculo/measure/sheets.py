"""Sheets: rows written as CSV or as an Excel workbook, piece by piece, so that a million cost no memory."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""
Cell = str | int | float | Decimal | date | None
_PIECE = 64 * 1024
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Vinculo" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_FOOT = "</sheetData></worksheet>"
# Characters that XML 1.0 cannot hold, whatever their writing.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; figures stay figures.

    >>> harmless("=1+1"), harmless(-5)
    ("'=1+1", -5)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell


def as_csv(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    r"""Write rows as CSV in UTF-8, with the mark by which Excel knows it.

    >>> b"".join(as_csv([("name", "worth"), ("=x", 2)])).decode("utf-8-sig")
    "name,worth\r\n'=x,2\r\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
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


class Pipe(io.RawIOBase):
    """A file that is read away while it is written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override] # a buffer of bytes is all that comes
        """Take a piece."""
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """Take out what was written so far."""
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)


def as_workbook(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Write rows as one sheet of an Excel workbook; texts are texts, so none can become a formula."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_HEAD.encode())
            for row in rows:
                sheet.write(f"<row>{''.join(map(written, row))}</row>".encode("utf-8", "replace"))
                if sum(map(len, pipe.pieces)) > _PIECE:
                    yield pipe.taken()
            sheet.write(_FOOT.encode())
    yield pipe.taken()


def written(cell: Cell) -> str:
    """Write a cell as XML."""
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return f"<c><v>{cell}</v></c>"
    text = cell.isoformat() if isinstance(cell, date | datetime) else str(harmless(cell))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text.translate(_UNWRITABLE))}</t></is></c>'
