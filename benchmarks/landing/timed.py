"""Both sides in one process, against one server of its own, in turns; wall seconds, and CPU seconds of the process.

The bare side takes the columns of the lines out of the store and throws them away; ours leaves Parquet in which every
line has its order, customer, country, channel, product and category in words.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.landing import store

TIMES = 3
BARE = """
COPY (
    SELECT order_id, product_id, happened_at, description, quantity, gross_minor, discount_minor, net_minor, cost_minor
    FROM identify_orderline WHERE superseded_by_id IS NULL
) TO STDOUT (FORMAT binary)
"""


def measured(lines: int, folder: Path) -> dict[str, Any]:
    """Time both sides in turns and return the better time of each."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    django.setup()
    from vinculo.project import home
    from vinculo.project.database import address, opening, server

    with server.Server(home.database_folder()) as running:
        server.prepare(running)
        opening.migrate()
        fill(address.owner().conninfo, lines)
        where = address.application().conninfo
        bare, ours, again = [], [], []
        for _time in range(TIMES):
            bare.append(copied(where))
            shutil.rmtree(folder / "landed", ignore_errors=True)
            ours.append(landed(where, folder / "landed", lines))
            again.append(landed(where, folder / "landed", 0))
    return {
        "bare_seconds": min(bare)[0],
        "bare_cpu_seconds": min(bare)[1],
        "seconds": min(ours)[0],
        "cpu_seconds": min(ours)[1],
        "again_seconds": min(again)[0],
        "bare": bare,
        "ours": ours,
    }


def fill(where: str, lines: int) -> None:
    """Fill the store; not part of the time."""
    import psycopg

    with psycopg.connect(where, autocommit=True) as connection:
        for statement in store.statements(lines):
            connection.execute(statement)


def copied(where: str) -> tuple[float, float]:
    """Take the lines out by COPY; return the seconds it took, and those of CPU."""
    import psycopg

    started, worked = time.perf_counter(), time.process_time()
    with psycopg.connect(where) as connection, connection.cursor().copy(BARE) as copy:
        for _piece in copy:
            pass
    return time.perf_counter() - started, time.process_time() - worked


def landed(where: str, folder: Path, lines: int) -> tuple[float, float]:
    """Land the lines; return the seconds it took, and those of CPU."""
    from vinculo.warehouse.landing import landing

    started, worked = time.perf_counter(), time.process_time()
    found = landing.land(where, folder=folder)
    seconds = time.perf_counter() - started, time.process_time() - worked
    if found.lines_read != lines:
        raise SystemExit(f"{found.lines_read} lines were read, not {lines}")
    return seconds


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vinculo-bench-", dir=sys.argv[2]) as scratch:
        os.environ["VINCULO_HOME"] = f"{scratch}/home"
        os.environ.pop("DATABASE_URL", None)
        print(json.dumps(measured(int(sys.argv[1]), Path(scratch))))
