"""Misfits: the rows of a delimited text that the engine could not fit into the table, each with its number."""

import pyarrow as pa

from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.sources import mending
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources.source import Source

FOUND = 200
"""Characters of a row shown in a list."""


def forget(engine: DuckEngine) -> None:
    """Forget the rows that did not fit when a text was read before."""
    engine.run(f"DROP TABLE IF EXISTS {sources.REJECTS}")
    engine.run(f"DROP TABLE IF EXISTS {sources.SCANS}")


def swallowing(engine: DuckEngine) -> bool:
    """Tell whether a quote that nobody closed was met: the lines after it may be missing, in whatever number."""
    (row,) = engine.rows(
        f"SELECT coalesce(bool_or(error_type = 'UNQUOTED VALUE' OR "
        f"(error_type = 'LINE SIZE OVER MAXIMUM' AND contains(csv_line, '\"'))), FALSE) AS met FROM {sources.REJECTS}"
    ).to_pylist()
    return bool(row["met"])


def collect(engine: DuckEngine, source: Source, name: str) -> list[int]:
    """Create a table of the rows that did not fit: row_number, fault, found and, longer, line.

    Returns the numbers that no row of the table has: those of its rows, and those of rows without any cell, which are
    not in it.
    """
    mark = sources.literal(mending.MARK)
    lines = list(source.misquoted or ())
    engine.attach("reading_misquoted", pa.table({"place": range(len(lines)), "line": pa.array(lines, pa.string())}))
    engine.materialise(
        name,
        f"""
        SELECT row_number, CASE WHEN quoted.line IS NOT NULL THEN 'quotes' ELSE fault END AS fault,
            left(coalesce(quoted.line, written), {FOUND}) AS found, coalesce(quoted.line, written) AS line
        FROM (
            SELECT CAST(line AS BIGINT) AS row_number,
                CASE WHEN bool_or(error_type = 'UNQUOTED VALUE') THEN 'quotes'
                    WHEN bool_or(error_type = 'LINE SIZE OVER MAXIMUM') THEN 'long' ELSE 'row' END AS fault,
                left(trim(any_value(csv_line), chr(10) || chr(13)), {mending.SHOWN}) AS written
            FROM {sources.REJECTS} GROUP BY line
        ) LEFT JOIN reading_misquoted AS quoted ON quoted.place =
            CASE WHEN starts_with(written, {mark}) THEN TRY_CAST(regexp_extract(written, '[0-9]+') AS BIGINT) END
        """,
    )
    lost = engine.rows(f"SELECT row_number FROM {name} ORDER BY row_number").column(0).to_pylist()
    # Spaces alone, or the mark by which DOS ended a file, are no row that anybody misses.
    engine.run(f"DELETE FROM {name} WHERE regexp_full_match(line, '[\\s\\x1a\\xa0]*') AND fault = 'row'")
    return sorted({*lost, *source.blank_rows})
