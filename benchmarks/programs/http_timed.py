"""The platform as `vinculo up` starts it, and clients that post a thousand at a time; windows of pgbench in turns.

`http_timed WALLETS`: prints one line of JSON. What is sent is written before a window begins, so that the clients do
little but wait; each posts to wallets of its own, as tills and partners do; the disk is waited for.
"""

import atexit
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.ingest.timed import COMMAND, free_port
from benchmarks.programs import ledger_timed
from benchmarks.programs.ledger_timed import CLIENTS, ROUNDS, SCALE, SECONDS
from benchmarks.programs.ledger_writer import SIZE

CONNECTIONS = 4
MOST = 400
"""Bodies that are written for a window: more than are sent in it."""
AT = "2026-03-02T12:00:00+00:00"


def measured(wallets: int) -> dict[str, Any]:
    """Start the platform and measure."""
    port = free_port()
    up = subprocess.Popen([sys.executable, "-c", COMMAND, "up", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert up.stdout is not None
        up.stdout.readline()
        token = prepared(wallets)
        windows = [window(port, token, wallets, up.pid) for _round in range(ROUNDS)]
        return {**summed(windows), "load": os.getloadavg()[0]}
    finally:
        up.terminate()
        up.communicate()


def prepared(wallets: int) -> str:
    """Make a programme, a token and the tables of pgbench; return the token."""
    from vinculo.project.commands import start as platform

    platform.django()
    from django.utils import timezone

    from vinculo.exchange import scopes
    from vinculo.exchange.records import tokens
    from vinculo.project import home
    from vinculo.project.database import opening, server

    opening.open_store()
    ledger_timed.filled(wallets, "club")
    superuser = server.Server(home.database_folder()).superuser()
    ledger_timed.execute(superuser.conninfo, "CREATE DATABASE bench")
    ledger_timed.pgbench("-i", "-q", "-s", SCALE, base="bench", user="postgres")
    _token, text = tokens.token_create(
        name="till", integration="Till", scopes=[scopes.POINTS_WRITE], now=timezone.now(), per_minute=1_000_000
    )
    return text


def window(port: int, token: str, wallets: int, up: int) -> dict[str, float]:
    """Run one window of each after the other."""
    found: dict[str, float] = {}
    before = ledger_timed.server_seconds()
    words: list[object] = ["-M", "prepared", "-c", CLIENTS, "-j", 2, "-T", SECONDS]
    found["pgbench"] = ledger_timed.pgbench(*words, base="bench", user="postgres")
    found["pgbench_server"] = (ledger_timed.server_seconds() - before) / (found["pgbench"] * SECONDS) * 1e6
    share = wallets // CONNECTIONS
    bodies = [[body(client * share, share) for _body in range(MOST // CONNECTIONS)] for client in range(CONNECTIONS)]
    before, site, begun = ledger_timed.server_seconds(), cpu(up), time.perf_counter()
    counts = [0] * CONNECTIONS
    clients = [
        Thread(target=send, args=(port, token, bodies[each], counts, each, begun)) for each in range(CONNECTIONS)
    ]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    wall, count = time.perf_counter() - begun, sum(counts) * SIZE
    found["http"] = count / wall
    found["http_site"] = (cpu(up) - site) / count * 1e6
    found["http_server"] = (ledger_timed.server_seconds() - before) / count * 1e6 + found["http_site"]
    return found


def send(port: int, token: str, bodies: list[bytes], counts: list[int], place: int, begun: float) -> None:
    """Post batches for a window over one connection, each under a key of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    shared = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for each in bodies:
        connection.request(
            "POST", "/api/v1/programs/club/postings/batch", each, {**shared, "Idempotency-Key": uuid.uuid4().hex}
        )
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 201, told[:500]
        counts[place] += 1
        if time.perf_counter() - begun > SECONDS:
            break
    else:
        raise AssertionError("too few bodies were written for a window")
    connection.close()


def body(first: int, wallets: int) -> bytes:
    """Return a batch for some wallets: 85 % awards, 15 % spends."""
    posts = []
    for _post in range(SIZE):
        award = random.random() < 0.85
        kind = {"kind": "award", "grant_class": "purchase"} if award else {"kind": "spend", "reward_class": "product"}
        posts.append(
            {
                "event": f"receipt-{random.getrandbits(128):032x}",
                "card": str(first + random.randint(1, wallets)),
                "amount": random.randint(1, 499),
                "happened_at": AT,
                **kind,
            }
        )
    return json.dumps({"posts": posts}).encode()


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its children so far, the database not among them."""
    postmaster = (Path(os.environ["VINCULO_HOME"]) / "pg" / "postmaster.pid").read_text("utf-8").split()[0]
    waiting, ticks = [pid], 0
    while waiting:
        each = waiting.pop()
        if str(each) == postmaster:
            continue
        words = Path(f"/proc/{each}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
        ticks += sum(int(word) for word in words[11:13])
        waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text("utf-8").split())
    return ticks / os.sysconf("SC_CLK_TCK")


def summed(windows: list[dict[str, float]]) -> dict[str, Any]:
    """Return the medians of the windows, and of their ratios."""
    found: dict[str, Any] = {name: statistics.median(each[name] for each in windows) for name in windows[0]}
    found["http_ratio"] = statistics.median(each["http"] / each["pgbench"] for each in windows)
    return {**found, "windows": windows}


if __name__ == "__main__":
    folder = tempfile.mkdtemp(prefix="vinculo-bench-")
    # Registered first, so done last: the database is let go before.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VINCULO_HOME"] = folder
    os.environ.pop("DATABASE_URL", None)
    print(json.dumps(measured(int(sys.argv[1]))))
