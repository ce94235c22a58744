"""Rejected: the original rows that could not come in, with the reason beside them, to be corrected and sent again."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vinculo.foundation.language import Translate
from vinculo.identify.parties import rows as original_rows
from vinculo.identify.records.imports import folders
from vinculo.identify.records.imports.cells import harmless
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders as reading
from vinculo.warehouse.reading.sources.source import Source, literal

COLUMNS = ("row number", "column", "found", "expected", "suggestion")
"""What is said of a row, after the columns of the file."""
BATCH = 5_000


def keep(engine: DuckEngine, source: Source, issues: str, *, work: Path, produced: Path) -> None:
    """Keep what cannot come in (row_number, column_name, found, expected, suggestion, whole_row), and its rows.

    The rows are kept as they were: row_number, then their cells as text, c0, c1 and so on.
    """
    if engine.write(produced / folders.ISSUES, f"{outside(issues)} ORDER BY row_number"):
        named = parquet(produced, folders.ISSUES)
        engine.write(
            produced / folders.ROWS,
            f"SELECT * FROM ({original(engine, source, work / 'faulty')}) SEMI JOIN {named} USING (row_number)",
        )


def original(engine: DuckEngine, source: Source, folder: Path, *, first: int | None = None) -> str:
    """Return the SELECT of the rows of a source as they were, all of them or the first ones."""
    with reading.parsing(source):
        kept = original_rows.keep(engine, source, folder, first=first)
    cells = [f"c{place}" for place in range(len(source.headers))]
    texts = ", ".join(f"CAST({cell} AS VARCHAR) AS {cell}" for cell in cells)
    missing = "".join(f", NULL AS {cell}" for cell in cells[1:])
    misfits = f" UNION ALL BY NAME SELECT row_number, line AS c0{missing} FROM {kept.misfits}" if kept.misfits else ""
    return outside(f"SELECT row_number, {texts} FROM ({kept.relation}){misfits}")


def outside(rows: str) -> str:
    """Return a query of rows without those of persons who were erased."""
    return f"SELECT * FROM ({rows}) ANTI JOIN buried_rows USING (row_number)"


def parquet(folder: Path, name: str) -> str:
    """Return the FROM item of a relation kept in a folder."""
    return f"read_parquet({literal(str(folder / name / '*.parquet'))})"


def first_rows(engine: DuckEngine, source: Source, count: int, *, work: Path) -> Iterator[tuple[str, ...]]:
    """Yield the first rows as they were, each with its number."""
    rows = original(engine, source, work / "first", first=count)
    found = engine.rows(f"SELECT * FROM ({rows}) ORDER BY row_number LIMIT {count}")
    for row in found.to_pylist():
        yield tuple("" if cell is None else str(cell) for cell in row.values())


def first_issues(engine: DuckEngine, folder: Path, count: int) -> list[Mapping[str, Any]]:
    """Return the first cells and rows that cannot come in."""
    found = engine.rows(f"SELECT * FROM {parquet(folder, folders.ISSUES)} ORDER BY row_number LIMIT {count}")
    return list(found.to_pylist())


def text(
    engine: DuckEngine, folder: Path, headers: Sequence[str], *, delimiter: str, translate: Translate
) -> Iterator[bytes]:
    """Yield, in pieces, the rows with their reasons as delimited text that a spreadsheet opens."""
    yield b"\xef\xbb\xbf"
    yield line([*headers, *(translate(name) for name in COLUMNS)], delimiter)
    if not (folder / folders.ROWS).is_dir():
        return
    issues = parquet(folder, folders.ISSUES)
    found = engine.connection.sql(
        f"""
        SELECT rows.* EXCLUDE (row_number), issues.* FROM (
            SELECT row_number, string_agg(DISTINCT column_name, ', ') AS column_name, string_agg(found, ' | ') AS found,
                string_agg(DISTINCT expected, ' | ') AS expected, string_agg(DISTINCT suggestion, ' ')
            FROM {issues} GROUP BY row_number
        ) AS issues JOIN {parquet(folder, folders.ROWS)} AS rows USING (row_number) ORDER BY row_number
        """
    )
    for batch in found.to_arrow_reader(BATCH):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield line(["" if cell is None else str(cell) for cell in cells], delimiter)


def line(cells: Sequence[str], delimiter: str) -> bytes:
    """Return one line of delimited text."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerow([harmless(cell) for cell in cells])
    return written.getvalue().encode()
