"""Proposals of a matching, written by hand: what publishing and review do with them needs no model."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from tests.make import served

from vinculo.identify.records.matching import kept
from vinculo.identify.records.models import Customer, Matching
from vinculo.warehouse.duck import DuckEngine

_EDGE = pa.schema(
    [
        *((name, pa.int64()) for name in ("record_id_l", "record_id_r")),
        *((name, pa.float64()) for name in ("match_weight", "match_probability")),
        ("weights", pa.map_(pa.string(), pa.float64())),
        ("rules", pa.list_(pa.string())),
        *((name, pa.string()) for name in ("band", "decided_by", "model_version")),
        *((name, pa.int64()) for name in ("customer_id_l", "customer_id_r")),
    ]
)
_MERGE = pa.schema(
    [
        ("cluster_id", pa.int64()),
        ("customer_ids", pa.list_(pa.int64())),
        ("parties", pa.int64()),
        (
            "path",
            pa.list_(pa.struct([("pair", pa.list_(pa.int64())), ("weights", pa.map_(pa.string(), pa.float64()))])),
        ),
        ("model_version", pa.string()),
    ]
)
_SEPARATION = pa.schema([(name, pa.int64()) for name in ("record_id", "customer_id", "cluster_id")])


def edge(one: Customer, other: Customer, *, band: str = "steward", **more: Any) -> dict[str, Any]:
    """Return a pair that was scored."""
    low, high = sorted((one.pk, other.pk))
    return {
        "record_id_l": low,
        "record_id_r": high,
        "match_weight": 2.0,
        "match_probability": 0.8,
        "weights": {"email": 9.0, "given_name": -3.0},
        "rules": [],
        "band": band,
        "decided_by": "model",
        "model_version": "m1",
        "customer_id_l": low,
        "customer_id_r": high,
        **more,
    }


def merge(*customers: Customer) -> dict[str, Any]:
    """Return customers to be made one."""
    ids = sorted(each.pk for each in customers)
    path = [{"pair": ids[:2], "weights": [("email", 9.0)]}]
    return {"cluster_id": ids[0], "customer_ids": ids, "parties": len(ids), "path": path, "model_version": "m1"}


def made(
    *,
    edges: Sequence[Mapping[str, Any]] = (),
    merges: Sequence[Mapping[str, Any]] = (),
    separations: Sequence[Mapping[str, Any]] = (),
) -> Matching:
    """Keep a proposal as a finished matching does."""
    matching = Matching.objects.create(state=Matching.State.DONE, asked_at=served.NOW, finished_at=served.NOW)
    folder = kept.folder_of(matching.pk)
    folder.mkdir(parents=True)
    tables = {"edges": (edges, _EDGE), "merges": (merges, _MERGE), "separations": (separations, _SEPARATION)}
    with DuckEngine(folder / "spill") as engine:
        for name, (rows, schema) in tables.items():
            engine.attach("given", pa.Table.from_pylist([dict(row) for row in rows], schema=schema))
            engine.write(folder / name, "SELECT * FROM given")
    matching.counts = kept.counted(folder)
    matching.save()
    return matching
