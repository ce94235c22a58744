"""Many at once on few wallets, clients and back-ends killed in the middle: nothing lost, doubled or below zero."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.make import programs as make
from tests.make import store

from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import services, verify
from vinculo.programs.records.models import Account, Posting, Program

HERE = Path(__file__).parents[3]
CONNECTIONS = 16


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


def holds(program: Program, wallets: list[int]) -> None:
    """Nothing is below zero, and everything is as the journal says."""
    assert verify.verify(program.pk) == []
    assert min(Account.objects.filter(pk__in=wallets).values_list("balance", flat=True)) >= 0


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


@pytest.mark.soak
def test_sixteen_connections_race_for_long(own_records: store.Database) -> None:
    raced(rounds=150)


def client(environment: dict[str, str], words: list[Any], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.make.points_client", *map(str, words), str(log)]
    return subprocess.Popen(command, env={**os.environ, **environment}, cwd=HERE)


def survives(environment: dict[str, str], superuser: str, *, batches: int, kills: int, hard: bool) -> None:
    """Two clients send the same batches and are killed, or their back-ends are, at random moments."""
    program, wallets = club(5)
    size, chance = 100, random.Random(3)
    words = [program.pk, wallets[0], len(wallets), 1, batches, size]
    with tempfile.TemporaryDirectory() as folder:
        logs = [Path(folder) / name for name in ("one", "two")]
        running = [client(environment, words, log) for log in logs]
        try:
            for _kill in range(kills):
                before = Posting.objects.count()
                while Posting.objects.count() == before and any(each.poll() is None for each in running):
                    pass
                victim = chance.randrange(2)
                if chance.random() < 0.5 and running[victim].poll() is None:
                    running[victim].kill()
                    running[victim].wait()
                else:
                    cut(superuser, hard=hard)
                if running[victim].poll() is not None:
                    running[victim] = client(environment, words, logs[victim])
            assert [each.wait() for each in running] == [0, 0]
        finally:
            for each in running:
                each.kill()
                each.wait()
        lines = [line for log in logs for line in log.read_text("utf-8").splitlines()]
    told = [json.loads(line[:-1]) for line in lines if line.endswith(";")]
    stored = {row[0]: row[1:] for row in Posting.objects.values_list("event", "id", "outcome", "balance", "account_id")}
    answers = [(f"1:{batch}:{place}", *answer) for batch, rows in told for place, answer in enumerate(rows)]
    assert len(stored) == batches * size
    assert {event for event, *_rest in answers} == set(stored)
    assert [each for each in answers if stored[each[0]][:3] != tuple(each[1:4])] == []
    holds(program, wallets)


def cut(superuser: str, *, hard: bool) -> None:
    """End the back-end of some client: by asking it, or as a crash of the machine does, which takes all down."""
    with psycopg.connect(superuser, autocommit=True) as looking:
        found = looking.execute(
            "SELECT pid FROM pg_stat_activity WHERE strpos(query, 'programs_') > 0 AND pid <> pg_backend_pid()"
            " AND datname = current_database() ORDER BY random() LIMIT 1"
        ).fetchone()
        if found and hard:
            os.kill(found[0], signal.SIGKILL)
        elif found:
            looking.execute("SELECT pg_terminate_backend(%s)", [found[0]])
    connection.close()
    if hard:
        for _attempt in range(600):
            try:
                connection.ensure_connection()
            except Exception:  # noqa: BLE001 the server comes back after a while
                time.sleep(0.05)
            else:
                return


@contextmanager
def superuser_of(data: Path) -> Iterator[str]:
    from vinculo.project.database import server

    yield server.Server(data).superuser(connection.settings_dict["NAME"]).conninfo


def test_clients_and_back_ends_are_killed(own_records: store.Database) -> None:
    from vinculo.project import home

    with superuser_of(home.database_folder()) as superuser:
        survives(own_records.environment, superuser, batches=8, kills=4, hard=False)


@pytest.mark.soak
def test_clients_and_back_ends_are_killed_for_long(own_records: store.Database) -> None:
    from vinculo.project import home

    with superuser_of(home.database_folder()) as superuser:
        survives(own_records.environment, superuser, batches=600, kills=60, hard=True)
