"""A PostgreSQL server for one session of tests: one cluster, one migrated template, a database for whoever asks."""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = "VINCULO_TESTS_FOLDER"
"""Names the folder all processes of one session share; the first of them makes it."""

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

ROOM = 4 * 2**30


def shared_folder() -> Path:
    """Return the folder of this session, short enough for a local socket and open to the server's own user."""
    if FOLDER not in os.environ:
        # In memory where there is room: a database of one's own is over a thousand files.
        memory = Path("/dev/shm")
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="vt-", dir=memory if roomy else None)
    return Path(os.environ[FOLDER])


def set_up_django() -> None:
    """Set Django up, so that the models may be imported; no database is needed yet."""
    import django
    from django.apps import apps

    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_APP_URL", None)
    os.environ["VINCULO_TIME_ZONE"] = "UTC"
    os.environ["VINCULO_HOME"] = str(shared_folder() / "home")
    if not apps.ready:
        django.setup()
        from django.conf import settings
        from django.test.utils import setup_test_environment

        # Processes of one session share a home, yet not a database.
        settings.CACHES["drawings"] = {**settings.CACHES["default"], "LOCATION": "drawings"}
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        setup_test_environment()


@dataclass(frozen=True)
class Database:
    """One database of the session, and how a child process finds it."""

    name: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a child process uses this database and nothing of ours."""
        from vinculo.project.database import address

        host = address.socket_folder(shared_folder() / "home" / "pg")
        urls = {"DATABASE_URL": address.OWNER, "DATABASE_APP_URL": address.APPLICATION}
        return {name: f"postgresql://{user}@/{self.name}?host={host}" for name, user in urls.items()}


@contextmanager
def running() -> Iterator[None]:
    """Run the server of the session, its template migrated; the last process to leave stops it."""
    set_up_django()
    from vinculo.project import home
    from vinculo.project.database import opening, server

    with server.Server(home.database_folder(), settings=QUICK) as running:
        with locked("template"):
            done = shared_folder() / "template.done"
            if not done.exists():
                server.prepare(running)
                opening.migrate()
                done.touch()
        yield


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock that all processes of the session know."""
    with (shared_folder() / f"{name}.lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextmanager
def database(name: str) -> Iterator[Database]:
    """Make a database from the template and use it, with files of its own, for as long as the block lasts."""
    import psycopg
    from django.conf import settings
    from django.db import connections
    from tests.make import home as homes

    from vinculo.project import home
    from vinculo.project.database import address, server

    # Two processes may share the tests of one file.
    name = f"{name}_{uuid.uuid4().hex[:8]}"
    superuser = server.Server(home.database_folder()).superuser().conninfo
    with locked("template"), psycopg.connect(superuser, autocommit=True) as connection:
        # Two copies of one template at a time disturb each other.
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {address.DATABASE} OWNER {address.OWNER}")
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    before = settings.HOME_FOLDER, settings.IMPORTS_FOLDER
    # Imports, runs and matchings of two databases have the same numbers.
    files = shared_folder() / "files" / name
    try:
        use(dict.fromkeys(names, name))
        settings.HOME_FOLDER, settings.IMPORTS_FOLDER = homes.of(files), files / "imports"
        yield Database(name)
    finally:
        settings.HOME_FOLDER, settings.IMPORTS_FOLDER = before
        use(names)
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def shared() -> Iterator[None]:
    """Let what is made in the block be there for several tests that use `records`; it vanishes with the block."""
    from django.db import transaction
    from django.utils import translation

    translation.deactivate()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def use(names: dict[str, str]) -> None:
    """Point the connections of this process, and of threads to come, at other databases."""
    from django.db import connections

    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
