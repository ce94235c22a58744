"""The DuckDB engine: one process, out of core, streaming Arrow batches to Parquet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from vinculo.foundation.errors import DiskFullError, RunError, SettingsError
from vinculo.warehouse import queries
from vinculo.warehouse.engine import BatchFunction

BATCH_ROWS = 131_072
COMPRESSION = "snappy"
COPY_OPTIONS = f"FORMAT parquet, COMPRESSION {COMPRESSION}, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 1000"
"""A dictionary of more values than that (sentences, amounts) costs more time than it saves space."""
UNIQUE_TEXTS = ("customer_id",)
"""Columns whose texts hardly repeat: a dictionary of them would be built in vain."""
_FULL = ("No space left on device", "File too large", "Disk quota exceeded", "max_temp_directory_size")


class DuckEngine:
    """An in-memory DuckDB that spills to a folder of its own."""

    def __init__(self, spill: Path, *, memory: str = "4GB", threads: int | None = None) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"SET temp_directory = {quote(str(spill))}")
        try:
            self.connection.execute(f"SET memory_limit = {quote(memory)}")
        except duckdb.ParserException:
            raise SettingsError(
                "The memory {found!r} cannot be understood: write it as 4GB or 500MB.", found=memory
            ) from None
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET enable_progress_bar = false")
        if threads:
            self.connection.execute(f"SET threads = {threads}")

    def beside(self) -> "DuckEngine":
        """Return another engine over the same tables and views, for another thread."""
        engine = object.__new__(DuckEngine)
        engine.connection = self.connection.cursor()
        return engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def attach(self, name: str, source: Path | pa.Table | pa.RecordBatchReader) -> None:
        """Make a folder of Parquet files, an Arrow table, or a stream that is read once, readable under a name."""
        if isinstance(source, Path):
            pattern = quote(str(source / "*.parquet"))
            self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({pattern})")
        else:
            self.connection.register(name, source)

    @contextmanager
    def in_written_order(self) -> Iterator[None]:
        """Join tables as queries name them, the right one held: a planner that cannot count a stream would hold it."""
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield
        finally:
            self.connection.execute("RESET disabled_optimizers")

    def rows(self, sql: str, **parameters: object) -> pa.Table:
        """Run a query whose result is small and return it."""
        with disk_errors():
            # A relation hands its rows over without the copy that a cursor's result would make.
            return self.connection.sql(sql, params=used(sql, parameters)).to_arrow_table()

    def run(self, sql: str, **parameters: object) -> None:
        """Run a statement that returns nothing."""
        with disk_errors():
            self.connection.execute(sql, used(sql, parameters))

    def materialise(self, name: str, sql: str, **parameters: object) -> None:
        """Keep the result of a query under a name, replacing what was there."""
        self.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", **parameters)

    def write(self, folder: Path, sql: str, **parameters: object) -> int:
        """Write the result of a query as Parquet files into a new folder; return the rows written."""
        folder.mkdir(parents=True)
        target = quote(str(folder / "part-0.parquet"))
        with disk_errors():
            result = self.connection.execute(
                f"COPY ({sql}) TO {target} ({COPY_OPTIONS})",
                used(sql, parameters),
            )
            row = result.fetchone()
        return int(row[0]) if row else 0

    def writer(self, folder: Path, schema: pa.Schema, *, part: str = "0") -> pq.ParquetWriter:
        """Open one more file of a folder for tables worked out in Python; close it by leaving its `with` block.

        Cast what you write to the writer's `schema`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"part-{part}.parquet"
        if file.exists():
            raise RunError("{file} is already there: give each part of a table a name of its own.", file=str(file))
        counted = [field.name for field in schema if pa.types.is_integer(field.type) or pa.types.is_date(field.type)]
        counted += [f"{field.name}.list.element" for field in schema if pa.types.is_list(field.type)]
        stored = stored_schema(schema)
        return pq.ParquetWriter(
            file,
            stored,
            compression=COMPRESSION,
            use_dictionary=[field.name for field in stored if pa.types.is_dictionary(field.type)],
            # Half the time of a dictionary for numbers, and no larger.
            column_encoding=dict.fromkeys(counted, "DELTA_BINARY_PACKED"),
            store_schema=False,
        )

    def map_batches(
        self,
        folder: Path,
        sql: str,
        function: BatchFunction,
        schema: pa.Schema,
        *,
        key: str = "",
        **parameters: object,
    ) -> int:
        """Stream the result of a query through a function into a new folder; return the rows written."""
        folder.mkdir(parents=True)
        written = 0
        with disk_errors(), self.writer(folder, schema) as writer:
            reader = self.connection.sql(sql, params=used(sql, parameters)).to_arrow_reader(BATCH_ROWS)
            for table in whole_keys(reader, key) if key else map(table_of, reader):
                result = function(table).select(schema.names).cast(writer.schema)
                writer.write_table(result)
                written += result.num_rows
        return written


def stored_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema that a writer takes: texts that repeat are dictionaries; they are read back as plain texts."""
    repeated = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            field.with_type(repeated) if pa.types.is_string(field.type) and field.name not in UNIQUE_TEXTS else field
            for field in schema
        ]
    )


def table_of(batch: pa.RecordBatch) -> pa.Table:
    """Return a record batch as a table."""
    return pa.Table.from_batches([batch])


def whole_keys(reader: pa.RecordBatchReader, key: str) -> Iterator[pa.Table]:
    """Yield the batches of an ordered reader so that no batch splits the rows of one key."""
    held: list[pa.RecordBatch] = []
    for batch in reader:
        if batch.num_rows == 0:
            continue
        keys = batch.column(key)
        starts = pa.compute.index(keys, keys[batch.num_rows - 1]).as_py()
        if starts == 0 and (not held or held[-1].column(key)[-1] == keys[0]):
            held.append(batch)
            continue
        yield pa.Table.from_batches([*held, batch.slice(0, starts)])
        held = [batch.slice(starts)]
    if held:
        yield pa.Table.from_batches(held)


def used(sql: str, given: dict[str, object]) -> dict[str, object]:
    """Return those of the given parameters that a query uses."""
    return {name: given[name] for name in queries.parameters(sql)}


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def disk_errors() -> Iterator[None]:
    """Say a full disk in one sentence."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        if any(sign in str(error) for sign in _FULL):
            raise DiskFullError from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise RunError("The memory that the engine may use is not enough: give more, such as 8GB.") from error
        raise
