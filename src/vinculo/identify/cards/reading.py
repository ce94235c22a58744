"""Reading cards: vCard 3.0 (RFC 2426) and 4.0 (RFC 6350), and what is still met of 2.1, one row a card.

Lenient where it costs nobody anything: a card without an end is ended by the next, a line that is none is counted and
passed over, and what cannot be decoded is shown as it is.
"""

import hashlib
import quopri
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.reading.sources import text as texts

MOST_LINE = 1 << 20
"""Characters of a line after which a file is no file of cards."""
PASSED_OVER = frozenset(("photo", "logo", "sound", "key", "agent"))
"""Properties that hold no text."""
ALWAYS = ("customer id", "kind", "full name")
"""Columns that every file of cards has."""
COLUMNS = (
    *ALWAYS,
    *("given name", "family names", "family name", "second family name", "organisation", "tax id", "birth date"),
    *("address", "address line 2", "postcode", "city", "region", "country", "language"),
)
"""Columns of a table of cards, called as files of customers call them; e-mails and phones follow, numbered."""
ENCODED = ("quoted-printable", "base64", "b")
TARGETS = {
    **{name.replace(" ", "_"): name for name in COLUMNS},
    "source_key": "customer id",
    "name": "full name",
    "birth_on": "birth date",
    "lines": "address",
    "lines_2": "address line 2",
    "email": "email",
    "email_2": "email 2",
    "phone": "phone",
    "phone_2": "phone 2",
}
"""Columns of a table of cards, by what they are for."""
_GROUP = re.compile(r"^[A-Za-z0-9-]+\.")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


@dataclass(frozen=True)
class Line:
    """One property of a card."""

    name: str
    parameters: Mapping[str, str]
    """Names and values in small letters; several values of a name are joined by commas."""
    value: str


def read(path: Path, *, encoding: str = "") -> tuple[pa.Table, str, tuple[Phrase, ...]]:
    """Read a file of cards; return one row a card, the encoding, and what is to be said of it."""
    codec, warnings, unread = encoding or codec_of(path), list[Phrase](), [0]
    texts.known(codec)
    if codec == texts.FALLBACK and not encoding:
        warnings.append(texts.read_as_fallback())
    with path.open(encoding=codec, errors="replace", newline=None) as stream:
        rows = [row(card) for card in cards(stream, unread)]
    if not rows:
        raise InputError("{source} has a header and no rows: a file has both.", source=str(path))
    if unread[0]:
        warnings.append(Phrase("{times} lines of the cards could not be read and were passed over.", times=unread[0]))
    found = {name for each in rows for name in each}
    numbered = [f"{kind} {place}" if place > 1 else kind for kind in ("email", "phone") for place in range(1, 10)]
    names = [name for name in (*COLUMNS, *numbered) if name in found or name in ALWAYS]
    columns = {name: pa.array([each.get(name) for each in rows], pa.string()) for name in names}
    return pa.table(columns), codec, tuple(warnings)


def mapping(headers: Collection[str], targets: Collection[str]) -> dict[str, str]:
    """Return which column of a table of cards is which: nothing has to be guessed."""
    return {target: name for target, name in TARGETS.items() if name in headers and target in targets}


def codec_of(path: Path) -> str:
    """Return the encoding of a file of cards: its mark, else UTF-8 when all of it is, else Windows-1252."""
    with path.open("rb") as stream:
        codec = texts.codec_of(stream.read(texts.HEAD))
    if codec not in ("utf-8", "utf-8-sig"):
        return codec
    try:
        with path.open(encoding=codec) as stream:
            for _line in stream:
                pass
    except UnicodeDecodeError:
        return texts.FALLBACK
    return codec


def cards(lines: Iterable[str], unread: list[int]) -> Iterator[list[Line]]:
    """Yield the properties of each card; lines that are none are counted in `unread`."""
    card: list[Line] | None = None
    for line in unfolded(lines):
        word = line.strip().lower().replace(" ", "")
        if word == "begin:vcard":
            if card:
                yield card
            card = []
        elif word == "end:vcard":
            if card is not None:
                yield card
            card = None
        elif card is not None and word:
            read_line = parsed(line)
            if read_line is None:
                unread[0] += 1
            elif read_line.name not in PASSED_OVER:
                card.append(read_line)
    if card:
        yield card


def unfolded(lines: Iterable[str]) -> Iterator[str]:
    """Yield whole lines: what begins with a space goes on from the line before, and so does what follows a soft end."""
    whole = ""
    for raw in lines:
        line = raw.rstrip("\r\n").replace("\x00", "")
        if len(whole) > MOST_LINE:
            whole = whole[:MOST_LINE]
        if whole and line[:1] in (" ", "\t"):
            whole += line[1:]
        elif whole.endswith("=") and "quoted-printable" in whole.partition(":")[0].lower():
            whole = whole[:-1] + line.lstrip(" \t")
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def parsed(line: str) -> Line | None:
    r"""Read one property; nothing when it is none.

    >>> parsed('item1.EMAIL;TYPE="work,pref":ana@ruiz-gil.es')
    Line(name='email', parameters={'type': 'work,pref'}, value='ana@ruiz-gil.es')
    >>> parsed("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mu=C3=B1oz;Ana").value
    'Muñoz;Ana'
    """
    quoted, place = False, -1
    for at, letter in enumerate(line):
        quoted ^= letter == '"'
        if letter == ":" and not quoted:
            place = at
            break
    if place <= 0:
        return None
    name, *given = [part.strip() for part in line[:place].split(";")]
    parameters: dict[str, str] = {}
    for each in given:
        key, mark, said = each.partition("=")
        # In 2.1 a parameter may be a bare word.
        key, said = (key.lower(), said) if mark else ("encoding" if key.lower() in ENCODED else "type", key)
        parameters[key] = ",".join(filter(None, (parameters.get(key), said.strip('"').lower())))
    return Line(_GROUP.sub("", name).lower(), parameters, decoded(line[place + 1 :], parameters))


