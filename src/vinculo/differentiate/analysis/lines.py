"""The lines of the source: how each was recognised and what was done with it; all rows add up to the source."""

import pyarrow as pa

from vinculo.differentiate.analysis.work import Work
from vinculo.differentiate.profile.days import DaysReport
from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.reading import recognition
from vinculo.warehouse.reading.report import ReadingReport
from vinculo.warehouse.tables.orders import LINE_COUNTS, SET_ASIDE_LINES


def account(work: Work, found: DaysReport) -> None:
    """Write `line_counts` and `set_aside_lines`: copies are taken out of the kind they were recognised as.

    The folder `set_aside_lines` already holds the copies that were found; the rejected lines join them.
    """
    counts = {row["line_kind"]: row for row in recognition.counts(work.engine, work.translate).to_pylist()}
    for kind, (lines, net_minor) in found.copies.items():
        counts[kind]["lines"] -= lines
        counts[kind]["net_minor"] -= net_minor
        copies = counts.setdefault("duplicate", {"line_kind": "duplicate", "lines": 0, "net_minor": 0})
        copies["treatment"] = work.translate(recognition.TREATMENTS["duplicate"])
        copies["lines"] += lines
        copies["net_minor"] += net_minor
    rows = sorted(counts.values(), key=lambda row: (-row["lines"], row["line_kind"]))
    work.keep(LINE_COUNTS, pa.Table.from_pylist(rows, schema=LINE_COUNTS.schema))
    rejected = work.engine.rows(f"SELECT {', '.join(SET_ASIDE_LINES.names)} FROM rejected_lines")
    with work.engine.writer(work.folder / SET_ASIDE_LINES.name, SET_ASIDE_LINES.schema, part="rejected") as writer:
        writer.write_table(rejected.cast(writer.schema))
    work.published(SET_ASIDE_LINES)


def require_customers(work: Work, found: DaysReport, report: ReadingReport) -> None:
    """Refuse a source in which no customer has bought or returned anything by the day of the analysis."""
    if found.customers:
        return
    kinds = [
        Phrase("{lines:,} {kind}", lines=row["lines"], kind=Phrase(row["line_kind"]))
        for row in work.engine.rows("FROM line_counts").to_pylist()
    ]
    raise InputError(
        "No line of {source} is a sale or a return of a known customer by {as_of}: its lines run from {first_day} to "
        "{last_day} and were recognised as {kinds}.",
        source=report.source,
        as_of=work.settings.as_of,
        first_day=report.first_day,
        last_day=report.last_day,
        kinds=kinds,
        rows=report.rows,
    )
