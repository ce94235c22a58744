"""Writing cards: customers as vCards 3.0 or 4.0, which `reading` reads as the same customers again."""

from dataclasses import dataclass
from datetime import date

VERSIONS = ("3.0", "4.0")
_LONGEST = 75
"""Octets of a line; what is longer goes on in the next."""


@dataclass(frozen=True)
class Card:
    """What a card says of a customer."""

    key: str
    kind: str
    """person or organisation."""
    name: str
    given_name: str = ""
    family_name: str = ""
    second_family_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tax_id: str = ""
    lines: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    language: str = ""
    birth_on: date | None = None


def written(card: Card, *, version: str = "3.0") -> str:
    r"""Write a card.

    >>> written(Card("7", "organisation", "López, S.L.", phones=("+34 600",)), version="4.0").splitlines()[2:6]
    ['UID:7', 'KIND:org', 'FN:López\\, S.L.', 'N:;;;;']
    """
    modern = version == "4.0"
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"UID:{escaped(card.key)}"]
    if modern:
        lines.append(f"KIND:{'org' if card.kind == 'organisation' else 'individual'}")
    lines.append(f"FN:{escaped(card.name or card.key)}")
    if card.kind == "organisation":
        lines += ["N:;;;;", f"ORG:{escaped(card.name)}", *([] if modern else ["X-ABSHOWAS:COMPANY"])]
    else:
        surnames = ",".join(escaped(part) for part in (card.family_name, card.second_family_name) if part)
        lines.append(f"N:{surnames};{escaped(card.given_name)};;;")
    lines += [f"EMAIL{preferred(place, modern)}:{escaped(each)}" for place, each in enumerate(card.emails)]
    if modern:
        lines += [f"TEL;VALUE=uri{preferred(place, modern)}:tel:{each}" for place, each in enumerate(card.phones)]
    else:
        lines += [f"TEL{preferred(place, modern)}:{escaped(each)}" for place, each in enumerate(card.phones)]
    if card.lines or card.city or card.postcode or card.region:
        place = (card.lines, card.city, card.region, card.postcode, card.country)
        lines.append(f"ADR:;;{';'.join(map(escaped, place))}")
    if card.birth_on:
        lines.append(f"BDAY:{card.birth_on:{'%Y%m%d' if modern else '%Y-%m-%d'}}")
    if card.language:
        lines.append(f"{'LANG' if modern else 'X-LANG'}:{escaped(card.language)}")
    if card.tax_id:
        lines.append(f"X-TAX-ID:{escaped(card.tax_id)}")
    return "".join(f"{folded(line)}\r\n" for line in (*lines, "END:VCARD"))


def preferred(place: int, modern: bool) -> str:
    """Return the parameter that says which of several is meant first."""
    return "" if place else ";PREF=1" if modern else ";TYPE=PREF"


def escaped(text: str) -> str:
    r"""Return a text as a value.

    >>> escaped("C/ Mayor, 5;\n2")
    'C/ Mayor\\, 5\\;\\n2'
    """
    plain = text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return plain.replace(",", "\\,").replace(";", "\\;")


def folded(line: str) -> str:
    """Return a line in pieces that are short enough, no letter of it torn apart."""
    pieces, room = [""], _LONGEST
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append("")
            room = _LONGEST - 1
        pieces[-1] += letter
        room -= size
    return "\r\n ".join(pieces)
