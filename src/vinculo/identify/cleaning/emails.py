"""E-mail addresses: syntax by email-validator, placeholders told from addresses, misspelt providers pointed out."""

import re
from functools import cache

import email_validator

from vinculo.identify.cleaning import texts
from vinculo.identify.cleaning.cleaned import NOTHING, PLACEHOLDER, RESTORED, TYPO, UNREADABLE, Cleaned

_ORDINARY = re.compile(r"[a-z0-9_+%-]+(?:\.[a-z0-9_+%-]+)*")
_DOMAIN_OF_NOBODY = texts.listed(
    """
    tiene.com tiene.es notiene.com notiene.es noemail.com noemail.es nomail.com noreply.com sinemail.com sincorreo.com
    sincorreo.es none.com null.com no.com no.es na.com test.com test.es prueba.com prueba.es ejemplo.com example.com
    example.org example.net invalid.com dominio.com correo.com mail.invalid x.com xx.com xxx.com xxx.es a.com aa.aa a.a
    """
)
_NOBODY = re.compile(
    r"(no|sin|not?-?tiene|no-?(e?mail|correo|hay|facilita|dispone|quiere)|sin-?(e?mail|correo)|none|null|n/?a|test|prueba"
    r"|x{2,}|a{3,}|\.+|-+|asdf\w*|qwerty\w*)@.*"
)
MISSPELT = {
    "gmail.com": ("gmial.com", "gmai.com", "gmal.com", "gamil.com", "gmil.com", "gmail.con", "gmail.co", "gmail.es"),
    "hotmail.com": (
        "hotmial.com",
        "hotmai.com",
        "hotmal.com",
        "hotmail.con",
        "hotmil.com",
        "homail.com",
        "hormail.com",
    ),
    "yahoo.es": ("yaho.es", "yahooo.es", "yhaoo.es"),
    "yahoo.com": ("yaho.com", "yahooo.com", "yhaoo.com", "yahoo.con"),
    "outlook.com": ("outlok.com", "outloo.com", "otlook.com", "outlook.con"),
    "icloud.com": ("iclod.com", "icoud.com", "icloud.con"),
}
"""Misspellings of large providers, by what was meant. They are pointed out, never changed."""
_MEANT = {wrong: right for right, all_wrong in MISSPELT.items() for wrong in all_wrong}


def clean(text: str | None) -> Cleaned:
    """Read an e-mail address: trimmed, freed of wrappings, in small letters.

    >>> clean(" <Ana.Ruiz@Ejemplo-Tienda.ES> ").value
    'ana.ruiz@ejemplo-tienda.es'
    >>> clean("no@tiene.com"), clean("ana@gmial.com").suggestion, clean("ana ruiz@x.es").note
    (Cleaned(value=None, note='placeholder', suggestion=''), 'ana@gmail.com', 'unreadable')
    """
    tidied = texts.tidy(text)
    if texts.meaningless(tidied):
        return Cleaned(None, PLACEHOLDER) if tidied else NOTHING
    bare = unwrapped(tidied).lower()
    local, _, domain = bare.rpartition("@")
    if not local:
        nobody = texts.plain(bare) in ("no", "no tiene", "sin email", "sin correo", "no email", "none")
        return Cleaned(None, PLACEHOLDER) if nobody else Cleaned(None, UNREADABLE)
    if domain in _DOMAIN_OF_NOBODY or _NOBODY.fullmatch(bare):
        return Cleaned(None, PLACEHOLDER)
    known = ordinary_domain(domain)
    if known and len(local) <= 64 and _ORDINARY.fullmatch(local):
        return remarked(f"{local}@{known}")
    try:
        found = email_validator.validate_email(bare, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return repaired(bare)
    return remarked(found.normalized.lower())


def unwrapped(text: str) -> str:
    """Return an address without what programs wrap it in: a display name, angle brackets, mailto:, a full stop."""
    inside = re.search(r"<([^<>]+@[^<>]+)>", text)
    bare = inside.group(1) if inside else text
    return re.sub(r"^mailto:", "", bare.strip(), flags=re.IGNORECASE).strip(" .,;\"'()[]")


@cache
def ordinary_domain(domain: str) -> str:
    """Return a domain in its normal form when the validator accepts it, else an empty text."""
    try:
        return email_validator.validate_email(f"a@{domain}", check_deliverability=False).domain.lower()
    except email_validator.EmailNotValidError:
        return ""


def remarked(address: str) -> Cleaned:
    """Return an address, with the one that was probably meant when its provider is misspelt."""
    local, _, domain = address.rpartition("@")
    if domain in _MEANT:
        return Cleaned(address, TYPO, f"{local}@{_MEANT[domain]}")
    return Cleaned(address)


def repaired(bare: str) -> Cleaned:
    """Return what is left of an address the validator refuses: a small slip put right as a suggestion only."""
    candidate = re.sub(r"\s+|(?<=@)@+", "", bare).replace(",", ".").replace("..", ".")
    first = re.split(r"[;/|]| y | o ", bare)[0].strip()
    for attempt, note in ((first, RESTORED), (candidate, UNREADABLE)):
        if attempt == bare:
            continue
        try:
            found = email_validator.validate_email(attempt, check_deliverability=False).normalized.lower()
        except email_validator.EmailNotValidError:
            continue
        return Cleaned(found, RESTORED) if note == RESTORED else Cleaned(None, UNREADABLE, found)
    return Cleaned(None, UNREADABLE)
