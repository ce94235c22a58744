"""A job whose worker died is done again, once."""

import pytest
from django.db import connection
from tests.make import store

from vinculo.project.operation import queue

NEW = """
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, attempts, worker_id)
VALUES ('q', 't', %s, %s, %s, %s) RETURNING id
"""


def worker(*, silent_seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_seconds],
        )
        return int(cursor.fetchone()[0])


def job(*, worker: int | None, attempts: int = 0, status: str = "doing", lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEW, [lock, status, attempts, worker])
        return int(cursor.fetchone()[0])


def status(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [number])
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("silent_seconds", "attempts", "then"),
    [(1, 0, "doing"), (600, 0, "todo"), (600, 1, "failed")],
)
def test_what_becomes_of_a_running_job(records: store.Database, silent_seconds: int, attempts: int, then: str) -> None:
    number = job(worker=worker(silent_seconds=silent_seconds), attempts=attempts)

    queue.resume()

    assert status(number) == then


def test_a_job_whose_worker_is_forgotten_is_done_again(records: store.Database) -> None:
    number = job(worker=None)

    assert queue.resume() == 1
    assert queue.resume() == 0
    assert status(number) == "todo"


def test_a_job_that_was_asked_for_anew_is_not_done_twice(records: store.Database) -> None:
    dead = job(worker=None, lock="nightly")
    waiting = job(worker=None, lock="nightly", status="todo")

    queue.resume()

    assert (status(dead), status(waiting)) == ("failed", "todo")
