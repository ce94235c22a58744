"""Kinds of import for parties: customers and products, as the pipeline of imports asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from vinculo.identify.cards import opening
from vinculo.identify.parties import reading as party_reading
from vinculo.identify.parties.report import PartyOptions, PartyReport
from vinculo.identify.records.imports.kinds import SOURCE, Reading, Work
from vinculo.identify.records.parties import customers, products
from vinculo.identify.records.rights import burial
from vinculo.warehouse.reading.sources.source import Source

OPTIONS = (
    *("mapping", "match_key", "date_order", "decimal", "encoding", "delimiter", "sheet", "country", "currency"),
    *("language", "policies"),
)
"""Options of an import that say how its file is read."""
ISSUES = "SELECT row_number, column_name, found, expected, suggestion, whole_row FROM party_issues ORDER BY row_number"


@dataclass(frozen=True)
class Parties:
    """An import of customers or of products."""

    code: str
    records: ModuleType
    """Where rows of this kind are loaded and taken back."""

    def read(self, work: Work, *, file: Path, options: Mapping[str, Any]) -> Reading:
        """Read a file into `party_rows` and `party_issues`."""
        return read(self.code, work, file=file, options=options)

    def load(
        self, cursor: psycopg.Cursor[Any], *, work: Work, reading: Reading, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Put the rows in."""
        work.step("Writing", 0.5)
        # Somebody may have been erased since the file was read; now nobody is until its rows are in.
        buried = burial.of_parties(work)
        counts: dict[str, Any] = self.records.load(cursor, work.engine, work.arrival, folder=work.folder)
        return {**counts, **({"erased": buried} if buried else {})}

    def undo(self, cursor: psycopg.Cursor[Any], *, work: Work) -> dict[str, Any]:
        """Take the rows back."""
        counts: dict[str, Any] = self.records.undo(cursor, work.arrival)
        return counts


def read(code: str, work: Work, *, file: Path, options: Mapping[str, Any]) -> Reading:
    """Read a file of a kind into `party_rows` and `party_issues`."""
    work.step("Cleaning the rows", 0.05)
    asked = {name: options[name] for name in OPTIONS if options.get(name)}
    options_of = PartyOptions(**asked, work_folder=work.folder)
    source = opening.open_source(file, work.engine, options_of.reading(), work.folder / SOURCE)
    found = party_reading.read(source, engine=work.engine, kind=code, options=options_of)
    buried = burial.of_parties(work)
    work.step("Everything read", 0.2)
    return as_reading(found, source, buried)


def as_reading(found: PartyReport, source: Source, buried: int) -> Reading:
    """Return the report of a reading as the pipeline knows it."""
    return Reading(
        source=source,
        headers=found.headers,
        mapping=found.mapping,
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        sheet=found.sheet,
        decimal=found.decimal,
        date_order=found.date_order,
        currency=found.currency,
        rows=found.rows,
        rejected=found.rejected,
        duplicates=found.duplicates,
        counts={
            "totals": found.totals,
            "set_aside": found.set_aside,
            "notes": dict(found.notes),
            "not_contactable": found.not_contactable,
            "match_key": found.match_key,
            "country": found.country,
            **({"erased": buried} if buried else {}),
        },
        warnings=found.warnings,
        issues=ISSUES,
    )


CUSTOMERS = Parties("customers", customers)
PRODUCTS = Parties("products", products)
