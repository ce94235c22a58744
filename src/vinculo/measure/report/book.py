"""The book: a run opened for a reader, with what the chapters look up in it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import altair as alt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from altair.utils import schemapi
from markupsafe import Markup

from vinculo.foundation.retelling import Retelling
from vinculo.measure.charts import drawing
from vinculo.measure.charts.reader import Reader, as_date
from vinculo.measure.report import blocks, names
from vinculo.warehouse import queries
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.runs import Run

Row = dict[str, Any]
Drawn = Callable[[int], alt.LayerChart]
EVERYBODY = ("all", "all")


@dataclass(frozen=True)
class Book:
    """A run, its reader, and an engine in which the run's tables have their names."""

    run: Run
    reader: Reader
    engine: DuckEngine
    read: dict[str, pa.Table] = field(default_factory=dict)
    """Summary tables read so far."""

    def has(self, *names: str) -> bool:
        """Tell whether the run holds all these tables, with rows in them."""
        return all(name in self.run.tables and (self.run.folder / name).is_dir() and self.size(name) for name in names)

    def size(self, name: str) -> int:
        """Return how many rows a table has, from the files' footers."""
        return sum(pq.read_metadata(file).num_rows for file in (self.run.folder / name).glob("*.parquet"))

    def table(self, name: str, *, scope: tuple[str, str] = EVERYBODY) -> pa.Table:
        """Return a summary table for everybody, or for one value of a dimension; empty when the run lacks it."""
        if name not in self.read:
            # Not read_table: it loads the machinery of partitioned datasets, which costs as much as several charts.
            files = sorted((self.run.folder / name).glob("*.parquet"))
            self.read[name] = pa.concat_tables([pq.ParquetFile(file).read() for file in files] or [pa.table({})])
        table = self.read[name]
        if "dimension" not in table.column_names:
            return table
        mine = pc.and_(pc.equal(table["dimension"], scope[0]), pc.equal(table["dimension_value"], scope[1]))
        return table.filter(mine)

    def rows(self, name: str, *, scope: tuple[str, str] = EVERYBODY) -> list[Row]:
        """Return the rows of a summary table; none when the run lacks it."""
        rows: list[Row] = self.table(name, scope=scope).to_pylist()
        return rows

    def query(self, name: str, **parameters: object) -> pa.Table:
        """Return the small result of one of the report's queries."""
        return self.engine.rows(queries.load("vinculo.measure.report", name), **parameters)

    def figure(
        self, name: str, finding: str, chart: Drawn, sheet: blocks.Sheet, *, note: str = "", half: bool = False
    ) -> blocks.Figure:
        """Draw a chart for large and small pages; one that stands beside another is drawn once."""
        words = f"{note} {self.reader.say('The figures follow in a table.')}".strip()

        def draw(width: int, suffix: str) -> Markup:
            # Altair checks every part of a chart as it is put together, which takes longer than to draw it.
            with schemapi.debug_mode(False):
                return Markup(drawing.svg(chart(width), name=f"{name}-{suffix}", title=finding, description=words))

        wide = None if half else draw(drawing.WIDE, "wide")
        return blocks.Figure(name, finding, draw(drawing.NARROW, "narrow"), note, sheet, wide)

    def setting(self, *path: str, default: Any = None) -> Any:
        """Return a setting of the run by its path."""
        found: Any = self.run.manifest.get("settings", {})
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return default if found is None else found

    def again(self, written: Any) -> list[str]:
        """Return what the run wrote in sentences, a text or a list of texts, in the language of the reader."""
        told = Retelling(str(self.run.manifest.get("language") or "en"), self.reader.language, self.reader.currency)
        texts = written if isinstance(written, list | tuple) else [written]
        return [told(text) for text in texts if isinstance(text, str) and text]

    @property
    def horizon(self) -> int:
        """Return the horizon in days."""
        return int(self.run.manifest["horizon_days"])

    @property
    def as_of(self) -> date:
        """Return the day the analysis looks from."""
        return as_date(self.run.manifest["as_of"])

    @cached_property
    def segments(self) -> dict[str, tuple[str, str]]:
        """Return the name and the meaning of each segment code, the company's own where it has set some."""
        return names.segments(self.reader, self.setting("rfmt", "segments", default=()))

    def segment(self, code: str) -> str:
        """Return the name of a segment."""
        return self.segments[code][0] if code in self.segments else names.of(self.reader, code)

    @property
    def source(self) -> str:
        """Return what was analysed; a table in memory, described in English by the run, in the reader's language."""
        given: dict[str, Any] = self.run.manifest.get("source") or {}
        described, kind, rows = str(given.get("description") or ""), given.get("format"), given.get("rows")
        if isinstance(rows, int) and described == f"{kind} of {rows:,} rows":
            return self.reader.say("{kind} of {rows} rows", kind=kind, rows=self.reader.number(rows))
        return described


def lacking(reader: Reader) -> blocks.Text:
    """Return the sentence that stands where a table is missing or empty."""
    return blocks.Text(
        reader.say("Not enough history to show this yet; the warnings below say what is missing."), "note"
    )


@contextmanager
def opened(run: Run, reader: Reader) -> Iterator[Book]:
    """Open a run for reading; what the engine spills goes to a folder that is then removed."""
    with (
        tempfile.TemporaryDirectory(prefix="vinculo-report-") as spill,
        DuckEngine(Path(spill), memory="1GB") as engine,
    ):
        for name in run.tables:
            if any((run.folder / name).glob("*.parquet")):
                engine.attach(name, run.folder / name)
        yield Book(run, reader, engine)
