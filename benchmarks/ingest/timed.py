"""The platform as `vinculo up` starts it, and a client process beside it; then the same rows by COPY.

`timed EVENTS SECONDS`: so many events as fast as they are answered, then so many seconds at the pace that is asked,
with looks at pages of customers meanwhile.
"""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.measured import HOME

PACE = 5_000
CONNECTIONS = 4
PROBES = 20
COMMAND = "from vinculo.cli import main; main.run()"
COPY = "id, source_id, message_id, type, name, user_key, visitor_key, happened_at, recorded_at, remark, payload"


def measured(events: int, seconds: int) -> dict[str, Any]:
    """Start the platform and measure."""
    port = free_port()
    up = subprocess.Popen([sys.executable, "-c", COMMAND, "up", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert up.stdout is not None
        up.stdout.readline()
        source, key, cookie = prepared()
        client(port, key, 4_000, 0)
        understood()
        begun = cpu(up.pid)
        sprint = client(port, key, events, 0)
        sprint |= {"understood": understood()}
        sprint["served_cpu"] = cpu(up.pid) - begun
        begun, resident_mib = cpu(up.pid), [resident(up.pid)]
        beside = start(port, key, PACE * seconds, PACE)
        seen = looks(port, key, cookie, source, seconds)
        paced = json.loads(beside.communicate()[0].splitlines()[-1])
        paced["understood"] = understood()
        paced["served_cpu"] = cpu(up.pid) - begun
        resident_mib.append(resident(up.pid))
        return {
            "sprint": sprint,
            "paced": paced,
            "seen": sorted(seen),
            "resident": resident_mib,
            "bare": bare(),
            "counts": counts(source),
        }
    finally:
        up.terminate()
        up.communicate()


def prepared() -> tuple[int, str, str]:
    """Make a source with a key and somebody who is signed in."""
    from vinculo.project.commands import start as platform

    platform.django()
    from django.test import Client
    from django.utils import timezone

    from vinculo.identify.records.events import keys
    from vinculo.identify.records.models import Sender
    from vinculo.project.database import opening
    from vinculo.project.staff import services

    opening.open_store()
    source = keys.sender_ensure(code="shop").source_id
    Sender.objects.update(limit_per_second=1_000_000)
    user = services.user_create(username="ana", password="a-long-enough-pass-phrase", role="administrator")
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    key = keys.write_key_create(source_id=source, now=timezone.now()).text
    return source, key, browser.cookies["sessionid"].value


def start(port: int, key: str, events: int, pace: int) -> "subprocess.Popen[str]":
    """Start a client process."""
    seed = time.time_ns() % 1_000_000
    words = [sys.executable, "-m", "benchmarks.ingest.client", port, key, events, CONNECTIONS, pace, seed]
    return subprocess.Popen([str(word) for word in words], cwd=HOME, stdout=subprocess.PIPE, text=True)


def client(port: int, key: str, events: int, pace: int) -> dict[str, Any]:
    """Run a client process to its end; return what it measured."""
    found: dict[str, Any] = json.loads(start(port, key, events, pace).communicate()[0].splitlines()[-1])
    return found


def looks(port: int, key: str, cookie: str, source: int, seconds: int) -> list[float]:
    """Look at the pages of some customers, one after the other, over so many seconds; return how long each took."""
    begun, found = time.perf_counter(), []
    for number in range(PROBES):
        time.sleep(max(0.0, begun + number * seconds / PROBES - time.perf_counter()))
        found.append(visible(port, key, cookie, source, number))
    return found


def visible(port: int, key: str, cookie: str, source: int, number: int) -> float:
    """Send an event of a known customer; return the seconds until it stands on the customer's page."""
    from vinculo.identify.records.models import Identifier

    known = Identifier.objects.filter(source_id=source, kind="source_key", value__startswith="u").order_by("id")[number]
    name = f"Seen {number} at {time.time_ns()}"
    said = {"userId": known.value, "event": name, "writeKey": key}
    begun = time.perf_counter()
    urlopen(Request(f"http://127.0.0.1:{port}/v1/track", json.dumps(said).encode())).read()
    page = Request(f"http://127.0.0.1:{port}/customers/{known.customer_id}/", headers={"Cookie": f"sessionid={cookie}"})
    while name not in urlopen(page).read().decode():
        time.sleep(0.02)
    return time.perf_counter() - begun


def understood() -> float:
    """Wait until nothing waits to be understood; return the seconds."""
    from vinculo.identify.records.models import Delivery

    begun = time.perf_counter()
    while Delivery.objects.exists():
        time.sleep(0.02)
    return time.perf_counter() - begun


def counts(source: int) -> dict[str, int]:
    """Count what is there."""
    from vinculo.identify.records import models

    tables = (models.Event, models.Visitor, models.Order, models.ProductView, models.Quarantined)
    return {"customers": models.Customer.objects.count(), **{each.__name__: each.objects.count() for each in tables}}


def bare() -> dict[str, float]:
    """Copy the same rows into a table of the same shape, a batch a statement and a transaction, as one writer can."""
    from django.db import connections

    with connections["owner"].cursor() as cursor, tempfile.TemporaryDirectory() as folder:
        cursor.execute("CREATE TABLE bare (LIKE identify_event INCLUDING DEFAULTS INCLUDING INDEXES)")
        file = Path(folder) / "rows"
        with file.open("wb") as stream, cursor.copy(f"COPY identify_event ({COPY}) TO STDOUT") as copy:
            for piece in copy:
                stream.write(piece)
        rows = file.read_bytes().splitlines(keepends=True)[:200_000]
        begun = time.perf_counter()
        for first in range(0, len(rows), 100):
            with cursor.copy(f"COPY bare ({COPY}) FROM STDIN") as copy:
                copy.write(b"".join(rows[first : first + 100]))
        wall = time.perf_counter() - begun
        cursor.execute("DROP TABLE bare")
    connections.close_all()
    return {"rows": len(rows), "wall": wall}


def family(process: int) -> list[int]:
    """Return a process and those it started, and the servers of its database."""
    found, rest = [process], [process]
    while rest:
        parent = rest.pop()
        for task in Path(f"/proc/{parent}/task").iterdir():
            listed = [int(each) for each in (task / "children").read_text("utf-8").split()]
            rest += listed
            found += listed
    return found


def cpu(process: int) -> float:
    """Return the CPU seconds of the platform, its database included."""
    ticks = 0
    for each in {*family(process), *servers()}:
        words = Path(f"/proc/{each}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
        # Backends that have ended are counted by the server that started them.
        ticks += sum(int(word) for word in words[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def servers() -> list[int]:
    """Return the processes of the embedded database."""
    pid = Path(os.environ["VINCULO_HOME"]) / "pg" / "postmaster.pid"
    return family(int(pid.read_text("utf-8").split()[0]))


def resident(process: int) -> float:
    """Return the MiB that the site and the worker hold alone or share, once."""
    kib = 0
    for each in family(process):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib / 1024


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    folder = tempfile.mkdtemp(prefix="vinculo-bench-")
    # Registered first, so done last: the database is let go before.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VINCULO_HOME"] = folder
    os.environ.pop("DATABASE_URL", None)
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
