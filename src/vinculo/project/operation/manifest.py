"""Manifest: what a backup holds, so that whoever restores it can tell whether it is whole."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vinculo.foundation.errors import VinculoError
from vinculo.project.operation.tallies import Tally

NAME = "manifest.json"
DUMP = "database.dump"
HOME = "home"
FORMAT = 1
BLOCK = 1 << 20


class BackupError(VinculoError):
    """A backup cannot be made, is not whole, or cannot be restored here."""

    code = "backup.unusable"


@dataclass(frozen=True)
class File:
    """A file of the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything a backup says about itself."""

    made_at: str
    vinculo: str
    postgresql: int
    tables: dict[str, Tally]
    files: dict[str, File]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Return the rows of all tables."""
        return sum(tally.rows for tally in self.tables.values())

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files.values())

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder of its backup."""
        with (folder / NAME).open("w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())


def read(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises
    ------
    BackupError
        The folder is no backup, or one of a kind this version does not know.
    """
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise BackupError(
                "The backup {folder} has the format {found}, which this version of vinculo does not read.",
                folder=str(folder),
                found=found["format"],
            )
        tables = {name: Tally(**each) for name, each in found.pop("tables").items()}
        files = {name: File(**each) for name, each in found.pop("files").items()}
        return Manifest(tables=tables, files=files, **found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            "{folder} is not a backup: it holds no {name} that can be read.", folder=str(folder), name=NAME
        ) from error


def verify(folder: Path) -> Manifest:
    """Read a whole backup and compare every byte with its manifest.

    Raises
    ------
    BackupError
        Something is missing, changed or not of this backup.
    """
    manifest = read(folder)
    found = {path.relative_to(folder).as_posix() for path in files_below(folder)} - {NAME}
    for name, file in manifest.files.items():
        if name not in found:
            raise BackupError("The backup {folder} is not whole: {file} is missing.", folder=str(folder), file=name)
        if digested(folder / name) != file:
            raise BackupError("The backup {folder} is damaged: {file} has changed.", folder=str(folder), file=name)
    if strange := sorted(found - set(manifest.files)):
        raise BackupError(
            "The backup {folder} holds {file}, which is not of it: take it away.", folder=str(folder), file=strange[0]
        )
    return manifest


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, in order of name."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names))


def digested(path: Path) -> File:
    """Return the size and digest of a file."""
    with path.open("rb") as stream:
        return copied(stream, None)


def copied(source: BinaryIO, target: BinaryIO | None) -> File:
    """Copy a stream, or only read it; return the size and digest of what went through."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    return File(size, digest.hexdigest())


def copy(source: Path, target: Path) -> File:
    """Copy a file to the disk, and not only to its cache."""
    for parent in reversed(target.parents):
        # Each level closed to others: `parents=True` would close the last one only.
        parent.mkdir(exist_ok=True, mode=0o700)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as stream, os.fdopen(descriptor, "wb") as written:
        found = copied(stream, written)
        written.flush()
        os.fsync(written.fileno())
    return found


def keep(folder: Path) -> None:
    """Have the disk hold the names in a folder, as it holds their bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
