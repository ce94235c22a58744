"""Records to match: single ones, made-up bases with their truth, and what a match left behind."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from benchmarks.matching import base, companies, people

from vinculo.identify.matching import batches, model, preparation
from vinculo.identify.matching.model import Model
from vinculo.identify.matching.preparation import Prepared
from vinculo.identify.matching.scoring import single
from vinculo.warehouse.duck import DuckEngine

Row = dict[str, Any]


def person(record_id: int, given: str | None, family: str | None, second: str | None = None, **known: Any) -> Row:
    """Return a clean record of a person; a birth date may be given as text."""
    if isinstance(known.get("birth_date"), str):
        known["birth_date"] = date.fromisoformat(known["birth_date"])
    names = {"given_name": given, "family_name": family, "second_family_name": second}
    return {"record_id": record_id, "kind": "person"} | names | known


def company(record_id: int, name: str, **known: Any) -> Row:
    """Return a clean record of an organisation."""
    return {"record_id": record_id, "kind": "organisation", "full_name": name} | known


def base_of(count: int, seed: int, kind: str = "person") -> tuple[list[Row], dict[int, int]]:
    """Return made-up records, and the person behind each."""
    source = people.records if kind == "person" else companies.records
    made = list(source(count, seed))
    rows = [base.cleaned(record, place, kind) for place, record in enumerate(made, start=1)]
    return rows, {place: int(str(record["person"])) for place, record in enumerate(made, start=1)}


@cache
def shipped(kind: str = "person", records: int = 1_000) -> Model:
    """Return the shipped model for a base of a size."""
    return model.shipped(kind).for_base(records)


def table(rows: Sequence[Row]) -> pa.Table:
    """Return records as the relation that is matched."""
    return pa.Table.from_pylist(list(rows), schema=base.SCHEMA)


def assertions(*said: tuple[int, int, str]) -> pa.Table:
    """Return what stewards said of pairs."""
    rows = [dict(zip(batches.ASSERTIONS.names, each, strict=True)) for each in said]
    return pa.Table.from_pylist(rows, schema=batches.ASSERTIONS)


@contextmanager
def engine_of(rows: Sequence[Row]) -> Iterator[tuple[DuckEngine, Path]]:
    """Open an engine with records, and a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as name, DuckEngine(Path(name) / "spill") as engine:
        engine.attach("records", table(rows))
        yield engine, Path(name)


class Matched:
    """What a match left: edges by pair and clusters by record."""

    def __init__(self, prepared: Prepared) -> None:
        rows = prepared.engine.rows(f"SELECT * FROM {prepared.name('edges')}").to_pylist()
        self.edges = {(row["record_id_l"], row["record_id_r"]): row for row in rows}
        parts = prepared.engine.rows(f"SELECT * FROM {prepared.name('clusters')}").to_pylist()
        self.cluster = {row["record_id"]: row["cluster_id"] for row in parts}
        self.component = {row["record_id"]: row["component_id"] for row in parts}
        self.changed: set[int] = set()

    @property
    def state(self) -> object:
        """Return all that must be the same whichever way the records came."""
        edges = {
            pair: (
                None if row["match_weight"] is None else round(row["match_weight"], 9),
                tuple(sorted(row["rules"])),
                row["verdict"],
                row["band"],
                row["decided_by"],
                tuple((name, round(weight, 9)) for name, weight in row["weights"] or ()),
            )
            for pair, row in self.edges.items()
        }
        return edges, self.cluster, self.component

    def together(self, *records: int) -> bool:
        """Tell whether records are in one cluster."""
        return len({self.cluster[record] for record in records}) == 1


def match(
    rows: Sequence[Row], known: Model | None = None, said: pa.Table | None = None, keep: Path | None = None
) -> Matched:
    """Match all records at once."""
    used = known or shipped(rows[0]["kind"])
    with engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, used.kind, scratch)
        batches.match(prepared, used, said)
        if keep:
            batches.keep(prepared, keep)
        return Matched(prepared)


def match_new(
    rows: Sequence[Row],
    previous: Path,
    keep: Path,
    *,
    known: Model | None = None,
    said: pa.Table | None = None,
    removed: Sequence[int] = (),
) -> Matched:
    """Match new and changed records against those of a folder."""
    with engine_of(rows) as (engine, scratch):
        gone = pa.table({"record_id": pa.array(removed, pa.int64())})
        prepared = batches.match_new(engine, known or shipped(), previous, scratch, assertions=said, removed=gone)
        batches.keep(prepared, keep, previous=previous)
        found = Matched(prepared)
        found.changed = set(engine.rows(f"SELECT * FROM {prepared.name('changed')}")["record_id"].to_pylist())
        return found


def traits(row: Row) -> Row:
    """Return what is compared of a record."""
    return single.traits(row, row["kind"])
