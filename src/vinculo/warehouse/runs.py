"""Runs: an analysis is a folder of Parquet tables with a manifest, written aside and put in place whole.

Nothing is ever half-published: tables are written to a staging folder beside the target, the manifest last, and
the folder is then renamed into place. What a killed run leaves behind is cleared by the next one.
"""

import errno
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vinculo.foundation.errors import DiskFullError, RunError
from vinculo.foundation.phrases import Phrase

MANIFEST = "manifest.json"
_STAGED: set[Path] = set()
"""Folders that this process is writing: another may have had its number before."""


@dataclass(frozen=True)
class Run:
    """A finished run: read it, never write it."""

    folder: Path
    manifest: dict[str, Any]

    def table(self, name: str) -> pa.Table:
        """Read one table of the run."""
        folder = self.folder / name
        if not folder.is_dir():
            known = sorted(item.name for item in self.folder.iterdir() if item.is_dir())
            raise RunError(
                "The run {folder} has no table {table!r}: it holds {known}.",
                folder=str(self.folder),
                table=name,
                known=known,
            )
        return pq.read_table(folder)

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables."""
        return tuple(sorted(self.manifest["tables"]))


def read(folder: Path) -> Run:
    """Open a finished run."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(
            "{folder} holds no finished run: {manifest} is not there.", folder=str(folder), manifest=MANIFEST
        ) from None
    return Run(folder, manifest)


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to write a run into; put it in place when the block ends well.

    A target that exists must be a finished run of ours or an empty folder: anything else is left alone.
    """
    refuse_foreign(target)
    clear_leftovers(target)
    folder = target.parent / f".{target.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.partial"
    missing = [parent for parent in folder.parents if not parent.exists()]
    _STAGED.add(folder)
    try:
        make_folder(folder)
        yield folder
        put_in_place(folder, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise DiskFullError from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        remove_empty(missing)
        _STAGED.discard(folder)


def make_folder(folder: Path) -> None:
    """Make a folder to write into, with those above it."""
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise RunError(
            "{folder} cannot be written to ({reason}): name another folder for the run.",
            folder=str(folder.parent),
            reason=Phrase(error.strerror or "unknown reason"),
        ) from error


def remove_empty(folders: list[Path]) -> None:
    """Remove the folders that hold nothing, the innermost first."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, the last file of a run, down to the disk."""
    with (folder / MANIFEST).open("w", encoding="utf-8") as stream:
        json.dump(manifest, stream, indent=2, ensure_ascii=False, default=str)
        stream.flush()
        os.fsync(stream.fileno())


def refuse_foreign(target: Path) -> None:
    """Refuse to replace anything but a run."""
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise RunError(
            "{folder} exists and is not a run of Vinculo: name another folder, or empty this one.",
            folder=str(target),
        )
    if target.exists() and not target.is_dir():
        raise RunError("{folder} is a file: name a folder for the run.", folder=str(target))


def put_in_place(folder: Path, target: Path) -> None:
    """Rename a staged run to its place, setting an earlier one aside until that has happened."""
    earlier = folder.with_suffix(".earlier")
    while folder.exists():
        with suppress(FileNotFoundError):
            target.rename(earlier)
        try:
            folder.rename(target)
        except OSError as error:
            # Another run got in between the two renames: set that one aside in turn.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                put_back(earlier, target)
                raise
        shutil.rmtree(earlier, ignore_errors=True)


def put_back(earlier: Path, target: Path) -> None:
    """Put an earlier run back that was set aside for one that could not take its place."""
    if earlier.exists() and not target.exists():
        earlier.rename(target)


def clear_leftovers(target: Path) -> None:
    """Clear what killed runs left beside the target; put an earlier run back that was set aside."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(\d+)-[0-9a-f]{{8}}\.(partial|earlier).*")
    for path in sorted(target.parent.iterdir()) if target.parent.is_dir() else []:
        found = pattern.fullmatch(path.name)
        if not found or running(path, int(found[1])):
            continue
        if found[2] == "earlier" and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def running(folder: Path, pid: int) -> bool:
    """Tell whether the process that staged a folder still runs."""
    if pid == os.getpid():
        return any(folder.name.startswith(staged.with_suffix("").name) for staged in _STAGED)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not ended(pid)


def ended(pid: int) -> bool:
    """Tell whether a process is over and only waits for somebody to notice, as in a container where nobody does."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    return False
