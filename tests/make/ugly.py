"""Ugly files of customers, products and orders: three good rows, and what somebody's program did to them."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

KINDS = ("customers", "products", "orders")
Row = Sequence[str]
HEADERS: dict[str, Row] = {
    "customers": ("Código", "Nombre completo", "Correo", "Fecha alta"),
    "products": ("Referencia", "Descripción", "Familia", "PVP"),
    "orders": ("Pedido", "Cliente", "Fecha", "Artículo", "Unidades", "Importe"),
}
ROWS: dict[str, list[Row]] = {
    "customers": [
        ("K1", "Ana Muñoz Gil", "ana@munozgil.es", "31/01/2020"),
        ("K2", "Eva Peña", "eva@pena.es", "13/02/2021"),
        ("K3", "Luis Núñez", "luis@nunez.es", "05/03/2022"),
    ],
    "products": [
        ("K1", "Taza", "Menaje", "9,50"),
        ("K2", "Caña de pescar", "Ocio", "1234,50"),
        ("K3", "Olla", "Cocina", "30,00"),
    ],
    "orders": [
        ("K1", "1", "31/01/2020", "A1", "2", "19,00"),
        ("K2", "2", "13/02/2021", "Ñ2", "1", "1234,50"),
        ("K3", "3", "05/03/2022", "A3", "1", "30,00"),
    ],
}
DATES = {"customers": "Fecha alta", "orders": "Fecha"}
AMOUNTS = {"products": "PVP", "orders": "Importe"}
NAMES = {"customers": "Nombre completo", "products": "Descripción", "orders": "Artículo"}
FOURTH: dict[str, Row] = {
    "customers": ("K4", "Pía Ruiz", "pia@ruizgil.es", "06/03/2022"),
    "products": ("K4", "Plato", "Menaje", "4,00"),
    "orders": ("K4", "4", "06/03/2022", "A4", "1", "4,00"),
}


def lines(kind: str, *more: Row) -> list[Row]:
    """Return the header, the three good rows and more."""
    return [HEADERS[kind], *ROWS[kind], *more]


def text(rows: Sequence[Row], *, delimiter: str = ";", end: str = "\n") -> str:
    """Return rows as delimited text."""
    return "".join(delimiter.join(row) + end for row in rows)


def plain(kind: str, *more: Row) -> bytes:
    """Return the good rows, and more, as a file."""
    return text(lines(kind, *more)).encode()


def fourth(kind: str, **cells: str) -> Row:
    """Return one more row, some cells of it by the name of their column; spaces are underscores there."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    return [named.get(header, cell) for header, cell in zip(HEADERS[kind], FOURTH[kind], strict=True)]


def with_cell(column: dict[str, str], value: str) -> Callable[[str], bytes]:
    """Return a maker of files whose fourth row holds a value in the column each kind has for it."""
    return lambda kind: plain(kind, fourth(kind, **({column[kind]: value} if kind in column else {})))


def sheet(rows: Sequence[Sequence[object]], *, change: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    """Return rows as a spreadsheet, changed before it is saved."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet."""
    written = io.BytesIO()
    pq.write_table(table, written)
    return written.getvalue()


def arrow(kind: str) -> pa.Table:
    """Return the good rows as a table."""
    columns = zip(*ROWS[kind], strict=True)
    return pa.table({name: list(cells) for name, cells in zip(HEADERS[kind], columns, strict=True)})


def packed(content: bytes) -> bytes:
    """Return content compressed."""
    return gzip.compress(content, 9)


@dataclass(frozen=True)
class Ugly:
    """One ugly file for each kind of rows, and what is to become of it."""

    make: Callable[[str], bytes]
    name: str = "file.csv"
    refused: str = ""
    """Pattern of the one sentence that refuses it; empty for a file that is taken."""
    rejected: tuple[int, str, str] | None = None
    """The row set aside, the name of its column (a key of a table of columns, or the name itself), what is found."""
    keys: tuple[str, ...] = ("K1", "K2", "K3")
    """Numbers and codes that are in the store in the end."""
    options: Mapping[str, str] = field(default_factory=dict)
    altered: bool = False
    """Whether cells of the three good rows were changed, so that only their keys can be compared."""


KNOWN: dict[str, dict[str, tuple[object, ...]]] = {
    "customers": {
        "K1": ("Ana Muñoz Gil", "ana@munozgil.es", date(2020, 1, 31)),
        "K2": ("Eva Peña", "eva@pena.es", date(2021, 2, 13)),
        "K3": ("Luis Núñez", "luis@nunez.es", date(2022, 3, 5)),
    },
    "products": {
        "K1": ("Taza", "Menaje", 950),
        "K2": ("Caña de pescar", "Ocio", 123_450),
        "K3": ("Olla", "Cocina", 3_000),
    },
    "orders": {
        "K1": ("1", date(2020, 1, 31), "A1", 2, 1_900),
        "K2": ("2", date(2021, 2, 13), "Ñ2", 1, 123_450),
        "K3": ("3", date(2022, 3, 5), "A3", 1, 3_000),
    },
}
"""What is known of the three good rows in the end: name, e-mail and first day; name, category and price; customer,
day, product, pieces and net amount."""
FOUR = ("K1", "K2", "K3", "K4")
LONG = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=9_000))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
LOCKED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5_000)
NOTHING = " \t \n" * 400_000


