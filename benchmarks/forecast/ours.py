"""Vinculo's side: group in the engine, fit BG/NBD on the counts, score batch by batch. CPU seconds without imports."""

import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from benchmarks.forecast import DAILY_RATE, HORIZON_DAYS
from vinculo.differentiate.lifetime import bg_nbd, counts, scoring
from vinculo.differentiate.lifetime.model import Histories
from vinculo.warehouse.duck import DuckEngine

HISTORIES = "SELECT repeat_purchase_days, age_at_last_days, tenure_days FROM profile"
SUMS = pa.schema([(name, pa.float64()) for name in ("buys", "expected", "discounted")])


def work(folder: Path) -> dict[str, object]:
    """Fit, then P(buys), expected and discounted purchases in twelve months of 30 days."""
    with tempfile.TemporaryDirectory() as spill, DuckEngine(Path(spill)) as engine, threadpool_limits(1):
        engine.attach("profile", folder)
        known = counts.histories(engine)
        fit = bg_nbd.MODEL.fit(known)
        scorer = scoring.Scorer(bg_nbd.MODEL, fit, horizon_days=HORIZON_DAYS, daily_rate=DAILY_RATE, known=known)

        def score(batch: pa.Table) -> pa.Table:
            histories = Histories(*(column.to_numpy() for column in batch.columns))
            scores = scorer.score(histories)
            sums = scores.p_buys.sum(), scores.expected_purchases.sum(), scores.discounted_purchases.sum()
            return pa.Table.from_pydict({name: [value] for name, value in zip(SUMS.names, sums, strict=True)})

        engine.map_batches(Path(spill) / "sums", HISTORIES, score, SUMS)
        found = pq.read_table(Path(spill) / "sums")
    sums = {name: sum(found[name].to_pylist()) for name in SUMS.names}
    return {"parameters": fit.parameters, "histories": len(known.customers), **sums}


if __name__ == "__main__":
    # Where pandas is installed pyarrow imports it at its first conversion: before the clock starts, as all imports.
    pa.chunked_array([[0]]).to_numpy()
    started = time.process_time()
    done = work(Path(sys.argv[1]))
    print(json.dumps({**done, "cpu_seconds": time.process_time() - started}))
