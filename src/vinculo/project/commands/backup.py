"""`vinculo backup` and `vinculo restore`: a whole copy of the platform, and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from vinculo.cli import progress
from vinculo.project.commands import start


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="Name of the backup, a new folder; or the folder to put it in.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Make nothing: read an existing backup and check every byte.")
    ] = False,
) -> None:
    """Copy the whole platform (database, imported files, runs, warehouse) into one folder, while it works."""
    if verify:
        check(target or Path())
        return
    start.store()
    from vinculo.project.operation import backup as backups

    now = datetime.now(UTC)
    target = target or Path()
    if target.is_dir():
        target = target / backups.default_name(now)
    found = backups.make(target.absolute(), now=now)
    progress.CONSOLE.print(
        start.say(
            "Backed up {rows:,} rows of {tables} tables and {files} files into {folder}. It holds everything, the "
            "secret of the home included: keep it where only you can read it.",
            rows=found.rows,
            tables=len(found.tables),
            files=len(found.files) - 1,
            folder=str(target),
        ),
        soft_wrap=True,
        markup=False,
    )


def check(folder: Path) -> None:
    """Say that a backup is whole; refuse it where it is not."""
    start.django()
    from vinculo.project.operation import manifest

    found = manifest.verify(folder)
    progress.CONSOLE.print(
        start.say(
            "The backup {folder} is whole: {rows:,} rows of {tables} tables, {files} files, made at {made_at}.",
            folder=str(folder),
            rows=found.rows,
            tables=len(found.tables),
            files=len(found.files) - 1,
            made_at=found.made_at,
        ),
        soft_wrap=True,
        markup=False,
    )


def restore(
    source: Annotated[Path, typer.Argument(help="The folder of the backup.")],
    erasures: Annotated[
        Path | None,
        typer.Option(help="The list of erasures of the home that was lost: erasures/list.jsonl in it."),
    ] = None,
) -> None:
    """Put a backup back into an empty home (VINCULO_HOME) and an empty database, and compare it row by row.

    Persons who were erased after the backup are erased again, as lists of erasures say: that of the option, and those
    of the backups beside this one.
    """
    from vinculo.project import home

    where = home.path()
    from vinculo.project.operation import restore as restoring

    found, erased = restoring.into_empty(source.absolute(), erasures=erasures)
    progress.CONSOLE.print(
        start.say(
            "Restored {rows:,} rows of {tables} tables and {files} files into {folder}; all are as they were.",
            rows=found.rows,
            tables=len(found.tables),
            files=len(found.files) - 1,
            folder=str(where),
        ),
        soft_wrap=True,
        markup=False,
    )
    if erased:
        progress.CONSOLE.print(
            start.say("Erasures made since the backup were done again: {count}.", count=erased),
            soft_wrap=True,
            markup=False,
        )
