"""Many at once on few wallets, clients and back-ends killed in the middle: nothing lost, doubled or below zero.

The figures of a million operations: `pytest -m soak -k million tests/records/programs`.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import Error, connection
from django.db.models import Sum
from tests.make import programs as make
from tests.make import store
from tests.make.points_client import done_before

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import chains, services, sweeps, verify
from vinculo.programs.records.models import Account, Batch, Posting, Program
from vinculo.project import home
from vinculo.project.database import server

HERE = Path(__file__).parents[3]
CONNECTIONS = 16
FLOOR = -500
"""How far below zero a wallet may fall when what was spent is taken back."""
PATIENCE = 600
PAUSE = 0.02
BATCHES = 1_000
Answer = TypeVar("Answer")


def club(wallets: int) -> tuple[Program, list[int]]:
    program = make.program()
    unit = make.unit(program)
    return program, [make.wallet(unit) for _each in range(wallets)]


def race(program: Program, posts: list[Post], pieces: int) -> dict[tuple[str, str], set[tuple[int, str, int]]]:
    """Post everything twice from many connections, in sets and one by one; return the answers to each key."""
    answers: dict[tuple[str, str], set[tuple[int, str, int]]] = {}
    work = [posts[start::pieces] for start in range(pieces)]

    def send(piece: list[Post]) -> list[tuple[Post, Any]]:
        try:
            if len(piece[0].event) % 2:
                told = services.retried(partial(services.points_post, program_id=program.pk, posts=piece, now=make.NOW))
                return list(zip(piece, told, strict=True))
            one = partial(services.points_post_one, program_id=program.pk, now=make.NOW)
            return [(each, services.retried(partial(one, post=each))) for each in piece]
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for told in threads.map(send, [*work, *work]):
            for post, each in told:
                found = answers.setdefault((post.source, post.event), set())
                found.add((each.posting_id, each.refused, each.balance))
    return answers


def holds(program: Program, wallets: list[int], *, floor: int = 0) -> None:
    """Nothing is below its floor, and everything is as the journal says."""
    assert verify.verify(program.pk) == []
    assert min(Account.objects.filter(pk__in=wallets).values_list("balance", flat=True)) >= floor


def raced(rounds: int) -> None:
    program, wallets = club(3)
    draw, sent = random.Random(7), 0
    for number in range(rounds):
        posts = [
            make.post(draw.choice(wallets), draw.choice(("award", "spend")), draw.randint(1, 50))
            for _each in range(320)
        ]
        answers = race(program, posts, pieces=CONNECTIONS * 2)
        sent += len(posts)
        assert [key for key, told in answers.items() if len(told) != 1] == [], number
        assert len(answers) == len(posts)
    assert Posting.objects.count() == sent
    holds(program, wallets)


def test_sixteen_connections_race_on_three_wallets(own_records: store.Database) -> None:
    raced(rounds=1)


def test_one_key_on_two_wallets_at_once_is_answered(own_records: store.Database) -> None:
    program, (first, second) = club(2)
    one = "SELECT (programs_post(%s, 'till', 'key', 'one', 'award', %s, 7, now(), now(), 'purchase')).*"

    def call(other: psycopg.Connection[Any]) -> Any:
        return other.execute(one, [program.pk, second]).fetchone()

    where = own_records.environment["DATABASE_APP_URL"]
    with ThreadPoolExecutor(1) as threads, psycopg.connect(where) as here, psycopg.connect(where) as there:
        number = here.execute(one, [program.pk, first]).fetchone()[0]
        waiting = threads.submit(call, there)
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s"
        while not (waiting.done() or here.execute(waits, [there.info.backend_pid]).fetchone()):
            time.sleep(PAUSE)
        assert not waiting.done()
        here.commit()

        assert waiting.result() == (number, "", 7, True, 7)
        there.commit()
    assert [Account.objects.get(pk=wallet).balance for wallet in (first, second)] == [7, 0]
    holds(program, [first, second])


@pytest.mark.soak
def test_sixteen_connections_race_for_long(own_records: store.Database) -> None:
    raced(rounds=150)


@dataclass
class Counted:
    """What became of a run of clients that were killed."""

    sent: int = 0
    again: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)


def client(environment: dict[str, str], words: list[Any], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.make.points_client", *map(str, words), str(log)]
    return subprocess.Popen(command, env={**os.environ, **environment}, cwd=HERE)


def survives(
    environment: dict[str, str], *, wallets: int, batches: int, size: int, kills: int, ways: tuple[str, ...]
) -> tuple[Program, Counted]:
    """Two clients send the same batches and are killed, or their back-ends are, at random moments."""
    program = make.program()
    unit = make.unit(program, return_policy="floor", floor=FLOOR)
    held = [make.wallet(unit) for _each in range(wallets)]
    words, chance, counted = [program.pk, held[0], wallets, 1, batches, size], random.Random(3), Counted()
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / name for name in ("one", "two")]
        running = [client(environment, words, log) for log in logs]
        try:
            for kill in range(kills):
                reached(batches * size * kill // kills, running)
                # Somewhere in the middle of a batch, not at its commit.
                for _look in range(chance.randrange(20)):
                    patiently(last)
                victim, way = chance.randrange(2), ways[kill % len(ways)]
                if running[victim].poll() is None:
                    counted.killed[way] += 1
                if way == "client":
                    running[victim].kill()
                    running[victim].wait()
                else:
                    patiently(partial(cut, hard=way == "server"))
                if running[victim].poll() is not None:
                    running[victim] = client(environment, words, logs[victim])
                patiently(partial(chains.seal, make.NOW))
            assert [each.wait() for each in running] == [0, 0]
        finally:
            for each in running:
                each.kill()
                each.wait()
        stored = {
            row[0]: row[1:] for row in Posting.objects.values_list("event", "id", "outcome", "balance").iterator()
        }
        for log in logs:
            told = done_before(log)
            assert len(told) == batches
            for batch, answers in enumerate(told):
                count(counted, answers)
                asked = [(stored[f"1:{batch}:{place}"], tuple(each[:3])) for place, each in enumerate(answers)]
                assert [each for each in asked if each[0] != each[1]] == [], batch
    assert len(stored) == batches * size
    counted.refused.update(outcome for _id, outcome, _balance in stored.values() if outcome)
    assert "points.conflict" not in counted.refused
    chains.seal(make.NOW)
    assert chains.unsealed(program.pk) == 0
    holds(program, held, floor=FLOOR)
    sealed = Batch.objects.filter(program=program).aggregate(postings=Sum("postings"))
    assert sealed == {"postings": len(stored)}
    return program, counted


def count(counted: Counted, answers: list[list[Any]]) -> None:
    """Count the answers to a batch."""
    counted.sent += len(answers)
    counted.again += sum(each[3] for each in answers)


def reached(many: int, running: list[subprocess.Popen[bytes]]) -> None:
    """Wait until so many numbers of postings are drawn, or nobody posts any more."""
    while patiently(last) <= many and any(each.poll() is None for each in running):
        # Without taking a processor from those it waits for.
        with suppress(subprocess.TimeoutExpired):
            running[0].wait(PAUSE)
            running[1].wait(PAUSE)


def last() -> int:
    """Return the number of the last posting."""
    return Posting.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask the server, again while it comes back from a crash that cut this connection too; half a minute at most."""
    for attempt in range(PATIENCE):
        try:
            return ask()
        except (Error, psycopg.Error):
            connection.close()
            if attempt == PATIENCE - 1:
                raise
            time.sleep(0.05)
    raise AssertionError("the last attempt answers or raises")


