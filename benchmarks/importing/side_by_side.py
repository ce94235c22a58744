"""An import of orders beside a bare COPY of the same rows."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

LINES_A_CUSTOMER = 9
"""Fewer than the simulation gives, so that there are always enough lines."""
RATE = 0.25
"""Of the bare COPY, which neither reads, nor checks, nor links anything."""
TIMES = 3
"""Rounds of which the fastest counts, on every side: whatever else the machine does makes a round slower."""


def compare(lines: int, data: Path, *, times: int = TIMES) -> Iterator[Comparison]:
    """Measure both sides on the lines of a real shop, then on those of a simulated one whose customers buy little."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "retail.csv"
        measured.module("benchmarks.importing.retail", path, lines)
        yield compared(path, "of a real shop", times)
    customers = -(-lines // LINES_A_CUSTOMER)
    source = data / f"orders-{customers}"
    measured.module("benchmarks.analysis.orders", customers, source)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "pedidos.csv"
        measured.module("benchmarks.reading.text", source / "orders", path, lines)
        yield compared(path, "of 100,000 small customers", times)


def compared(path: Path, whose: str, times: int) -> Comparison:
    """Measure both sides on one file."""
    found = fastest([measured.module("benchmarks.importing.timed", path).found for _round in range(times)])
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


def fastest(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what was found, with the fastest round of every side."""
    sides = ("ours", "bare", "reading", "storing")
    best = {side: min((found[side] for found in rounds), key=lambda taken: float(taken["wall"])) for side in sides}
    return {**rounds[0], **best}
