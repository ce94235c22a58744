"""Landing: the lines in force of the operational store become Parquet, import by import.

Lines of an import never change; what can happen to them is that a later import supersedes some, that they are undone
themselves, or that another import of their source is undone, which gives back what it had taken. So an import is read
once, and again only when what the store says of it differs (`imports.sql`); one that is no longer done is dropped.
Lines that no import brought are read from the last known one on, and all of them again when some of the known ones
went. Orders, customers and products may change at any time: they are read every time, and lines whose order or product
reads differently are put together again from their own files. Lines begin to come while those are still read, over two
connections that see one moment of the store; all is seen at once when the manifest is replaced.
"""

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from vinculo.foundation.errors import InputError
from vinculo.warehouse import queries
from vinculo.warehouse.duck import COPY_OPTIONS, DuckEngine, disk_errors, quote
from vinculo.warehouse.landing import ahead
from vinculo.warehouse.landing import manifest as manifests
from vinculo.warehouse.landing import store as stores
from vinculo.warehouse.landing.manifest import Manifest, Part
from vinculo.warehouse.landing.store import Store

READ = ("orders", "merged", "read_customers", "read_channels")
"""What orders are put together from, let go once they are."""
FACTS = ("whole_orders", "products")
"""What lines are put together with."""
WORDS = {"channels": "channel", "customers": "country", "products": "category"}
"""The columns of a few words each."""
FEW = 1000
"""More words than these stay texts: every row group of a file holds all the words of its columns."""
SIGNATURE = ("finished", "superseded_lines", "superseded_ids", "undone")
PIECES = 32
"""Parts of lines that no import brought, before they are landed as one."""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Landed:
    """What is in force, and what the landing had to do for it."""

    folder: Path
    manifest: Manifest
    lines_read: int = 0
    """Lines read from the store this time."""
    parts_renewed: int = 0
    """Parts put together again because an order or a product reads differently."""
    parts_dropped: int = 0
    currencies: tuple[str, ...] = ()
    """Currencies of the orders; amounts of more than one cannot be added up."""

    @property
    def lines(self) -> int:
        """Return how many lines are in force."""
        return self.manifest.lines


def land(
    address: str, *, folder: Path, zone: str = "UTC", memory: str = "2GB", progress: Progress | None = None
) -> Landed:
    """Bring what is landed in a folder up to date with the store.

    Parameters
    ----------
    address
        The operational store, as libpq takes addresses.
    folder
        Where landed lines are kept. Whatever ends a landing, even a kill, leaves what was in force before.
    zone
        Time zone in whose clock the lines are dated.
    memory
        Memory for the engine that puts lines together.
    progress
        Called with the share of the lines read; it may raise to stop.
    """
    with locked(folder):
        before = manifests.read(folder)
        manifests.clear(folder, before)
        with ExitStack() as stack:
            spill = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix="spill-")))
            engine = stack.enter_context(DuckEngine(spill, memory=memory))
            store = stack.enter_context(stores.opened(address))
            work = Work(store, engine, folder, zone, progress or (lambda share: None))
            after = work.done(before if before.zone == zone else Manifest())
            manifests.write(folder, after.manifest)
        manifests.clear(folder, after.manifest)
        return after


