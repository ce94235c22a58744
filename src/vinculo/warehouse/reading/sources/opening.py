"""Opening: what a source is, judged by what it holds rather than by its name."""

import os
from pathlib import Path

from vinculo.foundation.errors import InputError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.sources import columnar, delimited, sheets
from vinculo.warehouse.reading.sources.source import Source

PARQUET = b"PAR1"
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
"""Start of a compound file: an old XLS, or an XLSX protected by a password."""
ZIP = b"PK\x03\x04"
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".ods")


def open_source(source: object, engine: DuckEngine, options: ReadingOptions, folder: Path) -> Source:
    """Open a path or a table in memory; what is open already is returned as it is."""
    if isinstance(source, Source):
        return source
    if not isinstance(source, str | os.PathLike):
        return columnar.open_frame(source, engine, folder)
    path = Path(source)
    if path.is_dir():
        return columnar.open_parquet(path, engine, description=options.description)
    start = first_bytes(open_file(path))
    if start.startswith(PARQUET):
        return columnar.open_parquet(path, engine, description=options.description)
    if start == COMPOUND and path.suffix.lower() in SHEETS:
        raise InputError(
            "{path} is protected by a password, or an old XLS: save it as XLSX without one.", path=str(path)
        )
    if start == COMPOUND or (start.startswith(ZIP) and path.suffix.lower() in SHEETS):
        opened, table = sheets.open_sheet(path, sheet=options.sheet)
        engine.attach(sheets.NAME, table)
        return opened
    if path.suffix.lower() == ".parquet":
        raise InputError("{path} is not a Parquet file though it is called one: write it again.", path=str(path))
    if path.suffix.lower() in SHEETS:
        raise InputError("{path} is not a spreadsheet though it is called one: save it again.", path=str(path))
    return delimited.open_text(path, folder, encoding=options.encoding, delimiter=options.delimiter)


def open_file(path: Path) -> Path:
    """Return a path that is a file with something in it."""
    if not path.exists():
        raise InputError("There is no file {path}: check the name and the folder.", path=str(path))
    if not path.is_file():
        raise InputError("{path} is not a file: name a file of orders or a folder of Parquet files.", path=str(path))
    if path.stat().st_size == 0:
        raise InputError("{path} is empty: a table has a header and rows.", path=str(path))
    return path


def first_bytes(path: Path) -> bytes:
    """Return the bytes that tell what a file is."""
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except PermissionError:
        raise InputError("{path} cannot be opened: you have no right to read it.", path=str(path)) from None
