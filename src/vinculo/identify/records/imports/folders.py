"""Folders of imports: the original, its errors and their rows, kept under the home by the number of the import."""

import fcntl
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, runtime_checkable

from django.conf import settings

from vinculo.foundation.errors import DiskFullError, InputError

PIECE = 1 << 20
"""Bytes copied at a time, whatever the size of the file."""
ARRIVING, WORKING, YOUNG = ".arriving-", ".work-", 60.0
"""What folders of arriving files are called, and the seconds for which nobody takes them for left behind."""
ORIGINAL, ROWS, ISSUES, PREVIEW = "original", "rows", "issues", "preview.json"


@runtime_checkable
class Upload(Protocol):
    """A file as a web form hands it over."""

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]:
        """Yield the file in pieces."""


@dataclass(frozen=True)
class Stored:
    """A file copied into the home, not yet under the number of its import."""

    folder: Path
    sha256: str
    bytes: int
    lock: int
    """Descriptor of the folder, locked until the file has its place: it says that somebody is still at work there."""


def of(import_id: int) -> Path:
    """Return the folder of an import."""
    return root() / str(import_id)


def root() -> Path:
    """Return the folder of all imports, made when missing; only its owner may read it."""
    folder = Path(settings.IMPORTS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def original(import_id: int) -> Path:
    """Return the original file of an import; its ending is that of the name it came under."""
    found = sorted((of(import_id) / ORIGINAL).iterdir()) if (of(import_id) / ORIGINAL).is_dir() else []
    if not found:
        raise InputError("The original file of import {number} is gone: upload it again.", number=import_id)
    return found[0]


def store(file: str | os.PathLike[str] | IO[bytes] | Upload, name: str) -> Stored:
    """Copy a file into the home a piece at a time; return where it is, its digest and its size."""
    sweep()
    folder = root() / f"{ARRIVING}{secrets.token_hex(8)}"
    (folder / ORIGINAL).mkdir(parents=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    digest, size = hashlib.sha256(), 0
    try:
        with (folder / ORIGINAL / safe(name)).open("wb") as target:
            for piece in pieces(file):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        if isinstance(error, OSError) and error.errno in (28, 122):
            raise DiskFullError from error
        raise
    return Stored(folder, digest.hexdigest(), size, lock)


def sweep() -> None:
    """Remove what was arriving or worked on when its process died: nobody holds these folders any more."""
    for left in (*root().glob(f"{ARRIVING}*"), *root().glob(f"*/{WORKING}*")):
        try:
            lock = os.open(left, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            # A folder this young may be about to be locked.
            if time.time() - os.fstat(lock).st_mtime > YOUNG:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)


def pieces(file: str | os.PathLike[str] | IO[bytes] | Upload) -> Iterator[bytes]:
    """Yield a file in pieces."""
    if isinstance(file, Upload):
        yield from file.chunks(PIECE)
    elif isinstance(file, str | os.PathLike):
        with readable(Path(file)) as stream:
            yield from iter(lambda: stream.read(PIECE), b"")
    else:
        yield from iter(lambda: file.read(PIECE), b"")


@contextmanager
def readable(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, or say in one sentence why not."""
    if not path.exists():
        raise InputError("There is no file {path}: check the name and the folder.", path=str(path))
    if path.is_dir():
        raise InputError("{path} is a folder: name a file.", path=str(path))
    try:
        stream = path.open("rb")
    except OSError as error:
        raise InputError(
            "{path} cannot be opened: {reason}.", path=str(path), reason=error.strerror or "unknown reason"
        ) from error
    with stream:
        yield stream


def safe(name: str) -> str:
    r"""Return a file name without folders and odd characters; the ending, which says much, is kept.

    >>> safe("../../ventas 2024.csv"), safe("C:\\x\\..")
    ('ventas 2024.csv', 'file')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in last if character.isprintable() and character not in '<>:"|?*')
    kept = kept.strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return (f"{stem[:100]}{dot}{ending[:20]}" if stem else kept[:100]) or "file"


def settle(stored: Stored, import_id: int) -> None:
    """Give a copied file its place under the number of its import."""
    target = of(import_id)
    if target.exists():
        # Numbers are never used again: what lies there belongs to no import of this store.
        shutil.rmtree(target)
    stored.folder.rename(target)


def discard(stored: Stored) -> None:
    """Remove a copied file that is not needed, and let go of its folder."""
    shutil.rmtree(stored.folder, ignore_errors=True)
    os.close(stored.lock)


def clear(import_id: int) -> None:
    """Remove the work folders that tries at an import left behind; who asks holds its lock."""
    for left in of(import_id).glob(f"{WORKING}*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def working(import_id: int) -> Iterator[Path]:
    """Give a work folder inside that of an import; what earlier tries left behind goes first."""
    clear(import_id)
    folder = of(import_id) / f"{WORKING}{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def keep(produced: Path, import_id: int, *, names: Sequence[str] = ()) -> None:
    """Keep what a try has produced, or some of it, beside the original, in place of what an earlier one kept."""
    for found in sorted(each for each in produced.iterdir() if not names or each.name in names):
        target = of(import_id) / found.name
        if target.is_dir():
            shutil.rmtree(target)
        found.replace(target)
