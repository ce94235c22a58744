"""Customers: one row of a file becomes one clean record, column by column and then as a whole."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa

from vinculo.identify.cleaning import (
    answers,
    cleaned,
    emails,
    names,
    organisations,
    phones,
    places,
    tax_ids,
    texts,
    totals,
)
from vinculo.identify.cleaning.cleaned import Cleaned
from vinculo.identify.parties import evidence, issues, lengths

DATES = ("birth_on", "acquired_on", "consent_on")
COLUMNS = (
    *("kind", "standing", "name", "given_name", "family_name", "second_family_name", "email", "email_2", "phone"),
    *("phone_2", "tax_id", "birth_on", "language", "country", "lines", "postcode", "city", "region"),
    *("acquisition_channel", "acquired_on", "consent", *evidence.CONSENTS),
    *("consent_on", "consent_origin", "contactable", "contact"),
    *("interest", "stage"),
)
"""Columns of a clean record of a customer."""
SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("source_key", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
        ("fault", pa.string()),
        ("noted", pa.string()),
    ]
)
_MEMORY = 1 << 17
_MADE_UP = re.compile(r"[^@\s]+@[^@\s]+|\+\d{7,15}")
LATEST = "2200-01-01"
"""No day of a customer lies later: a year beyond it was mistyped."""
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Setting:
    """What holds for every row of a file."""

    region: str
    """Country of rows that name none."""
    key: str
    """The target by which rows are matched."""
    heading: str = ""
    """What the header calls it: a row that says the same is the header once more, of the next file put below."""
    emptied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that an empty cell empties, each with the targets it comes from (`templates.policies`)."""


