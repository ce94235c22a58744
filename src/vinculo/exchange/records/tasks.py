"""Tasks: what the worker does about events, when it is asked and by itself."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.exchange.records import courier, deliveries
from vinculo.exchange.records.outbox import QUEUE


@app.task(name="exchange.work_off", queue=QUEUE)
def work_off() -> None:
    """Send what is due, and come again when something is due within the minute."""
    wait = courier.soon(courier.work_off(clock=timezone.now), timezone.now())
    if wait is not None:
        with suppress(AlreadyEnqueued):
            again = app.configure_task(
                "exchange.work_off", queue=QUEUE, queueing_lock="exchange.again", schedule_at=timezone.now() + wait
            )
            again.defer()


@app.periodic(cron="* * * * *")
@app.task(name="exchange.look_after", queue=QUEUE, queueing_lock="exchange.look_after")
def look_after(timestamp: int) -> None:
    """Send what a process that died could not ask for, and what is to be tried again."""
    work_off()


@app.periodic(cron="40 3 * * *")
@app.task(name="exchange.clear", queue=QUEUE, queueing_lock="exchange.clear")
def clear(timestamp: int) -> None:
    """Forget what was told long ago."""
    deliveries.kept_clear(now=timezone.now())
