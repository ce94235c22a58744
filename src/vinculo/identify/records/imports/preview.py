"""Preview: what a file was read as and what its import would do, kept beside the original for the page to show."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vinculo.identify.records.imports import rejected
from vinculo.identify.records.imports.kinds import Reading, Work
from vinculo.warehouse.reading.report import MappedColumn

ROWS = 20
"""Rows shown as they were read."""
REJECTED = 20
"""Rejected rows shown."""


@dataclass(frozen=True)
class Preview:
    """What was read, what was assumed, and what would happen."""

    headers: tuple[str, ...]
    mapping: tuple[MappedColumn, ...]
    format: str
    encoding: str
    delimiter: str
    sheet: str
    decimal: str
    date_order: str
    currency: str
    rows: int
    rejected: int
    counts: Mapping[str, Any]
    """What would happen: new, updated, unchanged, rejected, duplicates, line_kinds and the kind's own."""
    warnings: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...] = ()
    """The first rows as read: their row number, then a text a column."""
    issues: tuple[Mapping[str, Any], ...] = field(default=())
    """The first cells and rows that cannot come in: row_number, column_name, found, expected, suggestion."""
    likely: Mapping[str, Any] = field(default_factory=dict)
    """How many new rows are probably customers who are known, by `parties.likeness`; only of a dry run."""


def of(reading: Reading, counts: Mapping[str, Any], work: Work) -> Preview:
    """Return the preview of a reading whose load was tried."""
    return Preview(
        headers=reading.headers,
        mapping=reading.mapping,
        format=reading.format,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        sheet=reading.sheet,
        decimal=reading.decimal,
        date_order=reading.date_order,
        currency=reading.currency,
        rows=reading.rows,
        rejected=reading.rejected,
        counts=counts,
        warnings=reading.warnings,
        samples=tuple(rejected.first_rows(work.engine, reading.source, ROWS, work=work.folder)),
        issues=tuple(rejected.first_issues(work.engine, work.produced, REJECTED)),
    )


def counts(reading: Reading, loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that is counted of an import, in the order a person asks for it."""
    return {
        "rows": reading.rows,
        "rejected": reading.rejected - reading.counts.get("totals", 0),
        "duplicates": reading.duplicates,
        **loaded,
        **reading.counts,
    }


def write(preview: Preview, file: Path) -> None:
    """Keep a preview, all of it or nothing."""
    staged = file.with_suffix(".tmp")
    staged.write_text(json.dumps(asdict(preview), default=str, ensure_ascii=False), encoding="utf-8")
    staged.replace(file)


def read(file: Path) -> Preview | None:
    """Return the preview kept, or nothing."""
    if not file.is_file():
        return None
    kept = json.loads(file.read_text(encoding="utf-8"))
    listed = ("headers", "warnings", "issues")
    return Preview(
        **{
            **kept,
            **{name: tuple(kept[name]) for name in listed},
            "mapping": tuple(MappedColumn(**each) for each in kept["mapping"]),
            "samples": tuple(tuple(row) for row in kept["samples"]),
        }
    )
