"""The operational store as the landing sees it: results as Arrow batches by binary COPY, never row by row."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_postgresql import dbapi

PIECE_ROWS = 1_000_000
"""Rows held at a time, twice: while some are written the next are fetched."""


class Store:
    """One reading transaction: all that is asked sees the same moment."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self.connection = connection

    def table(self, sql: str) -> pa.Table:
        """Return the result of a query."""
        with self._executed(sql) as cursor:
            return cursor.fetch_arrow_table()

    def pieces(self, sql: str, zone: str) -> Iterator[pa.Table]:
        """Yield a result piece by piece, the next being fetched meanwhile; moments by the clock of a zone."""
        with self._executed(sql) as cursor, ThreadPoolExecutor(1) as ahead:
            reader = cursor.fetch_record_batch()
            coming = ahead.submit(piece, reader, zone)
            while (table := coming.result()).num_rows:
                coming = ahead.submit(piece, reader, zone)
                yield table

    @contextmanager
    def _executed(self, sql: str) -> Iterator[dbapi.Cursor]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            yield cursor


@contextmanager
def opened(address: str) -> Iterator[Store]:
    """Open the store at a moment that does not pass, by an address as libpq takes it."""
    connection = dbapi.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.adbc_statement.set_sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.adbc_statement.execute_update()
        yield Store(connection)
    finally:
        # Whatever ended the reading has already been said.
        with suppress(dbapi.Error):
            connection.rollback()
        with suppress(dbapi.Error):
            connection.close()


def piece(reader: pa.RecordBatchReader, zone: str) -> pa.Table:
    """Return the next rows of a result, none at its end; moments as a clock in the zone shows them."""
    held: list[pa.RecordBatch] = []
    while sum(batch.num_rows for batch in held) < PIECE_ROWS:
        batch = next(reader, None)
        if batch is None:
            break
        held.append(batch)
    table = pa.Table.from_batches(held, reader.schema)
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz:
            local = pc.local_timestamp(table.column(place).cast(pa.timestamp("us", tz=zone)))
            table = table.set_column(place, column.name, local)
    return table
