"""Passage: whole tables between the engine that reads files and the operational store, in the caller's transaction."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv

from vinculo.foundation.errors import RunError
from vinculo.warehouse import duck
from vinculo.warehouse.duck import DuckEngine

BATCH_ROWS = 25_000
"""Rows handed over at a time: few enough for the store to begin early."""
_AS_TEXT = pyarrow.csv.WriteOptions(include_header=False, batch_size=BATCH_ROWS)


def send(cursor: psycopg.Cursor[Any], engine: DuckEngine, *, table: str, query: str) -> int:
    """Copy the result of a query of the engine into a table of the store (`name (column, …)`); return its rows.

    While the store takes in one batch, the next is made ready beside it.
    """
    rows = 0
    batches = engine.connection.sql(query).to_arrow_reader(BATCH_ROWS)
    with ThreadPoolExecutor(1) as beside, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        coming = beside.submit(written, batches)
        while (batch := coming.result()) is not None:
            coming = beside.submit(written, batches)
            rows += batch[0]
            copy.write(batch[1])
    return rows


def written(batches: Iterator[pa.RecordBatch]) -> tuple[int, memoryview] | None:
    """Return how many rows the next batch has and its text, or nothing after the last."""
    batch = next(batches, None)
    if batch is None:
        return None
    text = pa.BufferOutputStream()
    short = pa.RecordBatch.from_arrays(list(map(shortened, batch.columns)), names=batch.schema.names)
    pyarrow.csv.write_csv(short, text, _AS_TEXT)
    return batch.num_rows, memoryview(text.getvalue())


def shortened(column: pa.Array) -> pa.Array:
    """Return moments without fractions, and decimals without a rest, as types of shorter text, which is read faster."""
    if not (pa.types.is_timestamp(column.type) or pa.types.is_decimal(column.type)):
        return column
    try:
        return column.cast(pa.timestamp("s") if pa.types.is_timestamp(column.type) else pa.int64())
    except pa.ArrowInvalid:
        return column


def fetch(
    cursor: psycopg.Cursor[Any], engine: DuckEngine, folder: Path, *, table: str, columns: dict[str, str], query: str
) -> None:
    """Copy the result of a query of the store into a table of the engine; its columns are named with their types."""
    file = folder / "fetched.csv"
    with file.open("wb") as stream, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for piece in copy:
            stream.write(piece)
    named = ", ".join(f"{duck.quote(name)}: {duck.quote(kind)}" for name, kind in columns.items())
    try:
        engine.materialise(
            table,
            f"SELECT * FROM read_csv({duck.quote(str(file))}, auto_detect = false, header = false, delim = ',', "
            f"quote = '\"', escape = '\"', columns = {{{named}}})",
        )
    finally:
        file.unlink()


def known(
    cursor: psycopg.Cursor[Any], engine: DuckEngine, folder: Path, *, keys: str, lookup: str, columns: dict[str, str]
) -> None:
    """Create `known` in the engine: what the store knows of some keys.

    `keys` is a query of the engine with one column; `lookup` a query of the store that joins them as `sent (key)`.
    """
    cursor.execute('CREATE TEMP TABLE IF NOT EXISTS sent (key text COLLATE "C") ON COMMIT DROP')
    cursor.execute("TRUNCATE sent")
    send(cursor, engine, table="sent", query=keys)
    cursor.execute("ANALYZE sent")
    fetch(cursor, engine, folder, table="known", columns=columns, query=lookup)


def allot(cursor: psycopg.Cursor[Any], table: str, count: int) -> int:
    """Take that many numbers in a row from the sequence of a table, which counts in steps; return the first."""
    named = "(SELECT pg_get_serial_sequence(%s, 'id')::regclass)"
    found = cursor.execute(f"SELECT seqincrement FROM pg_sequence WHERE seqrelid = {named}", [table]).fetchone()
    step = int(found[0]) if found else 1
    times = max(-(-count // step), 1)
    for _try in range(5):
        row = cursor.execute(
            f"SELECT min(number), max(number) FROM (SELECT nextval({named}) AS number FROM generate_series(1, %s)) "
            "AS taken",
            [table, times],
        ).fetchone()
        if row is not None and row[1] - row[0] == (times - 1) * step:
            return int(row[0])
    raise RunError("Rows are being added to {table} by somebody else: try again.", table=table)


def number(engine: DuckEngine, query: str) -> int:
    """Return the number that a query of the engine gives."""
    return int(engine.rows(query).column(0)[0].as_py() or 0)
