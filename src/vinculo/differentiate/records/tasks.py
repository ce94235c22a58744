"""Tasks: what the worker does about runs, by itself or when it is asked; the engines are loaded only then."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor

QUEUE = "runs"


@app.task(name="runs.work_off", queue=QUEUE)
def work_off() -> None:
    """Make the runs that wait."""
    from vinculo.differentiate.records import work

    work.runs_work_off(clock=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(name="runs.look_after", queue=QUEUE, queueing_lock="runs.look_after")
def look_after(timestamp: int) -> None:
    """Begin runs again whose process died, and those that nobody began."""
    from vinculo.differentiate.records import work

    work.runs_work_off(clock=timezone.now)


def every_night(timestamp: int) -> None:
    """Make the run of the night with the settings of the published one, and publish it; not before the first is."""
    from vinculo.differentiate.records import selectors, services

    published = selectors.run_published()
    if published is None:
        return
    with actor.acting("nightly"):
        services.run_start(now=moment(timestamp), settings={**published.settings, "as_of": None}, publish=True)


def moment(timestamp: int) -> datetime:
    """Return the moment that a periodic task was due."""
    return datetime.fromtimestamp(timestamp, tz=timezone.get_current_timezone())


if settings.NIGHTLY:
    app.periodic(cron=settings.NIGHTLY)(
        app.task(name="runs.every_night", queue=QUEUE, queueing_lock="runs.every_night")(every_night)
    )
