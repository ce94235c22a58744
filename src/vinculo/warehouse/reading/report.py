"""Report of a reading: what was found, what was assumed, what was set aside."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class MappedColumn:
    """One target and the column of the source it is read from; confidence runs from 0 to 1."""

    target: str
    column: str
    confidence: float
    why: str


@dataclass(frozen=True)
class ReadingReport:
    """Everything that was decided while reading, so that nothing is assumed in silence."""

    source: str
    format: str
    headers: tuple[str, ...]
    mapping: tuple[MappedColumn, ...]
    rows: int = 0
    """Lines of the source, the header and empty rows not counted."""
    rejected: int = 0
    totals: int = 0
    """Of the rejected lines, those that add up the others."""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    decimal: str = ""
    """Decimal mark of the amounts; empty when they were numbers already."""
    date_order: str = ""
    """dmy, mdy or ymd; empty when the dates were dates already."""
    currency: str = ""
    cost_known: bool = False
    time_known: bool = False
    as_of: date | None = None
    """The day asked for, else the last day with a readable line that is not after today."""
    first_day: date | None = None
    last_day: date | None = None
    warnings: tuple[str, ...] = ()

    def column(self, target: str) -> str:
        """Return the source column of a target, or an empty text."""
        return next((mapped.column for mapped in self.mapping if mapped.target == target), "")
