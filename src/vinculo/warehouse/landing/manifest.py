"""What has been landed: the files that are in force, and by what each would be known to be out of date."""

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Part:
    """Lines that were landed together: those of one import, or some that no import brought."""

    import_id: int | None
    """None for lines that no import brought."""
    signature: tuple[Any, ...]
    """What the store says of these lines: as long as it says the same they need not be read again."""
    lines: int
    files: tuple[str, ...]
    """Files in the folder of what has been landed, in the order of the lines."""


@dataclass(frozen=True)
class Manifest:
    """What is in force in a folder."""

    zone: str = ""
    """Time zone in whose clock the lines are dated."""
    facts: tuple[str, ...] = ()
    """Files of the orders and products that the lines were put together with."""
    parts: tuple[Part, ...] = field(default=())

    @property
    def files(self) -> set[str]:
        """Return every file that is in force."""
        return {*self.facts, *(file for part in self.parts for file in part.files)}

    @property
    def lines(self) -> int:
        """Return how many lines are in force."""
        return sum(part.lines for part in self.parts)


def read(folder: Path) -> Manifest:
    """Return the manifest of a folder; an empty one when nothing was landed yet."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return Manifest()
    parts = [
        Part(part["import_id"], tuple(part["signature"]), part["lines"], tuple(part["files"]))
        for part in found["parts"]
    ]
    manifest = Manifest(found["zone"], tuple(found["facts"]), tuple(parts))
    # When somebody took files away, the store still has all of it.
    return manifest if all((folder / name).is_file() for name in manifest.files) else Manifest()


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in force, all at once; the files it names reach the disk first."""
    for name in manifest.files - read(folder).files:
        with (folder / name).open("rb") as stream:
            os.fsync(stream.fileno())
    staged = folder / f".{MANIFEST}.{uuid.uuid4().hex[:8]}"
    with staged.open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    staged.replace(folder / MANIFEST)


def clear(folder: Path, manifest: Manifest) -> None:
    """Remove files that are not in force: of earlier landings, and of one that was killed."""
    for item in folder.iterdir():
        if item.name not in manifest.files and item.name != MANIFEST and not item.name.endswith(".lock"):
            if item.is_dir():
                shutil.rmtree(item, ignore_errors=True)
            else:
                item.unlink(missing_ok=True)
