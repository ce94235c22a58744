"""Kinds of import: what the pipeline asks of each, and what it gives them to work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg

from vinculo.foundation.errors import SettingsError
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading.report import MappedColumn
from vinculo.warehouse.reading.sources.source import Source

SOURCE = "source"
"""Folder, in the work folder of a try, of the file as the engine reads it."""
Step = Callable[[str, float], None]
"""Says what is being done and the share of it all; raises when the import has been cancelled."""


@dataclass(frozen=True)
class Work:
    """One try at one import, as its kind is given it."""

    arrival: Arrival
    """Import, source, kind and time."""
    engine: DuckEngine
    folder: Path
    """Work folder of this try; it goes when the try is over."""
    produced: Path
    """Folder whose files are kept beside the original (`imports/<id>/`) when the import succeeds."""
    kept: Path
    """Where the files of this import are kept: `imports/<id>/`; those of another import are its siblings."""
    step: Step


@dataclass(frozen=True)
class Reading:
    """What a kind has read of a file, before anything is written."""

    source: Source
    """The file as it was opened."""
    headers: tuple[str, ...]
    mapping: tuple[MappedColumn, ...]
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    decimal: str = ""
    date_order: str = ""
    currency: str = ""
    rows: int = 0
    rejected: int = 0
    """Rows that do not come in, those that add up the others among them: `counts["totals"]`."""
    duplicates: int = 0
    counts: Mapping[str, Any] = field(default_factory=dict)
    """Counts of the kind's own: `{"line_kinds": {"sale": 7}}`."""
    warnings: tuple[str, ...] = ()
    issues: str = ""
    """SELECT of row_number, column_name, found, expected, suggestion, whole_row: what cannot come in."""


class Kind(Protocol):
    """What an import of one kind of rows does; `load` and `undo` run inside the transaction of the pipeline."""

    def read(self, work: Work, *, file: Path, options: Mapping[str, Any]) -> Reading:
        """Read a file into relations of the engine."""

    def load(
        self, cursor: psycopg.Cursor[Any], *, work: Work, reading: Reading, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Put what was read in; return counts: new, updated, unchanged and the kind's own."""

    def undo(self, cursor: psycopg.Cursor[Any], *, work: Work) -> dict[str, Any]:
        """Take an import back, later ones notwithstanding; return counts: removed, restored, kept."""


def named(code: str) -> Kind:
    """Return the kind of a code."""
    from vinculo.identify.records.imports import registry

    try:
        return registry.KINDS[code]
    except KeyError:
        raise SettingsError(
            "There is no import of {found!r}: choose one of {choices}.", found=code, choices=list(registry.KINDS)
        ) from None
