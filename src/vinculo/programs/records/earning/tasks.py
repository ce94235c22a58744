"""Jobs of earning: what imports brought, what an undone one leaves, replays, and birthdays."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor
from vinculo.identify.records import selectors
from vinculo.programs.records.earning import happenings, keeping, orders
from vinculo.programs.records.rules import replays

QUEUE = "programs"


@app.task(name="programs.import_settle", queue=QUEUE)
def import_settle(import_id: int) -> None:
    """Give the points of what an import brought."""
    with actor.acting("earning"):
        orders.import_settle(import_id=import_id, now=timezone.now())


@app.task(name="programs.undone_settle", queue=QUEUE)
def undone_settle(import_id: int) -> None:
    """Bring the points of a source in line after an import of it was undone."""
    with actor.acting("earning"):
        source_id = selectors.import_get(import_id=import_id).source_id
        orders.source_settle(source_id=source_id, now=timezone.now())


@app.task(name=replays.TASK, queue=QUEUE)
def replay_make(replay_id: int) -> None:
    """Work a replay out; its row says how it ended."""
    replays.replay_make(replay_id=replay_id)


@app.periodic(cron="45 5 * * *")
@app.task(name="programs.birthdays", queue=QUEUE, queueing_lock="programs.birthdays")
def birthdays(timestamp: int) -> None:
    """Give the points of today's birthdays, and of those of the days before that were missed."""
    now = timezone.now()
    with actor.acting("earning"):
        for program in orders.programs_open():
            for ago in range(MISSED, -1, -1):
                on = keeping.day(program, now) - timedelta(days=ago)
                happenings.birthdays_award(program_id=program.pk, on=on, now=now)


MISSED = 3
"""Days that the worker may have stood still."""
