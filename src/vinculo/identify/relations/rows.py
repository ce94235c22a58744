"""Rows of relations: one row of a file says who is bound to whom, how, and from when until when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from vinculo.identify.cleaning import answers, cleaned, texts
from vinculo.identify.cleaning.cleaned import Cleaned
from vinculo.identify.parties import issues, lengths

DATES = ("begins_on", "ends_on")
COLUMNS = ("first", "second", "relation", "post", "decision", "main_contact", *DATES, "share_percent", "note")
"""Columns of a clean record of a relation."""
SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("source_key", pa.string()),
        *((name, pa.string()) for name in COLUMNS),
        ("fault", pa.string()),
        ("noted", pa.string()),
    ]
)
_DECISIONS = {
    "decider": texts.listed("decider decisor decisora decide decides decisionmaker"),
    "buyer": texts.listed("buyer comprador compradora compra buys compras"),
    "influencer": texts.listed("influencer influenciador prescriptor prescriptora influye influences prescribe"),
    "user": texts.listed("user usuario usuaria usa uses"),
    "gatekeeper": texts.listed("gatekeeper filtro secretaria"),
    "initiator": texts.listed("initiator iniciador iniciadora inicia"),
}
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Cleaner:
    """Cleans rows of relations."""

    heading: str = ""
    """What the header calls the first: a row that says the same is the header once more."""

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
            name: texts.tidy(given.get(name)) or None for name in ("first", "second", "relation", "post", "note")
        }
        for target, read in (("decision", decision), ("main_contact", answers.yes_or_no), ("share_percent", share)):
            clean[target] = keep(target, read(given.get(target)))
        for target in DATES:
            if given.get(target):
                day = given.get(f"{target}_read")
                clean[target] = keep(target, Cleaned(day) if day else Cleaned(None, cleaned.UNREADABLE))
        fault = next((name for name in ("first", "second") if texts.meaningless(clean[name] or "")), "")
        if clean["first"] == self.heading:
            fault = "first"
        # A day that says nothing would bind two for ever.
        fault = fault or next((name for name in DATES if given.get(name) and not clean[name]), "")
        begins, ends = (clean.get(name) for name in DATES)
        if not fault and begins and ends and ends < begins:
            fault = "ends_on"
        if fault and not any(entry["t"] == fault for entry in noted):
            noted.append(issues.entry(fault, cleaned.MISSING, given.get(fault), ""))
        key = "|".join(clean[name] or "" for name in ("first", "second", "relation", "post"))
        return {
            "row_number": given["row_number"],
            "source_key": None if fault else key,
            **clean,
            "fault": fault or None,
            "noted": json.dumps(noted, ensure_ascii=False) if noted else None,
        }


def decision(text: str | None) -> Cleaned:
    """Read the part of a person in decisions.

    >>> decision("Decisora").value, decision("jefe").note
    ('decider', 'unreadable')
    """
    words = set(texts.plain(texts.tidy(text)).split())
    if not words:
        return cleaned.NOTHING
    found = next((code for code, known in _DECISIONS.items() if known & words), None)
    return Cleaned(found) if found else Cleaned(None, cleaned.UNREADABLE)


def share(text: str | None) -> Cleaned:
    """Read a share of a hundred.

    >>> share("33,5 %").value, share("100").value, share("120").note
    ('33.5', '100', 'unreadable')
    """
    tidied = texts.tidy(text).removesuffix("%").strip().replace(",", ".")
    if not tidied:
        return cleaned.NOTHING
    try:
        number = float(tidied)
    except ValueError:
        return Cleaned(None, cleaned.UNREADABLE)
    return Cleaned(tidied) if 0 < number <= 100 else Cleaned(None, cleaned.UNREADABLE)
