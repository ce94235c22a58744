"""The pages of a member over a journal of many postings, held to a twentieth of a second."""

from benchmarks import measured
from benchmarks.comparison import Comparison, Figure, Target

POSTINGS, SMALL = 100_000_000, 5_000_000
MOST_MILLISECONDS = 50.0


def compare(postings: int) -> Comparison:
    """Measure what the server takes for each page of some members, beside a bare look-up of the rows it shows."""
    found = measured.module("benchmarks.programs.history_timed", postings).found
    result = Comparison(f"Pages of members over {postings:,} postings, milliseconds: 95 of 100", "Vinculo", "bare rows")
    for name, times in found["pages"].items():
        rest = f"   middle {times['median']:,.1f}, with 10,000 postings {times['heavy']:,.1f}, CPU {times['cpu']:,.1f}"
        result.figures.append(Figure(name, times["p95"], times["bare"], rest))
        result.targets.append(Target(name, times["p95"], at_most=MOST_MILLISECONDS, unit=" ms"))
    for name in ("gigabytes", "filled_seconds"):
        result.compare(name.replace("_", " "), found[name], None)
    result.facts = found
    return result
