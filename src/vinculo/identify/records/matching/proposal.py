"""Proposals: the whole base matched, and what would change of who is one customer, written down and not in force."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from vinculo.foundation.errors import InputError
from vinculo.identify.matching import batches, preparation, training
from vinculo.identify.matching.comparisons import ORGANISATION, PERSON
from vinculo.identify.records.imports import watch
from vinculo.identify.records.matching.kept import STATE, TABLES, counted, folder_of, mark_now, mark_write
from vinculo.identify.records.store import store_address
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.landing import store

MEMORY = "1500MB"
KINDS = (PERSON, ORGANISATION)
PATH = 10
"""Pairs kept with a merge as its evidence, the strongest first."""
# What a person has put together stays together, whatever the model thinks of it.
_ASSERTED = """
SELECT party_id AS record_id_l, other_id AS record_id_r, verdict FROM identify_assertion
WHERE withdrawn_at IS NULL AND (expires_at IS NULL OR expires_at > now())
UNION ALL
SELECT least(placed.party_id, placed.customer_id), greatest(placed.party_id, placed.customer_id), 'same'
FROM identify_membership AS placed JOIN identify_merge AS merge ON merge.id = placed.merge_id
WHERE placed.valid_to IS NULL AND merge.decided_by <> 'model' AND placed.party_id <> placed.customer_id
"""
_EDGES = """
SELECT record_id_l, record_id_r, match_weight, match_probability, weights, rules, band, decided_by, model_version,
    l.customer_id AS customer_id_l, r.customer_id AS customer_id_r
FROM ({edges}) JOIN places AS l ON l.record_id = record_id_l JOIN places AS r ON r.record_id = record_id_r
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
    with working(target) as (scratch, engine, draft):
        progress("Reading the customers", 0.0)
        with undisturbed() as (reading, mark):
            records = read(engine, reading, query("records"))
        if not records:
            raise InputError("There is nothing to match yet: import customers first.")
        engine.materialise("places", "SELECT record_id, customer_id, placed_by FROM records")
        asserted = engine.rows("SELECT * FROM assertions")
        versions, edges, clusters = dict[str, str](), list[str](), list[str]()
        for place, kind in enumerate(KINDS):
            progress("Comparing them", 0.2 + 0.35 * place)
            prepared = preparation.prepare(engine, kind, scratch)
            if not prepared.records:
                continue
            model = training.obtain(prepared)
            versions[kind] = model.version
            batches.match(prepared, model, asserted)
            edges.append(f"SELECT * FROM {prepared.name('edges')}")
            clusters.append(f"SELECT record_id, cluster_id FROM {prepared.name('clusters')}")
            batches.keep(prepared, draft / STATE / kind)
            model.save(draft / f"{kind}.json")
        progress("Writing down what would change", 0.9)
        write(engine, edges, clusters, draft)
        mark_write(draft, mark)
    return Proposal({"records": records, **counted(target)}, versions)


@contextmanager
def working(target: Path) -> Iterator[tuple[Path, DuckEngine, Path]]:
    """Give a folder to work in, an engine that spills into it, and a draft that becomes the folder of a matching."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".work-") as name:
        scratch, draft = Path(name), Path(name) / "draft"
        draft.mkdir()
        with DuckEngine(scratch / "spill", memory=MEMORY) as engine:
            yield scratch, engine, draft
        draft.rename(target)


def query(name: str) -> str:
    """Return the query of a file."""
    return (files("vinculo.identify.records.matching") / f"{name}.sql").read_text("utf-8")


@contextmanager
def undisturbed() -> Iterator[tuple[store.Store, dict[str, int]]]:
    """Read the store as it is at a moment when nobody writes customers, and say where it ends.

    What somebody had begun to write would else be missed for ever: its numbers are lower than those seen already.
    """
    with ExitStack() as stack:
        with transaction.atomic(), connection.cursor() as cursor:
            watch.alone_writing(cursor)
            reading = stack.enter_context(store.opened(store_address()))
            mark = mark_now(reading)
        yield reading, mark


def read(engine: DuckEngine, reading: store.Store, records: str) -> int:
    """Read parties into `records`, and what people say of them into `assertions`; return how many parties there are."""
    assertions_read(engine, reading)
    arriving = reading.batches(records, "UTC")
    first = next(arriving, None)
    if first is None:
        return 0
    engine.attach("read_records", pa.RecordBatchReader.from_batches(first.schema, chain([first], arriving)))
    engine.materialise("records", "SELECT * FROM read_records")
    return int(engine.rows("SELECT count(*) AS n FROM records")["n"][0].as_py())


def assertions_read(engine: DuckEngine, reading: store.Store) -> None:
    """Read what people say of any two parties into `assertions`."""
    engine.attach("assertions", reading.table(_ASSERTED))


def write(engine: DuckEngine, edges: Sequence[str], clusters: Sequence[str], folder: Path) -> None:
    """Work out what would change for the parties in clusters, who is where (`places`) given, and write it down."""
    engine.materialise("edges", " UNION ALL BY NAME ".join(f"({_EDGES.format(edges=each)})" for each in edges))
    engine.materialise(
        "placed",
        f"SELECT record_id, customer_id, placed_by, cluster_id FROM places"
        f" JOIN ({' UNION ALL '.join(clusters)}) USING (record_id)",
    )
    engine.materialise("separations", _SEPARATIONS)
    engine.materialise("merges", _MERGES)
    for table in TABLES:
        engine.write(folder / table, f"SELECT * FROM {table}")
