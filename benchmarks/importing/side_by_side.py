"""An import of orders beside a bare COPY of the same rows."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

LINES_A_CUSTOMER = 9
"""Fewer than the simulation gives, so that there are always enough lines."""
RATE = 0.25
"""Of the bare COPY, which neither reads, nor checks, nor links anything."""


def compare(lines: int, data: Path) -> Iterator[Comparison]:
    """Measure both sides on the lines of a real shop, then on those of a simulated one whose customers buy little."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "retail.csv"
        measured.module("benchmarks.importing.retail", path, lines)
        yield compared(path, "of a real shop")
    customers = -(-lines // LINES_A_CUSTOMER)
    source = data / f"orders-{customers}"
    measured.module("benchmarks.analysis.orders", customers, source)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "pedidos.csv"
        measured.module("benchmarks.reading.text", source / "orders", path, lines)
        yield compared(path, "of 100,000 small customers")


def compared(path: Path, whose: str) -> Comparison:
    """Measure both sides on one file."""
    found = measured.module("benchmarks.importing.timed", path).found
    count, ours, bare = found["lines"], found["ours"], found["bare"]
    result = Comparison(f"Importing {count:,} lines {whose}", "Vinculo", "bare COPY")
    result.compare("wall seconds", ours["wall"], bare["wall"])
    result.compare("CPU seconds, both ends", ours["cpu"], bare["cpu"])
    result.compare("lines a second", count / ours["wall"], count / bare["wall"])
    for name in ("reading", "storing"):
        result.compare(f"of ours, {name} alone, wall seconds", found[name]["wall"], bare["wall"])
    for name in ("customers_new", "orders_new", "products_new"):
        result.agree(name.removesuffix("_new"), found[name], None)
    result.targets = [Target("rate, of the bare COPY", bare["wall"] / ours["wall"], at_least=RATE)]
    result.facts = {"found": found}
    return result
