"""However busy the worker is, a mail to sign in goes out."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from tests.make import mailbox, members, portal

from vinculo.programs.records.portal import signin
from vinculo.project.operation import queue

SECONDS = 60
"""So long is waited for what never comes."""


@contextmanager
def worker() -> Iterator[None]:
    """Do jobs as the worker of the platform does, until the block ends."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    working = app.with_connector(connector.get_worker_connector())
    running, threads = asyncio.Runner(), ThreadPoolExecutor(queue.JOBS_AT_ONCE + 1)
    running.get_loop().set_default_executor(threads)
    job = running.get_loop().create_task(queue.work(working, "worker"))

    def work() -> None:
        with running:
            running.get_loop().run_until_complete(asyncio.wait([job]))
            together = threading.Barrier(queue.JOBS_AT_ONCE + 1)
            for each in [threads.submit(let_go, together) for _thread in range(together.parties)]:
                each.result()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        running.get_loop().call_soon_threadsafe(job.cancel)
        thread.join()


def let_go(together: threading.Barrier) -> None:
    """Close the connection of a thread, once each thread is here."""
    together.wait()
    connection.close()


@pytest.mark.usefixtures("own_records")
def test_a_code_is_sent_while_every_place_of_the_worker_is_taken_by_a_long_job() -> None:
    begun, over = threading.Semaphore(0), threading.Event()

    @app.task(name="tests.long", queue="runs")
    def long() -> None:
        begun.release()
        over.wait(2 * SECONDS)

    portal.guest(members.program())
    try:
        with mailbox.receiving() as receiving, worker():
            for _place in range(queue.JOBS_AT_ONCE + 1):
                long.defer()
            taken = [begun.acquire(timeout=SECONDS) for _place in range(queue.JOBS_AT_ONCE)]
            signin.signin_ask(signin.Wish(portal.EMAIL, "en", "127.0.0.1"), now=timezone.now())
            sent, another = receiving.arrived.wait(SECONDS), begun.acquire(blocking=False)
            over.set()
    finally:
        over.set()
        del app.tasks["tests.long"]

    assert all(taken)
    assert sent
    assert not another
    assert [each["To"] for each in receiving.messages] == [portal.EMAIL]
