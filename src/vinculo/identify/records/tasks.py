"""Jobs of the common customer base: imports too long for a page to wait for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.matching import services as matchings
from vinculo.identify.records.models import Import
from vinculo.identify.records.services import imports

QUEUE = "imports"


@app.task(name="identify.import_preview", queue=QUEUE)
def import_preview(
    import_id: int, by: str, mapping: dict[str, str] | None = None, options: dict[str, Any] | None = None
) -> None:
    """Read a file that was uploaded and try what it would do."""
    with working(import_id, by):
        imports.import_preview(import_id=import_id, now=timezone.now(), mapping=mapping, options=options)


@app.task(name="identify.import_run", queue=QUEUE)
def import_run(import_id: int, by: str) -> None:
    """Put the rows of a file in."""
    with working(import_id, by):
        imports.import_run(import_id=import_id, now=timezone.now())


@app.task(name="identify.match", queue=QUEUE, queueing_lock="identify.match")
def match(matching_id: int, by: str) -> None:
    """Match the whole base; its row says how it ended."""
    with suppress(VinculoError), actor.acting(by):
        matchings.matching_make(matching_id=matching_id, clock=timezone.now)


@contextmanager
def working(import_id: int, by: str) -> Iterator[None]:
    """Act for whoever asked; the row of the import says what went wrong, so the job need not fail as well."""
    try:
        with actor.acting(by):
            yield
    except VinculoError:
        pass
    finally:
        Import.objects.filter(pk=import_id).update(job_id=None)