def recoded(codec: str) -> Callable[[str], bytes]:
    """Return a maker of files in an encoding."""
    return lambda kind: plain(kind).decode().encode(codec)


def named(value: str) -> Callable[[str], bytes]:
    """Return a maker of files whose fourth row has a name."""
    return with_cell(NAMES, value)


def titled(book: openpyxl.Workbook) -> None:
    """Put a merged title above the table."""
    assert book.active is not None
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Informe"
    book.active.merge_cells("A1:C1")


def summed(book: openpyxl.Workbook) -> None:
    """Put a formula beside the table, whose value was never worked out."""
    assert book.active is not None
    book.active["H1"], book.active["H2"] = "Total", "=SUM(F2:F4)"


def covered(book: openpyxl.Workbook) -> None:
    """Put a page of notes before the table and an empty one after it."""
    notes = book.create_sheet("Notas", 0)
    notes["A1"], notes["A2"], notes["A3"] = "Notas", "sobre las filas", "de hoy"
    book.create_sheet("Vacía")


def typed(kind: str) -> list[Sequence[object]]:
    """Return the good rows with days and numbers as a spreadsheet holds them."""

    def cell(header: str, value: str) -> object:
        if header.startswith("Fecha"):
            return datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007 - a day has no zone
        return float(value.replace(",", ".")) if header in ("PVP", "Importe", "Unidades") else value

    return [HEADERS[kind], *([cell(*pair) for pair in zip(HEADERS[kind], row, strict=True)] for row in ROWS[kind])]


def swollen_sheet(kind: str) -> bytes:
    """Return a small spreadsheet that unpacks to a third of a gigabyte of spaces."""
    whole, written = zipfile.ZipFile(io.BytesIO(sheet(lines(kind)))), io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for part in whole.namelist():
            content = whole.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")
            target.writestr(part, content)
    return written.getvalue()


def replaced(kind: str, place: int, values: pa.Array) -> bytes:
    """Return the good rows as Parquet with another column at a place."""
    return parquet(arrow(kind).set_column(place, HEADERS[kind][place], values))


def nested(kind: str) -> bytes:
    """Return the good rows as Parquet with a list and a structure beside them."""
    table = arrow(kind).append_column("listed", pa.array([[1], [2, 3], None]))
    return parquet(table.append_column("nested", pa.array([{"a": 1}, {"a": 2}, None])))


