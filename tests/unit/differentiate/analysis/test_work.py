"""Work in progress knows its steps, its tables and what the manifest will say."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vinculo.differentiate.analysis import work as works
from vinculo.differentiate.analysis.work import Work
from vinculo.differentiate.settings import Settings
from vinculo.foundation.errors import ContractError
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.contract import Column, Table

COUNTS = Table("counts", "one thing counted", (Column("name", "text", "what"), Column("times", "integer", "how often")))


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    (tmp_path / "run").mkdir()
    with DuckEngine(tmp_path / "spill") as engine:
        yield Work(engine, tmp_path / "run", Settings(), lambda words, share: None)


def test_the_shares_of_the_steps_are_the_whole() -> None:
    assert sum(works.STEPS.values()) == pytest.approx(1)


def test_a_kept_table_has_the_columns_and_types_of_its_contract(work: Work) -> None:
    work.keep(COUNTS, pa.table({"more": [1.5], "times": pa.array([3], pa.int8()), "name": ["x"]}))

    assert pq.read_table(work.folder / "counts").schema == COUNTS.schema
    assert work.engine.rows("SELECT * FROM counts").to_pylist() == [{"name": "x", "times": 3}]
    assert work.tables == {"counts": {"rows": 1, "grain": "one thing counted"}}


def test_a_table_that_lacks_a_column_is_refused(work: Work) -> None:
    with pytest.raises(ContractError, match="lacks the column"):
        work.keep(COUNTS, pa.table({"name": ["x"]}))


def test_a_query_is_written_and_counted(work: Work) -> None:
    work.write(COUNTS, "SELECT 'x' AS name, CAST($times AS BIGINT) AS times", times=2)

    assert work.tables["counts"]["rows"] == 1


def test_only_tables_that_were_computed_are_kept(work: Work) -> None:
    other = Table("other", "one row", COUNTS.columns)

    work.keep_all((COUNTS, other), {"counts": pa.table({"name": ["x"], "times": [1]})})

    assert list(work.tables) == ["counts"]


def test_a_step_tells_the_share_of_those_before_it_and_is_timed(work: Work) -> None:
    told: list[tuple[str, float]] = []
    work.progress = lambda words, share: told.append((words, share))

    for words in works.STEPS:
        with work.step(words):
            pass

    assert [words for words, _ in told] == list(works.STEPS) == list(work.timings)
    assert told[0][1] == 0
    assert told[-1][1] == pytest.approx(1 - works.STEPS["Writing the report"])


def test_facts_are_put_in_after_translating(work: Work) -> None:
    assert work.say("{here} and {there}", here="{there}", there="x") == "{there} and x"
