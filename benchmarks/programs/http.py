"""The batch endpoint beside pgbench, window by window on one server, as `vinculo up` serves it."""

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

WALLETS, HTTP = 200_000, 3.0
"""Members, and times the transactions of pgbench: batches of a thousand posts over HTTP."""


def compare(wallets: int) -> Comparison:
    """Measure both sides."""
    found = measured.module("benchmarks.programs.http_timed", wallets).found
    result = Comparison("Points a second over HTTP beside pgbench's TPC-B-like", "Vinculo", "pgbench")
    result.compare("batches of 1,000 over HTTP, a second", found["http"], found["pgbench"])
    result.compare("microseconds of database and site a post", found["http_server"], found["pgbench_server"])
    result.compare("of that, the site", found["http_site"], None)
    result.targets = [Target("batches of 1,000 over HTTP, of pgbench", found["http_ratio"], at_least=HTTP)]
    result.facts = found
    return result
