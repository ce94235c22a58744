"""Naming: codes of customers, such as countries and languages, as people read them."""

from collections.abc import Iterable
from functools import cache

import pycountry
from babel import Locale
from django.utils.translation import gettext_lazy as _

from vinculo.identify import folding
from vinculo.identify.cleaning import answers
from vinculo.identify.records.models import Customer
from vinculo.measure.charts.reader import Reader
from vinculo.web import shell

STANDINGS = ((Customer.Standing.ACTUAL, _("Customer")), (Customer.Standing.PROSPECT, _("Prospect")))
KINDS = ((Customer.Kind.PERSON, _("Person")), (Customer.Kind.ORGANISATION, _("Organisation")))


def shown(name: str, value: str) -> str:
    """Write the value of a field as people read it."""
    if name in ("kind", "standing"):
        return next((str(words) for code, words in (*KINDS, *STANDINGS) if code == value), value)
    if name in ("country", "language"):
        return dict((countries if name == "country" else languages)(shell.language())).get(value, value)
    return Reader(shell.language(), "").day(value) if name == "acquired_on" and value else value


@cache
def countries(spoken: str) -> tuple[tuple[str, str], ...]:
    """Return the countries by their codes, in the order of their names in a language."""
    names = Locale(spoken).territories
    return in_order((each.alpha_2, names.get(each.alpha_2, each.name)) for each in pycountry.countries)


@cache
def languages(spoken: str) -> tuple[tuple[str, str], ...]:
    """Return the languages by their codes, in the order of their names in a language."""
    names = Locale(spoken).languages
    return in_order((code, names[code]) for code in set(answers.languages().values()) if code in names)


def in_order(found: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return codes and names in the order of the names."""
    named = [(code, name[:1].upper() + name[1:]) for code, name in found]
    return tuple(sorted(named, key=lambda each: folding.fold(each[1])))
