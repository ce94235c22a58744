"""Rows of `value`, filled in where a test does not care."""

from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from vinculo.warehouse.tables.customers import VALUE

AS_OF = date(2011, 6, 9)
_FILL = {"text": "", "date": AS_OF, "integer": 0, "number": 0.0}


def table(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return a table `value` of some customers; nothing is null but what a test says and what may be."""
    filled = [
        {column.name: None if column.nullable else _FILL[column.type] for column in VALUE.columns} | dict(row)
        for row in rows
    ]
    return pa.Table.from_pylist(filled, schema=VALUE.schema)
