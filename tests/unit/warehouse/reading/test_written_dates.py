"""Dates written in any usual way become the same day; where day and month cannot be told apart it is said."""

from datetime import datetime

import pytest


def moments(read_text, *dates: str, currency: str = "EUR", **options: str) -> list[str | None]:
    rows = "".join(f'{row}|"{written}"|1\n' for row, written in enumerate(dates, start=2))
    reading = read_text("customer_id|date|amount\n" + rows, currency=currency, **options)
    found = dict(reading.lines("line_number", "happened_at"))
    return [text(found.get(row)) for row in range(2, len(dates) + 2)]


def text(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-03-04", "2021-03-04"),
        ("2021-03-04T10:05:06", "2021-03-04 10:05:06"),
        ("2021-03-04 10:05", "2021-03-04 10:05:00"),
        ("2021/3/4", "2021-03-04"),
        ("04/03/2021", "2021-03-04"),
        ("4.3.21", "2021-03-04"),
        ("4-3-2021 9:05", "2021-03-04 09:05:00"),
        ("04/03/2021 9:05 PM", "2021-03-04 21:05:00"),
        ("04/03/2021 9:05 p. m.", "2021-03-04 21:05:00"),
        ("20210304", "2021-03-04"),
        ("20210304100506", "2021-03-04 10:05:06"),
        ("44259", "2021-03-04"),
        ("44259.5", "2021-03-04 12:00:00"),
        ("4 Mar 2021", "2021-03-04"),
        ("4 de marzo de 2021", "2021-03-04"),
        ("04-dic-2021", "2021-12-04"),
        ("2021-03-04T23:30:00+02:00", "2021-03-04 23:30:00"),
        ("2021-03-04T23:30:00Z", "2021-03-04 23:30:00"),
        ("2021-03-04T10:05:06.789", "2021-03-04 10:05:06"),
    ],
)
def test_usual_ways_of_writing_are_read(read_text, written, expected) -> None:
    assert moments(read_text, written) == [expected]


def test_one_column_may_mix_iso_and_day_first(read_text) -> None:
    assert moments(read_text, "2021-03-04", "25/03/2021", "26/3/21") == ["2021-03-04", "2021-03-25", "2021-03-26"]


@pytest.mark.parametrize("wrong", ["31/02/2021", "hello", "04/13/2021", "1821-03-04", "infinity", "epoch", "3/4"])
def test_what_is_no_date_beside_day_first_is_rejected(read_text, wrong) -> None:
    assert moments(read_text, "25/03/2021", "26/03/2021", wrong) == ["2021-03-25", "2021-03-26", None]


def test_the_column_votes_for_month_first(read_text) -> None:
    assert moments(read_text, "3/4/2021", "12/31/2021") == ["2021-03-04", "2021-12-31"]


def test_the_vote_counts_every_row(read_text) -> None:
    rows = "".join(f"{row},01/02/2021,1\n" for row in range(20_500))

    reading = read_text("customer_id,date,amount\n" + rows + "last,01/31/2021,1\n")

    assert reading.report.date_order == "mdy"
    assert not any("tells day from month" in warning for warning in reading.report.warnings)


@pytest.mark.parametrize(
    ("head", "row", "currency", "order"),
    [
        ("customer_id,date,amount", "1,03/04/2021,5.00", "EUR", "dmy"),
        ("customer_id,date,amount", "1,03/04/2021,5.00", "USD", "mdy"),
        ("customer_id;date;amount", "1;03/04/2021;5.00", "USD", "dmy"),
        ("customer_id\tdate\tamount", "1\t03/04/2021\t5,00", "USD", "dmy"),
    ],
)
def test_an_undecided_order_is_chosen_and_said(read_text, head, row, currency, order) -> None:
    reading = read_text(f"{head}\n{row}\n", currency=currency)

    assert reading.report.date_order == order
    assert any("tells day from month" in warning for warning in reading.report.warnings)


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2021-04-03"), ("mdy", "2021-03-04")])
def test_the_order_can_be_named(read_text, order, expected) -> None:
    assert moments(read_text, "03/04/2021", date_order=order) == [expected]


def test_years_of_two_digits_can_come_first(read_text) -> None:
    assert moments(read_text, "21/03/04", date_order="ymd") == ["2021-03-04"]


def test_rows_in_the_other_order_are_said(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,25/03/2021,1\n2,26/03/2021,1\n3,03/25/2021,1\n")

    assert any("1 rows can only be read in another order" in warning for warning in reading.report.warnings)
    assert [row["line_number"] for row in reading.rejected()] == [4]


def test_a_time_in_its_own_column_is_added(read_text) -> None:
    times = ["17:45", "905", "9:05 PM", ""]

    reading = read_text("customer_id,date,hora,amount\n" + "".join(f"1,2021-03-04,{time},1\n" for time in times))

    assert [f"{moment:%H:%M}" for moment in reading.column("happened_at")] == ["17:45", "09:05", "21:05", "00:00"]
    assert reading.report.time_known


def test_days_alone_are_reported_as_such(read_text) -> None:
    assert not read_text("customer_id,date,amount\n1,2021-03-04,1\n").report.time_known
