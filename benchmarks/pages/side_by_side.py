"""The pages of a customer base, held to a tenth of a second."""

from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Figure, Target

MOST_MILLISECONDS = 100.0
UNTIMED = ("other pages, first time", "other pages, again")
"""Kinds of pages of which no time was asked."""


def compare(customers: int, data: Path, *, kinds: tuple[str, ...] = ()) -> Comparison:
    """Measure what the server takes for the pages people use, of all kinds or of some."""
    found = measured.module("benchmarks.pages.ours", customers, data / f"pages-{customers}", *kinds).found
    result = Comparison(
        f"Pages over {customers:,} customers, milliseconds of the server: 95 of 100", "as they passed", "of CPU"
    )
    for name, times in found.items():
        rest = f"   middle {times['median']:,.0f}, slowest {times['slowest'][0][0]:,.0f} of {times['pages']}"
        result.figures.append(Figure(name, times["p95"], times["p95_cpu"], rest))
        if name not in UNTIMED:
            result.targets.append(Target(f"{name}", times["p95"], at_most=MOST_MILLISECONDS, unit=" ms"))
    result.facts = {"customers": customers, "found": found}
    return result
