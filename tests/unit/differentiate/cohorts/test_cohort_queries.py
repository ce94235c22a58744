"""Queries of RFMT and cohorts."""

from importlib.resources import files

import pytest

from vinculo.warehouse import queries, spark

PACKAGES = ("vinculo.differentiate.rfmt", "vinculo.differentiate.rfmt.histograms", "vinculo.differentiate.cohorts")
QUERIES = [
    (package, item.name.removesuffix(".sql"))
    for package in PACKAGES
    for item in sorted(files(package).iterdir(), key=lambda item: item.name)
    if item.name.endswith(".sql")
]


@pytest.mark.parametrize(("package", "name"), QUERIES)
def test_spark_can_say_it_and_it_says_what_a_row_is(package: str, name: str) -> None:
    sql = queries.load(package, name)

    assert sql.startswith("-- One row: ")
    assert spark.translate(sql)
