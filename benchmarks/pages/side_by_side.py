"""The pages of a customer base, held to a tenth of a second."""

from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

MOST_MILLISECONDS = 100.0


def compare(customers: int, data: Path) -> Comparison:
    """Measure what the server takes for the pages people use most."""
    found = measured.module("benchmarks.pages.ours", customers, data / f"pages-{customers}").found
    result = Comparison(
        f"Pages over {customers:,} customers, milliseconds of the server", "95 of 100", "the middle one"
    )
    for name, times in found.items():
        result.compare(name, times["p95"], times["median"])
        if name != "deep in the list":
            result.targets.append(Target(f"{name}, 95 of 100", times["p95"], at_most=MOST_MILLISECONDS, unit=" ms"))
    result.facts = {"customers": customers, "found": found}
    return result
