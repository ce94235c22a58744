"""Restore: a backup put back into an empty home and an empty database, and compared with what it says of itself."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from vinculo.project import home
from vinculo.project.commands import start
from vinculo.project.database import address, opening, server
from vinculo.project.operation import backup, manifest, tallies


def into_empty(folder: Path, *, erasures: Path | None = None) -> tuple[manifest.Manifest, int]:
    """Restore a backup; the home gets its name when everything in it has been compared.

    Returns the manifest and how many persons were erased again before anybody could see them.

    With an embedded database nothing is there until all is: a restore that was killed is started again. On a server of
    your own the tables are filled in one transaction before that, so they must be emptied by hand in that case.
    """
    if erasures is not None and not erasures.is_file():
        raise manifest.BackupError("There is no list of erasures {file}.", file=str(erasures))
    found = manifest.verify(folder)
    target = home.path()
    if target.exists() and any(target.iterdir()):
        raise manifest.BackupError(
            "{folder} is not empty: a backup is restored into a new home only. Name one in VINCULO_HOME.",
            folder=str(target),
        )
    staged = target.with_name(f".{target.name}.restoring")
    clear(staged)
    staged.mkdir(parents=True, mode=0o700)
    for name in found.files:
        inside = Path(name)
        if inside.parts[0] == manifest.HOME:
            manifest.copy(folder / name, staged.joinpath(*inside.parts[1:]))
    # From here on the home is the staged one: the embedded server starts in it.
    os.environ[home.VARIABLE] = str(staged)
    start.django()
    held = opening.open_store()
    try:
        fill(folder, found)
        erased = erase_again(folder, found, erasures)
    finally:
        if held is not None:
            held.stop()
    tidy(staged)
    if target.exists():
        target.rmdir()
    staged.rename(target)
    manifest.keep(target.parent)
    return found, erased


def beside(folder: Path) -> list[Path]:
    """Return the lists of erasures in the backups beside one, those made before it among them: they add nothing."""
    return sorted(folder.parent.glob(f"*/{manifest.HOME}/erasures/list.jsonl"))


def erase_again(folder: Path, found: manifest.Manifest, erasures: Path | None) -> int:
    """Erase the persons who were erased after a backup was made."""
    from vinculo.foundation import actor
    from vinculo.identify.records.rights import erasure

    if erasures is not None and not any(erasure.listed(erasures)):
        raise manifest.BackupError("The list {file} holds no erasure of this home.", file=str(erasures))
    since = datetime.fromisoformat(found.made_at)
    lists = [*beside(folder), *([erasures] if erasures is not None else [])]
    with actor.acting("restore"):
        return erasure.erasures_apply(lists=lists, since=since, now=datetime.now(UTC))


def fill(folder: Path, found: manifest.Manifest) -> None:
    """Fill the database, compare it table by table, then bring it up to date."""
    with psycopg.connect(address.owner().conninfo) as connection:
        if there := tallies.tables(connection):
            raise manifest.BackupError(
                "The database is not empty (it has {table}): a backup is restored into an empty one only.",
                table=there[0],
            )
    backup.program(
        "pg_restore",
        *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(folder / manifest.DUMP)),
    )
    with psycopg.connect(address.owner().conninfo) as connection:
        restored = tallies.taken(connection)
    if wrong := sorted(name for name, tally in found.tables.items() if restored.get(name) != tally):
        raise manifest.BackupError(
            "The restored table {table} is not the one that was backed up: {found} in place of {wanted}.",
            table=wrong[0],
            found=str(restored.get(wrong[0])),
            wanted=str(found.tables[wrong[0]]),
        )
    opening.migrate()


def clear(staged: Path) -> None:
    """Remove what a restore that was killed left, its server first."""
    if staged.exists():
        server.Server(staged / "pg").halt()
        shutil.rmtree(staged)


def tidy(staged: Path) -> None:
    """Remove the locks of the embedded server, which are made again when it starts."""
    for each in staged.glob("pg.*"):
        each.unlink()
