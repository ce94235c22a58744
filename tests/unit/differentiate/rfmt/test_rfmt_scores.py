"""Scores."""

import itertools

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.rfmt import edges, scores
from vinculo.differentiate.settings import Rfmt
from vinculo.warehouse.tables.rfmt import RFMT_EDGES


def stored(letter: str, column: str, points: list[float], first: int = 1) -> list[dict[str, object]]:
    ends = [None, *points, None]
    rows = [
        {"lower": lower, "upper": upper, "lower_included": True, "score": score}
        for score, (lower, upper) in enumerate(itertools.pairwise(ends), first)
    ]
    if column == "since_last_days":
        rows = [row | {"score": 6 - row["score"], "lower_included": False} for row in rows]
    common = {"letter": letter, "column_name": column, "recency_bin": 0, "frequency_bin": 0, "who": "range"}
    return [common | row | {"customers": 1} for row in rows]


@pytest.fixture
def found() -> edges.Edges:
    rows = [
        *stored("recency", "since_last_days", [10, 20, 30, 40]),
        *stored("frequency", "purchase_days", [2, 3, 4, 5]),
        *stored("monetary", "net_sales_minor", [100, 200, 300, 400]),
        *stored("time", "tenure_days", [100, 200, 300, 400]),
    ]
    table = pa.Table.from_pylist(rows, schema=RFMT_EDGES.schema)
    return edges.restore(table, Rfmt(time="tenure", weights=(3.0, 1.0, 1.0, 0.0)))


def customers(**columns: list[float]) -> dict[str, np.ndarray]:
    return {name: np.array(values) for name, values in columns.items()}


def test_scores_are_written_together_and_weighted(found: edges.Edges) -> None:
    given = customers(since_last_days=[10, 11], purchase_days=[4, 1], net_sales_minor=[200, 99], tenure_days=[99, 1000])

    scored = scores.score(given, found)

    assert scored["rfmt_code"].to_pylist() == ["5431", "4115"]
    assert scored["rfmt_score"] == pytest.approx([(15 + 4 + 3) / 5, (12 + 1 + 1) / 5])
    assert {scored[column].dtype for column in scores.COLUMNS} == {np.dtype(np.int8)}


def test_missing_values_of_customers_who_never_bought_are_accepted(found: edges.Edges) -> None:
    given = customers(
        since_last_days=[np.nan, 3.0], purchase_days=[0, 9], net_sales_minor=[500, 500], tenure_days=[np.nan, 500.0]
    )

    scored = scores.score(given, found)

    assert scored["rfmt_code"].to_pylist() == ["1111", "5555"]


def test_there_are_125_cells_of_rfm_and_625_of_rfmt() -> None:
    cells = scores.cells(5)

    assert len(np.unique(cells[:, :3], axis=0)) == 125
    assert len(np.unique(cells, axis=0)) == 625


@pytest.mark.parametrize("bins", [2, 3, 4, 5])
def test_every_cell_has_its_own_number(bins: int) -> None:
    cells = scores.cells(bins)

    numbers = scores.cell(*cells.T, bins=bins)

    assert numbers.tolist() == list(range(bins**4))


def test_an_interval_beyond_every_edge_stays_above_no_interval() -> None:
    none_cut = edges.restore(RFMT_EDGES.schema.empty_table(), Rfmt())
    given = customers(
        since_last_days=[1, 1], purchase_days=[1, 2], net_sales_minor=[5, 5], mean_interpurchase_days=[np.nan, 9999.0]
    )

    scored = scores.score(given, none_cut)

    assert scored["time_score"].tolist() == [1, 2]
