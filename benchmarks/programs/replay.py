"""A change of rules replayed over a million orders, beside a reading of the rules order by order."""

from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

ORDERS, SMALL = 1_000_000, 100_000
SECONDS = 60
"""For a million orders through a hundred rules of three conditions."""


def compare(orders: int, data: Path) -> Comparison:
    """Measure all ways."""
    side = measured.module("benchmarks.programs.replay_timed", orders, data)
    found = side.found
    result = Comparison(
        f"A change of 100 rules replayed over {orders:,} orders, old and new", "Vinculo", "order by order"
    )
    result.compare("CPU seconds", found["cpu_seconds"], found["naive_cpu_seconds"])
    result.compare("wall seconds", found["seconds"], None)
    result.compare("of these reading the store", found["reading_seconds"], None)
    result.compare("wall seconds of one DuckDB query", found["summed_seconds"], None)
    result.agree("points, against that query", found["points"], found["points_summed"])
    result.compare("peak memory, MiB", found["peak_mib"], None)
    result.targets = [
        Target("wall seconds for a million", found["seconds"] * ORDERS / orders, at_most=SECONDS, unit=" s"),
        Target("rules that differ from the query", len(found["differing"]), at_most=0),
    ]
    result.facts = {"orders": orders, "found": found}
    return result
