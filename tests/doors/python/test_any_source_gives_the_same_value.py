"""Whatever holds the orders, in whatever order, the same customers are worth the same."""

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.make import shop

import vinculo

pytestmark = pytest.mark.slow


def spreadsheet(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(shop.COLUMNS)
    for row in shop.lines():
        sheet.append(row)
    book.save(folder / "orders.xlsx")
    book.close()
    return folder / "orders.xlsx"


def parquet(folder: Path) -> Path:
    pq.write_table(orders(), folder / "orders.parquet")
    return folder / "orders.parquet"


def parts(folder: Path) -> Path:
    (folder / "parts").mkdir()
    for at, batch in enumerate(orders().to_batches(max_chunksize=100)):
        pq.write_table(pa.Table.from_batches([batch]), folder / "parts" / f"part-{at:02d}.parquet")
    return folder / "parts"


def packed(folder: Path) -> Path:
    text = shop.write(folder / "orders.csv", shop.lines()).read_bytes()
    (folder / "orders.csv.gz").write_bytes(gzip.compress(text))
    return folder / "orders.csv.gz"


def spanish(folder: Path) -> Path:
    names = "Pedido;Cliente;Fecha;Producto;Categoría;Canal;País;Cantidad;Precio"
    rows = [
        ";".join([*map(str, row[:2]), f"{row[2]:%d/%m/%Y}", *map(str, row[3:8]), f"{row[8]:.2f}".replace(".", ",")])
        for row in shop.lines()
    ]
    (folder / "pedidos.csv").write_bytes("\r\n".join([names, *rows]).encode("cp1252"))
    return folder / "pedidos.csv"


def orders() -> pa.Table:
    return shop.table(shop.lines())


SOURCES: dict[str, Callable[[Path], object]] = {
    "a CSV path": lambda folder: shop.write(folder / "orders.csv", shop.lines()),
    "a CSV path as text": lambda folder: str(shop.write(folder / "orders.csv", shop.lines())),
    "a gzip": packed,
    "a Spanish spreadsheet's CSV": spanish,
    "an XLSX": spreadsheet,
    "a Parquet file": parquet,
    "a folder of Parquet files": parts,
    "a pandas DataFrame": lambda folder: pd.DataFrame(shop.lines(), columns=list(shop.COLUMNS)),
    "a pandas DataFrame of Arrow": lambda folder: orders().to_pandas(types_mapper=pd.ArrowDtype),
    "a Polars DataFrame": lambda folder: pl.DataFrame(shop.lines(), schema=list(shop.COLUMNS), orient="row"),
    "a record batch reader": lambda folder: orders().to_reader(max_chunksize=50),
    "a DuckDB relation": lambda folder: duckdb.connect().from_arrow(orders()),
    "lines in any order": lambda folder: shop.table(random.Random(3).sample(shop.lines(), len(shop.lines()))),
    "lines backwards": lambda folder: shop.table(reversed(shop.lines())),
    "the same table again": lambda folder: orders(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_gives_the_same_table(analysis: vinculo.Analysis, tmp_path: Path, name: str) -> None:
    source = SOURCES[name](tmp_path)

    found = vinculo.analyse(source, settings=shop.QUICK)

    assert ranked(found["value"]) == ranked(analysis["value"])
    assert found["ledger_totals"].equals(analysis["ledger_totals"])
    assert found["line_counts"].equals(analysis["line_counts"])


def ranked(table: pa.Table) -> list[dict[str, object]]:
    return table.sort_by("customer_id").to_pylist()


def test_every_table_is_the_same_when_made_again(analysis: vinculo.Analysis) -> None:
    again = vinculo.analyse(orders(), settings=shop.QUICK)

    assert again.tables == analysis.tables
    assert [name for name in analysis.tables if not again[name].equals(analysis[name])] == []


def test_a_plain_object_is_no_source() -> None:
    with pytest.raises(vinculo.VinculoError, match="cannot be read"):
        vinculo.analyse(object())
