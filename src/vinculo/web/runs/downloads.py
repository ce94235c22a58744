"""Downloads: the report of a run, and its tables as CSV and Parquet."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pyarrow.parquet as pq
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from vinculo.differentiate.records import selectors
from vinculo.differentiate.records.models import Run
from vinculo.foundation.errors import RunError
from vinculo.measure import sheets
from vinculo.measure.report import page
from vinculo.warehouse import runs
from vinculo.web import permission, shell

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'"
"""The report is one file with its style inside and no script."""
BATCH_ROWS = 10_000


def tables(run: Run) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the tables of a run and its manifest; nothing when it has none, or its folder went."""
    try:
        finished = opened(run)
    except (Http404, RunError):
        return [], {}
    given = [{"name": name, **about} for name, about in sorted(finished.manifest["tables"].items())]
    return given, finished.manifest


def opened(run: Run) -> runs.Run:
    """Open the tables of a finished run."""
    if run.state != Run.State.DONE:
        raise Http404
    return runs.read(selectors.run_folder(run=run))


def asked(run_id: int) -> runs.Run:
    """Open the run that an address names."""
    try:
        return opened(selectors.run_get(run_id=run_id))
    except (Run.DoesNotExist, RunError):
        raise Http404 from None


def dataset(run_id: int, name: str) -> ds.Dataset:
    """Open a table that an address names; only names of the run's own list are looked for."""
    finished = asked(run_id)
    if name not in finished.tables:
        raise Http404
    return ds.dataset(finished.folder / name, format="parquet")


@require_GET
@permission.needs("staff.run_view", "staff.money_view")
def report(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show the report of a run in the language of whoever reads."""
    response = HttpResponse(page.render(asked(run_id), shell.language()))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@require_GET
@permission.needs("staff.customer_export", "staff.run_view")
def table_csv(request: HttpRequest, run_id: int, name: str) -> HttpResponseBase:
    """Give a table as CSV, row by row as it is read."""
    response = StreamingHttpResponse(sheets.as_csv(rows(dataset(run_id, name))), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}-{name}.csv"'
    return response


def rows(found: ds.Dataset) -> Iterator[list[Any]]:
    """Yield the header and the rows of a table; lists are written as JSON."""
    yield list(found.schema.names)
    for batch in found.to_batches(batch_size=BATCH_ROWS):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [json.dumps(cell) if isinstance(cell, list) else cell for cell in row]


@require_GET
@permission.needs("staff.customer_export", "staff.run_view")
def table_parquet(request: HttpRequest, run_id: int, name: str) -> HttpResponseBase:
    """Give a table as one Parquet file."""
    found = dataset(run_id, name)
    if len(found.files) == 1:
        stream = Path(found.files[0]).open("rb")  # noqa: SIM115 - the response closes it
    else:
        stream = tempfile.TemporaryFile()  # type: ignore[assignment] # noqa: SIM115
        with pq.ParquetWriter(stream, found.schema) as writer:
            for batch in found.to_batches():
                writer.write_batch(batch)
        stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"run-{run_id}-{name}.parquet")
