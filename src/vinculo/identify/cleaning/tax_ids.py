"""Tax numbers: by python-stdnum, country by country; a wrong control digit is kept and pointed out."""

import re
from functools import cache
from typing import Protocol

from stdnum import get_cc_module

from vinculo.identify.cleaning import texts
from vinculo.identify.cleaning.cleaned import CHECKSUM, NOTHING, PLACEHOLDER, UNREADABLE, Cleaned

FORMATS = {
    "ES": ("es.nif",),
    "PT": ("pt.nif",),
    "MX": ("mx.rfc",),
    "AR": ("ar.cuit", "ar.dni"),
    "CL": ("cl.rut",),
    "CO": ("co.nit",),
    "PE": ("pe.ruc", "pe.cui"),
    "BR": ("br.cpf", "br.cnpj"),
    "EC": ("ec.ruc", "ec.ci"),
    "UY": ("uy.rut",),
    "DO": ("do.rnc", "do.cedula"),
    "CR": ("cr.cpf", "cr.cpj"),
    "GT": ("gt.nit",),
    "SV": ("sv.nit",),
    "VE": ("ve.rif",),
    "PY": ("py.ruc",),
}
"""Modules of python-stdnum that know the tax numbers of a country; elsewhere the VAT number of the Union."""
_EUROPE = texts.listed("AT BE BG CY CZ DE DK EE GR FI FR HR HU IE IT LT LU LV MT NL PL RO SE SI SK")


class Reader(Protocol):
    """A module of python-stdnum."""

    def is_valid(self, number: str) -> bool:
        """Tell whether a number is well formed and its control digit right."""


def clean(text: str | None, country: str = "ES") -> Cleaned:
    """Read a tax number: compact, in capitals, its control digit checked where the country is known.

    >>> clean("12.345.678-z"), clean("12345678A").note, clean("ES B58378431").value, clean("00000000T").note
    (Cleaned(value='12345678Z', note='', suggestion=''), 'checksum', 'B58378431', 'placeholder')
    """
    tidied = texts.tidy(text)
    if texts.meaningless(tidied):
        return Cleaned(None, PLACEHOLDER) if tidied else NOTHING
    compact = re.sub(r"[^0-9A-ZÑ&]", "", tidied.upper())
    if prefixed := re.fullmatch(rf"{country}(?=.*\d)(\w{{8,12}})", compact):
        compact = prefixed.group(1)
    digits = re.sub(r"\D", "", compact)
    if not digits or (len(set(digits)) == 1 and len(digits) >= 7) or compact in ("12345678", "123456789"):
        return Cleaned(None, PLACEHOLDER if digits or not compact else UNREADABLE)
    if not 5 <= len(compact) <= 18:
        return Cleaned(None, UNREADABLE)
    if country == "ES" and re.fullmatch(r"\d{7,8}[A-Z]", compact):
        compact = compact.zfill(9)
        # The commonest of all: the letter follows from the digits, as the library has it.
        right = corrected(compact, country)
        return Cleaned(compact) if compact == right else Cleaned(compact, CHECKSUM, right)
    readers = modules(country)
    if not readers or any(reader.is_valid(compact) for reader in readers):
        return Cleaned(compact)
    return Cleaned(compact, CHECKSUM, corrected(compact, country))


@cache
def modules(country: str) -> tuple[Reader, ...]:
    """Return the modules that know the tax numbers of a country."""
    if country in FORMATS:
        found = [get_cc_module(*name.split(".")) for name in FORMATS[country]]
    else:
        found = [get_cc_module(country.lower(), "vat")] if country in _EUROPE else []
    return tuple(module for module in found if module is not None)


def corrected(compact: str, country: str) -> str:
    """Return a Spanish personal number with the letter its digits ask for."""
    if country == "ES" and re.fullmatch(r"\d{8}[A-Z]?", compact):
        return compact[:8] + "TRWAGMYFPDXBNJZSQVHLCKE"[int(compact[:8]) % 23]
    return ""


def organisation_kind(value: str, country: str) -> str:
    """Return what a valid tax number says about its holder: person, organisation, or nothing.

    >>> organisation_kind("B58378431", "ES"), organisation_kind("12345678Z", "ES"), organisation_kind("5", "GB")
    ('organisation', 'person', '')
    """
    if country == "ES":
        if re.fullmatch(r"[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J]", value):
            return "organisation"
        return "person" if re.fullmatch(r"[XYZKLM0-9]\d{7}[A-Z]", value) else ""
    if country == "MX":
        return {12: "organisation", 13: "person"}.get(len(value), "")
    if country == "BR":
        return {14: "organisation", 11: "person"}.get(len(value), "")
    return ""
