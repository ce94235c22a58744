"""Statements: how the ledger speaks to the database, prepared once for a connection, with whole sets as arrays.

An array goes as one text, put together by the fastest means Python has: a driver that looks at every element takes
longer than the database takes to post it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import psycopg
from django.db import connections
from psycopg.types.datetime import TimestamptzLoader

PREPARED_AFTER = 2
"""Times a statement is sent before the server keeps it."""
_SWITCH = """
SELECT current_setting('enable_seqscan'), current_setting('enable_mergejoin'),
    set_config('enable_seqscan', %s, true), set_config('enable_mergejoin', %s, true)
"""
NOTHING: Mapping[str, Any] = MappingProxyType({})
PLAIN = {int, datetime, date}
"""Types of which every value is written as COPY takes it."""
SPECIAL = "\\\t\n\r"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""What COPY would take for something else than a letter."""


@contextmanager
def cursor(using: str = "default") -> Iterator[psycopg.Cursor[Any]]:
    """Give a cursor on the connection and in the transaction of Django, which binds on the server and prepares."""
    connection = connections[using]
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    raw.prepare_threshold = PREPARED_AFTER
    with connection.wrap_database_errors, psycopg.Cursor(raw) as found:
        # Django's own reads a moment in Python.
        found.adapters.register_loader("timestamptz", TimestamptzLoader)
        yield found


def copy(found: Any, table: str, columns: Mapping[str, Sequence[Any]], same: Mapping[str, Any] = NOTHING) -> None:
    """Write rows by COPY, given by columns, beside columns that are the same in all of them."""
    if not columns:
        return
    line, varying = [constant(value) for value in same.values()], []
    count = len(next(iter(columns.values())))
    for values in columns.values():
        if values.count(values[0]) == count:
            line.append(constant(values[0]))
        else:
            line.append("%s")
            varying.append(fields(values))
    every = "\t".join(line) + "\n"
    lines = map(every.__mod__, zip(*varying, strict=True)) if varying else [every % ()] * count
    with found.copy(f"COPY {table} ({', '.join((*same, *columns))}) FROM STDIN") as target:
        target.write("".join(lines))


def constant(value: Any) -> str:
    """Return what stands in every line where a column is the same in all rows."""
    return str(field(value)).replace("%", "%%")


def fields(values: Sequence[Any]) -> Iterable[Any]:
    """Return values as COPY takes them."""
    kinds = set(map(type, values))
    if kinds <= PLAIN:
        return values
    if kinds == {bytes}:
        return [f"\\\\x{each.hex()}" for each in values]
    if kinds == {str}:
        joined = "".join(values)
        if not any(each in joined for each in SPECIAL):
            return values
    return map(field, values)


def field(value: Any) -> Any:
    r"""Return a value as COPY takes it.

    >>> field(None), field("one\ttwo"), field(b"\x01")
    ('\\N', 'one\\ttwo', '\\\\x01')
    """
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return value


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


def texts(values: Collection[str]) -> str:
    r"""Return texts as the text of an array.

    >>> print(texts(["one", 'a "second"']))
    {"one","a \"second\""}
    """
    if not values:
        return "{}"
    joined = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + joined.replace("\0", '","') + '"}'
