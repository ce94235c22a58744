"""Rows: every row of a source kept as it was, under the number a spreadsheet gives it."""

from dataclasses import dataclass
from pathlib import Path

from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources.source import Source


@dataclass(frozen=True)
class Kept:
    """The rows of a source: a SELECT with row_number and c0, c1, …; the table of rows that did not fit, if any."""

    relation: str
    misfits: str = ""


def keep(engine: DuckEngine, source: Source, folder: Path, *, first: int | None = None) -> Kept:
    """Keep every row of a source, or the `first` ones, as Parquet, in its order; rows without any cell are left out."""
    columns = [f"c{place}" for place in range(len(source.headers))]
    cells = ", ".join(columns)
    target = folder / "rows"
    if source.recording:
        engine.run(f"DROP TABLE IF EXISTS {sources.REJECTS}")
        engine.run(f"DROP TABLE IF EXISTS {sources.SCANS}")
    limit = "" if first is None else f" LIMIT {first}"
    engine.write(target, f"SELECT {cells} FROM ({source.recording or source.relation}){limit}")
    numbered, misfits = orders.numbered(target, source.first_line), ""
    if source.recording:
        misfits = f"misfits_of_{folder.name.replace('-', '_')}"
        engine.materialise(
            misfits,
            f"""
            SELECT CAST(line AS BIGINT) AS row_number,
                CASE WHEN bool_or(error_type = 'UNQUOTED VALUE') THEN 'quotes' ELSE 'row' END AS fault,
                left(trim(any_value(csv_line), chr(10) || chr(13)), 200) AS found
            FROM {sources.REJECTS} GROUP BY line
            """,
        )
        lost = engine.rows(f"SELECT row_number FROM {misfits} ORDER BY row_number").column(0).to_pylist()
        gaps = sorted({*lost, *source.blank_rows})
        if gaps:
            numbered = orders.renumbered(engine, numbered, folder / "numbered", gaps)
    filled = " OR ".join(f"CAST({column} AS VARCHAR) <> ''" for column in columns)
    return Kept(f"SELECT line_number AS row_number, {cells} FROM {numbered} WHERE {filled}", misfits)
