"""Our side: clean records to clusters, `python -m benchmarks.matching.ours base out [model]`; prints what it took."""

import json
import sys
import time
from pathlib import Path

from benchmarks.matching import truth
from vinculo.identify.matching import batches, model, preparation, training
from vinculo.warehouse.duck import DuckEngine

MEMORY = "900MB"


def measured(base: Path, out: Path, known: Path | None) -> dict[str, object]:
    """Match the base and judge the clusters; the judging is not part of the time."""
    started, worked = time.perf_counter(), time.process_time()
    with DuckEngine(out / "spill", memory=MEMORY) as engine:
        engine.attach("records", base / "records")
        prepared = preparation.prepare(engine, "person", out)
        used = model.load(known) if known else training.train(prepared)
        batches.match(prepared, used)
        found: dict[str, object] = {
            "cpu_seconds": time.process_time() - worked,
            "seconds": time.perf_counter() - started,
        }
        used.save(out / "model.json")
        batches.keep(prepared, out / "kept")
        engine.attach("truth", base / "truth")
        bands = engine.rows("SELECT band, decided_by, count(*) AS pairs FROM person_edges GROUP BY ALL ORDER BY ALL")
        return (
            found
            | truth.clusters(engine, "person_clusters")
            | {
                "strangers": truth.strangers(engine),
                "bands": bands.to_pylist(),
                "model": used.version,
            }
        )


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)))
