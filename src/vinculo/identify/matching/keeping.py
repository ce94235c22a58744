"""Keeping: what the next batch needs of this one, in a folder; of traits, only what is new is written.

Traits lie in parts, each a folder: the records of the first batch, and those that every later one brought. A record
that came again, or went, has died in the parts before (`stale`). Parts are linked from folder to folder, so that to
keep a million records after ten thousand came costs what ten thousand cost.
"""

import os
import shutil
from pathlib import Path

from vinculo.identify.matching.preparation import Prepared
from vinculo.warehouse.engine import Engine

TRAITS, STALE = "traits", "stale"
MOST_PARTS = 24
"""After so many, the traits are written as one part again."""


def parts(folder: Path) -> list[Path]:
    """Return the parts of the traits that a folder keeps, in the order they came."""
    found = (part for part in (folder / TRAITS).iterdir() if part.name.isdecimal())
    return sorted(found, key=lambda part: int(part.name))


def traits_attach(engine: Engine, folder: Path, name: str) -> None:
    """Make the traits that a folder keeps readable under a name."""
    engine.attach(f"{name}_{STALE}", folder / STALE)
    alive = []
    for place, part in enumerate(parts(folder)):
        engine.attach(f"{name}_{place}", part)
        dead = f"SELECT record_id FROM {name}_{STALE} WHERE part > {place}"
        alive.append(f"SELECT * FROM {name}_{place} WHERE record_id NOT IN ({dead})")
    engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(alive)}")


def keep(prepared: Prepared, folder: Path, *, tables: tuple[str, ...], previous: Path | None = None) -> None:
    """Write tables and traits into a new folder; what a previous one holds of the traits is linked."""
    engine, name = prepared.engine, prepared.name
    for table in tables:
        engine.write(folder / table, f"SELECT * FROM {name(table)}")
    before = parts(previous) if previous is not None else []
    if previous is None or len(before) >= MOST_PARTS:
        engine.write(folder / TRAITS / "0", f"SELECT * FROM {name(TRAITS)}")
        engine.write(folder / STALE, "SELECT 0::BIGINT AS record_id, 0 AS part LIMIT 0")
        return
    for place, part in enumerate(before):
        shutil.copytree(part, folder / TRAITS / str(place), copy_function=linked)
    engine.write(folder / TRAITS / str(len(before)), f"SELECT * FROM {name('arrived')}")
    engine.attach(name(STALE), previous / STALE)
    gone = f"SELECT record_id FROM {name('arrived')} UNION SELECT record_id FROM {name('removed')}"
    engine.write(
        folder / STALE, f"SELECT * FROM {name(STALE)} UNION ALL SELECT record_id, {len(before)} AS part FROM ({gone})"
    )


def linked(source: str, target: str) -> None:
    """Let a file be in two folders; where the disk cannot, copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
