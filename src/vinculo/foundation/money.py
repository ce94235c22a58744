"""Money: integer minor units with a currency, and the digits each currency keeps (ISO 4217)."""

from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from babel.numbers import format_currency, get_currency_precision, is_currency

from vinculo.foundation.errors import SettingsError


@cache
def digits(currency: str) -> int:
    """Return how many decimal digits a currency keeps: 2 for EUR, 0 for JPY.

    >>> digits("EUR"), digits("JPY"), digits("KWD")
    (2, 0, 3)
    """
    if not is_currency(currency):
        raise SettingsError(
            "{currency!r} is not a currency: give its three-letter ISO 4217 code, such as EUR, GBP or USD.",
            currency=currency,
        )
    return get_currency_precision(currency)


@cache
def minor_per_major(currency: str) -> int:
    """Return the minor units in one major unit: 100 for EUR, 1 for JPY."""
    return int(10 ** digits(currency))


def to_minor(amount: Decimal | float | str, currency: str) -> int:
    """Convert a major amount to integer minor units, half to even.

    >>> to_minor("12.345", "EUR")
    1234
    """
    scaled = Decimal(str(amount)) * minor_per_major(currency)
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))


def words(minor: float, currency: str, language: str = "en", *, whole: bool = False) -> str:
    """Write an amount of minor units the way a reader of that language expects.

    >>> words(123456, "GBP")
    '£1,234.56'
    """
    amount = Decimal(str(round(minor))) / minor_per_major(currency)
    if whole:
        pattern = "¤#,##0" if language == "en" else "#,##0\u00a0¤"
        return format_currency(amount, currency, pattern, locale=language, currency_digits=False)
    return format_currency(amount, currency, locale=language)
