"""Reader: understands events as soon as they have come in, beside the jobs of the worker."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.utils import timezone

from vinculo.identify.records.events import understanding

IDLE_SECONDS = 0.2
"""Between two looks when nothing waits: an event is on the page of its customer within a second."""
TROUBLE_SECONDS = 2.0
LOG = logging.getLogger(__name__)


@contextmanager
def reading() -> Iterator[None]:
    """Understand events for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=read, args=[stop], name="events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def read(stop: threading.Event) -> None:
    """Understand what waits until told to stop; the process ends with a reader that fails, and is started again."""
    pause = 0.0
    try:
        while not stop.wait(pause):
            pause = once()
    finally:
        connection.close()
        if not stop.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def once() -> float:
    """Understand one batch; return the seconds until the next look."""
    try:
        return 0.0 if understanding.events_understand(now=timezone.now()) else IDLE_SECONDS
    except Error as error:
        LOG.warning("Events wait to be understood: %s", " ".join(str(error).split())[:200])
        connection.close()
        return TROUBLE_SECONDS
