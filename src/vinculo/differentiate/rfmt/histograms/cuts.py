"""Where scores begin: by rank in the engine, or by given cut-points."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vinculo.differentiate.rfmt.histograms import letters
from vinculo.differentiate.settings import Rfmt
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

Row = dict[str, Any]


def cut(engine: Engine, settings: Rfmt) -> list[Row]:
    """Return the edges of all letters: letter, bins of the context, score, the turned value that reaches it, customers.

    `who` is range for edges by value; those whom no edge holds follow.
    """
    parameters = {
        "bins": settings.bins,
        "first_time_score": 2 if settings.time == "interpurchase" else 1,
        "time_is_tenure": settings.time == "tenure",
        "equal_sales": settings.method == "behaviour",
        "every_amount": "monetary" in settings.cutpoints,
    }
    rows = ranked(engine, settings.method, parameters)
    # As large as the profile and of no further use.
    engine.run("DROP TABLE IF EXISTS rfmt_placed")
    purchase_days = ask(engine, "frequencies")
    given = given_cutpoints(settings, purchase_days)
    if given:
        rows = [row for row in rows if row["letter"] not in given] + counted(engine, given)
    return open_below(rows) + set_apart(rows, purchase_days)


def ask(engine: Engine, name: str) -> pa.Table:
    """Run one of the queries whose result is small."""
    return engine.rows(queries.load(__package__, name))


def ranked(engine: Engine, method: str, parameters: Mapping[str, object]) -> list[Row]:
    """Cut by rank: everything among all customers, or R among all, F within R, M and T within R x F."""
    if method != "nested":
        return placed(engine, "everybody", ("recency", "frequency", "monetary", "time"), parameters)
    rows = placed(engine, "everybody", ("recency",), parameters)
    engine.materialise("rfmt_recency", "SELECT * FROM rfmt_ladder WHERE letter = 'recency'")
    rows += placed(engine, "within_recency", ("frequency",), parameters)
    engine.materialise("rfmt_frequency", "SELECT * FROM rfmt_ladder WHERE letter = 'frequency'")
    return rows + placed(engine, "within_cells", ("monetary", "time"), parameters)


def placed(engine: Engine, within: str, wanted: tuple[str, ...], parameters: Mapping[str, object]) -> list[Row]:
    """Rank the customers of the same context by the wanted letters and return the edges."""

    def keep(name: str, query: str) -> None:
        engine.materialise(name, queries.load(__package__, query), **parameters)

    keep("rfmt_placed", within)
    keep("rfmt_values", "values")
    if "monetary" in wanted:
        keep("rfmt_amounts", "amounts")
        engine.materialise("rfmt_histogram", "SELECT * FROM rfmt_values UNION ALL SELECT * FROM rfmt_amounts")
    else:
        engine.materialise("rfmt_histogram", "SELECT * FROM rfmt_values")
    keep("rfmt_ladder", "ladder")
    return [row for row in ask(engine, "edges").to_pylist() if row["letter"] in wanted]


def given_cutpoints(settings: Rfmt, purchase_days: pa.Table) -> dict[str, dict[int, float]]:
    """Return the letters that are not cut by rank: the turned value at which each of their scores begins."""
    if settings.method == "behaviour":
        return {"frequency": dict(enumerate([-np.inf, *repeated_means(purchase_days, settings.bins)], 1))}
    given = {}
    for letter, points in settings.cutpoints.items():
        column = letters.columns(settings.time)[letter]
        reaches = sorted(letters.turned(column) * float(point) for point in points)
        given[letter] = dict(enumerate([-np.inf, *reaches], settings.bins - len(points)))
    return given


def repeated_means(purchase_days: pa.Table, bins: int) -> list[float]:
    """Return where F 2, 3, … begin: at two purchases, then above the mean of those who remain, again and again."""
    values = purchase_days["value"].to_numpy()
    customers = purchase_days["customers"].to_numpy()
    remain = values > 1
    reaches = [2.0]
    while len(reaches) < bins - 1 and remain.any():
        remain &= values > np.average(values[remain], weights=customers[remain])
        if remain.any():
            reaches.append(float(values[remain].min()))
    return reaches


def counted(engine: Engine, given: dict[str, dict[int, float]]) -> list[Row]:
    """Count the customers of each score of given cut-points; a score that nobody has is kept, with none."""
    rows = [
        {"letter": letter, "recency_bin": 0, "frequency_bin": 0, "score": score, "reach": reach}
        for letter, reaches in given.items()
        for score, reach in reaches.items()
    ]
    engine.attach("rfmt_cutpoints", pa.Table.from_pylist(rows))
    found = {(row["letter"], row["score"]): row["customers"] for row in ask(engine, "counts").to_pylist()}
    return [row | {"customers": found.get((row["letter"], row["score"]), 0)} for row in rows]


def open_below(rows: list[Row]) -> list[Row]:
    """Let the lowest score of each letter and context begin below every value: edges must hold for anybody."""
    lowest: dict[tuple[str, int, int], int] = {}
    for row in rows:
        key = (row["letter"], row["recency_bin"], row["frequency_bin"])
        lowest[key] = min(row["score"], lowest.get(key, row["score"]))
    return [
        row | {"reach": -np.inf, "who": "range"}
        if row["score"] == lowest[row["letter"], row["recency_bin"], row["frequency_bin"]]
        else row | {"who": "range"}
        for row in rows
    ]


def set_apart(rows: list[Row], purchase_days: pa.Table) -> list[Row]:
    """Return rows for those whom no edge holds: without a purchase, and without an interval between purchases."""
    census = dict(zip(*(column.to_pylist() for column in purchase_days.columns), strict=True))
    never_bought = census.get(0, 0)
    apart: list[Row] = []
    row = {"recency_bin": 0, "frequency_bin": 0, "score": 1, "reach": np.nan}
    for letter in letters.LETTERS:
        held = sum(other["customers"] for other in rows if other["letter"] == letter)
        one_purchase = sum(census.values()) - never_bought - held
        if one_purchase:
            apart.append(row | {"letter": letter, "who": "one_purchase", "customers": one_purchase})
        if never_bought:
            apart.append(row | {"letter": letter, "who": "no_purchase", "customers": never_bought})
    return apart
