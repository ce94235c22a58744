"""Rows: every row of a source kept as it was, under the number a spreadsheet gives it."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.sources import delimited, misfits
from vinculo.warehouse.reading.sources.source import Source


@dataclass(frozen=True)
class Kept:
    """The rows of a source."""

    relation: str
    """A SELECT with row_number and c0, c1 and so on."""
    misfits: str = ""
    """The table of rows that did not fit (see `misfits.collect`), if there may be any."""


def keep(engine: DuckEngine, source: Source, folder: Path, *, first: int | None = None) -> Kept:
    """Keep every row of a source, or the `first` ones, as Parquet, in its order; rows without any cell are left out."""
    columns = [f"c{place}" for place in range(len(source.headers))]
    cells = ", ".join(columns)
    target = folder / "rows"
    if source.recording:
        misfits.forget(engine)
    limit = "" if first is None else f" LIMIT {first}"
    engine.write(target, f"SELECT {cells} FROM ({source.recording or source.relation}){limit}")
    numbered, lost = orders.numbered(target, source.first_line), ""
    if source.recording:
        if source.misquoted is None and misfits.swallowing(engine):
            return keep(engine, delimited.mended(source, folder), folder / "mended", first=first)
        lost = f"party_misfits_{uuid.uuid4().hex[:12]}"
        if gaps := misfits.collect(engine, source, lost):
            numbered = orders.renumbered(engine, numbered, folder / "numbered", gaps)
    filled = " OR ".join(f"CAST({column} AS VARCHAR) <> ''" for column in columns)
    return Kept(f"SELECT line_number AS row_number, {cells} FROM {numbered} WHERE {filled}", lost)
