"""The sales of a real shop (Online Retail), as a Spanish spreadsheet saves them, year after year."""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.measured import HOME

SALES = HOME / "data" / "online_retail.parquet"
YEAR_DAYS = 374
"""Days that the sales of the shop cover: the next year begins where one ends."""
_LINES = """
SELECT regexp_replace(InvoiceNo, '[0-9]+', CAST(TRY_CAST(regexp_extract(InvoiceNo, '[0-9]+') AS INTEGER)
        + 100000 * year AS VARCHAR)) AS InvoiceNo,
    StockCode, Description, Quantity,
    strftime(CAST(InvoiceDate AS TIMESTAMP) + to_days(CAST(year * {days} AS INTEGER)), '%d/%m/%Y %H:%M') AS InvoiceDate,
    replace(CAST(UnitPrice AS VARCHAR), '.', ',') AS UnitPrice, CustomerID, Country
FROM (SELECT *, row_number() OVER () AS place FROM read_parquet('{sales}')), range({years}) AS years (year)
ORDER BY year, place LIMIT {lines}
"""


def write(target: Path, *, lines: int) -> int:
    """Write that many lines; return how many there are."""
    connection = duckdb.connect()
    (held,) = connection.execute(f"SELECT count(*) FROM read_parquet('{SALES}')").fetchone() or (1,)
    query = _LINES.format(sales=SALES, days=YEAR_DAYS, years=-(-lines // held), lines=lines)
    found = connection.execute(f"COPY ({query}) TO '{target}' (FORMAT csv, DELIMITER ';', HEADER)").fetchone()
    return int(found[0]) if found else 0


if __name__ == "__main__":
    print(json.dumps({"lines": write(Path(sys.argv[1]), lines=int(sys.argv[2]))}))
