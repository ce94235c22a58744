"""Watch: one import is worked on by one process at a time, says how far it is, and hears when it is to stop."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Jsonb

from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.models import Import

PATIENCE = "5s"
"""How long a change by hand waits for an import that is being written."""
LOCKS = 1_447_644_749
"""Names our advisory locks among all others of the database; the second number is the import, 0 all writing."""
INTERVAL = 0.25
"""Seconds between two looks at the row of an import."""


class ImportBusyError(VinculoError):
    """The import is being worked on already: wait until it is done, or cancel it."""

    code = "import.busy"


class ImportCancelledError(VinculoError):
    """The import was cancelled; nothing of it was kept."""

    code = "import.cancelled"


class Watch:
    """A connection of its own, outside the transaction that loads: what it writes is seen at once.

    It holds the lock of the import for as long as the work lasts; the lock of a process that dies is free at once.
    """

    def __init__(self, connection: BaseDatabaseWrapper, import_id: int) -> None:
        self.connection = connection
        self.import_id = import_id
        self.last = 0.0

    def step(self, words: str, share: float) -> None:
        """Note how far the import is; raise when it has been asked to stop."""
        moment = time.monotonic()
        if moment - self.last < INTERVAL and share < 1:
            return
        self.last = moment
        row = self.ask(
            "UPDATE identify_import SET step = %s, progress = %s WHERE id = %s RETURNING cancel_asked_at",
            [words, min(1.0, max(0.0, share)), self.import_id],
        )
        if row and row[0] is not None:
            raise ImportCancelledError

    def give_up(self, problem: str) -> bool:
        """Mark the import failed if it still says that it runs; tell whether it did."""
        row = self.ask(
            "UPDATE identify_import SET state = %s, problem = %s, step = '', cancel_asked_at = NULL "
            "WHERE id = %s AND state = %s RETURNING id",
            [Import.State.FAILED, problem, self.import_id, Import.State.RUNNING],
        )
        return row is not None

    def mark(self, **columns: Any) -> None:
        """Write columns of the row at once; where only the caller's transaction sees the row, write it there."""
        names = ", ".join(f"{name} = %s" for name in columns)
        values = [Jsonb(each) if isinstance(each, dict) else each for each in columns.values()] + [self.import_id]
        if self.ask(f"UPDATE identify_import SET {names} WHERE id = %s RETURNING id", values) is None:
            Import.objects.filter(pk=self.import_id).update(**columns)

    def ask(self, statement: str, values: list[Any]) -> tuple[Any, ...] | None:
        """Return the first row of a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            found: tuple[Any, ...] | None = cursor.fetchone()
            return found

    def locked(self) -> bool:
        """Try to take the lock of the import; it is let go with the connection."""
        row = self.ask("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, self.import_id & 0x7FFFFFFF])
        return bool(row and row[0])


@contextmanager
def over(import_id: int) -> Iterator[Watch]:
    """Watch over an import, alone; raise when somebody else does."""
    with opened(import_id) as watch:
        if not watch.locked():
            raise ImportBusyError
        yield watch


@contextmanager
def opened(import_id: int) -> Iterator[Watch]:
    """Open a watch without its lock."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    watch = Watch(connection, import_id)
    try:
        with connection.cursor() as cursor:
            # How far an import is need not outlive the machine: nobody waits for the disk to say it.
            cursor.execute("SET synchronous_commit = off")
        yield watch
    finally:
        # The server ends a session in its own time: whoever comes next must find the lock free at once.
        with suppress(DatabaseError):
            watch.ask("SELECT pg_advisory_unlock_all()", [])
        connection.close()


def alone_writing(cursor: Any) -> None:
    """Wait until no other import writes; the lock goes with the transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCKS])


def alone_at_once(cursor: Any) -> bool:
    """Tell whether nobody else writes; the lock that keeps it so goes with the transaction."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [LOCKS])
    return bool(cursor.fetchone()[0])


def beside_others(cursor: Any) -> None:
    """Wait a moment until no import writes, and keep imports from writing until the transaction ends."""
    cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [LOCKS])
    cursor.execute("SET LOCAL lock_timeout = 0")
