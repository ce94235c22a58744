"""An import of orders beside a bare COPY of the same rows."""

import tempfile
from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

LINES_A_CUSTOMER = 9
"""Fewer than the simulation gives, so that there are always enough lines."""
RATE = 0.25
"""Of the bare COPY, which neither reads, nor checks, nor links anything."""


def compare(lines: int, data: Path) -> Comparison:
    """Measure both sides."""
    customers = -(-lines // LINES_A_CUSTOMER)
    source = data / f"orders-{customers}"
    measured.module("benchmarks.analysis.orders", customers, source)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "pedidos.csv"
        written = measured.module("benchmarks.reading.text", source / "orders", path, lines)
        found = measured.module("benchmarks.importing.timed", path).found
    count = written.found["lines"]
    result = Comparison(f"Importing a file of orders, {count:,} lines", "Vinculo", "bare COPY")
    ours, bare = found["ours"], found["bare"]
    result.compare("wall seconds", ours["wall"], bare["wall"])
    result.compare("CPU seconds, both ends", ours["cpu"], bare["cpu"])
    result.compare("lines a second", count / ours["wall"], count / bare["wall"])
    result.targets = [Target("rate, of the bare COPY", bare["wall"] / ours["wall"], at_least=RATE)]
    result.facts = {"lines": count, "found": found}
    return result
