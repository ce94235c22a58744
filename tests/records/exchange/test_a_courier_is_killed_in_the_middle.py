"""A worker that is killed while it sends leaves nothing untold: every event arrives, always under its own name."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from tests.make import integrations, platform, store
from tests.make.integrations import Got, Receiver

from vinculo.exchange.records import endpoints, outbox
from vinculo.exchange.records.models import Delivery, Event

Answer = tuple[int, dict[str, str]]
EVENTS = 60
KILLS = 2


@contextmanager
def worker(home: Path, database: store.Database) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the worker of the platform, as `vinculo up` does."""
    words = [sys.executable, "-m", "vinculo.project.operation.child", "worker", str(os.getpid()), "courier"]
    environment = platform.environment(home, **database.environment, VINCULO_WEBHOOKS_LOCAL="1", VINCULO_NIGHTLY="")
    with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def killing(receiver: Receiver, process: "subprocess.Popen[bytes]", *, until: int) -> Callable[[Got], Answer]:
    """Take webhooks, and kill whoever sends them: what has come then is not written down."""

    def answer(_got: Got) -> Answer:
        if len(receiver.got) >= until:
            process.send_signal(signal.SIGKILL)
        return 204, {}

    return answer


@pytest.mark.slow
def test_every_event_arrives_whatever_was_killed(
    own_records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "WEBHOOKS_LOCAL", True)
    with integrations.receiving() as receiver:
        now = datetime.now(tz=UTC)
        endpoints.endpoint_create(name="shop", url=receiver.address, wanted=[], now=now)
        for number in range(EVENTS):
            outbox.event_write("customer.changed", subject="customers/1", data={"customer_id": number})
        names = set(Event.objects.values_list("uid", flat=True))

        for kill in range(KILLS):
            with worker(tmp_path, own_records) as process:
                receiver.answers = killing(receiver, process, until=len(receiver.got) + 4 + kill)
                outbox.wake()
                process.wait(60)
        assert Delivery.objects.filter(state="waiting").exists()

        done = threading.Event()
        receiver.answers = lambda _got: (204, {})
        with worker(tmp_path, own_records):
            outbox.wake()
            while not done.wait(0.05) and Delivery.objects.exclude(state="delivered").exists():
                assert len(receiver.got) < 10 * EVENTS

    assert set(receiver.uids) == names
    assert Delivery.objects.filter(state="delivered").count() == EVENTS
