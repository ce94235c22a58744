"""One exam for every engine; until the Spark engine sits it, every query must at least be sayable in Spark SQL."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from vinculo.warehouse import spark

SOURCE = Path(__file__).parents[2] / "src" / "vinculo"
OF_THE_STORE = {"identify", "programs"}
"""Rooms whose queries are asked of PostgreSQL."""
QUERIES = sorted(found for found in SOURCE.rglob("*.sql") if not OF_THE_STORE & set(found.parts))
"""Those of the warehouse."""


def test_there_are_queries_to_translate() -> None:
    assert len(QUERIES) > 10


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_query_translates_to_spark(query: Path) -> None:
    translated = spark.translate(query.read_text(encoding="utf-8"))

    statement = sqlglot.parse_one(translated, read="spark")
    assert isinstance(statement, exp.Query)
    assert list(statement.find_all(exp.Command)) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_query_says_what_one_row_is(query: Path) -> None:
    assert query.read_text(encoding="utf-8").startswith("-- ")