def decoded(value: str, parameters: Mapping[str, str]) -> str:
    """Return a value that was written as quoted-printable as it reads."""
    if parameters.get("encoding") != "quoted-printable":
        return value
    try:
        return quopri.decodestring(value.encode()).decode(parameters.get("charset", "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return quopri.decodestring(value.encode()).decode(texts.FALLBACK, errors="replace")


def parts(value: str, mark: str = ";") -> list[str]:
    r"""Return the parts of a value, freed from their backslashes.

    >>> parts("C/ Mayor\\, 5\\; 2\\nizda;Lugo;")
    ['C/ Mayor, 5; 2 izda', 'Lugo', '']
    """
    found, current, letters = list[str](), "", iter(value)
    for letter in letters:
        if letter == "\\":
            following = next(letters, "")
            current += " " if following in "nN" else following
        elif letter == mark:
            found.append(current.strip())
            current = ""
        else:
            current += letter
    return [*found, current.strip()]


def text_of(value: str) -> str:
    """Return a value that is one text."""
    return ";".join(parts(value))


def best(lines: Iterable[Line]) -> list[Line]:
    """Return properties of a name with the preferred first."""

    def rank(line: Line) -> int:
        said = line.parameters.get("pref", "")
        return int(said) if said.isdigit() else 1 if "pref" in line.parameters.get("type", "").split(",") else 101

    return sorted(lines, key=rank)


def row(card: Iterable[Line]) -> dict[str, str]:
    """Return one card as a row; columns without a value are left out.

    >>> found = row([parsed("FN:Ana Ruiz"), parsed("TEL;VALUE=uri:tel:+34-600-123-456"), parsed("UID:7")])
    >>> found["customer id"], found["full name"], found["phone"]
    ('7', 'Ana Ruiz', '+34-600-123-456')
    """
    said: dict[str, list[Line]] = {}
    for line in card:
        if line.value.strip():
            said.setdefault(line.name, []).append(line)

    def first(name: str) -> str:
        return text_of(best(said[name])[0].value) if name in said else ""

    found = {"full name": first("fn"), "tax id": first("x-tax-id"), "language": first("lang") or first("x-lang")}
    name = [part for line in said.get("n", [])[:1] for part in parts(line.value)]
    organisation = parts(said["org"][0].value)[0] if "org" in said else ""
    kind = first("kind").lower() or ("org" if first("x-abshowas").lower() == "company" else "")
    person = any(name[:2])
    if not kind and organisation and not person and found["full name"] in ("", organisation):
        kind = "org"
    if kind in ("org", "organization", "group"):
        found |= {"kind": "organisation", "organisation": organisation or found["full name"], "full name": ""}
    else:
        found["kind"] = "person" if kind == "individual" else ""
        found["organisation"] = organisation if not (person or found["full name"]) else ""
        found |= named(name)
    if found.get("given name") or found.get("family name") or found.get("family names"):
        found["full name"] = ""
    if day := _DAY.match(first("bday")):
        found["birth date"] = "-".join(day.groups())
    found |= placed([part for line in best(said.get("adr", []))[:1] for part in parts(line.value)])
    for column, values in (("email", reached(said, "email")), ("phone", reached(said, "tel"))):
        found |= {f"{column} {place}" if place > 1 else column: each for place, each in enumerate(values[:9], start=1)}
    found["customer id"] = key(first("uid"), found)
    return {column: value for column, value in found.items() if value}


def named(name: list[str]) -> dict[str, str]:
    """Return the parts of the name of a person; surnames apart by a comma are two."""
    family, given, additional, *_more = (*name, "", "", "")
    surnames = [part.strip() for part in family.split(",") if part.strip()]
    whole = " ".join(filter(None, (given.replace(",", " "), additional.replace(",", " "))))
    if len(surnames) == 2:
        return {"given name": whole, "family name": surnames[0], "second family name": surnames[1]}
    return {"given name": whole, "family names": " ".join(surnames)}


def placed(address: list[str]) -> dict[str, str]:
    """Return the columns of an address."""
    box, extended, street, city, region, postcode, country, *_more = (*address, *[""] * 7)
    rest = ", ".join(filter(None, (extended, box)))
    columns = ("address", "address line 2", "city", "region", "postcode", "country")
    return dict(zip(columns, (street, rest, city, region, postcode, country), strict=True))


def reached(said: Mapping[str, list[Line]], name: str) -> list[str]:
    """Return e-mails or phones, the preferred first, each once; faxes reach nobody."""
    kept = [line for line in best(said.get(name, [])) if "fax" not in line.parameters.get("type", "").split(",")]
    values = [re.sub(r"^(?:tel|mailto):", "", text_of(line.value), flags=re.IGNORECASE) for line in kept]
    return list(dict.fromkeys(value for value in values if value))


def key(uid: str, found: Mapping[str, str]) -> str:
    """Return what tells a card from others: its own number, else its first e-mail or phone, else its name."""
    if uid:
        return uid
    if found.get("email"):
        return found["email"].lower()
    if digits := re.sub(r"\D", "", found.get("phone", "")):
        return digits
    name = " ".join(
        filter(None, (found.get(column) for column in COLUMNS if "name" in column or column == "organisation"))
    )
    return f"card:{hashlib.sha256(name.encode()).hexdigest()[:24]}" if name else ""
