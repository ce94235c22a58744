"""Opening: files of customers and the like, vCards among them, each as one relation."""

import os
from pathlib import Path

from vinculo.identify.cards import reading
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.sources import columnar
from vinculo.warehouse.reading.sources import opening as files
from vinculo.warehouse.reading.sources.source import Source

BEGIN = "begin:vcard"
CARDS = "vCard"
"""Format of a source of cards."""
START = 64
"""Bytes that show what a file is."""


def is_card(start: bytes) -> bool:
    r"""Tell whether a file that starts so holds vCards.

    >>> is_card(b"\xef\xbb\xbfBEGIN:VCARD\r\n"), is_card("BEGIN:VCARD".encode("utf-16")), is_card(b"code;name")
    (True, True, False)
    """
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text[: len(BEGIN)].decode("latin-1").lower() == BEGIN


def open_source(file: object, engine: DuckEngine, options: ReadingOptions, folder: Path) -> Source:
    """Open a file or a table in memory; the rows of a file of vCards are its cards, numbered from 1."""
    if not isinstance(file, str | os.PathLike) or not Path(file).is_file():
        return files.open_source(file, engine, options, folder)
    path = files.open_file(Path(file))
    files.first_bytes(path)
    with path.open("rb") as stream:
        if not is_card(stream.read(START)):
            return files.open_source(path, engine, options, folder)
    table, encoding, warnings = reading.read(path, encoding=options.encoding)
    engine.attach(columnar.NAME, table)
    names = tuple(table.column_names)
    described = dict.fromkeys(names, "VARCHAR")
    opened = columnar.relational(columnar.NAME, described, str(path), CARDS, numbered=False)
    return Source(
        description=opened.description,
        format=opened.format,
        headers=opened.headers,
        types=opened.types,
        relation=opened.relation,
        first_line=1,
        encoding=encoding,
        warnings=warnings,
    )
