"""A landing that is killed, wherever it is, leaves what was in force before; the next one makes up for it."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections
from tests.make import store, stored_orders

from vinculo.identify.records.store import store_address
from vinculo.warehouse.landing import landing, manifest

pytestmark = pytest.mark.slow
MANY = 400_000
CHILD = """
import sys
from pathlib import Path
from vinculo.warehouse.landing import landing, store
store.BATCH_BYTES = 1_000_000
print("ready", flush=True)
landing.land(sys.argv[1], folder=Path(sys.argv[2]), progress=lambda share: print(share, flush=True))
"""


def many_lines() -> None:
    """Write an import of many lines, by the database itself."""
    came = stored_orders.an_import("many")
    (line,) = stored_orders.lines(came, stored_orders.a_customer(), [("M1", 1, 10)])
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO identify_orderline (order_id, customer_id, product_id, happened_at, line_key, line_kind,"
            " quantity, gross_minor, discount_minor, net_minor, import_id)"
            " SELECT order_id, customer_id, product_id, happened_at, 'more ' || n, line_kind, quantity, n, 0, n,"
            " import_id FROM identify_orderline, generate_series(2, %s) n WHERE id = %s",
            [MANY, line.pk],
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_landing_changes_nothing_and_the_next_makes_up_for_it(
    own_records: store.Database, tmp_path: Path, seed: int
) -> None:
    folder = tmp_path / "landed"
    stored_orders.lines(stored_orders.an_import(), None, [("A1", 1, 10)])
    before = landing.land(store_address(), folder=folder).manifest
    many_lines()

    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, store_address(), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    for _ in range(random.Random(seed).choice([1, 3, 12])):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    left = manifest.read(folder)
    after = landing.land(store_address(), folder=folder)

    assert left == before
    assert all((folder / name).is_file() for name in left.files & after.manifest.files)
    assert after.lines == MANY + 1
    assert {item.name for item in folder.iterdir()} == after.manifest.files | {"manifest.json", "landing.lock"}
