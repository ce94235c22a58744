"""Proposals: the whole base matched, and what would change of who is one customer, written down and not in force."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from vinculo.foundation.errors import InputError
from vinculo.identify.matching import batches, preparation, training
from vinculo.identify.matching.comparisons import ORGANISATION, PERSON
from vinculo.identify.matching.model import Model
from vinculo.identify.records.matching.kept import TABLES, counted, folder_of
from vinculo.identify.records.store import store_address
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.landing import store

MEMORY = "1500MB"
KINDS = (PERSON, ORGANISATION)
PATH = 10
"""Pairs kept with a merge as its evidence, the strongest first."""
_ASSERTED = """
SELECT party_id AS record_id_l, other_id AS record_id_r, verdict FROM identify_assertion
WHERE withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > now())
"""
# What a person has put together stays together, whatever the model thinks of it.
_PUT_TOGETHER = """
SELECT least(record_id, customer_id) AS record_id_l, greatest(record_id, customer_id) AS record_id_r, 'same' AS verdict
FROM records WHERE placed_by <> '' AND placed_by <> 'model'
"""
_EDGES = """
SELECT record_id_l, record_id_r, match_weight, match_probability, weights, rules, band, decided_by, model_version,
    l.customer_id AS customer_id_l, r.customer_id AS customer_id_r
FROM {edges} JOIN records AS l ON l.record_id = record_id_l JOIN records AS r ON r.record_id = record_id_r
"""
# A party that the model had put with others, and now does not: it goes with those of its cluster.
_SEPARATIONS = """
SELECT party.record_id, party.customer_id, party.cluster_id
FROM placed AS party JOIN placed AS home ON home.record_id = party.customer_id
WHERE party.placed_by = 'model' AND party.cluster_id <> home.cluster_id
"""
_MERGES = f"""
WITH owned AS (
    -- A party that is let go is its own customer again, or that of the first of its cluster who goes with it.
    SELECT placed.cluster_id, placed.record_id,
        coalesce(min(gone.record_id) OVER (PARTITION BY placed.cluster_id, gone.customer_id), placed.customer_id)
            AS customer_id
    FROM placed LEFT JOIN separations AS gone USING (record_id)
), joined AS (
    SELECT cluster_id, list_sort(list(DISTINCT customer_id)) AS customer_ids, count(*) AS parties
    FROM owned GROUP BY cluster_id HAVING count(DISTINCT customer_id) > 1
), pairs AS (
    SELECT placed.cluster_id, list({{'pair': [record_id_l, record_id_r], 'weight': match_weight,
        'probability': match_probability, 'weights': weights}} ORDER BY match_weight DESC)[1:{PATH}] AS path,
        any_value(model_version) AS model_version
    FROM edges JOIN placed ON placed.record_id = record_id_l
    JOIN placed AS other ON other.record_id = record_id_r AND other.cluster_id = placed.cluster_id
    WHERE band = 'auto' GROUP BY placed.cluster_id
)
SELECT joined.*, path, model_version FROM joined LEFT JOIN pairs USING (cluster_id)
"""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Proposal:
    """What a matching proposes: counts for its report, and the versions of its models."""

    counts: dict[str, Any]
    versions: dict[str, str]


def propose(*, matching_id: int, progress: Progress) -> Proposal:
    """Match all parties of the base and write what would change into the folder of a matching."""
    target = folder_of(matching_id)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with working(target.parent) as (scratch, engine):
        progress("Reading the customers", 0.0)
        records = read(engine)
        asserted = engine.rows(f"{_PUT_TOGETHER} UNION ALL SELECT * FROM assertions")
        versions, models, edges, clusters = {}, list[Model](), [], []
        for place, kind in enumerate(KINDS):
            progress("Comparing them", 0.2 + 0.35 * place)
            prepared = preparation.prepare(engine, kind, scratch)
            if not prepared.records:
                continue
            model = training.obtain(prepared)
            versions[kind] = model.version
            models.append(model)
            batches.match(prepared, model, asserted)
            edges.append(f"({_EDGES.format(edges=prepared.name('edges'))})")
            clusters.append(f"SELECT record_id, cluster_id FROM {prepared.name('clusters')}")
        progress("Writing down what would change", 0.9)
        write(engine, edges, clusters, scratch / "proposal")
        for model in models:
            model.save(scratch / "proposal" / f"{model.kind}.json")
        (scratch / "proposal").rename(target)
    return Proposal({"records": records, **counted(target)}, versions)


@contextmanager
def working(parent: Path) -> Iterator[tuple[Path, DuckEngine]]:
    """Give a folder to work in and an engine that spills into it; what a dead process left beside it goes."""
    with tempfile.TemporaryDirectory(dir=parent, prefix=".work-") as name:
        scratch = Path(name)
        with DuckEngine(scratch / "spill", memory=MEMORY) as engine:
            yield scratch, engine


def read(engine: DuckEngine) -> int:
    """Read all parties into `records`, and what people say of them into `assertions`; return how many there are."""
    query = (files("vinculo.identify.records.matching") / "records.sql").read_text("utf-8")
    with store.opened(store_address()) as reading:
        read_batches = reading.batches(query, "UTC")
        first = next(read_batches, None)
        if first is None:
            raise InputError("There is nothing to match yet: import customers first.")
        engine.attach("read_records", pa.RecordBatchReader.from_batches(first.schema, chain([first], read_batches)))
        engine.materialise("records", "SELECT * FROM read_records")
        engine.attach("read_assertions", reading.table(_ASSERTED))
        engine.materialise("assertions", "SELECT * FROM read_assertions")
    return int(engine.rows("SELECT count(*) AS n FROM records")["n"][0].as_py())


def write(engine: DuckEngine, edges: list[str], clusters: list[str], folder: Path) -> None:
    """Work out what would change and write it down."""
    engine.materialise("edges", " UNION ALL BY NAME ".join(edges))
    engine.materialise(
        "placed",
        "SELECT records.record_id, customer_id, placed_by, coalesce(cluster_id, records.record_id) AS cluster_id "
        f"FROM records LEFT JOIN ({' UNION ALL '.join(clusters)}) USING (record_id)",
    )
    engine.materialise("separations", _SEPARATIONS)
    engine.materialise("merges", _MERGES)
    for table in TABLES:
        engine.write(folder / table, f"SELECT * FROM {table}")