def superuser() -> str:
    """Return the address of the superuser of this database."""
    return server.Server(home.database_folder()).superuser(connection.settings_dict["NAME"]).conninfo


def cut(*, hard: bool) -> None:
    """End the back-end of some client: by asking it, or as a crash of the machine does, which takes all down."""
    connection.ensure_connection()
    mine = connection.connection.info.backend_pid
    with psycopg.connect(superuser(), autocommit=True) as looking:
        found = looking.execute(
            "SELECT pid FROM pg_stat_activity WHERE strpos(query, 'programs_') > 0 AND pid <> pg_backend_pid()"
            " AND pid <> %s AND datname = current_database() ORDER BY random() LIMIT 1",
            [mine],
        ).fetchone()
        if found and hard:
            os.kill(found[0], signal.SIGKILL)
        elif found:
            looking.execute("SELECT pg_terminate_backend(%s)", [found[0]])


def test_clients_and_back_ends_are_killed(own_records: store.Database) -> None:
    survives(own_records.environment, wallets=5, batches=8, size=100, kills=4, ways=("back-end", "client"))


@pytest.mark.soak
def test_a_million_operations_survive_kills_of_everybody(
    own_records: store.Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(superuser(), autocommit=True) as looking:
        # What was answered before a crash is there after it, as on a server that is not one of tests: a commit waits
        # for the log, and numbers that were drawn in the template are not drawn again.
        looking.execute(f"ALTER DATABASE {own_records.name} SET synchronous_commit = on")
        looking.execute("CHECKPOINT")
    connection.close()
    begun, ways = time.monotonic(), ("client", "back-end", "server")

    program, counted = survives(own_records.environment, wallets=400, batches=BATCHES, size=1_000, kills=60, ways=ways)

    seconds, begun = time.monotonic() - begun, time.monotonic()
    command = [sys.executable, "-c", "from vinculo.cli import main; main.run()", "ledger", "verify"]
    told = subprocess.run(command, env={**os.environ, **own_records.environment}, capture_output=True, text=True)
    assert told.returncode == 0, told
    with capsys.disabled():
        sys.stdout.write(f"\n{counted.sent:,} posts on 400 wallets in {seconds:,.0f} s: {counted}\n")
        sys.stdout.write(f"`vinculo ledger verify`, {time.monotonic() - begun:,.0f} s: {told.stdout.strip()}\n")
    assert Posting.objects.filter(program=program).count() == BATCHES * 1_000


def test_points_expire_in_pieces_beside_each_other(
    own_records: store.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, wallets = club(10)
    make.posted(program, *(make.post(wallet, "award", 7, expires_on=make.NOW.date()) for wallet in wallets))
    day = make.NOW.date() + timedelta(days=1)
    expired, failing = sweeps.expire_of, [wallets[3]]

    def fails_for_one(facts: dict[str, Any], piece: Sequence[int]) -> int:
        if set(failing) & set(piece):
            raise RuntimeError("the disk is full")
        return expired(facts, piece)

    monkeypatch.setattr(sweeps, "WALLETS", 3)
    monkeypatch.setattr(sweeps, "expire_of", fails_for_one)

    with pytest.raises(RuntimeError, match="the disk is full"):
        sweeps.expire(program.pk, day, make.NOW)
    left = Account.objects.filter(pk__in=wallets, balance__gt=0)
    waiting = sorted(left.values_list("pk", flat=True))
    failing.clear()
    after = [sweeps.expire(program.pk, day, make.NOW) for _ in range(2)]

    assert waiting == sorted(wallets)[3:5]
    assert after == [14, 0]
    assert not left.exists()
    holds(program, wallets)
