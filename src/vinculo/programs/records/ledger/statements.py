"""Statements: how the ledger speaks to the database, prepared once for a connection, with whole sets as arrays.

Rows go by COPY in its binary form, column by column, and an array as one text: a driver that looks at every element
takes longer than the database takes to post it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from struct import Struct, calcsize, pack
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
BEGIN, END, NULL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff", b"\xff\xff\xff\xff"
"""What stands before and behind the rows of a COPY, and instead of a value."""
LENGTH = Struct(">i").pack
MOMENT, DAY, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1).toordinal(), timedelta(microseconds=1)
"""Whence the database counts microseconds and days."""
CODES = {"place": "h", "rule_version": "i"}
"""Columns of numbers that are shorter than eight bytes."""


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
    count = len(next(iter(columns.values())))
    constants, fixed, loose = dict(same), dict[str, tuple[str, Iterable[int]]](), dict[str, Iterable[bytes]]()
    for name, values in columns.items():
        if values.count(values[0]) == count:
            constants[name] = values[0]
        elif numbered := as_numbers(values, CODES.get(name, "q")):
            fixed[name] = numbered
        else:
            loose[name] = as_bytes(values, CODES.get(name, "q"))
    names = (*fixed, *constants, *loose)
    head = Struct(">h" + "".join(f"i{code}" for code, _values in fixed.values()))
    packed = chain.from_iterable((repeat(calcsize(code)), values) for code, values in fixed.values())
    middle = b"".join(field(value, CODES.get(name, "q")) for name, value in constants.items())
    pieces = zip(map(head.pack, repeat(len(names), count), *packed), repeat(middle), *loose.values(), strict=False)
    with found.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT binary)") as target:
        target.write(BEGIN + b"".join(chain.from_iterable(pieces)) + END)


def as_numbers(values: Sequence[Any], code: str) -> tuple[str, Iterable[int]] | None:
    """Return how numbers, moments or days are packed, and each as a number; nothing where there are others."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return code, values
    if kinds == {datetime}:
        return "q", [(each - MOMENT) // MICROSECOND for each in values]
    if kinds == {date}:
        return "i", [day - DAY for day in map(date.toordinal, values)]
    return None


def as_bytes(values: Sequence[Any], code: str) -> Iterable[bytes]:
    """Return values as COPY takes them, each behind its length."""
    kinds = set(map(type, values))
    if len(kinds) == 1 and kinds <= {str, bytes}:
        encoded = list(map(str.encode, values)) if kinds == {str} else values
        return map(bytes.__add__, map(LENGTH, map(len, encoded)), encoded)
    return [field(each, code) for each in values]


def field(value: Any, code: str = "q") -> bytes:
    r"""Return a value as COPY takes it, behind its length.

    >>> field(None), field("one"), field(1, "h")
    (b'\xff\xff\xff\xff', b'\x00\x00\x00\x03one', b'\x00\x00\x00\x02\x00\x01')
    """
    if value is None:
        return NULL
    if isinstance(value, datetime):
        value = (value - MOMENT) // MICROSECOND
    elif isinstance(value, date):
        code, value = "i", value.toordinal() - DAY
    elif isinstance(value, str):
        value = value.encode()
    told: bytes = value if isinstance(value, bytes) else pack(f">{code}", value)
    return LENGTH(len(told)) + told


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
