"""Queue: jobs that wait, that run, and those whose worker died."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import App, jobs
from procrastinate.contrib.django import app

from vinculo.foundation import actor
from vinculo.programs.records.portal.tasks import SIGN_IN

JOBS_AT_ONCE = 3
"""Jobs a worker does at a time: an import does not wait for the run of the night, and no webhook for either."""

SILENT_SECONDS = 30
"""A worker says every 10 seconds that it is alive."""

ATTEMPTS = 2
"""A job whose worker died is done again once: what kills a worker twice would kill it for ever."""


@dataclass(frozen=True)
class State:
    """The queue in figures."""

    workers: int
    waiting: int
    oldest_waiting: datetime | None
    running: int
    stalled: int
    failed_today: int


async def work(working: App, name: str) -> None:
    """Do the jobs of all queues until told to stop, and beside them, however long they take, the mails to sign in."""
    async with working.open_async():
        everything = working.run_worker_async(name=name, concurrency=JOBS_AT_ONCE, delete_jobs="never")
        waited_for = working.run_worker_async(
            name=f"{name}-{SIGN_IN}", queues=[SIGN_IN], delete_jobs="never", install_signal_handlers=False
        )
        both = [asyncio.create_task(each) for each in (everything, waited_for)]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
            # Whatever runs is finished first.
            await asyncio.wait(both)
        for each in both:
            if not each.cancelled():
                each.result()


def state(now: datetime) -> State:
    """Count the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT
                (SELECT count(*) FROM procrastinate_workers
                  WHERE last_heartbeat > %(now)s - make_interval(secs => %(silent)s)),
                count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, %(now)s) <= %(now)s),
                (SELECT min(event.at) FROM procrastinate_jobs waiting
                   JOIN procrastinate_events event ON event.job_id = waiting.id AND event.type = 'deferred'
                  WHERE waiting.status = 'todo' AND coalesce(waiting.scheduled_at, %(now)s) <= %(now)s),
                count(*) FILTER (WHERE status = 'doing'),
                (SELECT count(DISTINCT job_id) FROM procrastinate_events
                  WHERE type = 'failed' AND at > %(now)s - interval '1 day')
            FROM procrastinate_jobs
            """,
            {"now": now, "silent": SILENT_SECONDS},
        )
        workers, waiting, oldest, running, failed = cursor.fetchone()
    return State(workers, waiting, oldest, running, len(stalled()), failed)


def stalled() -> list[jobs.Job]:
    """Return the jobs whose worker says nothing any more."""
    return list(async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=SILENT_SECONDS))


def resume() -> int:
    """Put the jobs of dead workers back in the queue, once each, and fail those that have been; return how many."""
    found = stalled()
    for job in found:
        with actor.acting("queue"):
            if job.attempts + 1 < ATTEMPTS and not doubled(job):
                async_to_sync(app.job_manager.retry_job)(job)
            else:
                async_to_sync(app.job_manager.finish_job)(job, jobs.Status.FAILED, delete_job=False)
    return len(found)


def doubled(job: jobs.Job) -> bool:
    """Tell whether the same work waits already, asked for anew while the job was thought to run."""
    if job.queueing_lock is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo')",
            [job.queueing_lock],
        )
        return bool(cursor.fetchone()[0])
