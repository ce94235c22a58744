"""An opened source: a relation whose columns are called c0, c1, … so that no header is ever part of a query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlglot import exp

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse import duck

MOST_COLUMNS = 1_000
REJECTS = "reading_rejects"
SCANS = "reading_scans"
_PARAMETER_SIGN = re.compile(r"(?<=[$])(?=[a-z_])")


@dataclass(frozen=True)
class Source:
    """What was opened. `types` are DuckDB's; text that still has to be understood is VARCHAR."""

    description: str
    format: str
    headers: tuple[str, ...]
    types: tuple[str, ...]
    relation: str
    """A SELECT whose columns are c0, c1, … in the order of the headers."""
    recording: str = ""
    """The same for delimited text, noting the rows that do not fit in the tables REJECTS and SCANS."""
    native: str = ""
    """For Parquet and tables in memory: the FROM item with the columns under their own names."""
    numbered: bool = False
    """Whether `native` offers the column file_row_number."""
    files: int = 1
    first_line: int = 2
    """Row of the first line below the header, as a spreadsheet counts."""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    blank_rows: Sequence[int] = ()
    """Rows without any cell, which the engine skips though a spreadsheet counts them."""
    text: Path | None = None
    """For delimited text: the file that is read, in UTF-8."""
    misquoted: Sequence[str] | None = None
    """Lines whose quotes do not balance, when they have been looked for: `mending` has put marks in their place."""
    warnings: tuple[Phrase, ...] = field(default=())


def identifier(name: str) -> str:
    """Write any text as a quoted SQL identifier.

    >>> identifier("Año")
    '"Año"'
    """
    return exp.to_identifier(name, quoted=True).sql("duckdb")


def literal(text: str) -> str:
    """Write any text as an SQL literal, in which no $name is taken for a parameter of the query.

    >>> literal("O'Hara"), literal("price_$us")
    ("'O''Hara'", "('price_$' || 'us')")
    """
    parts = _PARAMETER_SIGN.split(text)
    quoted = " || ".join(duck.quote(part) for part in parts)
    return f"({quoted})" if len(parts) > 1 else quoted


def numbered_columns(names: Sequence[str], relation: str) -> str:
    """Return the SELECT that gives the columns of a relation their numbered names."""
    columns = ", ".join(f"{identifier(name)} AS c{place}" for place, name in enumerate(names))
    return f"SELECT {columns} FROM {relation}"


def few(cells: Sequence[str]) -> Sequence[str]:
    """Return the header; refuse one of more columns than a table of people or sales ever has."""
    if len(cells) > MOST_COLUMNS:
        raise InputError(
            "The file has {count:,} columns, more than {limit:,}: keep only those that are needed, or check its "
            "delimiter.",
            count=len(cells),
            limit=MOST_COLUMNS,
        )
    return cells


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Return header cells trimmed, empty ones named by their place, repeated ones by their count.

    >>> unique_headers([" Fecha ", "", "Fecha"])
    ('Fecha', 'column 2', 'Fecha (2)')
    """
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\x00", "").split()) or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)
