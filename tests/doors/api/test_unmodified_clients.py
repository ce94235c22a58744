"""Five clients of others send to a real server that is killed meanwhile: nothing is lost and nothing comes twice."""

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.make import clients, events, platform, store

from vinculo.identify.records.models import Customer, Event, Identifier, Order, OrderLine, Quarantined, Traffic

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    clients.ready()


@pytest.fixture
def up(own_records: store.Database, tmp_path: Path) -> Iterator[platform.Up]:
    with platform.Up(tmp_path, **own_records.environment) as found:
        found.line()
        yield found


def ended(process: int) -> int:
    """Kill a process that nobody can ask; return what tells when it is gone."""
    watched = os.pidfd_open(process)
    os.kill(process, signal.SIGKILL)
    return watched


def kill(processes: list[int]) -> None:
    """Kill processes and wait until they are gone."""
    for watched in [ended(each) for each in processes]:
        assert select.select([watched], [], [], 60)[0]
        os.close(watched)


def counted(source: int) -> dict[str, int]:
    return {
        "events": Event.objects.filter(source_id=source).count(),
        "people": Identifier.objects.filter(source_id=source, kind="source_key").count(),
        "orders": Order.objects.filter(source_id=source).count(),
        "sold": sum(OrderLine.objects.filter(order__source_id=source).values_list("net_minor", flat=True)),
    }


EXACT = {
    "events": clients.USERS * clients.EVENTS_A_USER,
    "people": clients.USERS,
    "orders": clients.USERS,
    "sold": clients.USERS * 1990,
}


def begun(names: list[str], port: int) -> tuple[dict[str, clients.Client], dict[str, int]]:
    """Let clients tell of half their day; return them and their sources."""
    for name in names:
        clients.require(name)
    sources = {name: events.source(name) for name in names}
    running = {name: clients.Client(name, f"http://127.0.0.1:{port}", key) for name, (_source, key) in sources.items()}
    assert {name: each.said() for name, each in running.items()} == dict.fromkeys(names, "half")
    return running, {name: source for name, (source, _key) in sources.items()}


def test_nothing_is_lost_and_nothing_comes_twice_when_site_and_worker_are_killed(up: platform.Up) -> None:
    names = [*clients.PYTHON, *clients.NODE]
    running, sources = begun(names, up.port)

    for each in running.values():
        each.go_on()
    kill(up.children())  # the site, all its processes, and the worker with its reader
    ends = {name: each.ended() for name, each in running.items()}

    assert ends == dict.fromkeys(names, ("done", 0))
    up.process.terminate()
    up.process.communicate()
    events.understand()
    assert {name: counted(source) for name, source in sources.items()} == dict.fromkeys(names, EXACT)
    assert not Quarantined.objects.exists()
    assert Customer.objects.filter(standing="actual", name__startswith="Ana Ruiz").count() == len(names) * clients.USERS
    assert Traffic.objects.values("client").distinct().count() >= 3


def test_clients_that_come_again_for_a_while_outlast_a_platform_that_is_killed_whole(
    own_records: store.Database, tmp_path: Path
) -> None:
    names = ["segment-python", "segment-node"]
    with platform.Up(tmp_path, **own_records.environment) as up:
        up.line()
        running, sources = begun(names, up.port)
        for each in running.values():
            each.go_on()
        kill([up.process.pid, *up.children()])
        up.process.communicate()
    with platform.Up(tmp_path, port=up.port, **own_records.environment) as again:
        again.line()
        ends = {name: each.ended() for name, each in running.items()}

    assert ends == dict.fromkeys(names, ("done", 0))
    events.understand()
    assert {name: counted(source) for name, source in sources.items()} == dict.fromkeys(names, EXACT)
