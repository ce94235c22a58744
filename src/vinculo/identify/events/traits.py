"""Traits: what an identify or group call says of somebody, cleaned as the cells of a file are.

A trait of ours is what is said together: the parts of a name, or of an address, are one, so that no part of an older
one is left beside a newer. The later event wins, trait by trait (`Said.beats`).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from vinculo.identify.cleaning import answers, emails, names, phones, places, tax_ids
from vinculo.identify.cleaning.cleaned import Cleaned
from vinculo.identify.parties.customers import known_text, person_name
from vinculo.identify.parties.lengths import USUAL

ACCOUNT = "group:"
"""Begins the key of an organisation: a group and a user may have the same id."""
COUNTRY = "ES"
"""Whose telephone numbers are meant where nothing tells."""
PARTS = ("given_name", "family_name", "second_family_name")
STREET = ("street", "address", "line1", "lines")
Traits = Mapping[str, Any]
_LOCALE = re.compile(r"[a-z]{2,3}[-_]([A-Z]{2})")


class Said(NamedTuple):
    """One trait, and which event said it."""

    value: Mapping[str, str]
    happened_at: datetime
    message_id: str

    def beats(self, other: "Said") -> bool:
        """Tell whether this is the later word; of two at once, the one with the greater message id."""
        return (self.happened_at, self.message_id) > (other.happened_at, other.message_id)


def of_user(traits: Traits, *, locale: str = "") -> dict[str, dict[str, str]]:
    """Return what is said of a person, trait by trait; what cannot be read is left out.

    >>> found = of_user({"firstName": "ANA", "lastName": "Ruiz", "email": "Ana@Ruiz.es", "phone": "600123456"})
    >>> found["name"]["name"], found["email"], found["phone"]
    ('Ana Ruiz', {'email': 'ana@ruiz.es'}, {'phone': '+34600123456'})
    """
    country = country_of(traits, locale)
    found = together(traits, country)
    written = {name: text(traits, *spellings) for name, spellings in NAMES.items()}
    if any(written.values()):
        found["name"] = name_of(written, two_surnames=country in names.TWO_SURNAMES)
    if (spoken := answers.language(text(traits, "language", "locale") or locale).value) is not None:
        found["language"] = {"language": spoken}
    return found


NAMES = {
    "name": ("name", "fullName", "full_name"),
    "given_name": ("firstName", "first_name", "firstname"),
    "family_name": ("lastName", "last_name", "lastname"),
    "second_family_name": ("secondLastName", "second_last_name"),
}
"""Names of a person, and how clients spell them."""


def of_account(traits: Traits, *, locale: str = "") -> dict[str, dict[str, str]]:
    """Return what is said of an organisation.

    >>> of_account({"name": "Acme, S.L.", "website": "acme.es"})["name"]["name"]
    'Acme, S.L.'
    """
    found = together(traits, country_of(traits, locale))
    if (name := known_text(text(traits, "name", "company"))) is not None:
        found["name"] = {"name": name, **dict.fromkeys(PARTS, "")}
    return found


def together(traits: Traits, country: str) -> dict[str, dict[str, str]]:
    """Return the traits that persons and organisations have alike."""
    found: dict[str, dict[str, str]] = {}
    for name, (spellings, reader) in READERS.items():
        written = text(traits, *spellings)
        if written and (value := reader(written, country).value) is not None:
            found[name] = {name: value}
    if place := place_of(traits, country):
        found["place"] = place
    if day := day_of(text(traits, "createdAt", "created_at")):
        found["acquired_on"] = {"acquired_on": day}
    return found


@lru_cache(1 << 16)
def phone(written: str, country: str) -> Cleaned:
    """Read a phone number; those seen before are remembered."""
    return phones.clean(written, country)


READERS: dict[str, tuple[tuple[str, ...], Callable[[str, str], Cleaned]]] = {
    "email": (("email",), lambda written, _country: emails.clean(written)),
    "phone": (("phone", "phoneNumber", "phone_number", "mobile"), phone),
    "tax_id": (("taxId", "tax_id", "nif", "vat"), lambda written, country: tax_ids.clean(written, country)),
}


def name_of(written: Mapping[str, str], *, two_surnames: bool) -> dict[str, str]:
    """Return a person's name in all its parts."""
    tidy = {name: known_text(said) for name, said in written.items()}
    person = person_name(tidy["name"], {part: tidy[part] for part in PARTS}, two_surnames=two_surnames)
    parts = {"given_name": person.given, "family_name": person.family, "second_family_name": person.second_family}
    return {"name": " ".join(filter(None, parts.values())), **parts}


def place_of(traits: Traits, country: str) -> dict[str, str]:
    """Return the address in all its parts, nothing where none is said."""
    said = traits.get("address")
    given: Traits = said if isinstance(said, Mapping) else traits
    parts = {
        "lines": text(given, *STREET) if isinstance(given, Mapping) and given is not traits else text(traits, *STREET),
        "city": text(given, "city"),
        "region": text(given, "state", "region"),
    }
    place = {name: known_text(each) or "" for name, each in parts.items()}
    code = text(given, "postalCode", "postal_code", "zip", "postcode")
    place["postcode"] = (places.postcode(code, country).value or "") if code else ""
    named = text(given, "country")
    if not any(place.values()) and not named:
        return {}
    return {**place, "country": (places.country(named).value or "") if named else ""}


def country_of(traits: Traits, locale: str) -> str:
    """Return the country that is meant where a number or a code does not tell."""
    said = traits.get("address")
    for given in (said, traits):
        if isinstance(given, Mapping) and (found := places.country(text(given, "country")).value):
            return found
    match = _LOCALE.match(locale)
    return match.group(1) if match else COUNTRY


def day_of(written: str) -> str:
    """Return the day of a written moment, empty where it cannot be read."""
    try:
        return datetime.fromisoformat(written).date().isoformat() if written else ""
    except ValueError:
        return ""


def text(traits: Traits, *spellings: str) -> str:
    """Return the first of some traits that is a text, or a number as one; longer ones than a cell may be are none.

    >>> text({"phone": 600123456}, "mobile", "phone"), text({"name": ["x"]}, "name")
    ('600123456', '')
    """
    for spelling in spellings:
        said = traits.get(spelling)
        if isinstance(said, int) and not isinstance(said, bool):
            said = str(said)
        if isinstance(said, str) and said.strip() and len(said) <= USUAL:
            return said.replace("\x00", "").strip()
    return ""
