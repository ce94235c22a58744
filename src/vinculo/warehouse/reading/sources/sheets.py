"""Sheets: spreadsheets read with calamine, which gives the values of formulas and runs none."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from vinculo.foundation.errors import InputError
from vinculo.warehouse.reading.sources import delimited
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources import text as texts
from vinculo.warehouse.reading.sources.source import Source

Cell = str | float | bool | date | datetime | time | timedelta | int
NAME = "reading_sheet"


def open_sheet(path: Path, *, sheet: str = "") -> tuple[Source, pa.Table]:
    """Open a spreadsheet: the sheet asked for, or the first with rows. The table is to be attached as NAME."""
    name, rows = chosen_rows(path, sheet)
    words = [[plain(cell) for cell in row] for row in rows[:30]]
    place = delimited.header_place(words)
    header = words[place]
    width = max((number for number, cell in enumerate(header, start=1) if cell), default=0)
    columns = [column([row[number] for row in rows[place + 1 :]]) for number in range(width)]
    headers = sources.unique_headers(sources.few(header[:width]))
    table = pa.Table.from_arrays(columns, names=[f"c{number}" for number in range(width)])
    opened = Source(
        description=str(path),
        format="spreadsheet",
        headers=headers,
        types=tuple(duck_type(item.type) for item in columns),
        relation=f"SELECT * FROM {NAME}",
        first_line=place + 2,
        sheet=name,
        warnings=delimited.header_warnings(header[:width]),
    )
    return opened, table


def chosen_rows(path: Path, sheet: str) -> tuple[str, list[list[Any]]]:
    """Return the name and the rows of a sheet, from the first row of the sheet on."""
    refuse_swollen(path)
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        if sheet and sheet not in workbook.sheet_names:
            raise InputError(
                "{path} has no sheet {sheet!r}: it has {found}.",
                path=str(path),
                sheet=sheet,
                found=workbook.sheet_names,
            )
        notes: tuple[str, list[list[Any]]] | None = None
        for name in [sheet] if sheet else workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > 1 and (sheet or tabular(rows)):
                return name, rows
            notes = notes or ((name, rows) if len(rows) > 1 else None)
        if notes:
            return notes
    except calamine.PasswordError:
        raise InputError("{path} is protected by a password: save it without one.", path=str(path)) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise InputError(
            "{path} cannot be read as a spreadsheet ({reason}): it is damaged, protected by a password, or something "
            "else. Open it and save it again as XLSX or CSV.",
            path=str(path),
            reason=str(error),
        ) from error
    raise InputError("{path} has no sheet with a header and lines.", path=str(path))


def refuse_swollen(path: Path) -> None:
    """Refuse a spreadsheet that would fill the memory: its parts are compressed."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > max(texts.ROOM, texts.PACKED_MOST * path.stat().st_size):
            raise texts.swollen(path)


def tabular(rows: Sequence[Sequence[Any]]) -> bool:
    """Tell whether a sheet is a table rather than a page of notes: two rows have two cells each."""
    return sum(sum(cell not in ("", None) for cell in row) > 1 for row in rows[:1000]) > 1


def column(cells: Sequence[Cell]) -> pa.Array:
    """Return a column with the type all its cells share, else as text that cannot be misread."""
    filled = [cell for cell in cells if cell not in ("", None)]
    numbers = all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled)
    if filled and numbers:
        return pa.array([float(cell) if isinstance(cell, int | float) else None for cell in cells], pa.float64())
    if filled and all(isinstance(cell, date) for cell in filled):
        return pa.array([moment(cell) if isinstance(cell, date) else None for cell in cells], pa.timestamp("us"))
    return pa.array([plain(cell) or None for cell in cells], pa.string())


def moment(cell: date) -> datetime:
    """Return a day as its first moment."""
    return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - naive by contract


def plain(cell: Cell) -> str:
    """Return a cell as text: a fraction with an exponent, so that its point is never taken for a thousands mark.

    >>> plain(17850.0), plain(12.5), plain(" 1.234,56 ")
    ('17850', '12.5e0', '1.234,56')
    """
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell!r}e0".replace("e0e0", "e0")
    if isinstance(cell, datetime | date | time):
        return str(cell)
    return "" if cell is None else str(cell).strip()


def duck_type(arrow: pa.DataType) -> str:
    """Return the engine's name of a column type of sheets."""
    return {"double": "DOUBLE", "timestamp[us]": "TIMESTAMP"}.get(str(arrow), "VARCHAR")
