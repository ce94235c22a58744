"""Baseline C, the best rules without a model: joined by any of them, on the same cleaned and folded fields.

(E-mail or phone) and given name; name and birth date; tax number; given name, surname and street.
"""

import json
import sys
import time
from pathlib import Path

from benchmarks.matching import truth
from benchmarks.matching.ours import MEMORY
from vinculo.identify.matching import clusters, preparation
from vinculo.warehouse.duck import DuckEngine

RULES = (
    "l.email = r.email AND l.given_first = r.given_first",
    "l.phone = r.phone AND l.given_first = r.given_first",
    "l.birth = r.birth AND l.given_first = r.given_first AND l.family = r.family",
    "l.tax_id = r.tax_id",
    "l.given_first = r.given_first AND l.family = r.family AND l.line = r.line AND l.city = r.city",
)


def measured(base: Path, out: Path) -> dict[str, object]:
    """Join the records by rules and judge the clusters."""
    worked = time.process_time()
    with DuckEngine(out / "spill", memory=MEMORY) as engine:
        engine.attach("records", base / "records")
        prepared = preparation.prepare(engine, "person", out)
        engine.materialise("usable", prepared.usable("person_traits"))
        pairs = " UNION ".join(
            "SELECT l.record_id AS one, r.record_id AS other FROM usable AS l"
            f" INNER JOIN usable AS r ON {rule} AND l.record_id < r.record_id"
            for rule in RULES
        )
        found = engine.rows(pairs)
        joined = clusters.components(found["one"].to_numpy(), found["other"].to_numpy())
        took = time.process_time() - worked
        engine.attach("truth", base / "truth")
        engine.attach("found", joined.rename_columns(["record_id", "cluster_id"]))
        return truth.clusters(engine, "found") | {"cpu_seconds": took}


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]))))
