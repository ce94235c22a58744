"""Matching beside Splink alone and beside the best rules: a base of one seed fixes the threshold, another tests it."""

import tempfile
from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Figure, Target

SMALL, SMALL_SEED, SEED = 100_000, 7, 11
NEW_SHARE = 100
"""One of so many records arrives when the others are matched already."""
CPU_TIMES, PEAK_MIB, PRECISION, F1, OVER_RULES, ARRIVAL_SECONDS = 1.3, 2048, 0.95, 0.90, 0.08, 10
LOOKUP_MILLISECONDS = 50.0


def compare(records: int, data: Path, *, small_records: int = SMALL) -> Comparison:
    """Match the base of each size, and let the others match the larger one."""
    tested, new = base(data, records, SEED), records // NEW_SHARE
    with tempfile.TemporaryDirectory(dir=data) as name:
        scratch = Path(name)
        small = side("ours", scratch, base(data, small_records, SMALL_SEED))
        ours = side("ours", scratch, tested)
        splink = side("peer_splink", scratch, tested)
        rules = side("peer_rules", scratch, tested)
        known, kept = scratch / f"ours-{tested.name}" / "model.json", scratch / f"ours-{tested.name}" / "kept"
        (scratch / "arrivals").mkdir()
        measured.module("benchmarks.matching.arrivals", new, tested, known, scratch / "arrivals")
        arrived = measured.module("benchmarks.matching.arrivals", new, tested, known, scratch / "arrivals", kept)
    asked = measured.module("benchmarks.matching.lookups", tested, data / f"lookups-{records}").found
    result = Comparison(f"Matching {records:,} records of people", "Vinculo", "Splink alone")
    result.compare("CPU seconds, records to clusters", ours.work_seconds, splink.work_seconds)
    result.compare("the same, its fields counted", ours.work_seconds, splink.found["all_cpu_seconds"])
    result.compare("wall seconds", ours.found["seconds"], splink.found["seconds"])
    result.compare("peak memory, MiB", ours.peak_mib, splink.peak_mib)
    for name in ("precision", "recall", "f1", "largest"):
        result.compare(f"clusters: {name}", ours.found[name], splink.found[name])
    result.compare(f"F1 of {small_records:,} of another seed", small.found["f1"], None)
    result.compare(f"precision of {small_records:,} of another seed", small.found["precision"], None)
    result.compare("F1 of the best rules", rules.found["f1"], None)
    result.compare(f"CPU seconds for {new:,} new records", arrived.work_seconds, None)
    for name, times in asked.items():
        rest = f"   CPU {times['p95_cpu']:,.0f}, middle {times['median']:,.0f}, slowest {times['slowest']:,.0f}"
        result.figures.append(Figure(f"look-up of {name}: milliseconds, 95 of 100", times["p95"], None, rest))
    result.targets = [
        Target("cluster precision", ours.found["precision"], at_least=PRECISION),
        Target("cluster F1", ours.found["f1"], at_least=F1),
        Target("F1 over the best rules", ours.found["f1"] - rules.found["f1"], at_least=OVER_RULES),
        Target("CPU, times Splink alone", ours.work_seconds / splink.work_seconds, None, CPU_TIMES, "x"),
        Target("peak memory", ours.peak_mib, None, PEAK_MIB, " MiB"),
        Target("strangers of one household merged", ours.found["strangers"], None, 0),
        Target(f"{new:,} new, wall", arrived.found["seconds"], None, ARRIVAL_SECONDS, " s"),
        Target("records in other clusters than by batch", arrived.found["other_clusters"], None, 0),
        *(
            Target(f"look-up of {name}", times["p95"], None, LOOKUP_MILLISECONDS, " ms")
            for name, times in asked.items()
        ),
    ]
    sides = {"small": small, "ours": ours, "splink": splink, "rules": rules, "arrived": arrived}
    result.facts = {"records": records, "asked": asked} | {name: each.found for name, each in sides.items()}
    return result


def base(data: Path, records: int, seed: int) -> Path:
    """Return the folder of a base, made when it is not there."""
    folder = data / f"people-{records}-{seed}"
    if not folder.exists():
        made = folder.with_suffix(".new")
        measured.module("benchmarks.matching.base", records, seed, made)
        made.rename(folder)
    return folder


def side(name: str, scratch: Path, records: Path) -> measured.Measured:
    """Run one side in a process of its own."""
    out = scratch / f"{name}-{records.name}"
    out.mkdir()
    return measured.module(f"benchmarks.matching.{name}", records, out)
