"""Child: one of the processes of `vinculo up`, the site or the worker; it goes when its parent goes."""

import asyncio
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

from django.conf import settings as site_settings
from gunicorn.app.base import BaseApplication

from vinculo.project.commands import start

STOP_SECONDS = 10
"""Seconds the site may take to finish the pages it is making when it is told to stop."""

PR_SET_PDEATHSIG = 1


class Site(BaseApplication):  # type: ignore[misc] # gunicorn's base is Any to mypy
    """The site, served by gunicorn: a few processes, each with threads."""

    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to serve; nothing is read from files or the environment but `WEB_CONCURRENCY`."""
        settings = {
            "bind": self.bind,
            "worker_class": "gthread",
            "workers": site_settings.SITE_PROCESSES,
            "threads": 4,
            # A page may draw a chart of a million customers; an upload may take long to come in.
            "timeout": 120,
            "graceful_timeout": STOP_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            # The pages are loaded once, and each process begins with them.
            "preload_app": True,
            "post_worker_init": warm,
            "proc_name": "vinculo-site",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Return the application with all its pages."""
        from procrastinate.contrib.django import app

        from vinculo.project import urls, wsgi

        assert urls.urlpatterns
        app.perform_import_paths()  # type: ignore[no-untyped-call] # procrastinate leaves it untyped
        start.settle()
        return wsgi.application


def warm(_worker: object) -> None:
    """Start the engine that draws in a process of the site: it takes most of a second, which no page then waits for."""
    from vinculo.measure.charts.linked import marks

    threading.Thread(target=marks.warm, name="warm-charts", daemon=True).start()


def site(bind: str) -> None:
    """Serve the site until told to stop."""
    opened()
    Site(bind).run()


def worker(name: str) -> None:
    """Do the jobs of the queue until told to stop."""
    opened()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from vinculo.project.operation import queue, reader

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    start.settle()
    with reader.reading(), app.replace_connector(connector.get_worker_connector()) as working:
        asyncio.run(queue.work(working, name))


def opened() -> None:
    """Set Django up and hold the operational store; `vinculo up` has migrated it."""
    start.django()
    from vinculo.project.database import opening

    opening.open_store()


def go_with_parent(parent: int) -> None:
    """Have the system end this process when its parent dies, even by a kill that nobody can catch (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)


KINDS: dict[str, Callable[[str], None]] = {"site": site, "worker": worker}

if __name__ == "__main__":
    go_with_parent(int(sys.argv[2]))
    KINDS[sys.argv[1]](sys.argv[3])
