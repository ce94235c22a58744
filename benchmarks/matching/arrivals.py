"""New records against existing ones: what arrives last of a base that is matched, from records to clusters of all.

`python -m benchmarks.matching.arrivals 10000 base model out` makes what is there already; with the tables of a batch of
all as fifth argument it prints the seconds from arrived records to the clusters of all, and whether they are the same.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.matching.ours import MEMORY
from vinculo.identify.matching import batches, model, preparation
from vinculo.warehouse.duck import DuckEngine


def existing(new: int, base: Path, known: Path, out: Path) -> None:
    """Match all records but the last ones and keep what the next batch needs; not part of the time."""
    with DuckEngine(out / "spill", memory=MEMORY) as engine:
        engine.attach("every_record", base / "records")
        engine.materialise("records", f"SELECT * FROM every_record WHERE record_id > {new}")
        prepared = preparation.prepare(engine, "person", out)
        batches.match(prepared, model.load(known))
        batches.keep(prepared, out / "existing")


def measured(new: int, base: Path, known: Path, out: Path, whole: Path) -> dict[str, object]:
    """Match the new records and compare with the batch of all."""
    with DuckEngine(out / "spill", memory=MEMORY) as engine:
        engine.attach("every_record", base / "records")
        engine.materialise("records", f"SELECT * FROM every_record WHERE record_id <= {new}")
        started, worked = time.perf_counter(), time.process_time()
        prepared = batches.match_new(engine, model.load(known), out / "existing", out)
        batches.keep(prepared, out / "renewed", previous=out / "existing")
        took = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - worked}
        engine.attach("batch", whole / "clusters")
        found = engine.rows("SELECT count(*) AS other FROM (SELECT * FROM batch EXCEPT SELECT * FROM person_clusters)")
        changed = engine.rows("SELECT count(*) AS records FROM person_changed").column("records")[0].as_py()
        return took | {"other_clusters": found.column("other")[0].as_py(), "scored_again": changed}


if __name__ == "__main__":
    count, places = int(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]]
    if len(places) == 3:
        existing(count, *places)
        print("{}")
    else:
        print(json.dumps(measured(count, *places)))
