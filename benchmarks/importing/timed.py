"""Both sides in one process, against one server of its own, one after the other.

The bare side copies the lines as they were read into one table without a key; ours reads the file as a person saved it,
and ends with customers, products, orders and lines in place and an undo possible. Two parts of ours are also done by
themselves, for they cannot be had for less: reading and checking the file, and a COPY of the finished lines into a
table with the one index that finds them.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = """
CREATE TABLE bare (line_number bigint, order_id text, customer_id text, happened_at timestamptz, product_id text,
    product_name text, category text, channel text, country text, segment text, quantity numeric, gross_minor bigint,
    discount_minor bigint, net_minor bigint, cost_minor bigint, line_kind text)
"""


@dataclass(frozen=True)
class Taken:
    """What a piece of work took: wall seconds, and CPU seconds of this process and of its server process."""

    wall: float
    cpu: float


@contextmanager
def timing() -> Iterator[Callable[[], Taken]]:
    """Give a function that tells what has been taken since."""
    wall, cpu = time.perf_counter(), spent()
    yield lambda: Taken(time.perf_counter() - wall, spent() - cpu)


def spent() -> float:
    """Return the CPU seconds of this process and, where the system tells them, of the processes that serve it."""
    from django.db import connections

    seconds = time.process_time()
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            status = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
            if status.is_file():
                words = status.read_text("utf-8").rsplit(")", 1)[1].split()
                seconds += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def measured(path: Path) -> dict[str, Any]:
    """Time both sides, with what ours counted."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    django.setup()
    from django.db import connections

    from vinculo.project import home
    from vinculo.project.database import opening, server

    with server.Server(home.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        for alias in ("owner", "default"):
            connections[alias].ensure_connection()
        text = prepared(path)
        warmed(path)
        once, (ours, counts), again = copied(text), imported(path), copied(text)
        parts = {"reading": read(path), "storing": stored(path.with_name("lines.csv"))}
        connections.close_all()
    sides = {"bare": min(once, again, key=lambda taken: taken.wall), "ours": ours, **parts}
    return {**{name: asdict(taken) for name, taken in sides.items()}, **counts}


def read(path: Path) -> Taken:
    """Read and check the file, without a store; return what it took."""
    from vinculo.identify.orders import arriving
    from vinculo.warehouse.duck import DuckEngine
    from vinculo.warehouse.reading import orders
    from vinculo.warehouse.reading.options import ReadingOptions

    with tempfile.TemporaryDirectory(dir=path.parent) as spill, timing() as taken, DuckEngine(Path(spill)) as engine:
        orders.read(path, engine=engine, options=ReadingOptions())
        arriving.arrange(engine)
        return taken()


def stored(text: Path) -> Taken:
    """Copy the finished lines into a table with their unique index; return what it took."""
    from django.db import connections, transaction

    with connections["owner"].cursor() as cursor:
        # Otherwise the server does so by itself while we measure.
        cursor.execute("VACUUM ANALYZE")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        with text.open("wb") as stream, cursor.copy("COPY identify_orderline TO STDOUT (FORMAT csv)") as copy:
            for piece in copy:
                stream.write(piece)
        cursor.execute("CREATE TABLE stored (LIKE identify_orderline INCLUDING DEFAULTS)")
        cursor.execute("CREATE UNIQUE INDEX ON stored (order_id, line_key) WHERE superseded_by_id IS NULL")
    return copied_into("stored", text)


def prepared(path: Path) -> Path:
    """Write the lines of a file as the text that COPY takes; not part of the time."""
    from vinculo.warehouse.duck import DuckEngine
    from vinculo.warehouse.reading import orders

    target = path.with_name("bare.csv")
    with tempfile.TemporaryDirectory(dir=path.parent) as spill, DuckEngine(Path(spill)) as engine:
        orders.read(path, engine=engine)
        engine.run(f"COPY (SELECT * FROM order_lines ORDER BY line_number) TO '{target}' (FORMAT csv, HEADER false)")
    return target


def copied(text: Path) -> Taken:
    """Copy the lines into a table of their own; return what it took."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(PLAIN)
    return copied_into("bare", text)


def copied_into(table: str, text: Path) -> Taken:
    """Copy a text into a table that is there; return what it took."""
    from django.db import connections, transaction

    with (
        timing() as taken,
        text.open("rb") as stream,
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy,
    ):
        while piece := stream.read(1 << 20):
            copy.write(piece)
    return taken()


def warmed(path: Path) -> None:
    """Import the first lines and take them back: whoever imports every day has loaded what importing needs."""
    from vinculo.identify.records import services
    from vinculo.identify.records.services import imports

    first = path.with_name(f"first-{path.name}")
    with path.open("rb") as stream:
        first.write_bytes(b"".join(itertools.islice(stream, 1_000)))
    source = services.source_ensure(code="shop")
    made = imports.import_open(file=first, kind="orders", source=source, by="benchmark", now=NOW)
    imports.import_run(import_id=made.pk, now=NOW)
    imports.import_undo(import_id=made.pk, by="benchmark", now=NOW)


def imported(path: Path) -> tuple[Taken, dict[str, Any]]:
    """Import the file; return what it took and what it counted."""
    from vinculo.identify.records import services
    from vinculo.identify.records.services import imports

    source = services.source_ensure(code="shop")
    with timing() as taken:
        made = imports.import_open(file=path, kind="orders", source=source, by="benchmark", now=NOW)
        done = imports.import_run(import_id=made.pk, now=NOW)
        found = taken()
    names = ("new", "rejected", "customers_new", "products_new", "orders_new")
    return found, {"lines": done.counts["rows"], **{name: done.counts[name] for name in names}}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-") as folder:
        os.environ["VINCULO_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        print(json.dumps(measured(Path(sys.argv[1]))))
