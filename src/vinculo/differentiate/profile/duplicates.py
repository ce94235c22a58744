"""Duplicates: lines that repeat an earlier line in every respect are set aside and do not count.

Copies have the same customer, order, product, time, quantity and net amount. Lines without an order number are never
taken for copies: two equal purchases of one day could not be told from one purchase written twice.
"""

import numpy as np
import pyarrow as pa

from vinculo.differentiate.profile import batch
from vinculo.differentiate.profile.batch import Integers, Parts
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

FIRST_COPIES = "SELECT * FROM suspect_lines WHERE copy = 1 OR order_id IS NULL"
"""Those of the looked-up lines that count."""


def set_aside(engine: Engine, parts: Parts, suspects: Integers) -> pa.Table:
    """Look the lines of suspect rows up and return the copies among them, by the contract `SET_ASIDE_LINES`.

    Leaves all lines of the suspect days in the engine as `suspect_lines`.
    """
    days = parts.days[suspects].astype("datetime64[D]")
    keys = pa.table({"customer_id": parts.customers.take(pa.array(suspects)), "day": days})
    engine.attach("suspect_days", keys.group_by(["customer_id", "day"]).aggregate([]))
    engine.materialise(
        "suspect_lines", queries.load(__package__, "duplicates"), first=days.min().item(), last=days.max().item()
    )
    return engine.rows(queries.load(__package__, "set_aside"))


def count(engine: Engine, copies: dict[str, tuple[int, int]]) -> None:
    """Add the copies among `suspect_lines` to the lines and net amount of each kind of line."""
    for row in engine.rows(queries.load(__package__, "copies")).to_pylist():
        lines, net_minor = copies.get(row["line_kind"], (0, 0))
        copies[row["line_kind"]] = (lines + row["lines"], net_minor + row["net_minor"])


def put_right(parts: Parts, recount: Parts, suspects: Integers) -> None:
    """Put what was counted again without copies into the suspect rows.

    A row keeps at least the first of its lines, so the same rows are there again, in another order and with no more
    lines than before.
    """
    known = pa.table(
        {
            "customer_id": parts.customers.take(pa.array(suspects)),
            "day": parts.days[suspects],
            "returned": parts.returned[suspects],
            "row": suspects,
        }
    )
    again = pa.table(
        {
            "customer_id": recount.customers,
            "day": recount.days,
            "returned": recount.returned,
            "position": np.arange(len(recount.days)),
        }
    )
    pairs = known.join(again, ["customer_id", "day", "returned"], join_type="inner")
    rows, positions = pairs["row"].to_numpy(), pairs["position"].to_numpy()
    for name, values in parts.columns.items():
        values[rows] = recount.columns[name][positions]
    parts.line_counts[rows] = recount.line_counts[positions]
    lines, which = batch.line_rows(recount, positions)
    starts = parts.line_starts[rows] - np.concatenate([[0], np.cumsum(parts.line_counts[rows])[:-1]])
    parts.lines[np.arange(len(lines)) + starts[which]] = lines
