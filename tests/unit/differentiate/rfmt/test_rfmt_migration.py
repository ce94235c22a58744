"""Migration between two runs."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.rfmt import migration
from vinculo.differentiate.settings import DIMENSIONS
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.rfmt import MIGRATION

NAMES = ("customer_id", "rfmt_segment", "value_tier", "relationship_area")
SCHEMA = pa.schema([(name, pa.string()) for name in (*NAMES, *DIMENSIONS)])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path_factory.mktemp("spill")) as engine:
        yield engine


def value(segments: dict[str, str]) -> pa.Table:
    rows = [dict(zip(NAMES, (one, label, label.upper(), "retain"), strict=True)) for one, label in segments.items()]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def matrix(engine: DuckEngine, earlier: dict[str, str], later: dict[str, str]) -> pa.Table:
    return moved(engine, value(earlier), value(later))


def moved(engine: DuckEngine, earlier: pa.Table, later: pa.Table, *by: str) -> pa.Table:
    engine.attach("earlier_value", earlier)
    engine.attach("value", later)
    with TemporaryDirectory() as folder:
        migration.summarize(engine, Path(folder), by=by)
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


def lived(rows: dict[str, tuple[str, str | None]]) -> pa.Table:
    found = value({one: label for one, (label, _) in rows.items()})
    where = found.schema.get_field_index("country")
    return found.set_column(where, "country", pa.array([country for _, country in rows.values()], pa.string()))


def test_a_dimension_is_that_of_the_later_run_and_of_the_earlier_one_for_who_is_gone(engine: DuckEngine) -> None:
    earlier = lived({"ana": ("new", "ES"), "ben": ("new", "ES"), "cai": ("loyal", None)})
    later = lived({"ana": ("loyal", "PT"), "cai": ("loyal", None), "dia": ("new", "PT")})

    found = moved(engine, earlier, later, "country")

    rows = [row for row in found.to_pylist() if (row["label"], row["dimension"]) == ("rfmt_segment", "country")]
    assert {(row["dimension_value"], row["label_from"], row["label_to"]): row["share_of_from"] for row in rows} == {
        ("ES", "new", "gone"): 1.0,
        ("PT", "new", "loyal"): 1.0,
        ("PT", "new_customer", "new"): 1.0,
        ("unknown", "loyal", "loyal"): 1.0,
    }
    everybody = found.filter(pc.equal(found["dimension"], "all"))
    assert everybody.to_pylist() == moved(engine, earlier, later).to_pylist()


def test_a_dimension_there_is_not_is_refused(engine: DuckEngine) -> None:
    with pytest.raises(SettingsError, match="planet"):
        moved(engine, value({}), value({}), "planet")
