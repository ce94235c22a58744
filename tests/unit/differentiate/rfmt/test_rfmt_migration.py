"""Migration between two runs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.rfmt import migration
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.rfmt import MIGRATION

NAMES = ("customer_id", "rfmt_segment", "value_tier", "relationship_area")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as engine:
        yield engine


def value(segments: dict[str, str]) -> pa.Table:
    rows = [dict(zip(NAMES, (one, label, label.upper(), "retain"), strict=True)) for one, label in segments.items()]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in NAMES]))


def matrix(engine: DuckEngine, earlier: dict[str, str], later: dict[str, str]) -> pa.Table:
    engine.attach("earlier_value", value(earlier))
    engine.attach("value", value(later))
    with TemporaryDirectory() as folder:
        migration.summarize(engine, Path(folder))
        return pq.read_table(Path(folder) / "migration")


def test_movers_stayers_new_and_gone_customers_are_counted(engine: DuckEngine) -> None:
    earlier = {"ana": "new", "ben": "new", "cai": "loyal", "dia": "loyal"}
    later = {"ana": "loyal", "ben": "new", "cai": "loyal", "eva": "new"}

    found = matrix(engine, earlier, later)

    assert (found.schema.names, found.schema.types) == (MIGRATION.schema.names, MIGRATION.schema.types)
    rows = [row for row in found.to_pylist() if row["label"] == "rfmt_segment"]
    assert {(row["label_from"], row["label_to"]): row["customers"] for row in rows} == {
        ("loyal", "gone"): 1,
        ("loyal", "loyal"): 1,
        ("new", "loyal"): 1,
        ("new", "new"): 1,
        ("new_customer", "new"): 1,
    }
    assert [row["share_of_from"] for row in rows] == [0.5, 0.5, 0.5, 0.5, 1.0]
    assert {row["label"] for row in found.to_pylist()} == {"rfmt_segment", "value_tier", "relationship_area"}


runs = st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(["new", "loyal", "lost"]), max_size=10)


@settings(max_examples=20, deadline=None)
@given(earlier=runs, later=runs)
def test_rows_and_columns_add_up_to_both_runs(
    engine: DuckEngine, earlier: dict[str, str], later: dict[str, str]
) -> None:
    rows = [row for row in matrix(engine, earlier, later).to_pylist() if row["label"] == "rfmt_segment"]

    came_from, went_to = Counter(), Counter()
    for row in rows:
        came_from[row["label_from"]] += row["customers"]
        went_to[row["label_to"]] += row["customers"]
    assert came_from == Counter(earlier.values()) + Counter({"new_customer": len(later.keys() - earlier.keys())})
    assert went_to == Counter(later.values()) + Counter({"gone": len(earlier.keys() - later.keys())})
