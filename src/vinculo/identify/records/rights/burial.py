"""Burial: rows of persons who were erased, kept out of a file before anything is made of it.

While nobody has been erased, whether there is anybody is all that is asked.
"""

import json

import pyarrow as pa

from vinculo.identify.orders.arriving import UNNUMBERED
from vinculo.identify.records.imports.kinds import Work
from vinculo.identify.records.rights import tombstones

NOBODY = "CREATE TEMP TABLE IF NOT EXISTS buried_rows (row_number BIGINT)"
BATCH = 50_000


def of_parties(work: Work) -> int:
    """Take the rows of erased persons out of `party_rows`; they are named in `buried_rows`."""
    engine, known = work.engine, tombstones.known()
    engine.run(NOBODY)
    if not known or work.arrival.kind != "customers":
        return 0
    read = engine.connection.sql("SELECT row_number, source_key, json_extract(payload, '$.clean') FROM party_rows")
    found = [
        row
        for batch in read.to_arrow_reader(BATCH)
        for row, key, clean in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        if not known.isdisjoint(tombstones.of_record(work.arrival.source_id, key, json.loads(clean)))
    ]
    engine.attach("buried_found", pa.table({"row_number": pa.array(found, pa.int64())}))
    engine.run("INSERT INTO buried_rows SELECT row_number FROM buried_found")
    engine.run("DELETE FROM party_rows WHERE row_number IN (SELECT row_number FROM buried_rows)")
    return len(found)


def of_lines(work: Work) -> int:
    """Take the customer off the lines of erased persons, in `lines_read`: they count, and are nobody's."""
    engine, known = work.engine, tombstones.known()
    engine.run(NOBODY)
    if not known:
        return 0
    source = work.arrival.source_id
    keys = (
        engine.rows("SELECT DISTINCT customer_id FROM lines_read WHERE customer_id IS NOT NULL").column(0).to_pylist()
    )
    buried = [key for key in keys if tombstones.of_key(source, key) in known]
    if not buried:
        return 0
    engine.attach(
        "buried_keys",
        pa.table({"key": buried, "token": [token(source, key) for key in buried]}),
    )
    engine.run(
        "INSERT INTO buried_rows SELECT line_number FROM lines_read WHERE customer_id IN (SELECT key FROM buried_keys)"
    )
    engine.run(f"UPDATE lines_read SET {ANONYMOUS} FROM buried_keys WHERE lines_read.customer_id = buried_keys.key")
    return len(engine.rows("SELECT row_number FROM buried_rows"))


ANONYMOUS = f"""
number = CASE WHEN starts_with(number, '{UNNUMBERED}' || key || '{UNNUMBERED}')
    THEN '{UNNUMBERED}' || token || substr(number, length(key) + 2) ELSE number END, customer_id = NULL
"""
"""How a line loses its customer: an order without a number is told by a token in the place of the customer's."""


def token(source_id: int, key: str) -> str:
    """Return what stands for an erased customer in the number of an order: the same each time, and nobody's."""
    return tombstones.of_key(source_id, key)[:16]
