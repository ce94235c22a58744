"""The manifest: what a run read, assumed, fitted and wrote, so that every figure can be traced."""

from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from typing import Any

from vinculo.differentiate.analysis.work import Work
from vinculo.warehouse.reading.report import ReadingReport

LIBRARIES = ("duckdb", "numpy", "pyarrow", "scipy")


def build(work: Work, report: ReadingReport, *, run_id: str, now: datetime) -> dict[str, Any]:
    """Return the manifest of a run whose tables are written."""
    settings = asdict(work.settings)
    return {
        "product": "Vinculo",
        "version": version("vinculo"),
        "run_id": run_id,
        "created_at": now.isoformat(timespec="seconds"),
        "as_of": work.settings.as_of.isoformat(),
        "horizon_days": work.settings.horizon_days,
        "currency": work.settings.currency,
        "language": work.settings.language,
        "source": {
            "description": report.source,
            "format": report.format,
            "rows": report.rows,
            "first_day": report.first_day,
            "last_day": report.last_day,
        },
        "reading": {
            "mapping": [asdict(column) for column in report.mapping],
            "encoding": report.encoding,
            "delimiter": report.delimiter,
            "sheet": report.sheet,
            "decimal": report.decimal,
            "date_order": report.date_order,
            "cost_known": report.cost_known,
            "time_known": report.time_known,
            "rejected": report.rejected,
            "warnings": list(report.warnings),
        },
        "settings": settings,
        "assumptions": list(work.assumptions),
        "warnings": list(dict.fromkeys(work.warnings)),
        "model_card": work.card,
        "tables": dict(sorted(work.tables.items())),
        "timings": work.timings,
        "libraries": {name: version(name) for name in LIBRARIES},
    }
