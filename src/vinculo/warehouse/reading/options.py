"""Options of a reading: what a person may say about a file when guessing is not enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from vinculo.foundation import money
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.phrases import Phrase

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMALS = (",", ".")
NOT_GOODS = (
    *("POST", "DOT", "C2", "D", "M", "m", "S", "B"),
    *("BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "TEST*", "gift_*"),
)
"""Codes of postage, fees, manual entries, samples and vouchers; a star at the end stands for any ending."""


@dataclass(frozen=True)
class ReadingOptions:
    """How to read a source of orders; everything left empty is worked out from the source and reported."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the source for a target (`{"customer_id": "Cliente"}`); an empty text leaves the target out."""
    date_order: str = ""
    """dmy, mdy or ymd."""
    decimal: str = ""
    """Decimal mark: a comma or a point."""
    encoding: str = ""
    """A Python codec name such as cp850, when the rule (mark, UTF-8, Windows-1252) does not fit."""
    delimiter: str = ""
    sheet: str = ""
    currency: str = ""
    """Currency of the run; empty takes the only one of the source, else EUR."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Units of the run currency for one unit of another: `{"USD": 0.85}`."""
    only_currency: bool = False
    """Set lines in other currencies aside instead of refusing the source."""
    as_of: date | None = None
    """The day the analysis looks from; None takes the last day not after today."""
    today: date | None = None
    """Lines after this day are in the future; None asks nothing of the clock."""
    not_goods: tuple[str, ...] = NOT_GOODS
    work_folder: Path | None = None
    """Where converted lines are kept while the engine lives; None uses the engine's own spill folder."""
    language: str = "en"
    description: str = ""
    """What reports call a source of Parquet files; empty is its path."""

    def __post_init__(self) -> None:
        allowed(self.date_order, ("", *DATE_ORDERS), Phrase("date order"))
        allowed(self.decimal, ("", *DECIMALS), Phrase("decimal mark"))
        if len(self.delimiter) > 1 or self.delimiter in ('"', "\n", "\r"):
            raise SettingsError(
                "The delimiter {found!r} cannot be used: give one character, such as ';'.", found=self.delimiter
            )
        for code in (self.currency, *self.rates):
            if code:
                money.digits(code)
        for code, rate in self.rates.items():
            if not 0 < rate < 1e9:
                raise SettingsError("The rate of {currency} is {found}: it must be above 0.", currency=code, found=rate)


def allowed(given: str, choices: tuple[str, ...], what: Phrase) -> None:
    """Refuse a choice that does not exist."""
    if given not in choices:
        known = [choice for choice in choices if choice]
        raise SettingsError(
            "There is no {what} {found!r}: choose one of {choices!r}.", what=what, found=given, choices=known
        )
