"""Jobs of the common customer base: imports, and looks through the whole base, too long for a page to wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.households import suggestions
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


@app.task(name="identify.households_suggest", queue=QUEUE)
def households_suggest(by: str) -> None:
    """Look for households over the whole base."""
    with actor.acting(by):
        suggestions.households_suggest(now=timezone.now())
