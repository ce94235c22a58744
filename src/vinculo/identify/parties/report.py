"""Options and report of a reading of parties: what a person may say about a file, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import MappedColumn


@dataclass(frozen=True)
class PartyOptions:
    """How to read a file of customers or products; everything left empty is worked out from the file and reported."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Column of the file for a target (`{"email": "Correo"}`); an empty text leaves the target out."""
    match_key: str = ""
    """The target by which rows are matched with what is there already."""
    date_order: str = ""
    decimal: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    country: str = ""
    """Two-letter code of the country of rows that name none."""
    currency: str = ""
    policies: Mapping[str, str] = field(default_factory=dict)
    """What each target does to what is there already (`templates.policies`)."""
    work_folder: Path | None = None
    language: str = "en"

    def reading(self) -> ReadingOptions:
        """Return the options with which the file is opened."""
        return ReadingOptions(
            date_order=self.date_order,
            decimal=self.decimal,
            encoding=self.encoding,
            delimiter=self.delimiter,
            sheet=self.sheet,
            currency=self.currency,
            work_folder=self.work_folder,
            language=self.language,
        )


@dataclass(frozen=True)
class PartyReport:
    """Everything that was decided while reading, so that nothing is assumed in silence."""

    kind: str
    source: str
    format: str
    headers: tuple[str, ...]
    mapping: tuple[MappedColumn, ...]
    match_key: str
    rows: int = 0
    """Rows of the file, the header and empty rows not counted."""
    rejected: int = 0
    """Rows that do not come in."""
    totals: int = 0
    """Of these, rows that add up the others."""
    duplicates: int = 0
    """Rows that repeat another row of the file cell by cell; they come in once."""
    set_aside: int = 0
    """Cells that could not be read in rows that come in without them."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """How often each note was made, by target and note: `email.placeholder`."""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    decimal: str = ""
    date_order: str = ""
    country: str = ""
    currency: str = ""
    not_contactable: int = 0
    """Rows with a consent that lacks its day or its origin, or whose answer is no."""
    warnings: tuple[str, ...] = ()

    def column(self, target: str) -> str:
        """Return the column of a target, or an empty text."""
        return next((mapped.column for mapped in self.mapping if mapped.target == target), "")
