"""Gross, discount, net and cost of a line agree, in minor units of the run's currency."""

import pytest

from vinculo.foundation.errors import InputError, SettingsError

AMOUNTS = ("quantity", "gross_minor", "discount_minor", "net_minor", "cost_minor")
TWO_CURRENCIES = "customer_id,date,amount,currency\n1,2021-03-04,5.00,GBP\n2,2021-03-04,6.00,EUR\n3,2021-03-04,7.00,€\n"


def test_price_times_pieces_less_discount(read_text) -> None:
    text = "customer_id,date,quantity,unit_price,discount,unit_cost\n1,2021-03-04,3,0.85,0.10,0.50\n"

    assert read_text(text).lines(*AMOUNTS) == [(3.0, 255, 10, 245, 150)]


def test_a_returned_line_is_negative_throughout(read_text) -> None:
    text = "customer_id,date,quantity,unit_price,discount,unit_cost\n1,2021-03-04,-3,0.85,0.10,0.50\n"

    assert read_text(text).lines(*AMOUNTS) == [(-3.0, -255, 10, -245, -150)]


def test_a_net_amount_has_its_discount_added_to_the_gross(read_text) -> None:
    text = "customer_id,date,amount,discount\n1,2021-03-04,9,-1\n"

    assert read_text(text).lines(*AMOUNTS[:-1]) == [(1.0, 1000, 100, 900)]


def test_a_gross_amount_has_its_discount_taken_off(read_text) -> None:
    text = "customer_id,date,gross,discount,cost\n1,2021-03-04,10,1,4\n1,2021-03-05,-10,1,\n"

    assert read_text(text).lines(*AMOUNTS) == [(1.0, 1000, 100, 900, 400), (-1.0, -1000, 100, -900, None)]


def test_gross_and_net_leave_the_discount(read_text) -> None:
    text = "customer_id,date,amount,gross\n1,2021-03-04,8,10\n"

    assert read_text(text).lines(*AMOUNTS[:-1]) == [(1.0, 1000, 200, 800)]


def test_an_amount_goes_before_price_times_pieces(read_text) -> None:
    text = "customer_id,date,quantity,unit_price,amount\n1,2021-03-04,2,5,9\n1,2021-03-05,2,5,\n"

    assert read_text(text).column("net_minor") == [900, 1000]


def test_pieces_are_one_where_nothing_is_said(read_text) -> None:
    assert read_text("customer_id,date,price\n1,2021-03-04,5\n").lines("quantity", "net_minor") == [(1.0, 500)]


def test_minor_units_are_taken_as_they_are(read_text) -> None:
    assert read_text("customer_id,happened_at,net_minor\n1,2021-03-04,550\n").column("net_minor") == [550]


@pytest.mark.parametrize(("currency", "expected"), [("JPY", 500), ("EUR", 50000), ("KWD", 500000)])
def test_each_currency_keeps_its_own_digits(read_text, currency, expected) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,500\n", currency=currency)

    assert reading.column("net_minor") == [expected]


def test_a_currency_nobody_names_is_assumed_and_said(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,5\n")

    assert reading.report.currency == "EUR"
    assert any("EUR was assumed" in warning for warning in reading.report.warnings)


def test_the_sign_on_the_amounts_names_the_currency(read_text) -> None:
    assert read_text("customer_id,date,amount\n1,2021-03-04,£5.00\n").report.currency == "GBP"


def test_a_sign_against_the_currency_asked_for_is_said(read_text) -> None:
    reading = read_text("customer_id,date,amount\n1,2021-03-04,£5.00\n", currency="EUR")

    assert any("sign of GBP but EUR was asked for" in warning for warning in reading.report.warnings)


def test_the_only_currency_of_a_column_is_taken(read_text) -> None:
    reading = read_text("customer_id,date,amount,currency\n1,2021-03-04,5,USD\n2,2021-03-04,5,\n")

    assert reading.report.currency == "USD"
    assert reading.kinds() == {"sale": 2}


def test_several_currencies_are_refused_with_two_ways_out(read_text) -> None:
    pattern = r"EUR \(2 lines\), GBP \(1 line\).*--currency EUR --only-currency.*--rate GBP=0.85"

    with pytest.raises(InputError, match=pattern):
        read_text(TWO_CURRENCIES)


def test_other_currencies_can_be_set_aside(read_text) -> None:
    reading = read_text(TWO_CURRENCIES, currency="EUR", only_currency=True)

    assert reading.kinds() == {"sale": 2, "other_currency": 1}


def test_other_currencies_can_be_converted(read_text) -> None:
    reading = read_text(TWO_CURRENCIES, currency="EUR", rates={"GBP": 1.17})

    assert reading.column("net_minor") == [585, 600, 700]


def test_minor_units_are_not_converted(read_text) -> None:
    text = "customer_id,date,net_minor,currency\n1,2021-03-04,500,GBP\n"

    with pytest.raises(InputError, match="minor units cannot be converted"):
        read_text(text, currency="EUR", rates={"GBP": 1.17})


def test_a_currency_that_does_not_exist_is_refused(read_text) -> None:
    with pytest.raises(SettingsError, match="'EURO' is not a currency"):
        read_text(TWO_CURRENCIES, currency="EURO")
