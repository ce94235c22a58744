"""The analysis and its baselines on the same simulated lines, each a process measured whole, imports included."""

import tempfile
from pathlib import Path

from benchmarks import measured
from benchmarks.comparison import Comparison, Target
from benchmarks.measured import Measured

CPU_TIMES = 6.0
MEMORY_MIB = {1_000_000: 3 * 1024.0, 10_000_000: 8 * 1024.0}


def compare(customers: int, data: Path) -> tuple[Comparison, Measured]:
    """Measure the analysis beside both baselines; also return the measured analysis."""
    prepared = data / f"orders-{customers}"
    simulated = measured.module("benchmarks.analysis.orders", customers, prepared)
    lines, orders = int(simulated.found["lines"]), prepared / "orders"
    with tempfile.TemporaryDirectory(dir=data) as folder:
        same = measured.module("benchmarks.analysis.baseline", "same", orders, Path(folder) / "same.parquet")
        bare = measured.module("benchmarks.analysis.baseline", "bare", orders, Path(folder) / "bare.parquet")
        ours = measured.module("benchmarks.analysis.ours", orders, Path(folder) / "run")
    title = f"The whole analysis, {customers:,} customers, {lines:,} lines"
    result = Comparison(title, "vinculo analyse", "DuckDB groups days")
    result.compare("CPU seconds, whole process", ours.cpu_seconds, same.cpu_seconds)
    result.compare("peak memory, MiB", ours.peak_mib, same.peak_mib)
    result.compare("CPU beside sum and count alone", ours.cpu_seconds, bare.cpu_seconds)
    result.agree("customer-days", ours.found["days"], same.found["days"])
    result.agree("net sales, minor units", ours.found["net_minor"], same.found["net_minor"])
    result.targets = [Target("CPU, times the grouping", ours.cpu_seconds / same.cpu_seconds, None, CPU_TIMES, "x")]
    if customers in MEMORY_MIB:
        result.targets.append(Target("peak memory of Vinculo", ours.peak_mib, None, MEMORY_MIB[customers], " MiB"))
    result.facts = {"customers": customers, "lines": lines, "ours": ours.found, "bare": bare.peak_mib}
    if simulated.found["written"]:
        result.facts["simulation"] = {"cpu_seconds": simulated.cpu_seconds, "peak_mib": simulated.peak_mib}
    return result, ours


def growth(small: Measured, large: Measured, *, times: float) -> Comparison:
    """Compare the analysis with itself on so many times the customers: linear is as many times the CPU."""
    result = Comparison(f"The whole analysis, {times:g} times the customers", "small", "large")
    result.compare("CPU seconds, whole process", small.cpu_seconds, large.cpu_seconds)
    result.compare("peak memory, MiB", small.peak_mib, large.peak_mib)
    for step, seconds in small.found["timings"].items():
        result.compare(f"wall seconds, {step.lower()}", max(seconds, 1e-3), max(large.found["timings"][step], 1e-3))
    result.targets = [Target("CPU growth", large.cpu_seconds / small.cpu_seconds, None, times, "x")]
    return result
