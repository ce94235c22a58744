"""Whatever is handed over, the answer is lines or one clear sentence, never a traceback."""

import gzip
from pathlib import Path

import pytest

from vinculo.foundation.errors import InputError, SettingsError
from vinculo.warehouse.reading.options import ReadingOptions

GOOD = "customer_id,date,amount\n1,2021-03-04,5.00\n2,2021-03-05,7.50\n"
PACKED = gzip.compress((GOOD + "".join(f"{n},2021-03-06,{n}.00\n" for n in range(20_000))).encode())


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n  \n", "is empty"),
        ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "is a PNG image, not a table"),
        ("program.csv", b"\x7fELF" + bytes(range(256)) * 4, "is a program, not a table"),
        ("noise.csv", bytes(range(1, 256)) * 16, "is binary data, not a table"),
        ("archive.csv", b"PK\x03\x04" + b"0" * 500, "is a ZIP archive, not a table"),
        ("cut.csv.gz", PACKED[: len(PACKED) // 2], "gzip file that is cut short or damaged"),
        ("header.csv", b"customer_id,date,amount\n", "has a header and no lines"),
        ("damaged.xlsx", b"PK\x03\x04" + b"0" * 500, "cannot be read as a spreadsheet"),
        ("locked.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000), "protected by a password"),
        ("text.xlsx", GOOD.encode(), "not a spreadsheet though it is called one"),
        ("damaged.parquet", b"PAR1xxxxx", "cannot be read as Parquet"),
        ("text.parquet", GOOD.encode(), "not a Parquet file though it is called one"),
        ("words.csv", b"customer_id,date,amount\n1,hello,5.00\n", "None of the 1 rows .*'date' holds 'hello'"),
        ("quotes.csv", b'"', "No column was found|quotes"),
    ],
)
def test_is_refused_in_one_sentence(read_text, name, content, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        read_text(content, name=name)


def test_a_missing_file_is_named(read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read(tmp_path / "nowhere.csv")


def test_a_folder_without_parquet_is_refused(read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder without Parquet"):
        read(tmp_path)


def test_what_is_no_table_is_refused(read) -> None:
    with pytest.raises(InputError, match="int cannot be read: give the path"):
        read(42)


def test_forty_megabytes_on_one_line_are_refused(read_text) -> None:
    with pytest.raises(InputError, match="line longer than"):
        read_text(GOOD.encode() + b"x" * 40_000_000 + b"\n")


def test_a_formula_is_shown_and_never_run(read_text) -> None:
    reading = read_text(GOOD + "3,2021-03-06,=SUM(A1)\n")

    assert [(row["line_number"], row["column_name"], row["found"]) for row in reading.rejected()] == [
        (4, "amount", "=SUM(A1)")
    ]
    assert "1234.56" in reading.rejected()[0]["expected"]


def test_repeated_headers_give_the_first_and_are_said(read_text) -> None:
    reading = read_text("customer_id,date,amount,amount\n1,2021-03-04,5.00,9\n")

    assert reading.column("net_minor") == [500]
    assert any("'amount' more than once" in warning for warning in reading.report.warnings)


def test_headers_and_cells_are_trimmed(read_text) -> None:
    reading = read_text(" customer_id ,  date , amount \n 1 , 2021-03-04 ,  5.00 \n")

    assert reading.lines("customer_id", "net_minor") == [("1", 500)]


def test_unbalanced_quotes_are_rejected_and_said(read_text) -> None:
    reading = read_text(GOOD + '"3,2021-03-06,1.00\n4,2021-03-06,1.00\n')

    assert reading.lines("customer_id", "line_number") == [("1", 2), ("2", 3), ("4", 5)]
    assert [(row["line_number"], row["found"]) for row in reading.rejected()] == [(4, '"3,2021-03-06,1.00')]
    assert reading.rejected()[0]["expected"].startswith("quotes")
    assert any("not balanced in one row" in warning for warning in reading.report.warnings)


def test_nul_bytes_are_left_out_and_said(read_text) -> None:
    reading = read_text(GOOD.replace("7.50", "7.\x0050"))

    assert reading.column("net_minor") == [500, 750]
    assert any("NUL" in warning for warning in reading.report.warnings)


def test_a_reading_that_rejects_most_rows_doubts_its_mapping(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,hello,5.00\n2,x,1\n3,2021-03-04,1.00\n")

    assert reading.report.rejected == 2
    assert any(warning.startswith("67% of the rows were rejected") for warning in reading.report.warnings)


def test_negative_totals_are_read(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,-5.00\n")

    assert reading.lines("net_minor", "line_kind") == [(-500, "return")]


def test_amounts_beyond_measure_are_rejected(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,1e30\n2,2021-03-04,inf\n3,2021-03-04,999999999999\n")

    assert reading.column("net_minor") == [99_999_999_999_900]


def test_header_text_never_becomes_part_of_a_query(read_text) -> None:
    reading = read_text('customer_id,date,"amount"" ; DROP TABLE x; --"\n1,2021-03-04,5.00\n')

    assert reading.column("net_minor") == [500]


def test_a_header_that_looks_like_a_parameter_is_a_header(read_text) -> None:
    reading = read_text(
        "customer_id,date,price_$us\n1,2021-03-04,5.00\n2,2021-03-04,$x\n", mapping={"price": "price_$us"}
    )

    assert reading.column("net_minor") == [500]
    assert reading.rejected()[0]["column_name"] == "price_$us"


def test_warnings_are_said_in_spanish(read_text) -> None:
    reading = read_text(GOOD + "3,x,1\n", language="es")

    assert "Ninguna columna indica la moneda: se supuso EUR." in reading.report.warnings
    assert reading.rejected()[0]["expected"].startswith("una fecha")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"date_order": "ydm"}, "no date order 'ydm'"),
        ({"decimal": ";"}, "no decimal mark ';'"),
        ({"delimiter": "::"}, "delimiter '::' cannot be used"),
        ({"rates": {"USD": 0.0}}, "rate of USD is 0.0"),
        ({"currency": "XXZ"}, "not a currency"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options, sentence) -> None:
    with pytest.raises(SettingsError, match=sentence):
        ReadingOptions(**options)


def test_an_encoding_that_does_not_exist_is_refused(read_text) -> None:
    with pytest.raises(InputError, match="no encoding 'klingon'"):
        read_text(GOOD, encoding="klingon")
