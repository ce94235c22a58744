"""Landing order lines as Parquet beside a bare COPY of the same rows."""

from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

RATE = 0.5
"""Of the bare COPY, whose rows go nowhere."""


def compare(lines: int, data: Path) -> Comparison:
    """Measure both sides."""
    side = measured.module("benchmarks.landing.timed", lines, data)
    found = side.found
    result = Comparison(f"Landing {lines:,} order lines as Parquet", "Vinculo", "bare COPY")
    result.compare("wall seconds", found["seconds"], found["bare_seconds"])
    result.compare("lines a second", lines / found["seconds"], lines / found["bare_seconds"])
    result.compare("CPU seconds without the server's", found["cpu_seconds"], found["bare_cpu_seconds"])
    result.compare("peak memory, MiB", side.peak_mib, None)
    result.compare("wall seconds when nothing is new", found["again_seconds"], None)
    result.targets = [Target("rate, of the bare COPY", found["bare_seconds"] / found["seconds"], at_least=RATE)]
    result.facts = {"lines": lines, "found": found}
    return result
