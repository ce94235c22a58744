"""Typed: what a person types about one customer, cleaned by the same rules as the cells of a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vinculo.identify.cleaning import cleaned, emails, phones, places, tax_ids
from vinculo.identify.cleaning.cleaned import Cleaned
from vinculo.identify.parties import issues

READERS: dict[str, Callable[[str, str], Cleaned]] = {
    "email": lambda text, _country: emails.clean(text),
    "phone": phones.clean,
    "tax_id": tax_ids.clean,
    "postcode": places.postcode,
}
REFUSED = (cleaned.UNREADABLE, cleaned.ROUNDED, cleaned.PLACEHOLDER)
DOUBTED = (cleaned.CHECKSUM, cleaned.TYPO, cleaned.UNUSUAL)


class Remark(NamedTuple):
    """What is to be said of a value: an English sentence, and what was probably meant."""

    sentence: str
    suggestion: str


@dataclass(frozen=True)
class Typed:
    """What was typed after cleaning, what cannot be taken, and what is taken only when the person insists."""

    values: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Remark] = field(default_factory=dict)
    doubted: dict[str, Remark] = field(default_factory=dict)


def read(given: Mapping[str, str], country: str) -> Typed:
    """Clean an e-mail address, a phone, a tax number and a postcode; empty ones say nothing.

    >>> found = read({"email": "Ana@Ruiz.ES", "phone": "600 12 34 56", "tax_id": "12345678A", "postcode": "x"}, "ES")
    >>> found.values["email"], found.values["phone"], found.doubted["tax_id"].suggestion, found.refused["postcode"][0]
    ('ana@ruiz.es', '+34600123456', '12345678Z', 'a postcode of the country, with its zeros')
    """
    found = Typed()
    for name, reader in READERS.items():
        if not given.get(name, "").strip():
            continue
        value, note, suggestion = reader(given[name], country)
        if note in REFUSED or value is None:
            found.refused[name] = Remark(issues.EXPECTED.get(name, ""), suggestion)
            continue
        found.values[name] = value
        if note in DOUBTED:
            found.doubted[name] = Remark(cleaned.NOTES[note], suggestion)
    return found
