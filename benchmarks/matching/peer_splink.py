"""Splink alone on the same fields with the same comparisons: train, predict, cluster at 0.99.

Its fields are derived beforehand and not part of its time; `all_cpu_seconds` counts them too, for nobody can match
records without. It clusters by its own connected components.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
from splink import DuckDBAPI

from benchmarks.matching import truth
from benchmarks.matching.ours import MEMORY
from vinculo.identify.matching import preparation, session, training
from vinculo.warehouse.duck import DuckEngine

PROBABILITY = 0.99


def measured(base: Path, out: Path) -> dict[str, object]:
    """Let Splink do all that it does by itself."""
    began = time.process_time()
    with DuckEngine(out / "spill", memory=MEMORY) as engine:
        engine.attach("records", base / "records")
        prepared = preparation.prepare(engine, "person", out)
        folder = prepared.all_fields()
    worked, started = time.process_time(), time.perf_counter()
    with session.connection(out) as connection:
        specification = prepared.specification
        api = DuckDBAPI(connection)
        linker = session.linker(api, session.table(api, "fields", folder), specification.settings())
        linker.training.estimate_probability_two_random_records_match(
            list(specification.certain), recall=training.RECALL
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=training.PAIRS, seed=1)
        for rule in specification.training:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        predictions = linker.inference.predict(threshold_match_probability=0.5)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=PROBABILITY
        )
        connection.execute(
            f"COPY (SELECT record_id, cluster_id FROM {clusters.physical_name}) TO '{out}/clusters.parquet'"
        )
        ended = time.process_time()
        seconds = time.perf_counter() - started
    with DuckEngine(out / "spill") as engine:
        engine.attach("truth", base / "truth")
        engine.attach("found", duckdb.sql(f"SELECT * FROM '{out}/clusters.parquet'").to_arrow_table())
        return truth.clusters(engine, "found") | {
            "cpu_seconds": ended - worked,
            "all_cpu_seconds": ended - began,
            "seconds": seconds,
        }


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), Path(sys.argv[2]))))
