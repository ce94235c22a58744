"""Analyses: made from a file of orders, read again, compared. What `import vinculo` offers."""

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from vinculo.differentiate.analysis import run as runner
from vinculo.differentiate.rfmt import migration
from vinculo.differentiate.settings import Settings
from vinculo.warehouse import runs
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import ReadingReport

REPORT = "report.html"


@dataclass(frozen=True)
class Analysis:
    """A finished analysis: its tables by name, and the manifest that says how they came about."""

    run: runs.Run
    _kept: object = field(default=None, repr=False)
    """Holds the temporary folder of an analysis without `out`, which goes when the analysis goes."""

    @property
    def manifest(self) -> dict[str, Any]:
        """Return what was read, assumed, fitted and written."""
        return self.run.manifest

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables."""
        return self.run.tables

    @property
    def folder(self) -> Path:
        """Return the folder of the run."""
        return self.run.folder

    def table(self, name: str) -> pa.Table:
        """Return one table; its grain, units and meaning are in the reference of tables."""
        return self.run.table(name)

    def __getitem__(self, name: str) -> pa.Table:
        return self.run.table(name)

    def write_report(self, path: Path | str, *, language: str | None = None) -> Path:
        """Write the HTML report, one file that needs nothing else, in English or Spanish."""
        path = Path(path)
        path.write_text(_report(self.run, language or self.manifest["language"]), encoding="utf-8")
        return path


def analyse(
    source: object,
    *,
    as_of: date | None = None,
    horizon_days: int | None = None,
    out: Path | str | None = None,
    settings: Settings | None = None,
    reading: ReadingOptions | None = None,
    **more: Any,
) -> Analysis:
    """Work out what every customer is worth, as of a day.

    One row of the source is one line of an order. Nothing is dropped in silence: see the tables `line_counts` and
    `set_aside_lines`.

    Parameters
    ----------
    source
        Path of a CSV, XLSX or Parquet file (gzipped or not) or of a folder of Parquet files; or a pandas or Polars
        DataFrame, an Arrow table or reader, a DuckDB relation.
    as_of
        The last day that is known; by default the last day in the data.
    horizon_days
        How many days after `as_of` the forecast covers; 365 by default.
    out
        Folder of the run. Without it the tables live as long as the returned object.
    settings
        Costs, RFMT, tiers, models; `as_of` and `horizon_days` above override theirs.
    reading
        Column mapping, currency, date order and the like, where guessing is not enough.
    more
        `costs` (path of actual costs), `report` (False leaves the HTML report out), `memory` (such as `"8GB"`),
        `progress` (called with the words of a step and the share done).

    Raises
    ------
    VinculoError
        When the source cannot be used; the sentence says what was found and what would be right.
    """
    settings = settings or Settings()
    settings = replace(
        settings,
        as_of=settings.as_of if as_of is None else as_of,
        horizon_days=settings.horizon_days if horizon_days is None else horizon_days,
    )
    report = more.pop("report", out is not None)
    known = _known(more)
    kept = None if out is not None else _Kept()
    order = runner.Order(
        source=source,
        target=Path(out) if out is not None else kept.folder / "run",  # type: ignore[union-attr]
        settings=settings,
        reading=reading or ReadingOptions(),
        now=datetime.now(UTC),
        finish=_write_report if report else _write_nothing,
        **known,
    )
    try:
        return Analysis(runner.make(order), kept)
    except BaseException:
        if kept is not None:
            kept.remove()
        raise


def preview(source: object, *, reading: ReadingOptions | None = None) -> ReadingReport:
    """Return how the columns of a source would be read, without reading it."""
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder, DuckEngine(Path(folder)) as engine:
        return orders.preview(source, engine=engine, options=reading)


def read_run(folder: Path | str) -> Analysis:
    """Open the folder of a finished run.

    Raises
    ------
    VinculoError
        When the folder holds no finished run.
    """
    return Analysis(runs.read(Path(folder)))


def compare(earlier: Path | str, later: Path | str, *, by: tuple[str, ...] = ()) -> pa.Table:
    """Return who moved between two runs: one row a label (segment, tier or area), where from, where to.

    With `by` the same for each value of some dimensions (country, channel, segment, dominant_category, cohort).

    Raises
    ------
    VinculoError
        When one of the folders holds no finished run, or there is no such dimension.
    """
    before, after = runs.read(Path(earlier)), runs.read(Path(later))
    with tempfile.TemporaryDirectory(prefix="vinculo-") as folder, DuckEngine(Path(folder) / "spill") as engine:
        engine.attach("earlier_value", before.folder / "value")
        engine.attach("value", after.folder / "value")
        migration.summarize(engine, Path(folder), by=by)
        return runs.Run(Path(folder), {}).table("migration")


class _Kept:
    """A folder that goes when the analysis that holds it goes."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vinculo-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def _known(more: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(more) - {"costs", "memory", "progress"})
    if unknown:
        raise TypeError(f"analyse() has no argument {', '.join(unknown)}")
    if more.get("costs") is not None:
        more = more | {"costs": Path(more["costs"])}
    return {name: value for name, value in more.items() if value is not None}


def _report(run: runs.Run, language: str) -> str:
    # Charts take a second to load, which an analysis without a report should not pay.
    page = import_module("vinculo.measure.report.page")
    return str(page.render(run, language))


def _write_report(run: runs.Run) -> None:
    (run.folder / REPORT).write_text(_report(run, run.manifest["language"]), encoding="utf-8")


def _write_nothing(run: runs.Run) -> None:
    """Leave the run as it is."""
