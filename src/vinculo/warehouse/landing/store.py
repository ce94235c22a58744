"""The operational store as the landing sees it: results as Arrow batches by binary COPY, never row by row."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from adbc_driver_postgresql import dbapi

BATCH_BYTES = 4_000_000
"""About what a batch of lines takes while it is on its way."""


class Store:
    """One reading transaction: all that is asked sees the same moment."""

    def __init__(self, connection: "dbapi.Connection", address: str) -> None:
        self.connection = connection
        self.address = address

    @contextmanager
    def beside(self) -> Iterator["Store"]:
        """Open another connection that sees the same moment, for another thread."""
        moment = self.table("SELECT pg_export_snapshot() AS moment")["moment"][0].as_py()
        with opened(self.address, moment) as store:
            yield store

    def table(self, sql: str) -> pa.Table:
        """Return the result of a query."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetch_arrow_table()

    def batches(self, sql: str, zone: str) -> Iterator[pa.RecordBatch]:
        """Yield a result batch by batch, as it comes; moments by the clock of a zone."""
        with self.connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                yield local(batch, zone)


@contextmanager
def opened(address: str, moment: str = "") -> Iterator[Store]:
    """Open the store at a moment that does not pass: now, or one that another connection holds.

    The address is one as libpq takes it.
    """
    # It loads pandas and polars, which most processes that know of the store have no use for.
    from adbc_driver_postgresql import dbapi

    connection = dbapi.connect(address)
    try:
        with connection.cursor() as cursor:
            command(cursor, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if moment:
                command(cursor, f"SET TRANSACTION SNAPSHOT '{moment}'")
        yield Store(connection, address)
    finally:
        # Whatever ended the reading has already been said.
        with suppress(dbapi.Error):
            connection.rollback()
        with suppress(dbapi.Error):
            connection.close()


def command(cursor: "dbapi.Cursor", sql: str) -> None:
    """Run a statement that returns nothing."""
    cursor.adbc_statement.set_sql_query(sql)
    cursor.adbc_statement.execute_update()


def local(batch: pa.RecordBatch, zone: str) -> pa.RecordBatch:
    """Return a batch with moments as a clock in the zone shows them."""
    columns = [
        pc.local_timestamp(column.cast(pa.timestamp("us", tz=zone)))
        if pa.types.is_timestamp(column.type) and column.type.tz
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
