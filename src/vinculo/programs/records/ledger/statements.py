"""Statements: how the ledger speaks to the database, prepared once for a connection, with whole sets as arrays.

An array goes as one text, put together by the fastest means Python has: a driver that looks at every element takes
longer than the database takes to post it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from django.db import connections

PREPARED_AFTER = 2
"""Times a statement is sent before the server keeps it."""
_SWITCH = """
SELECT current_setting('enable_seqscan'), current_setting('enable_mergejoin'),
    set_config('enable_seqscan', %s, true), set_config('enable_mergejoin', %s, true)
"""
BETWEEN = "\x1f"
"""Stands between texts: the separator that ASCII keeps for it."""


@contextmanager
def cursor(using: str = "default") -> Iterator[psycopg.Cursor[Any]]:
    """Give a cursor on the connection and in the transaction of Django, which binds on the server and prepares."""
    connection = connections[using]
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    raw.prepare_threshold = PREPARED_AFTER
    with connection.wrap_database_errors, psycopg.Cursor(raw) as found:
        yield found


@contextmanager
def by_index(found: Any) -> Iterator[None]:
    """Look everything up by its index, also by plans that are kept from when the tables were empty."""
    before = found.execute(_SWITCH, ["off", "off"]).fetchone()[:2]
    yield
    found.execute(_SWITCH, before)


def numbers(values: Sequence[int | None]) -> str:
    """Return numbers as the text of an array.

    >>> numbers([1, None, 3])
    '{1,NULL,3}'
    """
    return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"


def moments(values: Sequence[date | datetime | None]) -> str:
    """Return days or moments as the text of an array; those that come many times are written once."""
    known: dict[Any, str] = {None: "NULL"}
    for each in values:
        if each not in known:
            assert each is not None
            known[each] = each.isoformat()
    return "{" + ",".join([known[each] for each in values]) + "}"


def texts(values: Sequence[str]) -> str:
    """Return texts as one, to be parted by `string_to_array` at `BETWEEN`."""
    joined = BETWEEN.join(values)
    if joined.count(BETWEEN) != len(values) - 1:
        joined = BETWEEN.join(each.replace(BETWEEN, " ") for each in values)
    return joined
