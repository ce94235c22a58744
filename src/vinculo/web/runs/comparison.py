"""Comparison: what changed between two runs, to the minor unit, and who moved."""

import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow.parquet as pq
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from vinculo.differentiate.records import readers, selectors
from vinculo.differentiate.records.models import Run
from vinculo.differentiate.rfmt import migration, segments
from vinculo.differentiate.rfmt.migration import CAME, WENT
from vinculo.foundation.errors import RunError
from vinculo.measure import bridge
from vinculo.measure.bridge import Bridge
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import names
from vinculo.warehouse import runs
from vinculo.warehouse.tables import tiers
from vinculo.warehouse.tables.rfmt import MIGRATION

LABELS = {"value_tier": "tier", "relationship_area": "area", "rfmt_segment": "segment"}
"""Columns whose moves are shown, each with the term that selects by it."""
KEPT_SECONDS = 24 * 3600
ORDER = (*tiers.TIERS_IN_ORDER, *tiers.AREAS_IN_ORDER, *segments.names())


@dataclass(frozen=True)
class Cell:
    """How many moved from one label to another, and where they are listed."""

    customers: int
    href: str = ""
    stayed: bool = False


@dataclass(frozen=True)
class Matrix:
    """Moves between the labels of one column; rows are the earlier run."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


def of(earlier: Run, later: Run, reader: Reader, *, linked: bool) -> dict[str, Any]:
    """Return what a page of comparison shows.

    Raises
    ------
    VinculoError
        One of the runs is not complete, or their values mean different things.
    """
    if {earlier.state, later.state} != {Run.State.DONE}:
        raise RunError("Only complete runs can be compared.")
    if earlier.as_of > later.as_of:
        earlier, later = later, earlier
    manifests = [runs.read(selectors.run_folder(run=run)).manifest for run in (earlier, later)]
    bridge.require_comparable(*manifests)
    found, moves = moved(earlier, later)
    link = Link(earlier.pk, later.pk, linked)
    return {
        "earlier": earlier,
        "later": later,
        "reader": Reader(reader.language, str(manifests[1]["currency"])),
        "bridge": found,
        "steps": steps(found, link),
        "matrices": [matrix(moves, label, reader, link) for label in LABELS],
    }


def moved(earlier: Run, later: Run) -> tuple[Bridge, list[dict[str, Any]]]:
    """Return the bridge between two runs and the moves between labels, worked out once: runs never change."""
    key = sha256(f"moved:{earlier.pk}:{earlier.folder}:{later.pk}:{later.folder}".encode()).hexdigest()
    found: tuple[Bridge, list[dict[str, Any]]] | None = cache.get(key)
    if found is None:
        with readers.run_reader(run=later, earlier=earlier) as engine, tempfile.TemporaryDirectory() as folder:
            migration.summarize(engine, Path(folder))
            found = bridge.of(engine), pq.read_table(Path(folder) / MIGRATION.name).to_pylist()
        cache.set(key, found, KEPT_SECONDS)
    return found


@dataclass(frozen=True)
class Link:
    """Addresses of the customers behind a figure; none for who may not list them."""

    earlier: int
    later: int
    allowed: bool

    def of(self, **terms: object) -> str:
        """Return the address of the customers of a selection."""
        if not self.allowed:
            return ""
        return f"{reverse('customers')}?{urlencode({'run': self.later, **terms})}"


def steps(found: Bridge, link: Link) -> list[dict[str, object]]:
    """Return the bridge row by row: opening + acquired + growth - lost = closing."""
    words = {
        "acquired": _("Acquired"),
        "recovered": _("Recovered"),
        "risen": _("Risen"),
        "fallen": _("Fallen"),
        "unchanged": _("Unchanged"),
        "lost": _("Lost"),
    }
    return [
        {
            "words": words[name],
            "customers": change.customers,
            "minor": change.difference_minor,
            "href": link.of(earlier=link.earlier, change=name) if change.customers_held == change.customers else "",
        }
        for name, change in found.changes.items()
    ]


def matrix(moves: list[dict[str, Any]], label: str, reader: Reader, link: Link) -> Matrix:
    """Return the moves between the labels of a column."""
    counts = {(move["label_from"], move["label_to"]): move["customers"] for move in moves if move["label"] == label}
    came = sorted({start for start, _end in counts} - {CAME}, key=place)
    went = sorted({end for _start, end in counts} - {WENT}, key=place)
    rows = [*came, *([CAME] if any(start == CAME for start, _end in counts) else [])]
    columns = [*went, *([WENT] if any(end == WENT for _start, end in counts) else [])]
    term = LABELS[label]

    def cell(start: str, end: str) -> Cell:
        customers = counts.get((start, end), 0)
        href = ""
        if customers and end != WENT:
            href = link.of(earlier=link.earlier, **{f"{term}_was": start, term: end})
        return Cell(customers, href, start == end)

    titles = {
        "value_tier": _("Value tiers"),
        "relationship_area": _("Relationship areas"),
        "rfmt_segment": _("RFMT segments"),
    }
    return Matrix(
        titles[label],
        [said(reader, each) for each in columns],
        [(said(reader, start), [cell(start, end) for end in columns]) for start in rows],
    )


def place(label: str) -> tuple[int, str]:
    """Return where a label stands among its kind."""
    return (ORDER.index(label) if label in ORDER else len(ORDER), label)


def said(reader: Reader, label: str) -> str:
    """Write a label in the reader's words."""
    return {CAME: _("new"), WENT: _("gone")}.get(label) or names.of(reader, label)
