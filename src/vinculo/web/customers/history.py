"""History: the customers of a selection that looks at what happened, or compares runs; from the tables of runs."""

import tempfile
from pathlib import Path

from django.http import Http404

from vinculo.differentiate.records import selectors as records
from vinculo.differentiate.records.models import Run
from vinculo.measure import people
from vinculo.measure.selection import Selection
from vinculo.warehouse import runs
from vinculo.warehouse.duck import DuckEngine


def people_of(run: Run, chosen: Selection) -> list[int]:
    """Return the ids of the customers of a selection."""
    with (
        tempfile.TemporaryDirectory(prefix="vinculo-people-") as spill,
        DuckEngine(Path(spill), memory="1GB") as engine,
    ):
        tables = runs.read(records.run_folder(run=run))
        for name in ("value", "customer_days"):
            engine.attach(name, tables.folder / name)
        for name, term in (("earlier_value", "earlier"), ("later_value", "gone")):
            if chosen.given(term):
                engine.attach(name, records.run_folder(run=other(chosen.given(term))) / "value")
        return sorted(int(each) for each in people.ids(engine, chosen))


def other(text: str) -> Run:
    """Return a run that a selection compares with."""
    try:
        return records.run_get(run_id=int(text))
    except (ValueError, Run.DoesNotExist):
        raise Http404 from None