class Cleaner:
    """Cleans rows of customers; values seen before are remembered."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.country = lru_cache(_MEMORY)(places.country)
        self.postcode = lru_cache(_MEMORY)(places.postcode)
        self.language = lru_cache(_MEMORY)(answers.language)
        self.plain_text = lru_cache(_MEMORY)(known_text)
        self.surnames = lru_cache(_MEMORY)(names.split_surnames)
        self.readers: dict[str, Callable[[str | None], Cleaned]] = {
            "kind": lru_cache(_MEMORY)(answers.kind),
            "standing": lru_cache(_MEMORY)(answers.standing),
            **dict.fromkeys(("consent", *evidence.CONSENTS), lru_cache(_MEMORY)(answers.yes_or_no)),
            "stage": lru_cache(_MEMORY)(answers.stage),
            "language": self.language,
            "email": emails.clean,
            "email_2": emails.clean,
        }

    def __call__(self, table: pa.Table) -> pa.Table:
        """Clean a batch of rows."""
        columns = [column.to_pylist() for column in table.columns]
        suspects = lengths.exceeded(table)
        rows = [
            self.row(dict(zip(table.column_names, cells, strict=True)), suspects)
            for cells in zip(*columns, strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def row(self, given: Row, suspects: frozenset[str] = frozenset()) -> dict[str, object]:
        """Return the clean record of one row; `suspects` are the columns in which a cell may be too long."""
        noted: list[dict[str, str]] = []
        given = lengths.kept(given, suspects, noted)

        def keep(target: str, found: Cleaned) -> str | None:
            if found.note:
                noted.append(issues.entry(target, found.note, given.get(target), found.suggestion))
            return found.value

        clean: dict[str, str | None] = {
            target: keep(target, reader(given[target])) for target, reader in self.readers.items() if given.get(target)
        }
        clean["country"] = keep("country", self.country(given.get("country")))
        region = clean["country"] or self.setting.region
        for target in ("phone", "phone_2"):
            if given.get(target):
                clean[target] = keep(target, phones.clean(given[target], region))
        if given.get("tax_id"):
            clean["tax_id"] = keep("tax_id", tax_ids.clean(given["tax_id"], region))
        for target in DATES:
            if given.get(target):
                clean[target] = keep(target, day(given.get(f"{target}_read")))
        if clean.get("stage") and not clean.get("standing"):
            clean["standing"] = "actual" if clean["stage"] == "converted" else "prospect"
        for target in ("acquisition_channel", "consent_origin", "interest"):
            clean[target] = self.plain_text(given.get(target))
        self.add_address(given, clean, region, keep)
        self.add_name(given, clean, region, keep)
        if given_answers := [clean[name] for name in ("consent", *evidence.CONSENTS) if clean.get(name)]:
            answer = "yes" if "yes" in given_answers else "no"
            counts = answers.contactable(answer=answer, on=clean.get("consent_on"), origin=clean.get("consent_origin"))
            clean["contactable"] = "yes" if counts else "no"
        key, fault = self.key(given, clean)
        clean |= emptied(given, clean, self.setting.emptied)
        if total := totals.word(given, clean, self.setting.key):
            fault, noted = self.setting.key, [issues.entry(self.setting.key, cleaned.TOTAL, total, "")]
        if fault and not any(entry["t"] == fault for entry in noted):
            noted.append(issues.entry(fault, cleaned.MISSING, given.get(fault), ""))
        return {
            "row_number": given["row_number"],
            "source_key": key,
            **clean,
            "fault": fault or None,
            "noted": json.dumps(noted, ensure_ascii=False) if noted else None,
        }

    def add_address(
        self, given: Row, clean: dict[str, str | None], region: str, keep: Callable[[str, Cleaned], str | None]
    ) -> None:
        """Add street, postcode, city and region; a Spanish postcode tells the province."""
        parts = [self.plain_text(given.get(target)) for target in ("lines", "street_number", "lines_2")]
        clean["lines"] = ", ".join(part for part in parts if part) or None
        clean["city"] = self.plain_text(given.get("city"))
        clean["region"] = self.plain_text(given.get("region"))
        if given.get("postcode"):
            clean["postcode"] = keep("postcode", self.postcode(given["postcode"], region))
            if not clean["region"]:
                clean["region"] = places.province(clean["postcode"], region).value

    def add_name(
        self, given: Row, clean: dict[str, str | None], region: str, keep: Callable[[str, Cleaned], str | None]
    ) -> None:
        """Add the kind and the name: of an organisation as a whole, of a person in its parts."""
        organisation = self.plain_text(given.get("organisation"))
        full = self.plain_text(given.get("name"))
        if full and made_up(full, given.get("source_key")):
            full = None
            keep("name", Cleaned(None, cleaned.PLACEHOLDER))
        parts = {part: self.plain_text(given.get(part)) for part in ("given_name", "family_name", "second_family_name")}
        both = self.plain_text(given.get("family_names"))
        told = clean.get("kind") or tax_ids.organisation_kind(clean.get("tax_id") or "", region)
        if not told:
            looks = full and not any(parts.values()) and organisations.is_organisation(full)
            told = "organisation" if organisation or looks else "person"
        clean["kind"] = told if organisation or full or both or any(parts.values()) or told != "person" else None
        two_surnames = region in names.TWO_SURNAMES
        if both and not parts["family_name"]:
            parts["family_name"], second = self.surnames(both) if two_surnames else (both, None)
            parts["second_family_name"] = second or parts["second_family_name"]
        person = person_name(full, parts, two_surnames=two_surnames)
        whole = " ".join(part for part in (person.given, person.family, person.second_family) if part)
        if told == "organisation":
            clean["name"] = organisation or full or whole or None
            clean["contact"] = whole if organisation and whole else None
            return
        clean["given_name"], clean["family_name"] = person.given or None, person.family or None
        clean["second_family_name"] = person.second_family or None
        clean["name"] = whole or organisation or None
        if person.guessed:
            keep("name", Cleaned(None, cleaned.GUESSED))

    def key(self, given: Row, clean: Mapping[str, str | None]) -> tuple[str | None, str]:
        """Return the key of a row, or the target for want of which it cannot come in."""
        wanted = self.setting.key
        if texts.tidy(given.get(wanted)) == self.setting.heading:
            return None, wanted
        if wanted == "source_key":
            key = key_text(given.get("source_key"))
            return key, "" if key else "source_key"
        if clean.get(wanted):
            return clean[wanted], ""
        filled = sorted((target, value) for target, value in clean.items() if value)
        if not any(clean.get(target) for target in ("name", "email", "phone", "phone_2", "tax_id")):
            return None, wanted
        return f"row:{hashlib.sha256(repr(filled).encode()).hexdigest()[:24]}", ""


def made_up(name: str, key: str | None) -> bool:
    """Tell whether a name only stands for one that is not known or not shown: an e-mail, a phone or the number.

    >>> made_up("Customer 7", "7"), made_up("+34600123456", None), made_up("Grupo 7", "7")
    (True, True, False)
    """
    return bool(_MADE_UP.fullmatch(name)) or (key is not None and name in (f"Customer {key}", f"Cliente {key}", key))


def emptied(given: Row, clean: Row, columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return, as empty texts, the columns that are to be emptied because nothing stands in any of their cells."""
    return {column: "" for column, cells in columns.items() if not clean.get(column) and not any(map(given.get, cells))}


def person_name(full: str | None, parts: Mapping[str, str | None], *, two_surnames: bool) -> names.PersonName:
    """Return the parts of a person's name from whatever columns there are."""
    given, family, second = (parts[part] or "" for part in ("given_name", "family_name", "second_family_name"))
    if family or (given and not full):
        return names.PersonName(given, family, second)
    return names.split(full, two_surnames=two_surnames) if full else names.PersonName("", "", "")


def known_text(text: str | None) -> str | None:
    """Return a tidy text in its usual case, null when it means nothing."""
    tidied = texts.tidy(text)
    return None if texts.meaningless(tidied) else texts.cased(tidied)


def key_text(text: str | None) -> str | None:
    """Return a key as it was written, tidy; a key may be a zero but not a dash."""
    tidied = texts.tidy(text)
    return None if texts.meaningless(tidied) else tidied


def day(read: str | None) -> Cleaned:
    """Return a day that was read, unless it is one that programs write for none."""
    if read is None:
        return Cleaned(None, cleaned.UNREADABLE)
    nobody = read in ("1900-01-01", "1900-01-00", "1899-12-30", "1970-01-01", "1111-11-11", "0001-01-01")
    if nobody or read.startswith("9999-"):
        return Cleaned(None, cleaned.PLACEHOLDER)
    return Cleaned(read) if read < LATEST else Cleaned(None, cleaned.UNREADABLE)