FILES: dict[str, Ugly] = {
    # Refused, each in one sentence.
    "empty": Ugly(lambda _: b"", refused="is empty"),
    "blank lines": Ugly(lambda _: b"\n\n  \n", refused="is empty"),
    "two megabytes of spaces": Ugly(lambda _: b" " * 2_000_000, refused="is empty"),
    "header only": Ugly(lambda kind: text([HEADERS[kind]]).encode(), refused="has a header and no"),
    "no header": Ugly(
        lambda kind: text(ROWS[kind]).encode(), refused="first row looks like a line|No column tells one row"
    ),
    "ten thousand columns": Ugly(
        lambda kind: text([[*row, *map(str, range(10_000))] for row in lines(kind)]).encode(),
        refused=r"10,00\d columns",
    ),
    "three megabytes in a cell": Ugly(named("Ana " * 750_000), refused="holds a line longer than"),
    "HTML": Ugly(lambda _: b"<html><table><tr><td>K1</td></tr></table></html>\n", refused="No column"),
    "JSON": Ugly(lambda _: b'[{"id": 1, "name": "Ana"}]\n', refused="No column"),
    "an image": Ugly(lambda _: PNG, refused="is a PNG image"),
    "noise": Ugly(lambda _: random.Random(1).randbytes(100_000), refused="is binary data"),
    "a ZIP archive": Ugly(lambda _: b"PK\x03\x04" + b"0" * 500, refused="is a ZIP archive"),
    "a locked spreadsheet": Ugly(lambda _: LOCKED, "file.xlsx", "protected by a password"),
    "half a spreadsheet": Ugly(lambda kind: sheet(lines(kind))[:3_000], "file.xlsx", "cannot be read as a spreadsheet"),
    "an empty spreadsheet": Ugly(lambda _: sheet([]), "file.xlsx", "no sheet with a header"),
    "a swollen spreadsheet": Ugly(swollen_sheet, "file.xlsx", "unpacks to more than 200 times"),
    "half a gzip": Ugly(lambda kind: packed(plain(kind))[:-20], "file.csv.gz", "cut short or damaged"),
    "gzip with a tail": Ugly(lambda kind: packed(plain(kind)) + b"tail", "file.csv.gz", "cut short or damaged"),
    "gzip of nothing": Ugly(lambda _: packed(b""), "file.csv.gz", "is empty"),
    "gzip in gzip": Ugly(lambda kind: packed(packed(plain(kind))), "file.csv.gz", "is binary data"),
    "a gzip bomb of one line": Ugly(
        lambda kind: packed(plain(kind) + b"0" * 300_000_000), "file.csv.gz", "holds a line longer than"
    ),
    "half a Parquet": Ugly(lambda kind: parquet(arrow(kind))[:-100], "file.parquet", "cannot be read as Parquet"),
    "Parquet without rows": Ugly(lambda kind: parquet(arrow(kind).slice(0, 0)), "file.parquet", "has a header and no"),
    "Parquet without columns": Ugly(lambda _: parquet(pa.table({})), "file.parquet", "cannot be read as Parquet"),
    # Taken, whatever was done to them.
    "UTF-8 with a mark": Ugly(recoded("utf-8-sig")),
    "UTF-8 with two marks": Ugly(lambda kind: b"\xef\xbb\xbf" * 2 + plain(kind)),
    "UTF-16": Ugly(recoded("utf-16")),
    "UTF-16 without a mark": Ugly(recoded("utf-16-le")),
    "UTF-32": Ugly(recoded("utf-32")),
    "Windows-1252": Ugly(recoded("cp1252")),
    "DOS, as asked": Ugly(recoded("cp850"), options={"encoding": "cp850"}),
    "old Mac, as asked": Ugly(recoded("mac_roman"), options={"encoding": "mac_roman"}),
    "NUL in a cell": Ugly(lambda kind: plain(kind).replace(b"K2", b"K\x002")),
    "NUL at the end": Ugly(lambda kind: plain(kind) + b"\x00" * 4_096),
    "the end mark of DOS": Ugly(lambda kind: plain(kind) + b"\x1a"),
    "old Mac line ends": Ugly(lambda kind: text(lines(kind), end="\r").encode()),
    "mixed line ends": Ugly(lambda kind: (text(lines(kind)[:2], end="\r\n") + text(lines(kind)[2:])).encode()),
    "two megabytes of lines of spaces": Ugly(
        lambda kind: (text(lines(kind)[:2]) + NOTHING + text(lines(kind)[2:])).encode()
    ),
    "two megabytes of line ends": Ugly(lambda kind: plain(kind) + b"\n" * 2_000_000),
    "lines of nothing but delimiters": Ugly(
        lambda kind: plain(kind) + (b";" * (len(HEADERS[kind]) - 1) + b"\n") * 1_000
    ),
    "a title and the delimiter said": Ugly(lambda kind: b"sep=;\nInforme\n\n" + plain(kind)),
    "cells beyond the header": Ugly(
        lambda kind: text([HEADERS[kind], *([*row, "", ""] for row in ROWS[kind])]).encode()
    ),
    "a header twice": Ugly(lambda kind: text([[*row, row[-1]] for row in lines(kind)]).encode()),
    "quotes within a cell": Ugly(named('Luis "Lucho" Gil'), keys=FOUR),
    "line ends within a cell": Ugly(named('"Luis\n\nGil"'), keys=FOUR),
    "a carriage return beside a quote within a cell": Ugly(named('"""Luis""\r"'), keys=FOUR),
    "formulas kept from running": Ugly(
        lambda kind: plain(kind, fourth(kind, **{NAMES[kind]: "'=1+1"})).replace(b"K4", b"'+K4"),
        keys=("+K4", "K1", "K2", "K3"),
    ),
    "formula, SQL, HTML and signs": Ugly(
        named("\"=cmd|'/c calc'!A1'); DROP TABLE identify_customer;-- <b>$x {y} %s \\N \\.\""), keys=FOUR
    ),
    "from right to left": Ugly(named("\u202eأحمد محمد 👩\u200d👧 e\u0301"), keys=FOUR),
    "typed cells in a sheet": Ugly(lambda kind: sheet(typed(kind)), "file.xlsx"),
    "typed and written cells in a sheet": Ugly(
        lambda kind: sheet([*typed(kind), FOURTH[kind]]), "file.xlsx", keys=FOUR
    ),
    "merged cells": Ugly(lambda kind: sheet(lines(kind), change=titled), "file.xlsx"),
    "a formula in a sheet": Ugly(lambda kind: sheet(lines(kind), change=summed), "file.xlsx"),
    "several sheets": Ugly(lambda kind: sheet(lines(kind), change=covered), "file.xlsx"),
    "gzip": Ugly(lambda kind: packed(plain(kind)), "file.csv.gz"),
    "nested Parquet": Ugly(nested, "file.parquet"),
    "bytes in Parquet": Ugly(
        lambda kind: replaced(kind, 1, pa.array([b"\xff\xfe", b"2", b"3"], pa.binary())), "file.parquet", altered=True
    ),
    "NUL in Parquet": Ugly(
        lambda kind: replaced(kind, 1, pa.array(["a\x00b", "2", "3"])), "file.parquet", altered=True
    ),
    # Taken but for one row, which is listed.
    "a row cut short": Ugly(lambda kind: plain(kind, FOURTH[kind][:2]), rejected=(5, "", "K4;")),
    "a row too long": Ugly(lambda kind: plain(kind, [*FOURTH[kind], "x", "y"]), rejected=(5, "", "K4;")),
    "a quote never closed, last": Ugly(named('"Luis'), rejected=(5, "", "K4;")),
    "a quote never closed, first": Ugly(
        lambda kind: text([HEADERS[kind], fourth(kind, **{NAMES[kind]: '"Luis'}), *ROWS[kind]]).encode(),
        rejected=(2, "", "K4;"),
    ),
    "a quote closed too early": Ugly(named('"Luis" Gil'), rejected=(5, "", "K4;")),
    "two million characters in a cell": Ugly(named("Ana " * 512_500), rejected=(5, "", "K4;")),
    "a number of nine thousand letters": Ugly(
        lambda kind: plain(kind, [LONG, *FOURTH[kind][1:]]), rejected=(5, "first", LONG[:50])
    ),
    "the header again": Ugly(
        lambda kind: plain(kind) + b"\xef\xbb\xbf" + text([HEADERS[kind], FOURTH[kind]]).encode(),
        rejected=(5, "header", ""),
        keys=FOUR,
    ),
}
"""Whatever a file holds: lines, or one sentence; never a traceback, never a good row lost."""

DAYS = (
    *("31/02/2022", "29/02/2021", "32/13/2020", "0000-00-00", "01/01/0001", "1/1/10000", "02/13/2022", "1e400"),
    *("mañana", "٠٦/٠٣/٢٠٢٢", "2022-03-06T99:00", "' OR 1=1 --"),
)
"""Days there are not."""
SUMS = (
    *("1e400", "-1e400", "inf", "99999999999999999999", "9223372036854775807", "1,2,3", "cuatro", "١٢", "=1+1"),
    *("1" * 400, "4..00", "--4", "€€", "<b>4</b>"),
)
"""Amounts there are not."""
GOOD_SUMS = ("1.234,50", "1 234,50", "1\u00a0234,50", "1\u202f234,50", "1'234,50", "1234,50 €", "€ 1234,50")
"""One amount, however it is written."""
PIECES = ("1e400", "1e15", "99999999999999", "x", "--1")
"""Numbers of pieces there are not."""