@contextmanager
def snapshot(folder: Path, target: Path) -> Iterator[Path]:
    """Give a folder of what is in force now, which later landings leave alone; the files are not copied.

    Raises
    ------
    InputError
        When nothing has been landed.
    """
    with locked(folder):
        manifest = manifests.read(folder)
        if not manifest.lines:
            raise InputError("There are no order lines yet: import orders first.")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for number, file in enumerate(file for part in manifest.parts for file in part.files):
            os.link(folder / file, target / f"{number:06d}.parquet")
    try:
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time land into a folder; the system gives the lock back when a process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "landing.lock").open("a", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def query(name: str, **words: object) -> str:
    """Return a query of this folder; the words put in are ours, never the data's."""
    text = queries.load("vinculo.warehouse.landing", name)
    return text.format(**words) if words else text


@dataclass
class Work:
    """One landing while it goes on."""

    store: Store
    engine: DuckEngine
    folder: Path
    zone: str
    progress: Progress
    seen: int = 0
    expected: int = 1
    facts: Future[tuple[str, ...]] = field(default_factory=Future)
    """The files of orders and products, once these are there for lines to be put together with."""

    def done(self, before: Manifest) -> Landed:
        """Read what is missing; return what is to be in force."""
        wanted = self.wanted()
        kept = [
            part for part in before.parts if part.import_id is not None and wanted.get(part.import_id) == part.signature
        ]
        self.expected = max(
            1, int(self.store.table(query("expected"))["lines"][0].as_py()) - sum(p.lines for p in kept)
        )
        known = {part.import_id for part in kept}
        with self.store.beside() as store, ThreadPoolExecutor(1) as beside:
            self.facts = beside.submit(self.read_facts, store, before)
            read = [
                self.part(f"import_id = {number}", signature, import_id=number)
                for number, signature in wanted.items()
                if number not in known
            ]
            entered = self.entered([part for part in before.parts if part.import_id is None])
            renewed = [self.renewed(part) for part in kept]
            facts = self.facts.result()
        parts = sorted([*renewed, *read], key=lambda part: part.import_id or 0) + entered
        self.progress(1.0)
        return Landed(
            self.folder,
            Manifest(self.zone, facts, tuple(parts)),
            lines_read=self.seen,
            parts_renewed=sum(old is not new for old, new in zip(kept, renewed, strict=True)),
            parts_dropped=sum(part.import_id not in wanted for part in before.parts if part.import_id is not None),
            currencies=tuple(self.engine.rows("FROM currencies")["currency"].to_pylist()),
        )

    def wanted(self) -> dict[int, tuple[Any, ...]]:
        """Return the imports whose lines are in force, each with what the store says of it."""
        rows = self.store.table(query("imports")).to_pylist()
        return {row["import_id"]: tuple(row[name] for name in SIGNATURE) for row in rows}

    def read_facts(self, store: Store, before: Manifest) -> tuple[str, ...]:
        """Read orders and products, keep them, and prepare `changed_orders` and `changed_products`."""
        for name in ("orders", "merged"):
            self.engine.attach(name, store.table(query(name)))
        for name, column in WORDS.items():
            self.engine.attach(f"read_{name}", store.table(query(name)))
            self.numbered(name, column)
        self.engine.materialise("whole_orders", query("whole_orders"))
        self.engine.materialise("currencies", query("currencies"))
        for name in READ:
            self.engine.connection.unregister(name)
        known = dict(zip(FACTS, before.facts, strict=True)) if before.facts else {}
        return tuple(self.kept(name, known.get(name)) for name in FACTS)

    def numbered(self, name: str, column: str) -> None:
        """Make a column of few words one of numbers of them: to join and write these takes less."""
        words = f"SELECT DISTINCT {column} FROM read_{name} WHERE {column} IS NOT NULL"
        few = self.count(f"({words})") <= FEW
        self.engine.run(f"CREATE TYPE {column}_word AS {f'ENUM ({words})' if few else 'VARCHAR'}")
        read = f"SELECT * REPLACE (CAST({column} AS {column}_word) AS {column}) FROM read_{name}"
        self.engine.run(f"CREATE TEMP VIEW {name} AS {read}")

    def kept(self, name: str, known: str | None) -> str:
        """Write facts down and note which differ from those known; return the name of the file."""
        key = {"whole_orders": "order_key", "products": "product_key"}[name]
        old = f"read_parquet({quote(str(self.folder / known))})" if known else f"(FROM {name} LIMIT 0)"
        self.engine.materialise(f"changed_{name}", f"SELECT DISTINCT {key} FROM (FROM {old} EXCEPT FROM {name})")
        unchanged = known and not self.count(f"changed_{name}") and self.count(name) == self.count(old)
        return str(known) if unchanged else self.written(name, f"FROM {name}")

    def count(self, relation: str) -> int:
        """Return how many rows a relation has."""
        return int(self.engine.rows(f"SELECT count(*) AS rows FROM {relation}")["rows"][0].as_py())

    def renewed(self, part: Part) -> Part:
        """Put a part together again when an order or a product of it reads differently."""
        self.facts.result()
        if not part.files:
            return part
        lines = f"read_parquet([{', '.join(quote(str(self.folder / file)) for file in part.files)}])"
        touched = (
            f"(SELECT 1 FROM {lines} WHERE order_key IN (FROM changed_whole_orders) "
            "OR product_key IN (FROM changed_products) LIMIT 1)"
        )
        if not self.count(touched):
            return part
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW fetched_lines AS FROM {lines}")
        return replace(part, files=(self.written("lines", query("order_lines")),))

    def entered(self, known: Sequence[Part]) -> list[Part]:
        """Return the parts of lines that no import brought: those known and what came since, or all anew."""
        last = max((int(part.signature[0]) for part in known), default=0)
        (row,) = self.store.table(query("entered", last=last)).to_pylist()
        complete = (row["lines"], row["ids"]) == (
            sum(part.lines for part in known),
            sum(int(part.signature[1]) for part in known),
        )
        if not complete or len(known) >= PIECES:
            signature = (row["last"], row["all_ids"])
            return [self.part("import_id IS NULL", signature)] if row["all_lines"] else []
        renewed = [self.renewed(part) for part in known]
        if row["all_lines"] == row["lines"]:
            return renewed
        signature = (row["last"], row["all_ids"] - row["ids"])
        return [*renewed, self.part(f"import_id IS NULL AND id > {last}", signature)]

    def part(self, which: str, signature: tuple[Any, ...], *, import_id: int | None = None) -> Part:
        """Read lines from the store and write them as the contract wants them."""
        before = self.seen
        file = ahead.used(self.counted(self.store.batches(query("lines", part=which), self.zone)), self.joined)
        return Part(import_id, signature, self.seen - before, (file,) if file else ())

    def counted(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass batches of lines on and tell how far we are."""
        for batch in batches:
            self.seen += batch.num_rows
            self.progress(min(0.99, self.seen / self.expected))
            yield batch

    def joined(self, lines: pa.Table | pa.RecordBatchReader) -> str:
        """Write lines with what they belong to, which may still be on its way; return the name of the file."""
        self.facts.result()
        self.engine.attach("fetched_lines", lines)
        with self.engine.in_written_order() if isinstance(lines, pa.RecordBatchReader) else nullcontext():
            return self.written("lines", query("order_lines"))

    def written(self, name: str, sql: str) -> str:
        """Write the result of a query as a file of its own; return its name."""
        file = f"{name}-{uuid.uuid4().hex}.parquet"
        with disk_errors():
            self.engine.connection.execute(f"COPY ({sql}) TO {quote(str(self.folder / file))} ({COPY_OPTIONS})")
        return file
