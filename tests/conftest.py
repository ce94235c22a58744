"""What tests may ask for: a database whose changes vanish, a database of their own, a browser of the site."""

import gc
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.make import store

if TYPE_CHECKING:
    from django.test import Client


def pytest_configure(config: pytest.Config) -> None:
    # Made before the workers start, which inherit it.
    if not hasattr(config, "workerinput"):
        store.shared_folder()


def pytest_collection_finish() -> None:
    # Thousands of tests and all they import stay: looking them through for garbage took long.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    # Libraries complain of what is still there when the process ends.
    gc.unfreeze()
    if not hasattr(config, "workerinput"):
        shutil.rmtree(store.shared_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[None]:
    """Run one PostgreSQL server for the session; most tests ask for `records` or `own_records` instead."""
    with store.running():
        yield


@pytest.fixture(scope="session")
def worker_database(postgresql: None) -> Iterator[store.Database]:
    """Keep one database for all tests of this process that leave nothing behind."""
    with store.database("worker") as found:
        yield found


@pytest.fixture
def records(worker_database: store.Database) -> Iterator[store.Database]:
    """Use the operational store as the application does; what the test writes vanishes with it."""
    from django.db import connection, transaction
    from django.utils import translation

    # A page that was asked for in another language leaves it behind.
    translation.deactivate()
    with transaction.atomic():
        yield worker_database
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.fixture
def own_records(worker_database: store.Database) -> Iterator[store.Database]:
    """Use a database of one's own, where commits are real: for races, crashes, several connections, child processes."""
    with store.database("own") as found:
        from vinculo.programs.records.rules import services

        # Rules are known by their numbers and moments, which begin again in every database.
        services.compiled.cache_clear()
        yield found


@pytest.fixture
def site(records: store.Database) -> "Client":
    """Use the site as a browser does, signed in as nobody."""
    from django.test import Client

    return Client()
