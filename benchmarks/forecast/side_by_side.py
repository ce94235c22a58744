"""Both sides forecast the same simulated customers, each in a process of its own."""

from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target, apart
from benchmarks.measured import Measured

TARGETS = {1_000_000: (30.0, 2.0, 400.0), 10_000_000: (60.0, 10.0, 1.2 * 1024)}
"""By customers: how many times less CPU than lifetimes, our CPU seconds, our peak MiB."""
FIVE_DIGITS = 1e-5


def compare(customers: int, data: Path, *, peer: bool = True) -> Comparison:
    """Measure both sides, or ours alone where lifetimes is not installed."""
    prepared = data / f"histories-{customers}"
    measured.module("benchmarks.forecast.histories", customers, prepared)
    folder = prepared / "histories"
    # A run of half a second is at the mercy of whatever else the machine does; lifetimes takes long enough.
    ours = measured.middle("benchmarks.forecast.ours", folder)
    theirs = measured.module("benchmarks.forecast.peer_lifetimes", folder) if peer else None
    result = Comparison(f"BG/NBD fitted and scored, {customers:,} customers", "Vinculo", "lifetimes 0.11.3")
    other = theirs.found if theirs else {}
    result.compare("CPU seconds, imports left out", ours.work_seconds, theirs.work_seconds if theirs else None)
    result.compare("peak memory, MiB", ours.peak_mib, theirs.peak_mib if theirs else None)
    for name, value in ours.found["parameters"].items():
        result.agree(f"parameter {name}", value, other.get("parameters", {}).get(name))
    result.agree("expected purchases, 12 months, all", ours.found["expected"], other.get("expected"))
    result.agree("discounted, 12 months, all", ours.found["discounted"], other.get("discounted"))
    result.agree("P(buys in 12 months), all", ours.found["buys"], None)
    result.agree("P(alive), all", None, other.get("alive"))
    result.targets = targets(customers, ours, theirs)
    result.facts = {"customers": customers, "ours": ours.found, "theirs": other}
    return result


def targets(customers: int, ours: Measured, theirs: Measured | None) -> list[Target]:
    """Hold the figures to what was asked for so many customers."""
    found = []
    if theirs is not None:
        known = theirs.found["parameters"]
        widest = max(apart(value, known[name]) for name, value in ours.found["parameters"].items())
        found.append(Target("parameters apart, the widest", widest, at_most=FIVE_DIGITS))
        expected = apart(ours.found["expected"], theirs.found["expected"])
        found.append(Target("expected purchases apart", expected, at_most=FIVE_DIGITS))
    if customers in TARGETS:
        fewer, seconds, mib = TARGETS[customers]
        if theirs is not None:
            found.append(Target("CPU, times less", theirs.work_seconds / ours.work_seconds, at_least=fewer, unit="x"))
        found.append(Target("CPU of Vinculo", ours.work_seconds, at_most=seconds, unit=" s"))
        found.append(Target("peak memory of Vinculo", ours.peak_mib, at_most=mib, unit=" MiB"))
    return found
