"""Single records: what is compared and looked up of the one that a form, a till or an event brings, in plain Python.

The same as `persons.sql` and `organisations.sql` derive for a million, without the tenth of a second that planning such
a query takes; a test holds the two together. Whoever has an index of the keys finds candidates by them, and gives their
stored fields to the scorer.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from vinculo.identify.cleaning import texts
from vinculo.identify.matching import fields
from vinculo.identify.matching.comparisons import PERSON

Record = Mapping[str, Any]

_BETWEEN = re.compile(r"[\W_]+")
_OF_NUMBERS = texts.listed("n no num numero piso planta puerta pta esc escalera")
_DOOR = re.compile(r"([0-9]) ([a-z])$", re.ASCII)
_LINE = re.compile(r"[^0-9]+[0-9]+")
_FORMS = frozenset(fields.legal_forms())
_FIRST_DAY, _LAST_DAY = date(1901, 1, 1), date(2900, 1, 1)


def traits(record: Record, kind: str) -> dict[str, Any]:
    """Return what is compared of a clean record, and the keys (`by_…`) it is looked up by; columns may be left out.

    >>> found = traits({"given_name": "Mª Carmen", "family_name": "De la Fuente", "street": "C/ Mayor, nº 5"}, "person")
    >>> found["given"], found["family"], found["line"]
    ('maria carmen', 'fuente', 'calle mayor 5')
    """
    return person(record) if kind == PERSON else organisation(record)


def person(record: Record) -> dict[str, Any]:
    """Return the traits of a person."""
    words = bare(record.get("given_name")).split()
    short = names()
    given = " ".join(short.get(word, word) for word in words[:2])
    first, second_given = (*given.split(" "), "", "")[:2]
    family, second = bare(record.get("family_name")) or None, bare(record.get("second_family_name")) or None
    unsplit = ""
    if record.get("given_name") is None and record.get("family_name") is None:
        unsplit = bare(record.get("full_name"))
    all_names = unsplit or " ".join(part for part in (given, family, second) if part)
    born = record.get("birth_date")
    birth = born.isoformat() if born and _FIRST_DAY < born < _LAST_DAY else None
    place = _place(record)
    names_key = ordered(all_names)
    email = _lower(record.get("email"))
    mailbox = (email or "").split("@")[0]
    where = place["postcode"] or place["city"]
    return {
        "record_id": record.get("record_id"),
        "given": given or None,
        "given_first": first or None,
        "given_second": second_given or None,
        "given_familiar": first in short,
        "family": family,
        "second": second,
        "names": names_key,
        "birth": birth,
        "email": email,
        "phone": record.get("phone"),
        "tax_id": _upper(record.get("tax_id")),
        **place,
        "by_mailbox": mailbox if len(mailbox) > 5 else None,
        "by_birth_given": key(birth, first),
        "by_birth_family": key(birth, family),
        "by_birth_postcode": key(birth, place["postcode"]),
        "by_line_given": key(where, place["line"], first),
        "by_line_family": key(where, place["line"], family),
        "by_name_postcode": key(first, family, place["postcode"]),
        "by_name_city": key(first, family, place["city"]),
        "by_surnames": key(given[:1], family, second),
        "by_names": names_key,
    }


def organisation(record: Record) -> dict[str, Any]:
    """Return the traits of an organisation."""
    called = next((record[column] for column in _CALLED if record.get(column) is not None), None)
    name = without_form(plain(called))
    email = _lower(record.get("email"))
    domain = (email or "").partition("@")[2].split("@")[0]
    place = _place(record)
    where = place["postcode"] or place["city"]
    return {
        "record_id": record.get("record_id"),
        "name": name or None,
        "names": ordered(name),
        "email": email,
        "web_domain": domain if domain and domain not in free_domains() else None,
        "phone": record.get("phone"),
        "tax_id": _upper(record.get("tax_id")),
        **place,
        "by_name": name or None,
        "by_names": ordered(name),
        "by_name_place": key(name.split(" ")[0], where) if name else None,
        "by_line": key(where, place["line"]),
    }


_CALLED = ("full_name", "family_name", "given_name")


@cache
def names() -> Mapping[str, str]:
    """Return names people are called by, with the names they are short for."""
    return dict(zip(*(column.to_pylist() for column in fields.given_names().columns), strict=True))


@cache
def free_domains() -> frozenset[str]:
    """Return the providers of e-mail for everybody."""
    return frozenset(fields.free_domains()["domain"].to_pylist())


def plain(text: str | None) -> str:
    """Return a text in small letters, without accents and punctuation, with single spaces."""
    apart = unicodedata.normalize("NFD", (text or "").lower().replace("\u03c2", "\u03c3"))
    return _BETWEEN.sub(" ", "".join(letter for letter in apart if not unicodedata.combining(letter))).strip()


def bare(text: str | None) -> str:
    """Return a plain name without particles, unless there is nothing else."""
    words = plain(text).split()
    return " ".join([word for word in words if word not in texts.PARTICLES] or words)


def ordered(text: str) -> str | None:
    """Return the words of a text, each once, in the order of the alphabet."""
    return " ".join(sorted(set(text.split()), key=str.encode)) or None


def key(*parts: str | None) -> str | None:
    """Return the parts as one key; nothing when one is lacking."""
    return "|".join(part for part in parts if part) if all(parts) else None


def street(text: str | None) -> str:
    """Return a street line in one spelling."""
    words = plain((text or "").replace("º", " ").replace("ª", " ")).split()
    kept = [word for word in words if word not in _OF_NUMBERS]
    if len(kept) > 1:
        kept[0] = fields.WAYS.get(kept[0], kept[0])
    return _DOOR.sub(r"\1\2", " ".join(kept))


def without_form(name: str) -> str:
    """Return the plain name of an organisation without the legal forms at its end."""
    words = name.split()
    while words:
        for length in range(min(6, len(words)), 0, -1):
            if " ".join(words[-length:]) in _FORMS:
                words = words[:-length]
                break
        else:
            break
    return " ".join(words)


def _place(record: Record) -> dict[str, str | None]:
    whole = street(record.get("street"))
    line = _LINE.match(whole)
    return {
        "street": whole or None,
        "line": (line.group() if line else whole) or None,
        "postcode": _upper(record.get("postcode")),
        "city": plain(record.get("city")) or None,
    }


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _upper(text: str | None) -> str | None:
    return None if text is None else text.upper()
