"""Files of relations: read, put in by the same services as by hand, and taken back change by change.

A row names two customers by a number of its source, or by an e-mail, tax number or number that is known of one customer
only. A row that says more of a relation than is known changes it; one that repeats it changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
from django.db import connection

from vinculo.foundation import language
from vinculo.identify.cleaning import texts
from vinculo.identify.parties import issues
from vinculo.identify.records.imports.kinds import Reading, Work
from vinculo.identify.records.models import LinkChange, RelationKind
from vinculo.identify.records.parties import kinds as parties
from vinculo.identify.records.relations import changes, services
from vinculo.identify.records.relations.changes import RelationError
from vinculo.identify.records.relations.services import Details

_KNOWN = """
SELECT sent.text, array_agg(DISTINCT found.customer_id) FILTER (WHERE found.kind = 'source_key'
        AND found.source_id = %s AND found.value = sent.text), array_agg(DISTINCT found.customer_id)
FROM unnest(%s::text[]) AS sent (text) JOIN identify_identifier AS found
    ON found.normalised = identify_fold(sent.text) AND found.kind IN ('source_key', 'email', 'tax_id')
GROUP BY sent.text
"""
_ISSUES = "SELECT * EXCLUDE (target, note) FROM party_issues UNION ALL BY NAME SELECT * FROM relation_refused"
USUAL = "post"
"""The kind of relation of a row that names none."""
FIELDS = ("row_number", "kind", "first_id", "second_id", "details")


class RowError(RelationError):
    """One row cannot be put in, and so nothing of its file is."""

    code = "relation.row"


@dataclass(frozen=True)
class Names:
    """What a file calls customers and kinds of relations, and what these are here."""

    customers: Mapping[str, int]
    kinds: Mapping[str, tuple[str, bool]]

    def fault(self, clean: Mapping[str, str]) -> str:
        """Return the column of a row that names nobody and nothing known; nothing when all is known."""
        for side in ("first", "second"):
            if clean[side] not in self.customers:
                return side
        return "" if self.kind(clean) else "relation"

    def kind(self, clean: Mapping[str, str]) -> tuple[str, bool] | None:
        """Return the kind a row names, and whether it is read backward."""
        return self.kinds.get(texts.plain(clean.get("relation") or USUAL))


class Relations:
    """An import of relations between customers who are known."""

    def read(self, work: Work, *, file: Path, options: Mapping[str, Any]) -> Reading:
        """Read a file into `relation_rows`; what names nobody is refused with what would be right."""
        reading = parties.read("relations", work, file=file, options=options)
        found = work.engine.rows("SELECT row_number, payload FROM party_rows WHERE first_copy ORDER BY row_number")
        rows = [(row["row_number"], json.loads(row["payload"])["clean"]) for row in found.to_pylist()]
        names = known(rows, source_id=work.arrival.source_id)
        headers = {item.target: item.column for item in reading.mapping}
        translate = language.translator(str(options.get("language") or "en"))
        refused = [
            {
                "row_number": number,
                "column_name": headers.get(fault, ""),
                "found": clean.get(fault, "")[:200],
                "expected": translate(issues.EXPECTED[fault]),
                "suggestion": "",
                "whole_row": True,
            }
            for number, clean in rows
            if (fault := names.fault(clean))
        ]
        lost = {row["row_number"] for row in refused}
        kept = [(number, *bound(clean, names)) for number, clean in rows if number not in lost]
        work.engine.attach("relation_rows", table(kept))
        work.engine.attach("relation_refused", pa.Table.from_pylist(refused, schema=REFUSED))
        return replace(reading, rejected=reading.rejected + len(refused), issues=f"SELECT * FROM ({_ISSUES})")

    def load(
        self, cursor: psycopg.Cursor[Any], *, work: Work, reading: Reading, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Put the relations in, one by one, as by hand."""
        work.step("Writing", 0.5)
        counts = {"new": 0, "updated": 0, "unchanged": 0}
        translate = language.translator(str(options.get("language") or "en"))
        for row in work.engine.rows("SELECT * FROM relation_rows ORDER BY row_number").to_pylist():
            try:
                counts[put(row, work)] += 1
            except RelationError as error:
                raise RowError(
                    "Row {row}: {problem} Put it right and bring the file again.",
                    row=row["row_number"],
                    problem=error.say(translate),
                ) from error
        return counts

    def undo(self, cursor: psycopg.Cursor[Any], *, work: Work) -> dict[str, Any]:
        """Take the changes of an import back, the last first; what somebody has changed since stays."""
        counts = {"removed": 0, "restored": 0, "kept": 0}
        mine = LinkChange.objects.filter(import_id=work.arrival.import_id, undoes=None, undone_by=None)
        for change in mine.order_by("-id"):
            try:
                changes.change_undo(change_id=change.pk, now=work.arrival.now)
                counts["removed" if change.before is None else "restored"] += 1
            except changes.LinkChangedMeanwhileError:
                counts["kept"] += 1
        return counts


