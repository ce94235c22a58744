"""Jobs of the common customer base: imports, and looks through the whole base, too long for a page to wait for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.foundation import actor
from vinculo.foundation.errors import VinculoError
from vinculo.identify.records.consents import confirmation, selectors
from vinculo.identify.records.households import suggestions
from vinculo.identify.records.inbox import services as inbox
from vinculo.identify.records.matching import services as matchings
from vinculo.identify.records.models import ConsentRequest, Identifier, Import, RightsRequest
from vinculo.identify.records.quality import measuring
from vinculo.identify.records.rights import erasure, retention
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


@app.periodic(cron="*/5 * * * *")
@app.task(name="identify.match_arrivals", queue=QUEUE, queueing_lock="identify.match_arrivals")
def match_arrivals(timestamp: int = 0) -> None:
    """Match what came since the matching in force, a few minutes after it came; its row says how it ended."""
    with suppress(VinculoError), actor.acting("matching"):
        matchings.arrivals_make(clock=timezone.now)


def match_nightly(timestamp: int) -> None:
    """Look through the whole base, every night, for what nobody matched and for a model that is out of date."""
    with suppress(VinculoError), actor.acting("matching"):
        matchings.night_make(clock=timezone.now)


if settings.MATCHING:
    app.periodic(cron=settings.MATCHING)(
        app.task(name="identify.match_nightly", queue=QUEUE, queueing_lock="identify.match_nightly")(match_nightly)
    )


AGAIN = RetryStrategy(max_attempts=6, exponential_wait=4)
"""How often a mail is tried: for about an hour."""


@app.task(name="identify.confirmation_send", queue=QUEUE, retry=AGAIN)
def confirmation_send(request_id: int) -> None:
    """Send the question of a double opt-in, unless it was answered or its person erased meanwhile."""
    asked = ConsentRequest.objects.filter(pk=request_id, confirmed_at=None).first()
    if asked is not None:
        confirmation.message(asked).send()


@app.task(name="identify.preferences_send", queue=QUEUE, retry=AGAIN)
def preferences_send(identifier_id: int, language: str) -> None:
    """Send the link of the preference page to an address, unless it has gone meanwhile."""
    found = Identifier.objects.filter(pk=identifier_id).first()
    if found is not None:
        confirmation.preferences_message(identifier=found, language=language).send()


@app.task(name="identify.person_erase", queue=QUEUE)
def person_erase(request_id: int, by: str) -> None:
    """Erase the person a request is about; every file of the home is looked through."""
    request = RightsRequest.objects.get(pk=request_id)
    with actor.acting(by):
        ids = selectors.customer_ids_of(customer_id=request.customer_id)
        erasure.person_erase(customer_ids=ids, now=timezone.now(), request_id=request_id)


@app.periodic(cron="15 4 * * *")
@app.task(name="identify.retention", queue=QUEUE, queueing_lock="identify.retention")
def rules_apply(timestamp: int) -> None:
    """Remove, every night, what the rules in use say."""
    with actor.acting("retention"):
        retention.rules_apply(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="identify.folders_look", queue=QUEUE, queueing_lock="identify.folders_look")
def folders_look(timestamp: int) -> None:
    """Bring in what is new in the watched folders that are due."""
    inbox.folders_look(now=timezone.now())


@app.task(name="identify.folder_look", queue=QUEUE)
def folder_look(folder_id: int) -> None:
    """Bring in what is new in a watched folder, at once."""
    inbox.folder_look(folder_id=folder_id, now=timezone.now())


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


@app.task(name="identify.households_suggest", queue=QUEUE, queueing_lock="households")
def households_suggest(by: str) -> None:
    """Look for households over the whole base."""
    with actor.acting(by):
        suggestions.households_suggest(now=timezone.now())


def households_ask(by: str) -> bool:
    """Have the worker look for households; tell whether nobody had asked for it yet."""
    try:
        # A job that waits already is refused by the store, which must not take the transaction with it.
        with transaction.atomic():
            households_suggest.defer(by=by)
    except AlreadyEnqueued:
        return False
    return True


@app.periodic(cron="30 4 * * *")
@app.task(name=f"{measuring.TASK}_nightly", queue=QUEUE, queueing_lock=f"{measuring.TASK}_nightly")
def quality_measure_nightly(timestamp: int) -> None:
    """Measure the quality of the base every night, after the rules of retention have been applied."""
    measuring.measure(now=timezone.now())


@app.task(name=measuring.TASK, queue=QUEUE, queueing_lock=measuring.TASK)
def quality_measure() -> None:
    """Measure the quality of the base, because something has changed or somebody asks."""
    measuring.measure(now=timezone.now())
