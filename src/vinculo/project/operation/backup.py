"""Backup: the operational store and the files of the home as of one moment, in a folder that is whole or not there."""

import errno
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg

import vinculo
from vinculo.foundation.errors import DiskFullError
from vinculo.project import home
from vinculo.project.database import address, server
from vinculo.project.operation import manifest, tallies

KEPT = ("imports", "runs", "warehouse", "erasures", "secret_key", "sign_in.json")
"""What is copied of the home; the embedded database is dumped, locks and logs are worth nothing elsewhere."""

UNFINISHED = ".partial"
LEFT = re.compile(r"\.vinculo-.+\.(\d+)\.partial")


def default_name(now: datetime) -> str:
    """Return what a backup is called when nobody says."""
    return f"vinculo-backup-{now.astimezone(UTC):%Y%m%d-%H%M%S}"


def make(target: Path, *, now: datetime) -> manifest.Manifest:
    """Back everything up into a new folder, while the platform goes on working.

    All tables are read in one snapshot; files are pinned at the same moment. The folder gets its name when everything
    in it is on the disk: a backup that was killed leaves nothing that looks like one.
    """
    if target.exists():
        raise manifest.BackupError("{folder} is there already: name a new folder.", folder=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    clear(target.parent)
    staged = target.parent / f".vinculo-{target.name}.{os.getpid()}{UNFINISHED}"
    staged.mkdir(mode=0o700)
    # By its secret a list of erasures knows its home: a copy without one could not be told to erase again.
    home.secret_key()
    try:
        found = written(staged, now=now)
        found.write(staged)
        for folder, _folders, _names in os.walk(staged):
            manifest.keep(Path(folder))
        staged.rename(target)
        manifest.keep(target.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFullError("The disk filled up: nothing was kept. Free some space and repeat it.") from error
        raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return found


def written(folder: Path, *, now: datetime) -> manifest.Manifest:
    """Write the dump and the files into a folder; return what they are."""
    with psycopg.connect(address.owner().conninfo) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        with pinned(home.path()) as pin:
            dump(folder / manifest.DUMP, snapshot=row[0])
            files = {manifest.DUMP: manifest.digested(folder / manifest.DUMP)}
            for path in manifest.files_below(pin):
                inside = Path(manifest.HOME) / path.relative_to(pin)
                files[inside.as_posix()] = manifest.copy(path, folder / inside)
        counted = tallies.taken(connection)
        version = connection.info.server_version
    return manifest.Manifest(now.astimezone(UTC).isoformat(), vinculo.__version__, version, counted, files)


def dump(file: Path, *, snapshot: str) -> None:
    """Have pg_dump write the database as that snapshot shows it."""
    program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def program(name: str, *words: str) -> None:
    """Run a program of PostgreSQL on the store, as its owner; everybody can see its words: no password is in them."""
    where = dict(address.owner().parameters)
    environment = {**os.environ, "PGPASSWORD": where.pop("password", "")}
    conninfo = psycopg.conninfo.make_conninfo("", **where)
    done = subprocess.run(
        [str(server.program_path(name)), *words, f"--dbname={conninfo}"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise manifest.BackupError(
            "{program} of PostgreSQL failed: {said}", program=name, said=" ".join(done.stderr.split())[-1000:]
        )


@contextmanager
def pinned(folder: Path) -> Iterator[Path]:
    """Give a folder that shows the files of the home as they are now; what is deleted meanwhile stays in it."""
    pin = folder / ".backup"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "backup.lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise manifest.BackupError("Another backup of {folder} is being made.", folder=str(folder)) from None
        shutil.rmtree(pin, ignore_errors=True)
        pin.mkdir(mode=0o700)
        try:
            for name in KEPT:
                link(folder / name, pin / name)
            yield pin
        finally:
            shutil.rmtree(pin, ignore_errors=True)


def link(source: Path, target: Path) -> None:
    """Show a file or folder under a second name; leave out what is being written."""
    if source.name.endswith(UNFINISHED) or source.is_symlink():
        return
    # What vanishes between looking and linking was being taken away: the snapshot does not know it either.
    with suppress(FileNotFoundError):
        if source.is_dir():
            target.mkdir(mode=0o700)
            for each in source.iterdir():
                link(each, target / each.name)
            return
        try:
            os.link(source, target)
        except FileNotFoundError:
            raise
        except OSError:
            # Not every disk has second names.
            shutil.copy2(source, target)


def clear(folder: Path) -> None:
    """Remove what backups that were killed left in a folder."""
    for each in folder.iterdir():
        found = LEFT.fullmatch(each.name)
        if found and not alive(int(found[1])):
            shutil.rmtree(each, ignore_errors=True)


def alive(process: int) -> bool:
    """Tell whether a process lives."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
