"""Tallies: how many rows each table has and a checksum of them, to compare a copy with what it was made from."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

PLAIN = ("TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "IntervalStyle = 'postgres'", "extra_float_digits = 1")
"""How values are written as text, which otherwise every server and role may choose."""

TALLY = """
SELECT count(*), coalesce(sum(('x' || substr(md5(entry::text), 1, 15))::bit(60)::bigint), 0)::text FROM {table} AS entry
"""
"""The sum of a digest of each row: the same in whatever order rows come."""


@dataclass(frozen=True)
class Tally:
    """A table in two figures."""

    rows: int
    checksum: str


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Return the tables of the store; partitions are counted in the table they are part of."""
    found = connection.execute(
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
        """
    )
    return [name for (name,) in found]


def taken(connection: psycopg.Connection[Any]) -> dict[str, Tally]:
    """Count every table, in the transaction of the connection."""
    for setting in PLAIN:
        connection.execute(sql.SQL("SET LOCAL " + setting))
    found: dict[str, Tally] = {}
    for name in tables(connection):
        row = connection.execute(sql.SQL(TALLY).format(table=sql.Identifier(name))).fetchone()
        assert row is not None
        found[name] = Tally(*row)
    return found
