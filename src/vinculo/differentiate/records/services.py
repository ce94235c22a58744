"""What is done with runs: asked for, published, rolled back."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.differentiate.records import choices, facts
from vinculo.differentiate.records.models import Publication, Run
from vinculo.foundation import actor
from vinculo.foundation.errors import RunError


def run_open(*, as_of: date, settings: Mapping[str, object], now: datetime, publishing: bool = False) -> Run:
    """Ask for a run, in the name of whoever acts."""
    return Run.objects.create(
        as_of=as_of, settings=dict(settings), publishing=publishing, asked_by=actor.current().name, asked_at=now
    )


def run_start(
    *, now: datetime, as_of: date | None = None, settings: Mapping[str, object] | None = None, publish: bool = False
) -> Run:
    """Ask for a run and have a worker make it.

    Parameters
    ----------
    as_of
        The last day that is known; by default the last day of the data.
    settings
        Settings that differ from the usual ones, as `choices.settings_of` takes them.
    publish
        Whether it becomes the one everybody sees when it is done; otherwise a person decides.

    Raises
    ------
    SettingsError
        A setting makes no sense.
    """
    found = dict(settings or {})
    choices.check(choices.settings_of(found, as_of=as_of))
    found["as_of"] = as_of.isoformat() if as_of else None
    with transaction.atomic():
        run = run_open(as_of=as_of or timezone.localtime(now).date(), settings=found, now=now, publishing=publish)
        run.job_id = app.configure_task("runs.work_off").defer()
        run.save(update_fields=["job_id"])
    return run


def run_cancel(*, run_id: int, now: datetime) -> Run:
    """Stop a run: at once when it waits for its turn, within a second when it is being made.

    Raises
    ------
    RunError
        The run is over.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state == Run.State.QUEUED:
            run.state, run.finished_at = Run.State.CANCELLED, now
        elif run.state != Run.State.RUNNING:
            raise RunError("The run {run} is over: there is nothing to cancel.", run=run_id)
        run.cancel_asked_at = run.cancel_asked_at or now
        run.save(update_fields=["state", "finished_at", "cancel_asked_at"])
    return run


def run_publish(*, run_id: int, now: datetime) -> Publication:
    """Make a run the one everybody sees; naming an older run is a rollback.

    Raises
    ------
    RunError
        The run is not done, or its scores have not been served.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.state != Run.State.DONE or run.served_at is None:
            raise RunError("The run {run} is not complete: only a complete run can be published.", run=run_id)
        publication = Publication.objects.create(run=run, published_at=now, published_by=actor.current().name)
        facts.run_published.send(sender=Run, run_id=run_id)
    return publication


def partition_open(*, run_id: int) -> str:
    """Make an empty table for the scores of a run, seen by nobody yet; return its name, for `COPY`.

    Repeating forgets what an attempt that was interrupted left. The columns are those of `differentiate_customervalue`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT value_partition_open(%s)", [run_id])
        return str(cursor.fetchone()[0])


def partition_attach(*, run_id: int) -> None:
    """Index the scores of a run and let them be seen, all at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value_partition_attach(%s)", [run_id])


def partition_drop(*, run_id: int) -> None:
    """Forget the scores of a run that is not published; its folder keeps them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value_partition_drop(%s)", [run_id])
