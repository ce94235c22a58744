"""Places: watched folders as the disk has them, never outside the root that an administrator permits.

Every part of a path is opened from the one above it, and no link is followed: neither `..` nor a link that somebody
puts there later leads out.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from vinculo.foundation.errors import InputError

QUIET = timedelta(minutes=2)
"""A file that nobody has written to for so long is whole."""
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart", ".swp", ".lock")
"""Endings under which programs write what is not whole yet."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
DONE, FAILED = "done", "failed"
"""Folders into which files are moved."""


class NotReadError(InputError):
    """A file of a watched folder cannot be opened."""

    code = "folder.file_unreadable"


@dataclass(frozen=True)
class Met:
    """A file as it lies in a folder."""

    name: str
    bytes: int
    modified_ns: int

    def quiet(self, now: datetime) -> bool:
        """Tell whether nobody has written to it for a while."""
        return now.timestamp() - self.modified_ns / 1e9 >= QUIET.total_seconds()


def root() -> Path:
    """Return the folder below which folders may be watched; the usual one, in the home, is made when missing."""
    found = Path(settings.IMPORT_ROOT)
    if found == Path(settings.HOME_FOLDER()) / "inbox":
        found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def normalised(path: str) -> str:
    """Return a path below the root with its parts joined by slashes; anything that could lead out is refused."""
    parts = [part for part in path.strip().replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or path.strip().startswith(("/", "~")) or ".." in parts or any("\x00" in part for part in parts):
        raise InputError(
            "The folder {path!r} cannot be watched: name one below {root}, without a slash at its beginning.",
            path=path,
            root=str(settings.IMPORT_ROOT),
        )
    return "/".join(parts)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """Open a folder below the root, each part of its path from the one above; give its descriptor."""
    held: list[int] = []
    try:
        held.append(os.open(root(), os.O_RDONLY | os.O_DIRECTORY))
        for part in normalised(path).split("/"):
            held.append(os.open(part, _FOLDER, dir_fd=held[-1]))
    except OSError as error:
        for each in held:
            os.close(each)
        linked = error.errno in (errno.ELOOP, errno.ENOTDIR)
        reason = "it is a link or no folder" if linked else error.strerror or "unknown reason"
        raise InputError("The folder {path} cannot be opened: {reason}.", path=path, reason=reason) from error
    try:
        yield held[-1]
    finally:
        for each in held:
            os.close(each)


def met(folder: int) -> list[Met]:
    """Return the files of a folder, those written first first; links, hidden and unfinished ones are passed over."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~")) or entry.name.lower().endswith(UNFINISHED):
                continue
            if entry.is_file(follow_symlinks=False):
                seen = entry.stat(follow_symlinks=False)
                found.append(Met(entry.name, seen.st_size, seen.st_mtime_ns))
    return sorted(found, key=lambda each: (each.modified_ns, each.name))


@contextmanager
def reading(folder: int, name: str) -> Iterator[int]:
    """Open a file of a folder, never through a link; give its descriptor."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise NotReadError("{path} cannot be opened: {reason}.", path=name, reason=reason) from error
    try:
        yield file
    finally:
        os.close(file)


def as_met(file: int, name: str) -> Met | None:
    """Return an open file as it is now; nothing when it is no plain file."""
    seen = os.fstat(file)
    return Met(name, seen.st_size, seen.st_mtime_ns) if stat.S_ISREG(seen.st_mode) else None


def move(folder: int, name: str, target: str, *, now: datetime) -> None:
    """Move a file into a folder below its own, under another name where its own is taken."""
    with suppress(FileExistsError):
        os.mkdir(target, 0o700, dir_fd=folder)
    below = os.open(target, _FOLDER, dir_fd=folder)
    try:
        stem, dot, ending = name.partition(".")
        free = name if not exists(below, name) else f"{stem}-{now:%Y%m%d%H%M%S%f}{dot}{ending}"
        os.rename(name, free, src_dir_fd=folder, dst_dir_fd=below)
    finally:
        os.close(below)


def exists(folder: int, name: str) -> bool:
    """Tell whether a folder has a file of a name."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
