"""Order lines from a tiny drawn table.

`drawn("customer day amount", "ana 2011-01-03 12.50")` reads lines of words; the first names the columns. Columns are
`customer`, `day` (with a time as in `2011-01-03T10:30`), `amount` (of money, negative when returned) and, when wanted,
any other column of the contract. `-` is null. What is not drawn gets a plain default: each line an order of its own.
"""

from datetime import datetime
from typing import Any

import pyarrow as pa

from vinculo.warehouse.tables.orders import ORDER_LINES

_NUMBERS = ("line_number", "quantity", "gross_minor", "discount_minor", "net_minor", "cost_minor")


def drawn(table: str) -> pa.Table:
    """Return order lines, by the contract `ORDER_LINES`, from a drawn table."""
    header, *rows = [line.split() for line in table.strip().splitlines()]
    return lines([dict(zip(header, row, strict=True)) for row in rows])


def lines(rows: list[dict[str, str]]) -> pa.Table:
    """Return order lines, by the contract `ORDER_LINES`, from words by column."""
    return pa.Table.from_pylist([line(row, number) for number, row in enumerate(rows, start=2)], ORDER_LINES.schema)


def line(row: dict[str, str], number: int) -> dict[str, Any]:
    """Return one order line."""
    words = {name: None if word == "-" else word for name, word in row.items()}
    net = round(float(words.pop("amount", None) or 1) * 100)
    values = {
        "line_number": number,
        "order_id": f"order-{number}",
        "customer_id": words.pop("customer", None),
        "happened_at": datetime.fromisoformat(words.pop("day", None) or "2011-01-03"),
        "quantity": 1 if net >= 0 else -1,
        "discount_minor": 0,
        "net_minor": net,
        "line_kind": "sale" if net >= 0 else "return",
    }
    values |= {name: float(word) if name in _NUMBERS and word is not None else word for name, word in words.items()}
    return {"gross_minor": values["net_minor"] + values["discount_minor"]} | values
