"""History: the customers of a selection that looks at what happened, or compares runs; from the tables of runs."""

from array import array
from collections.abc import Sequence

from django.http import Http404

from vinculo.differentiate.records import readers
from vinculo.differentiate.records import selectors as records
from vinculo.differentiate.records.models import Run
from vinculo.measure import people
from vinculo.measure.selection import Selection


def people_of(run: Run, chosen: Selection) -> Sequence[int]:
    """Return the ids of the customers of a selection, in no order."""
    compared = {side: other(chosen.given(term)) for side, term in (("earlier", "earlier"), ("later", "gone"))}
    sql, values = people.query(chosen)
    with readers.run_reader(run=run, **compared) as engine:
        found = engine.rows(f"SELECT CAST(customer_id AS BIGINT) AS id FROM ({sql})", **values)["id"]
    return array("q", found.to_numpy().tobytes())


def other(text: str) -> Run | None:
    """Return a run that a selection compares with, where it names one."""
    if not text:
        return None
    try:
        return records.run_get(run_id=int(text))
    except (ValueError, Run.DoesNotExist):
        raise Http404 from None
