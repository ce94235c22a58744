"""Queue: jobs that wait, that run, and those whose worker died."""

from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import jobs
from procrastinate.contrib.django import app

from vinculo.foundation import actor

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