REFUSED = pa.schema(
    [
        ("row_number", pa.int64()),
        *((name, pa.string()) for name in ("column_name", "found", "expected", "suggestion")),
        ("whole_row", pa.bool_()),
    ]
)


def known(rows: Sequence[tuple[int, Mapping[str, str]]], *, source_id: int) -> Names:
    """Return what is known of all that a file names: customers told by one of their identifiers, and kinds."""
    named = sorted({clean[side] for _number, clean in rows for side in ("first", "second")})
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [source_id, named])
        told = {text: own or anywhere for text, own, anywhere in cursor.fetchall()}
    kinds: dict[str, tuple[str, bool]] = {}
    for kind in RelationKind.objects.order_by("-position", "-id"):
        for words in (kind.inverse_en, kind.inverse_es):
            kinds[texts.plain(words)] = (kind.code, True)
        for words in (kind.forward_en, kind.forward_es, kind.code):
            kinds[texts.plain(words)] = (kind.code, False)
    return Names({text: ids[0] for text, ids in told.items() if len(ids) == 1}, kinds)


def bound(clean: Mapping[str, str], names: Names) -> tuple[str, int, int, str]:
    """Return what a row binds: kind, the first, the second, and its details as JSON."""
    code, backward = names.kind(clean) or (USUAL, False)
    ends = (names.customers[clean["first"]], names.customers[clean["second"]])
    told = {name: clean[name] for name in DETAILS if clean.get(name)}
    return code, *(ends[::-1] if backward else ends), json.dumps(told)


DETAILS = ("begins_on", "ends_on", "share_percent", "post", "decision", "main_contact", "note")


def table(rows: Sequence[tuple[int, str, int, int, str]]) -> pa.Table:
    """Return the rows that come in as a table of the engine."""
    types = (pa.int64(), pa.string(), pa.int64(), pa.int64(), pa.string())
    schema = pa.schema(list(zip(FIELDS, types, strict=True)))
    return pa.Table.from_pylist([dict(zip(FIELDS, row, strict=True)) for row in rows], schema=schema)


def put(row: Mapping[str, Any], work: Work) -> str:
    """Put one row in; return what became of it."""
    told, now = details_of(json.loads(row["details"])), work.arrival.now
    last = LinkChange.objects.order_by("-id").values_list("pk", flat=True).first()
    made = services.relation_add(
        kind=row["kind"], first_id=row["first_id"], second_id=row["second_id"], details=told, now=now
    )
    if LinkChange.objects.order_by("-id").values_list("pk", flat=True).first() != last:
        return "new"
    merged = Details(**{name: getattr(told, name) or getattr(made, name) for name in DETAILS})
    before = {name: getattr(made, name) for name in DETAILS}
    if all(getattr(merged, name) == value for name, value in before.items()):
        return "unchanged"
    services.relation_change(relation_id=made.pk, details=merged, now=now)
    return "updated"


def details_of(said: Mapping[str, str]) -> Details:
    """Return the details a row told."""
    begins, ends = (date.fromisoformat(said[name]) if name in said else None for name in ("begins_on", "ends_on"))
    return Details(
        begins_on=begins,
        ends_on=ends,
        share_percent=Decimal(said["share_percent"]) if "share_percent" in said else None,
        post=said.get("post", ""),
        decision=said.get("decision", ""),
        main_contact=said.get("main_contact") == "yes",
        note=said.get("note", ""),
    )
