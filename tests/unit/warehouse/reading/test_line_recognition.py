"""Every line is of the first kind that applies, and the kinds add up to the rows of the source."""

from datetime import date

from vinculo.foundation import language
from vinculo.warehouse.reading import recognition
from vinculo.warehouse.tables import orders as tables

LINES = """customer_id,order_id,date,quantity,amount,product_id,description
1,1,2021-03-04,1,5,A,Mug
1,C12,2021-03-04,-1,-5,A,Mug
1,CAKE,2021-03-04,-1,-5,A,Mug
1,2,2021-03-04,1,0,A,Mug
1,2,2021-03-04,1,3,POST,Postage
1,2,2021-03-04,1,3,TEST007,Test
1,2,2021-03-04,1,3,gift_0001_20,Voucher
1,2,2021-03-04,1,3,m,Manual
1,2,2021-03-04,1,3,Mug,POSTER
,A563185,2021-03-04,1,-10,B,Adjust bad debt
,3,2021-03-04,1,4,A,Mug
1,3,2021-06-01,1,4,A,Mug
1,3,2031-06-01,1,4,A,Mug
1,3,yesterday,1,4,A,Mug
"""
KINDS = ["sale", "cancellation", "return", "zero_price", *["not_goods"] * 4, "sale", "adjustment", "guest"]


def test_is_the_first_kind_that_applies(read_text) -> None:
    reading = read_text(LINES, as_of=date(2021, 5, 31), today=date(2021, 12, 31))

    assert reading.column("line_kind") == [*KINDS, "after_as_of", "future"]


def test_adds_up_to_the_rows(read_text) -> None:
    reading = read_text(LINES)

    assert sum(reading.kinds().values()) == reading.report.rows == 14
    assert reading.kinds()["rejected"] == reading.report.rejected == 1


def test_a_row_of_totals_is_set_aside_with_its_reason_wherever_its_word_stands(read_text) -> None:
    totals = ["Total,,,,5", ",,TOTAL GENERAL,,12", ",,,Suma:,12", "Total,,2021-03-04,,12", "Subtotal C1,,,,7"]
    sales = ["Total,9,2021-03-04,A2,3", ",10,2021-03-04,Total,3", "Total Energies,11,2021-03-04,A,4"]
    reading = read_text(
        "customer_id,order_id,date,product_id,amount\n1,1,2021-03-04,A,5\n" + "\n".join([*totals, *sales])
    )

    assert reading.column("line_kind") == ["sale", "sale", "guest", "sale"]
    assert (reading.report.rejected, reading.report.totals) == (5, 5)
    assert {each["expected"] for each in reading.rejected()} == {"a row of its own: this one adds up the others"}
    assert [each["found"] for each in reading.rejected()][1:3] == ["TOTAL GENERAL", "Suma:"]
    assert {each["reason"] for each in reading.rejected()} == {"total"}


def test_looks_from_the_last_day_that_is_not_in_the_future(read_text) -> None:
    assert read_text(LINES, today=date(2021, 12, 31)).report.as_of == date(2021, 6, 1)
    assert read_text(LINES).report.as_of == date(2031, 6, 1)
    assert read_text(LINES, as_of=date(2021, 1, 1)).report.as_of == date(2021, 1, 1)


def test_includes_the_whole_of_the_last_day(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04 23:59:59,1\n", as_of=date(2021, 3, 4))

    assert reading.column("line_kind") == ["sale"]


def test_codes_that_are_no_goods_can_be_named(read_text) -> None:
    reading = read_text(LINES, not_goods=("A",))

    assert reading.column("line_kind")[4] == "sale"
    assert reading.column("line_kind")[0] == "not_goods"


def test_pieces_and_amount_of_a_return_agree_in_sign(read_text) -> None:
    text = "customer_id,date,quantity,amount\n1,2021-03-04,-2,5\n1,2021-03-04,2,-5\n"

    reading = read_text(text)

    assert reading.lines("quantity", "net_minor", "line_kind") == [(-2.0, -500, "return"), (-2.0, -500, "return")]


def test_missing_customers_are_guests(read_text) -> None:
    rows = "".join(f"{customer},2021-03-04,1\n" for customer in ("", "null", "NULL", "NaN", "None", "-", "  "))

    reading = read_text("customer_id,date,amount\n" + rows)

    assert reading.kinds() == {"guest": 7}


def test_leading_zeros_of_ids_are_kept(read_text) -> None:
    reading = read_text("customer_id,date,amount\n007,2021-03-04,1\n7.0,2021-03-04,1\n")

    assert reading.column("customer_id") == ["007", "7.0"]


def test_ids_written_as_fractions_throughout_lose_them(read_text) -> None:
    reading = read_text("customer_id,date,amount\n17850.0,2021-03-04,1\n,2021-03-04,1\n13047.0,2021-03-04,1\n")

    assert reading.column("customer_id") == ["17850", None, "13047"]


def test_keeps_the_contracts(read_text) -> None:
    engine = read_text(LINES).engine

    assert engine.rows("SELECT * FROM order_lines").schema == tables.ORDER_LINES.schema
    assert engine.rows("SELECT * FROM rejected_lines").schema == tables.SET_ASIDE_LINES.schema


def test_every_kind_has_a_treatment_in_both_languages() -> None:
    spanish = language.translator("es")

    assert set(tables.LINE_KINDS) | {"rejected", "duplicate"} == set(recognition.TREATMENTS)
    assert all(spanish(sentence) != sentence for sentence in recognition.TREATMENTS.values())


def test_duplicates_are_told_by_columns_of_the_contract() -> None:
    assert set(recognition.DUPLICATE_COLUMNS) < set(tables.ORDER_LINES.names)
