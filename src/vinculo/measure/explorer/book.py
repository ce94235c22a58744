"""The linked book: a run opened for a reader who may go from a figure to the customers behind it.

It is the book of the report, so page and report show the same figures; it may look at one value of a dimension only,
and it knows an earlier run to compare with.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from altair.utils import schemapi
from markupsafe import Markup

from vinculo.differentiate.analysis.scopes import MOST_VALUES, OTHERS, UNKNOWN
from vinculo.foundation.errors import InputError
from vinculo.foundation.periods import parse_day
from vinculo.measure import bridge, selection
from vinculo.measure.charts import drawing
from vinculo.measure.charts.linked import marks
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import periods
from vinculo.measure.report import blocks
from vinculo.measure.report.book import EVERYBODY, Book, Drawn
from vinculo.measure.selection import Selection
from vinculo.warehouse.duck import DuckEngine, quote
from vinculo.warehouse.runs import Run
from vinculo.warehouse.tables.customers import VALUE

CUTS = (*selection.DIMENSIONS, "cohort")
"""Dimensions that a page can be cut by, where the run has them."""


@dataclass(frozen=True)
class Behind:
    """The customers behind a mark: the predicate it was summed with, and how many they are."""

    chosen: Selection
    customers: int


@dataclass(frozen=True)
class Linking:
    """How figures are linked: the names of the runs, the address of the list, and whether the viewer may open it."""

    run: str = ""
    earlier: str = ""
    address: str = "/customers/"
    allowed: bool = True

    def mark(self, behind: Behind, reader: Reader) -> marks.Mark:
        """Return the mark that leads to some customers; without the right to see them, only their number."""
        words = reader.say(
            "{who}: {customers} customers",
            who=", ".join(behind.chosen.words(reader)) or reader.say("Everybody"),
            customers=reader.number(behind.customers),
        )
        return marks.Mark(f"{self.address}?{behind.chosen.query}" if self.allowed else "", words)


@dataclass(frozen=True)
class LinkedBook(Book):
    """A book whose figures lead to customers; see the module."""

    linking: Linking = field(default_factory=Linking)
    earlier: Run | None = None
    scope: tuple[str, str] = EVERYBODY
    behind: dict[str, Mapping[marks.Key, Behind]] = field(default_factory=dict)
    """What stands behind the marks of each figure, by the values of the fields that tell them apart."""
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    redrawn: dict[str, Drawn] = field(default_factory=dict)
    """Charts that take the place of those the report draws, by the name of the figure."""

    @cached_property
    def chosen(self) -> Selection:
        """Return the customers that the page is about: everybody, or those of one value of a dimension."""
        dimension, value = self.scope
        if self.scope == EVERYBODY:
            return Selection(self.linking.run)
        if dimension != "cohort":
            return selection.of(self.linking.run, **{selection.DIMENSIONS[dimension]: value})
        if value == UNKNOWN:
            return selection.of(self.linking.run, purchase_days_to=0)
        month = periods.of("month", parse_day(value[:10]))
        return selection.of(self.linking.run, first_from=month.starts, first_to=month.ends)

    @property
    def cut(self) -> bool:
        """Tell whether the page is about one value of a dimension."""
        return self.scope != EVERYBODY

    def table(self, name: str, *, scope: tuple[str, str] = EVERYBODY) -> pa.Table:
        """Return a summary table for those whom the page is about."""
        return super().table(name, scope=self.scope if scope == EVERYBODY else scope)

    def link(self, name: str, fields: tuple[str, ...], behind: Mapping[Any, Behind]) -> None:
        """Say who stands behind the marks of a figure that is about to be drawn; nobody makes no mark."""
        self.behind[name] = {key: each for key, each in behind.items() if each.customers}
        self.fields[name] = fields

    def figure(
        self, name: str, finding: str, chart: Drawn, sheet: blocks.Sheet, *, note: str = "", half: bool = False
    ) -> blocks.Figure:
        """Draw a chart whose marks are links, where it was said who stands behind them."""
        chart = self.redrawn.get(name, chart)
        if name not in self.behind or not self.linking.allowed:
            return super().figure(name, finding, chart, sheet, note=note, half=half)
        by_key = {key: self.linking.mark(each, self.reader) for key, each in self.behind[name].items()}
        linked = marks.Marks(self.fields[name], by_key)
        hint = self.reader.say("Each mark opens the customers behind it. The figures follow in a table.")
        words = f"{note} {hint}".strip()

        def draw(width: int, suffix: str) -> Markup:
            # Altair checks every part of a chart as it is put together, which takes longer than to draw it.
            with schemapi.debug_mode(False):
                return Markup(
                    marks.svg(chart(width), linked, name=f"{name}-{suffix}", title=finding, description=words)
                )

        wide = None if half else draw(drawing.WIDE, "wide")
        return blocks.Figure(name, finding, draw(drawing.NARROW, "narrow"), note, sheet, wide)

    def equity_bridge(self) -> bridge.Bridge | None:
        """Return how the earlier run's customer equity became this one's; none without an earlier run."""
        if self.earlier is None or self.cut or not self.has("value"):
            return None
        bridge.require_comparable(self.earlier.manifest, self.run.manifest)
        return bridge.of(self.engine)


@contextmanager
def opened(
    run: Run,
    reader: Reader,
    *,
    linking: Linking | None = None,
    earlier: Run | None = None,
    scope: tuple[str, str] = EVERYBODY,
) -> Iterator[LinkedBook]:
    """Open a run for reading; `value` and `customer_days` hold those whom the page is about, `everybody` all.

    Raises
    ------
    InputError
        When the run was not cut by the dimension asked for.
    """
    require_cut(run, scope)
    with (
        tempfile.TemporaryDirectory(prefix="vinculo-explorer-") as spill,
        DuckEngine(Path(spill), memory="1GB") as engine,
    ):
        for name in run.tables:
            if any((run.folder / name).glob("*.parquet")):
                engine.attach(name, run.folder / name)
        attach_people(engine, run, earlier, scope)
        yield LinkedBook(run, reader, engine, linking=linking or Linking(), earlier=earlier, scope=scope)


def attach_people(engine: DuckEngine, run: Run, earlier: Run | None, scope: tuple[str, str]) -> None:
    """Make the relations that tell who is looked at: `everybody`, `value` and `earlier_value`, empty when missing."""
    for name, source in (("everybody", run), ("earlier_value", earlier)):
        folder = source.folder / "value" if source else None
        if folder and any(folder.glob("*.parquet")):
            engine.attach(name, folder)
        else:
            engine.attach(name, VALUE.schema.empty_table())
    if scope == EVERYBODY:
        return
    dimension, value = scope
    engine.run(
        "CREATE OR REPLACE VIEW value AS SELECT * FROM everybody "
        f"WHERE coalesce(CAST({dimension} AS VARCHAR), '{UNKNOWN}') = {quote(value)}"
    )
    if "customer_days" in run.tables:
        engine.attach("all_days", run.folder / "customer_days")
        engine.run(
            "CREATE OR REPLACE VIEW customer_days AS SELECT * FROM all_days "
            "WHERE customer_id IN (SELECT customer_id FROM value)"
        )


def require_cut(run: Run, scope: tuple[str, str]) -> None:
    """Refuse a dimension that the run was not cut by."""
    asked = dimensions(run)
    if scope == EVERYBODY:
        return
    if scope[0] not in asked:
        raise InputError("The run is not cut by {dimension}: it is by {known}.", dimension=scope[0], known=asked)
    if scope[1] not in dict(cuts(run).get(scope[0], [])):
        raise InputError("The run holds no customers of {dimension} {value}.", dimension=scope[0], value=scope[1])


def dimensions(run: Run) -> tuple[str, ...]:
    """Return the dimensions that a run is cut by."""
    asked: Any = run.manifest.get("settings", {}).get("by") or ()
    return tuple(name for name in asked if name in CUTS)


def cuts(run: Run) -> dict[str, list[tuple[str, int]]]:
    """Return the values of each dimension that a run is cut by, with their customers, the most numerous first."""
    if "concentration" not in run.tables:
        return {}
    rows = [row for row in run.table("concentration").to_pylist() if row["measure"] == "contribution"]
    found: dict[str, list[tuple[str, int]]] = {}
    for name in dimensions(run):
        given = [(row["dimension_value"], row["customers"]) for row in rows if row["dimension"] == name]
        if len(given) > MOST_VALUES:
            # What stands for all the rest is no value that customers could be selected by.
            given = [each for each in given if each[0] != OTHERS]
        found[name] = sorted(given, key=lambda each: (-each[1], each[0]))
    return found
