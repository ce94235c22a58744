"""Jobs of programmes: what time does to points, by itself."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from vinculo.foundation import actor
from vinculo.programs.records.belonging import sweeps as belonging
from vinculo.programs.records.desk import glance
from vinculo.programs.records.guarantees import promises
from vinculo.programs.records.ledger import chains, sweeps
from vinculo.programs.records.levels import listening
from vinculo.programs.records.levels import sweeps as levels
from vinculo.programs.records.rewards import resolving

QUEUE = "programs"
LATELY = timedelta(days=2)
"""How far back the sweep of every five minutes looks for reservations that ended; the hourly one looks at all."""


@app.periodic(cron="*/5 * * * *")
@app.task(name="programs.points_release", queue=QUEUE, queueing_lock="programs.points_release")
def points_release(timestamp: int = 0) -> None:
    """Release what was pending until now, and give up what nobody confirmed in time."""
    now = timezone.now()
    with actor.acting("sweep"):
        sweeps.release_all(now=now, since=now - LATELY)


@app.periodic(cron="* * * * *")
@app.task(name="programs.points_seal", queue=QUEUE, queueing_lock="programs.points_seal")
def points_seal(timestamp: int = 0) -> None:
    """Bind the postings of the last minute to those before."""
    chains.seal(timezone.now())


@app.periodic(cron="10 * * * *")
@app.task(name="programs.points_expire", queue=QUEUE, queueing_lock="programs.points_expire")
def points_expire(timestamp: int = 0) -> None:
    """Take the points whose last day is over in the zone of their programme, within the hour after midnight there.

    What was reserved long ago, and is there still because nobody swept for days, goes before.
    """
    now = timezone.now()
    with actor.acting("sweep"):
        sweeps.release_all(now=now)
        sweeps.expire_all(now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="programs.redemptions_expire", queue=QUEUE, queueing_lock="programs.redemptions_expire")
def redemptions_expire(timestamp: int = 0) -> None:
    """Put back what was set aside and not used in time, and end vouchers that are good no more."""
    with actor.acting("sweep"):
        resolving.expire_all(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="programs.promises_sweep", queue=QUEUE, queueing_lock="programs.promises_sweep")
def promises_sweep(timestamp: int = 0) -> None:
    """Make promises good that were broken by now."""
    with actor.acting("sweep"):
        promises.sweep_all(now=timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(name="programs.levels_decide", queue=QUEUE, queueing_lock="programs.levels_decide")
def levels_decide(timestamp: int = 0) -> None:
    """Decide the levels that end, and those given by hand that begin or end, on the day it is there."""
    with actor.acting("sweep"):
        levels.sweep_all(now=timezone.now())


@app.task(name="programs.levels_import", queue=QUEUE)
def levels_import(import_id: int) -> None:
    """Decide the levels of those whose orders came in a file."""
    with actor.acting("sweep"):
        listening.import_decide(import_id=import_id, now=timezone.now())


@app.task(name="programs.levels_recount", queue=QUEUE)
def levels_recount() -> None:
    """Decide all levels by orders, after an import was undone."""
    with actor.acting("sweep"):
        listening.recount(now=timezone.now())


@app.periodic(cron="40 * * * *")
@app.task(name="programs.belonging_settle", queue=QUEUE, queueing_lock="programs.belonging_settle")
def belonging_settle(timestamp: int = 0) -> None:
    """Give what challenges, streaks and referrals bring, and take back what came back."""
    with actor.acting("sweep"):
        belonging.sweep_all(now=timezone.now())


@app.task(name=glance.TASK, queue=QUEUE)
def verify_make(program_id: int) -> None:
    """Work the ledger of a programme out again, because somebody at the desk asked."""
    glance.verify_make(program_id=program_id)
