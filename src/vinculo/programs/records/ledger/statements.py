"""Statements: how the ledger speaks to the database, prepared once for a connection, with whole sets as arrays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

PREPARED_AFTER = 2
"""Times a statement is sent before the server keeps it."""


@contextmanager
def cursor() -> Iterator[psycopg.Cursor[Any]]:
    """Give a cursor on the connection and in the transaction of Django, which binds on the server and prepares."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    raw.prepare_threshold = PREPARED_AFTER
    with connection.wrap_database_errors, psycopg.Cursor(raw) as found:
        yield found
