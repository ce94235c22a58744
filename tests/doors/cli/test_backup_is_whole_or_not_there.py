"""A backup is whole or not there, and what is restored from it is what was backed up."""

import json
import signal
from pathlib import Path

import psycopg
import pytest
from tests.make import platform, store

from vinculo.project.database import server
from vinculo.project.operation import manifest
from vinculo.project.operation.manifest import BackupError

DYING = """
import os, signal
from vinculo.project.operation import {module} as place
def die(*words, **options):
    os.kill(os.getpid(), signal.SIGKILL)
place.{name} = die
from vinculo.cli import main
main.run()
"""
DEATHS = [("manifest", "digested"), ("manifest", "copy"), ("tallies", "taken"), ("manifest", "keep")]


def furnished(home: Path) -> Path:
    """Put into a home what imports and runs leave there."""
    for name, text in (("runs/7/value/0.parquet", "value"), ("imports/3/original", "rows"), ("secret_key", "s" * 64)):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (home / "runs" / ".8.partial").mkdir()
    (home / "runs" / ".8.partial" / "half").write_text("half", "utf-8")
    return home


@pytest.fixture
def home(own_records: store.Database, tmp_path: Path) -> Path:
    from vinculo.foundation import actor
    from vinculo.identify.records import services
    from vinculo.project.staff import services as staff

    with actor.acting("ana"):
        services.source_ensure(code="shop")
        staff.user_create(username="ana", password="a-long-enough-pass-phrase", role="administrator")
    return furnished(tmp_path / "home")


def backed_up(home: Path, target: Path, database: store.Database, **options: str) -> "manifest.Manifest":
    done = platform.vinculo("backup", target, home=home, **database.environment, **options)
    assert done.returncode == 0, done.stderr
    return manifest.read(target)


@pytest.mark.slow
def test_what_is_restored_is_what_was_backed_up(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    found = backed_up(home, tmp_path / "copy", own_records)
    new = tmp_path / "new" / "home"

    restored = platform.vinculo("restore", tmp_path / "copy", home=new)
    assert restored.returncode == 0, restored.stderr
    again = platform.vinculo("backup", tmp_path / "again", home=new)
    assert again.returncode == 0, again.stderr
    doctor = platform.vinculo("doctor", "--json", home=new)

    assert found.tables["staff_user"].rows == 1
    assert found.tables["audit_entry"].rows > 0
    second = manifest.read(tmp_path / "again")
    assert second.tables == found.tables
    files = {name: file for name, file in found.files.items() if name != manifest.DUMP}
    assert {name: file for name, file in second.files.items() if name != manifest.DUMP} == files
    assert set(files) == {"home/runs/7/value/0.parquet", "home/imports/3/original", "home/secret_key"}
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert {each["state"] for each in json.loads(doctor.stdout)} <= {"well", "warning"}


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name"), DEATHS)
def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(
    own_records: store.Database, home: Path, tmp_path: Path, module: str, name: str
) -> None:
    target = tmp_path / "copies" / "copy"
    program = DYING.format(module=module, name=name)

    died = platform.vinculo("backup", target, home=home, program=program, **own_records.environment)

    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not target.exists()
    backed_up(home, target, own_records)
    assert [each.name for each in target.parent.iterdir()] == ["copy"]
    assert not (home / ".backup").exists()


@pytest.mark.slow
def test_a_restore_that_is_killed_is_started_again(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "copy", own_records)
    new = tmp_path / "new"

    died = platform.vinculo(
        "restore", tmp_path / "copy", home=new, program=DYING.format(module="tallies", name="taken")
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not new.exists()
    done = platform.vinculo("restore", tmp_path / "copy", home=new)

    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy", "home", "new"]


@pytest.mark.slow
def test_a_backup_is_not_restored_over_anything(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    backed_up(home, tmp_path / "copy", own_records)

    onto_home = platform.vinculo("restore", tmp_path / "copy", home=home)
    onto_tables = platform.vinculo("restore", tmp_path / "copy", home=tmp_path / "new", **own_records.environment)

    assert (onto_home.returncode, onto_tables.returncode) == (2, 2)
    assert "is not empty" in onto_home.stderr
    assert "The database is not empty" in onto_tables.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_a_backup_says_what_is_wrong_with_it(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backed_up(home, copy, own_records)
    manifest.verify(copy)
    rows = copy / "home" / "imports" / "3" / "original"

    rows.write_text("rowz", "utf-8")
    with pytest.raises(BackupError, match="home/imports/3/original has changed"):
        manifest.verify(copy)
    rows.unlink()
    with pytest.raises(BackupError, match="home/imports/3/original is missing"):
        manifest.verify(copy)
    rows.write_text("rows", "utf-8")
    (copy / "home" / "notes").write_text("mine", "utf-8")
    with pytest.raises(BackupError, match="home/notes, which is not of it"):
        manifest.verify(copy)
    with pytest.raises(BackupError, match="is not a backup"):
        manifest.verify(tmp_path)


@pytest.mark.slow
def test_a_server_of_your_own_takes_a_backup_back(own_records: store.Database, home: Path, tmp_path: Path) -> None:
    found = backed_up(home, tmp_path / "copy", own_records)
    port = str(platform.free_port())
    with server.Server(
        tmp_path / "pg", settings=store.QUICK | {"listen_addresses": "127.0.0.1", "port": port}
    ) as another:
        with psycopg.connect(another.superuser().naming(port=port).conninfo, autocommit=True) as connection:
            connection.execute("CREATE ROLE ada LOGIN CREATEROLE PASSWORD 'secret'")
            connection.execute("CREATE DATABASE shop OWNER ada")
        there = {"DATABASE_URL": f"postgresql://ada:secret@127.0.0.1:{port}/shop"}

        restored = platform.vinculo("restore", tmp_path / "copy", home=tmp_path / "new", **there)
        again = platform.vinculo("backup", tmp_path / "again", home=tmp_path / "new", **there)
        doctor = platform.vinculo("doctor", "--json", home=tmp_path / "new", **there)
        with psycopg.connect(there["DATABASE_URL"]) as connection:
            rights = connection.execute(
                "SELECT has_function_privilege('vinculo_app', 'audit_record()', 'EXECUTE'), "
                "has_table_privilege('vinculo_app', 'audit_entry', 'UPDATE')"
            ).fetchone()

    assert (restored.returncode, restored.stderr) == (0, "")
    assert (again.returncode, again.stderr) == (0, "")
    assert doctor.returncode == 0, doctor.stdout
    assert manifest.read(tmp_path / "again").tables == found.tables
    assert rights == (False, False)
    assert not (tmp_path / "new" / "pg").exists()
