"""Passage: whole tables between the engine that reads files and the operational store, in the caller's transaction."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv

from vinculo.foundation.errors import RunError
from vinculo.identify.records.orders import binary
from vinculo.warehouse import duck
from vinculo.warehouse.duck import DuckEngine

BATCH_ROWS = 25_000
"""Rows handed over at a time: few enough for the store to begin early."""
_AS_TEXT = pyarrow.csv.WriteOptions(include_header=False, batch_size=BATCH_ROWS)


@dataclass(frozen=True)
class Form:
    """How rows are written for the store: in any columns as text, or in some in the faster binary form."""

    name: str
    written: Callable[[pa.RecordBatch], memoryview]
    head: bytes = b""
    tail: bytes = b""


def text(batch: pa.RecordBatch) -> memoryview:
    """Return the rows of a batch as text."""
    short = pa.RecordBatch.from_arrays(list(map(shortened, batch.columns)), names=batch.schema.names)
    stream = pa.BufferOutputStream()
    pyarrow.csv.write_csv(short, stream, _AS_TEXT)
    return memoryview(stream.getvalue())


def shortened(column: pa.Array) -> pa.Array:
    """Return moments without fractions, and decimals without a rest, as types of shorter text, which is read faster."""
    if not (pa.types.is_timestamp(column.type) or pa.types.is_decimal(column.type)):
        return column
    try:
        return column.cast(pa.timestamp("s") if pa.types.is_timestamp(column.type) else pa.int64())
    except pa.ArrowInvalid:
        return column


TEXT = Form("csv", text)
BINARY = Form("binary", binary.written, binary.HEAD, binary.TAIL)


def send(cursor: psycopg.Cursor[Any], engine: DuckEngine, *, table: str, query: str, form: Form = TEXT) -> int:
    """Copy the result of a query of the engine into a table of the store (`name (column, …)`); return its rows.

    While the store takes in one batch, the next is made ready beside it.
    """
    rows = 0
    batches = engine.connection.sql(query).to_arrow_reader(BATCH_ROWS)
    copying = f"COPY {table} FROM STDIN (FORMAT {form.name})"
    with ThreadPoolExecutor(1) as beside, cursor.copy(copying) as copy:
        copy.write(form.head)
        coming = beside.submit(ready, batches, form)
        while (batch := coming.result()) is not None:
            coming = beside.submit(ready, batches, form)
            rows += batch[0]
            copy.write(batch[1])
        copy.write(form.tail)
    return rows


def ready(batches: Iterator[pa.RecordBatch], form: Form) -> tuple[int, memoryview] | None:
    """Return how many rows the next batch has and these rows as they are sent, or nothing after the last."""
    batch = next(batches, None)
    return None if batch is None else (batch.num_rows, form.written(batch))


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
