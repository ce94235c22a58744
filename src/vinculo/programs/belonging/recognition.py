"""Recognition: occasions that are worth a word and need no points."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from vinculo.foundation.phrases import Phrase
from vinculo.programs.levels.windows import add_months

ROUND = (1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50)
"""Years that are worth a word."""


class Kind(StrEnum):
    """What happened on that day."""

    CUSTOMER = "customer"
    MEMBER = "member"
    BIRTHDAY = "birthday"


class Occasion(NamedTuple):
    """A day worth a word."""

    on: date
    kind: Kind
    years: int


def occasions(
    *, first_purchase_on: date | None, joined_on: date | None, birth_on: date | None, begins: date, ends: date
) -> list[Occasion]:
    """Return the occasions of a customer from one day to another (both included), in the order of days.

    Whoever joined with the first purchase is thanked once for both.

    >>> [found] = occasions(first_purchase_on=date(2014, 6, 3), joined_on=None, birth_on=None,
    ...                     begins=date(2024, 6, 1), ends=date(2024, 6, 30))
    >>> str(words(found)), found.on
    ('Customer for 10 years', datetime.date(2024, 6, 3))
    """
    joined = joined_on if joined_on != first_purchase_on else None
    days = ((Kind.CUSTOMER, first_purchase_on), (Kind.MEMBER, joined), (Kind.BIRTHDAY, birth_on))
    found = [each for kind, day in days if day for each in _returning(kind, day, begins, ends)]
    return sorted(each for each in found if each.kind == Kind.BIRTHDAY or each.years in ROUND)


def _returning(kind: Kind, day: date, begins: date, ends: date) -> Iterator[Occasion]:
    for years in range(max(begins.year - day.year, 1), ends.year - day.year + 1):
        on = add_months(day, 12 * years)
        if begins <= on <= ends:
            yield Occasion(on, kind, years)


def years_since(day: date, as_of: date) -> int:
    """Return the full years since a day.

    >>> years_since(date(2020, 2, 29), date(2021, 2, 27)), years_since(date(2020, 2, 29), date(2021, 2, 28))
    (0, 1)
    """
    years = as_of.year - day.year
    return years - (add_months(day, 12 * years) > as_of)


def words(found: Occasion) -> Phrase:
    """Return an occasion in words."""
    if found.kind == Kind.BIRTHDAY:
        return Phrase("Birthday")
    if found.kind == Kind.MEMBER:
        return (
            Phrase("Member for 1 year") if found.years == 1 else Phrase("Member for {years} years", years=found.years)
        )
    return (
        Phrase("Customer for 1 year") if found.years == 1 else Phrase("Customer for {years} years", years=found.years)
    )
