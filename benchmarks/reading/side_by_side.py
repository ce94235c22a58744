"""Both sides read the same file of orders, each in a process of its own."""

import tempfile
from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

LINES_A_CUSTOMER = 9
"""Fewer than the simulation gives, so that there are always enough lines."""
CPU_TIMES = 2.0
"""Of pandas, which is told what Vinculo has to find out, and which sets no faulty line aside."""


def compare(lines: int, data: Path) -> Comparison:
    """Measure both sides."""
    customers = -(-lines // LINES_A_CUSTOMER)
    prepared = data / f"orders-{customers}"
    measured.module("benchmarks.analysis.orders", customers, prepared)
    with tempfile.TemporaryDirectory(dir=data) as folder:
        path = Path(folder) / "pedidos.csv"
        written = measured.module("benchmarks.reading.text", prepared / "orders", path, lines)
        size = path.stat().st_size / 1024**2
        ours = measured.module("benchmarks.reading.ours", path)
        theirs = measured.module("benchmarks.reading.peer_pandas", path)
    title = f"Reading delimited text, {written.found['lines']:,} lines, {size:.0f} MiB"
    result = Comparison(title, "Vinculo", "pandas.read_csv")
    result.compare("CPU seconds, imports left out", ours.work_seconds, theirs.work_seconds)
    result.compare("peak memory, MiB", ours.peak_mib, theirs.peak_mib)
    for name in ("lines", "customers", "net_minor"):
        result.agree(name.replace("_", " "), ours.found[name], theirs.found[name])
    result.targets = [Target("CPU, times pandas", ours.work_seconds / theirs.work_seconds, None, CPU_TIMES, "x")]
    result.facts = {"lines": written.found["lines"], "ours": ours.found, "theirs": theirs.found}
    return result
