"""Files of imports, and what an erasure takes out of them.

The original of an import that holds the person goes as a whole: a spreadsheet cannot be rewritten with certainty, and
what was read of it is in the store. Its rejected rows, its preview and its lines stay without the person.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from vinculo.foundation.errors import VinculoError
from vinculo.identify.cards import opening
from vinculo.identify.parties.report import PartyOptions
from vinculo.identify.records.imports import folders
from vinculo.identify.records.models import Import
from vinculo.identify.records.orders import withdrawal
from vinculo.identify.records.rights import burial, tombstones
from vinculo.identify.records.rights.traces import Traces
from vinculo.warehouse.duck import DuckEngine, quote
from vinculo.warehouse.reading.sources.source import literal

MEMORY = "1GB"
BATCH = 20_000
Points = Callable[[object], bool]


def erase(traces: Traces) -> list[int]:
    """Take a person out of the files of all imports; return the numbers of those that lost their original."""
    lost = []
    known = {str(each.pk): each for each in Import.objects.all()}
    for folder in sorted(folders.root().iterdir()):
        imported = known.get(folder.name)
        if folder.is_dir() and imported is not None and clean(folder, imported, traces):
            lost.append(imported.pk)
    return lost


def clean(folder: Path, imported: Import, traces: Traces) -> bool:
    """Take a person out of the files of one import; tell whether the original went."""
    keys = traces.keys_of(imported.source_id)
    with (
        TemporaryDirectory(dir=folder, prefix=folders.WORKING) as work,
        DuckEngine(Path(work), memory=MEMORY) as engine,
    ):
        had_lines = lines_lose(engine, folder, imported.source_id, keys)
        drop_rows(engine, folder, lambda cell: traces.points(cell, keys))
        preview_loses(folder / folders.PREVIEW, lambda cell: traces.points(cell, keys))
        # Of orders the lines tell; a number is also a quantity, so cells are not compared with it.
        cells = frozenset() if imported.kind == Import.Kind.ORDERS else keys
        holding = had_lines or holds(engine, folder, imported.options, lambda cell: traces.points(cell, cells))
    if holding:
        forget_original(imported.pk)
    return holding


def forget_original(import_id: int) -> None:
    """Remove the original of an import; what was read of it stays."""
    shutil.rmtree(folders.of(import_id) / folders.ORIGINAL, ignore_errors=True)


def lines_lose(engine: DuckEngine, folder: Path, source_id: int, keys: Iterable[str]) -> bool:
    """Take the customer off the lines that an import of orders keeps; tell whether there were any."""
    lines = folder / withdrawal.LINES
    if not lines.is_dir() or not keys:
        return False
    files = f"read_parquet({quote(str(lines / '*.parquet'))})"
    wanted = sorted(keys)
    engine.attach("lost", pa.table({"key": wanted, "token": [burial.token(source_id, key) for key in wanted]}))
    if not engine.rows(f"SELECT 1 FROM {files} SEMI JOIN lost ON customer_id = key LIMIT 1"):
        return False
    changed = f"""
        SELECT l.* REPLACE (
            CASE WHEN key IS NULL THEN customer_id END AS customer_id,
            CASE WHEN starts_with(number, '~' || key || '~') THEN '~' || token || substr(number, length(key) + 2)
                ELSE number END AS number
        ) FROM {files} AS l LEFT JOIN lost ON customer_id = key ORDER BY line_number
    """
    swap(engine, lines, changed)
    return True


def drop_rows(engine: DuckEngine, folder: Path, points: Points) -> set[int]:
    """Take rows out of those that could not come in, and what was said of them; return their numbers."""
    kept = {name: folder / name for name in (folders.ROWS, folders.ISSUES) if (folder / name).is_dir()}
    numbers: set[int] = set()
    for place in kept.values():
        read = engine.connection.sql(f"SELECT * FROM read_parquet({literal(str(place / '*.parquet'))})")
        for batch in read.to_arrow_reader(BATCH):
            columns = [column.to_pylist() for column in batch.columns]
            at = batch.schema.names.index("row_number")
            for row in zip(*columns, strict=True):
                if any(points(cell) for place_of, cell in enumerate(row) if place_of != at):
                    numbers.add(int(row[at]))
    if numbers:
        engine.attach("dropped", pa.table({"row_number": pa.array(sorted(numbers), pa.int64())}))
        for place in kept.values():
            read_of = f"read_parquet({literal(str(place / '*.parquet'))})"
            swap(engine, place, f"SELECT * FROM {read_of} ANTI JOIN dropped USING (row_number) ORDER BY row_number")
    return numbers


def bury_rejected(work: Any) -> None:
    """Take erased persons out of the rows of a new file that could not come in."""
    known = tombstones.known()
    if known:
        source = work.arrival.source_id
        dropped = drop_rows(
            work.engine,
            work.produced,
            lambda cell: bool(cell) and not known.isdisjoint(tombstones.of_cell(source, str(cell))),
        )
        for number in dropped:
            work.engine.run(f"INSERT INTO buried_rows VALUES ({number})")


def swap(engine: DuckEngine, folder: Path, query: str) -> None:
    """Write a folder of Parquet anew, in the place of the old one."""
    staged, old = folder.with_name(f".new-{folder.name}"), folder.with_name(f".old-{folder.name}")
    for left in (staged, old):
        shutil.rmtree(left, ignore_errors=True)
    engine.write(staged, query)
    folder.rename(old)
    staged.rename(folder)
    shutil.rmtree(old)


def preview_loses(file: Path, points: Points) -> None:
    """Take the rows and faults that point to somebody out of a preview."""
    if not file.is_file():
        return
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    before = json.dumps(kept)
    kept["samples"] = [row for row in kept["samples"] if not any(points(cell) for cell in row[1:])]
    kept["issues"] = [each for each in kept["issues"] if not any(points(cell) for cell in each.values())]
    if examples := kept.get("likely", {}).get("examples"):
        kept["likely"]["examples"] = [each for each in examples if not points(each["name"])]
    kept["warnings"] = [each for each in kept["warnings"] if not points(each)]
    if json.dumps(kept) != before:
        staged = file.with_suffix(".tmp")
        staged.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        staged.replace(file)


def holds(engine: DuckEngine, folder: Path, options: Mapping[str, Any], points: Points) -> bool:
    """Tell whether the original of an import holds something that points to a person; one that nobody can read does."""
    original = next(iter(sorted((folder / folders.ORIGINAL).glob("*"))), None)
    if original is None:
        return False
    asked = {name: options[name] for name in ("encoding", "delimiter", "sheet") if options.get(name)}
    with suppress(VinculoError), TemporaryDirectory(dir=folder, prefix=folders.WORKING) as work:
        source = opening.open_source(original, engine, PartyOptions(**asked).reading(), Path(work) / "source")
        if any(points(header) for header in source.headers):
            return True
        read = engine.connection.sql(f"SELECT * FROM ({source.relation})")
        for batch in read.to_arrow_reader(BATCH):
            texts = [[str(cell) for cell in column.to_pylist() if cell is not None] for column in batch.columns]
            # A column says the same many times: each text is looked at once.
            if any(points(cell) for column in texts for cell in set(column)):
                return True
        # What does not fit the table is not in the relation: plain text is also looked through as it is.
        if source.text is None:
            return False
        with source.text.open(encoding="utf-8") as lines:
            return any(points(line) for line in lines)
    return True
