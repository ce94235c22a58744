"""A server of your own gives the store that the embedded one gives, which `vinculo up` is tested with."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.make import store

from vinculo.foundation.errors import SettingsError
from vinculo.project.database import address, opening, server

PROGRAM = """
import django
django.setup()
from django.db import connection
from vinculo.project.database import opening
opening.open_store()
opening.migrate()
opening.migrate()
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, current_database(), has_table_privilege('audit_entry', 'UPDATE')")
    found = cursor.fetchone()
    cursor.execute("SELECT count(*) FROM auth_group")
    print(*found, *cursor.fetchone())
"""


def migrated(**environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "VINCULO_"))}
    words = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(words, env={**kept, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_a_server_of_your_own_needs_only_an_owner_that_may_make_roles(tmp_path: Path) -> None:
    own = server.Server(
        tmp_path / "other", settings=store.QUICK | {"listen_addresses": "127.0.0.1", "port": str(free_port())}
    )
    with own:
        where = own.superuser().naming(port=own.settings["port"])
        with psycopg.connect(where.conninfo, autocommit=True) as connection:
            connection.execute("CREATE ROLE ada LOGIN CREATEROLE PASSWORD 'secret'")
            connection.execute("CREATE DATABASE shop OWNER ada")
        url = f"postgresql://ada:secret@127.0.0.1:{own.settings['port']}/shop"

        said = migrated(VINCULO_HOME=str(tmp_path / "home"), DATABASE_URL=url)

    assert said == "vinculo_app shop False 8"
    assert not (tmp_path / "home" / "pg").exists()


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_an_address_that_cannot_be_read_is_refused_without_repeating_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:hunter2@[broken")

    with pytest.raises(SettingsError) as caught:
        address.owner()

    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in str(caught.value.facts)


def test_a_database_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ada:hunter2@127.0.0.1:{free_port()}/shop")

    with pytest.raises(opening.StoreError) as caught:
        opening.open_store()

    assert "hunter2" not in str(caught.value)


@pytest.mark.slow
def test_two_processes_share_one_server_and_the_last_stops_it(tmp_path: Path) -> None:
    first, second = (server.Server(tmp_path / "pg", settings=store.QUICK) for _ in range(2))
    first.start()
    second.start()

    first.stop()
    still = second.running()
    second.stop()

    assert still
    assert not second.running()


@pytest.mark.slow
def test_a_server_whose_process_was_killed_starts_again(tmp_path: Path) -> None:
    found = server.Server(tmp_path / "pg", settings=store.QUICK)
    found.start()
    pid = int((tmp_path / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, 9)
    found.stop()

    with found, psycopg.connect(found.superuser().conninfo) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_path_too_long_for_a_socket_is_served_from_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)

    folder = address.socket_folder(deep)

    assert len(str(folder)) < address.SOCKET_PATH_LIMIT
    assert address.socket_folder(tmp_path / "pg") != folder
