"""The ledger beside pgbench, window by window in one run: one post a call, batches of a thousand, and the sweep."""

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

SINGLE, BATCH = 1.2, 6.0
"""Times the transactions of pgbench: one post a call from eight clients, and batches of a thousand by two writers."""
SWEEP_SECONDS = 30


def compare(wallets: int) -> Comparison:
    """Measure both sides and the sweep."""
    found = measured.module("benchmarks.programs.ledger_timed", wallets).found
    result = Comparison("Points a second beside pgbench's TPC-B-like", "Vinculo", "pgbench")
    result.compare("one post a call, 8 clients, a second", found["single"], found["pgbench"])
    result.compare("batches of 1,000, two writers, a second", found["batch"], found["pgbench"])
    result.compare("microseconds of the server a post, single", found["single_server"], found["pgbench_server"])
    result.compare("microseconds of the server a post, batch", found["batch_server"], found["pgbench_server"])
    result.compare("microseconds of the client a post, batch", found["batch_client"], None)
    result.compare(f"seconds to expire {wallets:,} wallets", found["sweep_seconds"], None)
    result.compare("seconds of the second sweep", found["again_seconds"], None)
    result.targets = [
        Target("one post a call, of pgbench", found["single_ratio"], at_least=SINGLE),
        Target("batches of 1,000, of pgbench", found["batch_ratio"], at_least=BATCH),
        Target("sweep of a million wallets", found["sweep_seconds"] * 1e6 / wallets, at_most=SWEEP_SECONDS, unit=" s"),
    ]
    result.facts = found
    return result
