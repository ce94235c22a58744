"""Events over HTTP, taken in and understood, beside bare COPY of the same rows, batch by batch."""

from benchmarks import measured
from benchmarks.comparison import Comparison, Target

EVENTS = 100_000
SECONDS = 60
ASKED_PER_SECOND, MOST_MILLISECONDS, MOST_SECONDS, MOST_GROWTH = 5_000, 200.0, 2.0, 1.1


def compare(events: int, *, seconds: int = SECONDS) -> Comparison:
    """Measure the platform as it is started, with a client process of its own on the same machine."""
    found = measured.module("benchmarks.ingest.timed", events, seconds).found
    sprint, paced, bare = found["sprint"], found["paced"], found["bare"]
    before, after = found["resident"]
    result = Comparison(
        f"Events over HTTP, {events:,} as fast as they come and {seconds} s at a pace", "Vinculo", "bare COPY"
    )
    rate = bare["rows"] / bare["wall"]
    result.compare("events a second, answered", sprint["events"] / sprint["wall"], rate)
    result.compare("events a second, understood too", sprint["events"] / (sprint["wall"] + sprint["understood"]), rate)
    result.agree("events a second, at a pace", paced["events"] / paced["wall"], None)
    result.agree("CPU µs an event, all of it", 1e6 * paced["served_cpu"] / paced["events"], None)
    for part in ("p50", "p99"):
        result.agree(f"milliseconds of a batch at a pace, {part}", paced[part], None)
    result.agree("seconds until all is understood", paced["understood"], None)
    result.agree("MiB of site, worker and their share", after, before)
    seen = found["seen"]
    result.targets = [
        # At the pace that is asked: the last batch and what is understood after it come on top.
        Target("events a second sustained", paced["events"] / paced["wall"], at_least=0.99 * ASKED_PER_SECOND),
        Target("seconds behind at its end", paced["understood"], at_most=MOST_SECONDS, unit=" s"),
        Target("p99 of a batch", paced["p99"], at_most=MOST_MILLISECONDS, unit=" ms"),
        Target("until on the customer's page, p95", seen[int(len(seen) * 0.95) - 1], at_most=MOST_SECONDS, unit=" s"),
        Target("memory, of that before", after / before, at_most=MOST_GROWTH),
        Target("requests refused", len(sprint["wrong"]) + len(paced["wrong"]), at_most=0),
    ]
    result.facts = {"found": found}
    return result
