"""Amounts written in any usual way become the same minor units, or are rejected; none is misread."""

import pytest

HEAD = "customer_id;date;amount\n"


def minor(read_text, *amounts: str, **options: str) -> list[int | None]:
    rows = "".join(f'{row};2021-03-04;"{amount}"\n' for row, amount in enumerate(amounts, start=2))
    reading = read_text(HEAD + rows, **options)
    found = dict(reading.lines("line_number", "net_minor"))
    return [found.get(row) for row in range(2, len(amounts) + 2)]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["1.234,56", "7,5", "12"], [123456, 750, 1200]),
        (["1,234.56", "7.5", "12"], [123456, 750, 1200]),
        (["1.234,56 €", "€ 7,50", "-3,00 €"], [123456, 750, -300]),
        (["$1,234.56", "-$7.50"], [123456, -750]),
        (["(12,50)", "12,50-", "-12,50"], [-1250, -1250, -1250]),
        (["1 234,50", "1\u00a0234,50", "1'234,50"], [123450, 123450, 123450]),
        (["1.234,56 EUR", "EUR 3,5", "USD 1,00"], [123456, 350, 100]),
        (["\u22124,00", "+4,00"], [-400, 400]),
        (["1234567,891", "0,005"], [123456789, 0]),
        (["1.234.567", "1"], [123456700, 100]),
        (["1e3", "2.5"], [100000, 250]),
    ],
)
def test_usual_ways_of_writing_are_read(read_text, amounts, expected) -> None:
    assert minor(read_text, *amounts) == expected


@pytest.mark.parametrize("wrong", ["12 34", "5+3", "=SUM(A1)", "12.50", "1.23.456,00", "abc", "12x", "--5", "1e30"])
def test_what_is_no_number_beside_decimal_commas_is_rejected(read_text, wrong) -> None:
    assert minor(read_text, "1,50", "2,50", wrong) == [150, 250, None]


def test_a_column_that_says_nothing_follows_the_others(read_text) -> None:
    text = "customer_id\tdate\tquantity\tamount\n1\t2021-03-04\t1.500\t7,25\n"

    reading = read_text(text)

    assert reading.lines("quantity", "net_minor") == [(1500.0, 725)]


def test_an_undecided_mark_is_said(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,1.234\n")

    assert reading.report.decimal == "."
    assert any("tells the decimal mark" in warning for warning in reading.report.warnings)


def test_the_mark_can_be_named(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,1.234\n", decimal=",")

    assert reading.column("net_minor") == [123400]
    assert not any("decimal mark" in warning for warning in reading.report.warnings)


def test_a_column_that_writes_both_ways_is_said(read_text) -> None:
    reading = read_text(HEAD + "1;2021-03-04;1,50\n2;2021-03-04;2,50\n3;2021-03-04;2.50\n")

    assert any("both ways (2 rows with a comma, 1 with a point)" in warning for warning in reading.report.warnings)


def test_a_shape_not_seen_in_the_sample_is_read_all_the_same(read_text) -> None:
    rows = "".join(f"{row};2021-03-04;1,50\n" for row in range(20_500))

    reading = read_text(HEAD + rows + "last;2021-03-04;(1.000,25 €)\n")

    assert reading.column("net_minor")[-1] == -100025


def test_halves_go_to_the_even_unit(read_text) -> None:
    assert minor(read_text, "2,665", "2,675", "-2,665") == [266, 268, -266]
