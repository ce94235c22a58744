"""Money, days, language and errors."""

from datetime import date
from decimal import Decimal

import pytest

from vinculo.foundation import errors, language, money, periods


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("12.34", "EUR", 1234), ("12", "JPY", 12), ("1.2345", "KWD", 1234)]
)
def test_a_major_amount_becomes_minor_units_of_its_currency(amount: str, currency: str, minor: int) -> None:
    assert money.to_minor(Decimal(amount), currency) == minor


def test_halves_go_to_the_even_minor_unit() -> None:
    assert [money.to_minor(text, "EUR") for text in ("0.005", "0.015", "-0.005")] == [0, 2, 0]


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(errors.SettingsError, match="'XXE' is not a currency"):
        money.digits("XXE")


@pytest.mark.parametrize(("tongue", "written"), [("en", "£1,234.56"), ("es", "1.234,56\xa0GBP")])
def test_money_is_written_as_its_reader_expects(tongue: str, written: str) -> None:
    assert money.words(123456, "GBP", tongue) == written


def test_a_horizon_begins_the_day_after_as_of() -> None:
    assert periods.horizon_end(date(1997, 9, 30), 273) == date(1998, 6, 30)


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(errors.SettingsError, match="en, es"):
        language.translator("tlh")


def test_a_sentence_without_translation_stays_english() -> None:
    assert language.translator("es")("No such sentence anywhere.") == "No such sentence anywhere."


def test_an_error_carries_its_facts_as_attributes() -> None:
    error = errors.InputError("Row 3 is empty.", row=3)

    assert (error.row, str(error), error.code) == (3, "Row 3 is empty.", "input.unusable")
    with pytest.raises(AttributeError):
        _ = error.column
