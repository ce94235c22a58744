"""Fields: what a value of a call may be; whatever else comes is refused with the name of the field."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

import pycountry
from babel.numbers import is_currency
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

LARGEST = 2**63 - 1
MOST_MINOR = 10**15
EARLIEST, LATEST = 1900, 2199
PAGE, LONGEST_PAGE = 50, 200
Shape = TypeVar("Shape")


class Given(Schema):
    """What comes in: nothing that has no name here."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema, Generic[Shape]):
    """Part of a list, and where the next part begins: `next` goes into `cursor`; null at the end."""

    data: list[Shape]
    next: str | None


def written(value: Any) -> Any:
    """Refuse what is not written as a text, such as a number for a date."""
    if not isinstance(value, str | date):
        raise ValueError("write it as a text")
    return value


def counted(value: Any) -> Any:
    """Refuse yes and no where a number is wanted."""
    if isinstance(value, bool):
        raise ValueError("write it as a number")
    return value


def sensible(moment: Any) -> Any:
    """Refuse years in which nobody buys."""
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(f"a year from {EARLIEST} to {LATEST}")
    return moment


def currency_known(code: str) -> str:
    """Refuse what is no currency."""
    if not is_currency(code):
        raise ValueError("a currency of ISO 4217, such as EUR")
    return code


def country_known(code: str) -> str:
    """Refuse what is no country; an empty text empties the field."""
    if code and pycountry.countries.get(alpha_2=code) is None:
        raise ValueError("a country of ISO 3166-1, such as ES")
    return code


Id = Annotated[int, Field(ge=1, le=LARGEST)]
StrictId = Annotated[int, Field(strict=True, ge=1, le=LARGEST)]
Name = Annotated[str, StringConstraints(strict=True, max_length=200)]
Code = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=250, pattern=r"^\S(.*\S)?$")]
Postcode = Annotated[str, StringConstraints(strict=True, max_length=32)]
Language = Annotated[str, StringConstraints(strict=True, max_length=16, pattern=r"^([a-z]{2,3})?$")]
Country = Annotated[
    str, StringConstraints(strict=True, max_length=2, pattern=r"^([A-Z]{2})?$"), AfterValidator(country_known)
]
Currency = Annotated[
    str,
    StringConstraints(strict=True, min_length=3, max_length=3, pattern=r"^[A-Z]{3}$"),
    AfterValidator(currency_known),
]
Minor = Annotated[int, Field(strict=True, ge=-MOST_MINOR, le=MOST_MINOR, description="minor units, such as cents")]
Amount = Annotated[int, Field(strict=True, ge=0, le=MOST_MINOR, description="minor units, such as cents")]
Pieces = Annotated[
    Decimal, Field(max_digits=16, decimal_places=4, description="below zero, they come back"), BeforeValidator(counted)
]
Moment = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(sensible)]
Day = Annotated[date, BeforeValidator(written), AfterValidator(sensible)]
Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE, description="how many at most")]
Cursor = Annotated[
    str, StringConstraints(max_length=400), Field(description="`next` of the page before; nothing for the first page")
]
Kind = Literal["person", "organisation"]
Standing = Literal["actual", "prospect"]
IdentifierKind = Literal["email", "phone", "tax_id", "vat", "card", "other"]
AnyIdentifierKind = Literal["source_key", "email", "phone", "tax_id", "vat", "card", "other"]
