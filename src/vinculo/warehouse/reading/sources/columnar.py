"""Columnar sources: Parquet, and anything that speaks Arrow (pandas, Polars, PyArrow, DuckDB)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources.source import Source

NAME = "reading_table"
ZONED = "TIMESTAMP WITH TIME ZONE"


def open_parquet(path: Path, engine: DuckEngine, *, description: str = "") -> Source:
    """Open a Parquet file, or a folder of Parquet files read in the order of their names."""
    files = sorted(path.glob("**/*.parquet")) if path.is_dir() else [path]
    if not files:
        raise InputError(
            "{path} is a folder without Parquet files: name a file, or a folder of *.parquet.", path=str(path)
        )
    listed = ", ".join(sources.literal(str(file)) for file in files)
    union = ", union_by_name = true" if len(files) > 1 else ""
    native = f"read_parquet([{listed}], file_row_number = true{union})"
    try:
        described = described_columns(engine, f"SELECT * EXCLUDE (file_row_number) FROM {native}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            "{path} cannot be read as Parquet ({reason}): write it again.", path=str(path), reason=reason
        ) from error
    zoned = any(kind == ZONED for kind in described.values())
    warnings = (Phrase("Times with a zone were read in UTC."),) if zoned else ()
    opened = relational(native, described, description or str(path), "Parquet", numbered=True)
    return replace(opened, files=len(files), warnings=warnings)


def open_frame(source: object, engine: DuckEngine, folder: Path) -> Source:
    """Open a table in memory; a stream is first kept as Parquet in the folder."""
    kind = f"{type(source).__module__.split('.')[0]} {type(source).__name__}"
    if isinstance(source, pa.Table):
        table = source
    elif hasattr(source, "__arrow_c_stream__") and kind.startswith(("pandas", "polars")):
        table = table_of(source)
    else:
        return open_stream(source, engine, folder, kind)
    table = wall_clock(table)
    engine.attach(NAME, table)
    described = described_columns(engine, f"SELECT * FROM {NAME}")
    return relational(NAME, described, f"{kind} of {table.num_rows:,} rows", kind, numbered=False)


def open_stream(source: object, engine: DuckEngine, folder: Path, kind: str) -> Source:
    """Keep a stream of record batches as Parquet and open that: a stream can be read only once."""
    reader = source if isinstance(source, pa.RecordBatchReader) else reader_of(source)
    target = folder / "stream.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    schema = wall_clock(reader.schema.empty_table()).schema
    with pq.ParquetWriter(target, schema) as writer:
        for batch in reader:
            writer.write_table(wall_clock(pa.Table.from_batches([batch])))
    return open_parquet(target, engine, description=kind)


def reader_of(source: object) -> pa.RecordBatchReader:
    """Return the Arrow stream of any object that offers one."""
    try:
        if isinstance(source, duckdb.DuckDBPyRelation):
            return source.to_arrow_reader()
        return pa.RecordBatchReader.from_stream(source)
    except (TypeError, duckdb.Error) as error:
        raise InputError(
            "A {kind} cannot be read: give the path of a file, a pandas or Polars DataFrame, a PyArrow table or a "
            "DuckDB relation.",
            kind=f"{type(source).__module__}.{type(source).__name__}",
        ) from error


def table_of(frame: Any) -> pa.Table:
    """Return a DataFrame as an Arrow table; in pandas a column of mixed objects becomes text."""
    try:
        return pa.table(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        mixed = frame.select_dtypes(include="object")
        texts = {name: column.astype(str).where(column.notna(), None) for name, column in mixed.items()}
        return pa.table(frame.assign(**texts))


def wall_clock(table: pa.Table) -> pa.Table:
    """Return a table whose times show the clock where the sale took place, without a zone."""
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz:
            table = table.set_column(place, column.name, pc.local_timestamp(table.column(place)))
    return table


def described_columns(engine: DuckEngine, query: str) -> dict[str, str]:
    """Return the columns of a query with their types."""
    rows = engine.rows(f"DESCRIBE {query}").to_pylist()
    return {str(row["column_name"]): str(row["column_type"]) for row in rows}


def relational(native: str, described: dict[str, str], description: str, kind: str, *, numbered: bool) -> Source:
    """Return the source over a relation with named columns."""
    names = tuple(described)
    headers = sources.unique_headers(sources.few(names))
    return Source(
        description=description,
        format=kind,
        headers=headers,
        types=tuple(described.values()),
        relation=sources.numbered_columns(names, native),
        native=native if headers == names else "",
        numbered=numbered,
    )
