"""Delimited text: whatever the encoding, delimiter and line ends, the same lines come out."""

import gzip
from pathlib import Path

import pytest

from vinculo.warehouse.reading.sources import delimited

ORDERS = "Cliente;Fecha;Importe;Artículo\n007;31/01/2021;1.234,56;Camión €\n008;01/02/2021;7,50;Niño\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_accents_survive_every_encoding(read_text, encoding) -> None:
    reading = read_text(ORDERS.encode(encoding))

    assert reading.lines("customer_id", "net_minor", "product_name") == [
        ("007", 123456, "Camión €"),
        ("008", 750, "Niño"),
    ]


def test_an_encoding_can_be_named(read_text) -> None:
    reading = read_text(ORDERS.replace("€", "x").encode("cp850"), encoding="cp850")

    assert reading.column("product_name") == ["Camión x", "Niño"]
    assert reading.report.encoding == "cp850"


def test_windows_1252_is_said(read_text) -> None:
    reading = read_text(ORDERS.encode("cp1252"))

    assert reading.report.encoding == "cp1252"
    assert any("Windows-1252" in warning for warning in reading.report.warnings)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(read_text, delimiter) -> None:
    text = "customer_id,date,amount\n1,2021-03-04,5.00\n2,2021-03-05,7.50\n".replace(",", delimiter)

    reading = read_text(text)

    assert reading.report.delimiter == delimiter
    assert reading.column("net_minor") == [500, 750]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(read_text, ends) -> None:
    reading = read_text(ORDERS.replace("\n", ends))

    assert reading.column("net_minor") == [123456, 750]


def test_mixed_line_ends_are_read(read_text) -> None:
    reading = read_text(ORDERS.replace("\n", "\r\n", 1))

    assert reading.column("net_minor") == [123456, 750]


def test_gzip_is_read_by_what_it_holds(read_text) -> None:
    reading = read_text(gzip.compress(ORDERS.encode("cp1252")), name="orders.csv")

    assert reading.column("product_name") == ["Camión €", "Niño"]


def test_the_declared_delimiter_of_a_spreadsheet_is_obeyed(read_text) -> None:
    reading = read_text("sep=|\ncustomer_id|date|amount\n1|2021-03-04|5,5\n")

    assert reading.lines("line_number", "net_minor") == [(3, 550)]


def test_titles_above_the_header_are_passed_over(read_text) -> None:
    reading = read_text("Ventas 2021\n\n" + ORDERS)

    assert reading.column("line_number") == [4, 5]


def test_rows_are_numbered_as_a_spreadsheet_does(read_text) -> None:
    text = (
        "customer_id,date,amount\n"
        '"1\n2",2021-03-04,5\n'  # row 2, in two lines
        "\n"  # row 3, blank
        "3,2021-03-04\n"  # row 4, short
        "4,2021-03-04,5,9\n"  # row 5, long
        "5,2021-03-04,five\n"  # row 6, no amount
        ",,\n"  # row 7, empty
        "8,2021-03-04,8\n"  # row 8
    )

    reading = read_text(text)

    assert reading.lines("line_number", "customer_id") == [(2, "1\n2"), (8, "8")]
    assert [(row["line_number"], row["column_name"], row["found"]) for row in reading.rejected()] == [
        (4, None, "3,2021-03-04"),
        (5, None, "4,2021-03-04,5,9"),
        (6, "amount", "five"),
    ]
    assert reading.report.rows == 5


def test_good_rows_keep_their_numbers_after_rows_that_do_not_fit(read_text) -> None:
    rows = [f"{row},2021-03-04,1" if row % 1000 else f"{row},2021-03-04" for row in range(2, 5002)]

    reading = read_text("customer_id,date,amount\n" + "\n".join(rows) + "\n")

    assert all(number == int(customer) for number, customer in reading.lines("line_number", "customer_id"))
    assert [row["line_number"] for row in reading.rejected()] == [1000, 2000, 3000, 4000, 5000]


def test_row_numbers_follow_the_file_however_many_threads_read_it(read_text) -> None:
    rows = "\n".join(f"{row};P{row % 7};31/01/2021 10:00;1.{row % 900 + 100},50 €;2" for row in range(2, 300_002))

    reading = read_text("Cliente;Artículo;Fecha;Importe;Cantidad\n" + rows)

    wrong = reading.engine.rows("SELECT count(*) FROM order_lines WHERE line_number <> CAST(customer_id AS BIGINT)")
    assert wrong.column(0)[0].as_py() == 0
    assert reading.report.rows == 300_000


def test_rows_with_one_delimiter_too_many_throughout_are_read(read_text) -> None:
    reading = read_text("customer_id;date;amount\n1;2021-03-04;5,00;\n2;2021-03-04;6,00;\n")

    assert reading.column("net_minor") == [500, 600]


def test_text_that_is_utf_8_already_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")

    source = delimited.open_text(path, tmp_path / "work")

    assert str(path) in source.relation
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("name", ["it's {orders}.csv", "$orders_$as_of.csv", "niño %s.csv"])
def test_a_path_with_signs_of_its_own_is_read(read_text, name) -> None:
    assert read_text(ORDERS, name=name).report.rows == 2


def test_line_breaks_in_cells_may_differ_from_those_between_rows(read_text) -> None:
    text = 'customer_id,date,amount,description\r\n1,2021-03-04,5,"a\nb"\r\n2,2021-03-04,6,c\r\n'

    reading = read_text(text)

    assert reading.lines("line_number", "product_name") == [(2, "a\nb"), (3, "c")]
