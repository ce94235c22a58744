"""Erased: what runs and landed lines say of persons, to themselves when they ask and to nobody when they are erased.

Runs and landed lines know customers by a number of ours alone, which points to nobody once the person is erased; so
they stay as they are and their totals too. One thing may hold more: an order that its source did not number is told by
the customer's number there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from vinculo.differentiate.records import landed, selectors
from vinculo.differentiate.records.models import CustomerValue
from vinculo.foundation.errors import RunError
from vinculo.warehouse import runs
from vinculo.warehouse.duck import COPY_OPTIONS, DuckEngine, quote
from vinculo.warehouse.landing import landing, manifest

_LEFT_OUT = ("run",)


def forget(customer_ids: Sequence[int], renamed: Mapping[str, str], **_fact: Any) -> None:
    """Put new numbers of orders in the place of those that named a customer."""
    if not renamed:
        return
    folder = landed.lines_folder()
    with landing.locked(folder):
        # A copy of the store, made again by the next run.
        manifest.write(folder, manifest.Manifest())
        manifest.clear(folder, manifest.Manifest())
    for each in sorted(Path(settings.HOME_FOLDER("runs")).iterdir()):
        try:
            found = runs.read(each)
        except (RunError, OSError):
            continue
        for table in found.tables:
            for file in sorted((found.folder / table).glob("*.parquet")):
                rename_in(file, renamed)


def rename_in(file: Path, renamed: Mapping[str, str]) -> None:
    """Write a file of a run anew where one of its texts holds a number that has changed."""
    texts = [field.name for field in pq.read_schema(file) if str(field.type) in ("string", "large_string")]
    if not texts:
        return
    with DuckEngine(file.parent / ".spill", memory="1GB") as engine:
        source = f"read_parquet({quote(str(file))})"
        holds = " OR ".join(f"contains({name}, {quote(number)})" for name in map(column, texts) for number in renamed)
        if engine.rows(f"SELECT 1 FROM {source} WHERE {holds} LIMIT 1").num_rows:
            changed = {name: column(name) for name in texts}
            for before, after in renamed.items():
                changed = {name: f"replace({said}, {quote(before)}, {quote(after)})" for name, said in changed.items()}
            told = ", ".join(f"{said} AS {column(name)}" for name, said in changed.items())
            staged = file.with_suffix(".new")
            engine.run(f"COPY (SELECT * REPLACE ({told}) FROM {source}) TO {quote(str(staged))} ({COPY_OPTIONS})")
            staged.replace(file)


def column(name: str) -> str:
    """Return a column as SQL names it."""
    return f'"{name}"'


def collect(customer_ids: Sequence[int], **_fact: Any) -> tuple[str, list[dict[str, Any]]]:
    """Return what the published run works out about persons."""
    run = selectors.run_published()
    if run is None:
        return "values", []
    fields = [field.column for field in CustomerValue._meta.concrete_fields if field.column not in _LEFT_OUT]
    found = CustomerValue.objects.filter(run_id=run.pk, customer_id__in=list(customer_ids))
    return "values", list(found.values(*[each for each in fields if each]))
