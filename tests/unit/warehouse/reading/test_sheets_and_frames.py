"""Spreadsheets and tables in memory give the same lines as text."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.foundation.errors import InputError

at = datetime.fromisoformat
TABLE = pa.table(
    {
        "CustomerID": pa.array([17850.0, None]),
        "InvoiceDate": pa.array([at("2011-01-01 10:00"), at("2011-01-02")], pa.timestamp("us")),
        "Quantity": [2, -1],
        "UnitPrice": [1.335, 1.0],
    }
)
LINES = [(2, "17850", at("2011-01-01 10:00"), 267), (3, None, at("2011-01-02"), -100)]
COLUMNS = ("line_number", "customer_id", "happened_at", "net_minor")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Nada"
    sheet = book.create_sheet("Ventas")
    rows = [
        ["Informe de ventas"],
        [],
        ["Código cliente", "Fecha", "Importe"],
        ["007", at("2021-03-04 10:05"), 12.5],
        [8.0, date(2021, 3, 4), "1.234,56"],
        [9, "25/03/2021", 1234.567],
        [10, "x", 1],
        [],
        [11, date(2021, 3, 4), 3],
    ]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "orders.xlsx")
    return tmp_path / "orders.xlsx"


def test_a_sheet_is_found_with_its_header(read, workbook) -> None:
    reading = read(workbook)

    assert reading.report.sheet == "Ventas"
    assert reading.lines("line_number", "customer_id", "net_minor") == [
        (4, "007", 1250),
        (5, "8", 123456),
        (6, "9", 123457),
        (9, "11", 300),
    ]
    assert [(row["line_number"], row["found"]) for row in reading.rejected()] == [(7, "x")]


def test_a_sheet_that_is_not_there_is_answered_with_the_others(read, workbook) -> None:
    with pytest.raises(InputError, match="no sheet 'Enero': it has Nada, Ventas"):
        read(workbook, sheet="Enero")


@pytest.mark.parametrize(
    "handed",
    [
        lambda table: table,
        lambda table: table.to_reader(),
        lambda table: table.to_pandas(),
        pl.from_arrow,
        lambda table: duckdb.connect().from_arrow(table),
    ],
    ids=["table", "reader", "pandas", "polars", "duckdb"],
)
def test_every_table_in_memory_is_read(read, handed) -> None:
    reading = read(handed(TABLE))

    assert reading.lines(*COLUMNS) == LINES


def test_parquet_is_read_as_a_file_and_as_a_folder(read, tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    pq.write_table(TABLE.slice(0, 1), tmp_path / "orders" / "a.parquet")
    pq.write_table(TABLE.slice(1), tmp_path / "orders" / "b.parquet")

    assert read(tmp_path / "orders" / "a.parquet").lines(*COLUMNS) == LINES[:1]
    assert read(tmp_path / "orders").lines(*COLUMNS) == LINES


def test_mixed_objects_of_pandas_are_read_as_text(read) -> None:
    frame = pd.DataFrame({"cliente": [1, "a"], "fecha": ["25/2/2021", date(2021, 2, 3)], "importe": ["3,5", 2]})

    assert read(frame).lines("customer_id", "net_minor") == [("1", 350), ("a", 200)]


@pytest.mark.parametrize("days", [[20210304, 20210305], [44259, 44260], [44259.0, 44260.0]])
def test_days_stored_as_numbers_are_read(read, days) -> None:
    reading = read(pa.table({"cliente": [1, 2], "fecha": days, "importe": [1, 2]}))

    assert reading.column("happened_at") == [at("2021-03-04"), at("2021-03-05")]


def test_times_with_a_zone_keep_the_clock_of_the_place(read) -> None:
    moments = pa.array([at("2021-01-01 00:30")], pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    table = pa.table({"cliente": ["1"], "fecha": moments.cast(pa.timestamp("us", "Europe/Madrid")), "importe": [1.0]})

    assert read(table).column("happened_at") == [at("2021-01-01 01:30")]
    assert read(table.to_reader()).column("happened_at") == [at("2021-01-01 01:30")]


def test_amounts_that_are_not_numbers_are_rejected(read) -> None:
    reading = read(pa.table({"cliente": ["1", "2"], "fecha": [date(2021, 3, 4)] * 2, "importe": [1.0, float("nan")]}))

    assert reading.column("net_minor") == [100]
    assert [row["line_number"] for row in reading.rejected()] == [3]


def test_column_names_with_quotes_are_read(read) -> None:
    reading = read(pa.table({'cliente "a"': ["1"], "fecha": [date(2021, 3, 4)], "importe": [1.0]}))

    assert reading.column("net_minor") == [100]
