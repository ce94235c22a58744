"""Stability of the best customers: how many of this year's top 20 % were last year's.

The best of one year are partly lucky, so fewer of them stay than a ranking suggests (regression to the mean,
F. Galton 1886). Customers are ranked by margin (net sales less cost of goods of the days in the period), the part of
the contribution that is known day by day; those who tie share a class.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa
from babel.numbers import format_decimal
from numpy.typing import NDArray

from vinculo.differentiate.profit import curves
from vinculo.differentiate.settings import Settings
from vinculo.foundation.language import Translate
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine
from vinculo.warehouse.tables import Table, profit

YEAR = 365
SHORTEST = 30
_CLASSES = 5
_FROM = (*(f"quintile_{place}" for place in range(1, _CLASSES + 1)), "new")
_TO = (*(f"quintile_{place}" for place in range(1, _CLASSES + 1)), "lapsed")
Row = dict[str, object]
_SCOPE: Row = {"dimension": "all", "dimension_value": "all"}
_COLUMNS = ("bought", "margin_minor", "bought_previous", "margin_previous_minor")

Classes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Periods:
    """Margins of two periods that follow each other; one entry is one customer who bought in either."""

    bought: Flags
    margin: curves.Amounts
    bought_previous: Flags
    margin_previous: curves.Amounts


def summarize(engine: Engine, settings: Settings, translate: Translate) -> dict[str, pa.Table]:
    """Return the tables `stability` and `stability_transitions`.

    Assumes the relation `customer_days`, and `scoped_profile` where dimensions are asked for. Compares the year up to
    `as_of` with the year before; with less than two years of data, the two halves of what there is, and says so
    (`full_years`). A customer counts in a period when he bought in it; *new* means: bought in this period and not in
    the previous one. The best of a value of a dimension are the best among its own customers.
    """
    history = engine.rows(queries.load(__package__, "history"), as_of=settings.as_of)["history_days"][0].as_py() or 0
    period = min(YEAR, history // 2)
    if period < SHORTEST:
        return _tables([{**_too_short(history), "reading": _short_reading(history, translate)}], [])
    summaries: list[Row] = []
    moved: list[Row] = []
    for scope, periods in compared(engine, settings, period):
        moves = transitions(periods)
        summary = _summary(moves, periods, period, history)
        summary["reading"] = _reading(summary, settings.language, translate)
        summaries.append({**scope, **summary})
        moved += [{**scope, **move} for move in moves]
    return _tables(summaries, moved)


def compared(engine: Engine, settings: Settings, period: int) -> Iterator[tuple[Row, Periods]]:
    """Yield everybody, then each value of each asked dimension, with what they did in the two periods."""
    days = {
        "as_of": settings.as_of,
        "previous_to": settings.as_of - timedelta(days=period),
        "previous_from": settings.as_of - timedelta(days=2 * period - 1),
    }
    found = engine.rows(queries.load(__package__, "period_margins"), **days)
    yield _SCOPE, _periods(found[name].to_numpy() for name in _COLUMNS)
    for dimension in settings.by:
        lists = engine.rows(queries.load(__package__, "period_margins_by"), dimension=dimension, **days)
        for place, value in enumerate(lists["dimension_value"].to_pylist()):
            columns = (lists[name][place].values.to_numpy(zero_copy_only=False) for name in _COLUMNS)
            yield {"dimension": dimension, "dimension_value": value}, _periods(columns)


def classes(margin: curves.Amounts, bought: Flags) -> Classes:
    """Return the quintile of each customer, 0 for the top, and 5 for those who did not buy.

    >>> classes(np.array([9, 7, 5, 3, 1, 0]), np.array([True, True, True, True, True, False])).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    ranked = curves.descending(margin[bought])
    found = np.full(len(margin), _CLASSES, dtype=np.int64)
    if len(ranked):
        last = -(-np.arange(1, _CLASSES) * len(ranked) // _CLASSES) - 1
        edges = ranked[last]
        found[bought] = np.searchsorted(-edges, -margin[bought], side="left")
    return found


def transitions(periods: Periods) -> list[dict[str, object]]:
    """Return one row for each move between classes that somebody made."""
    code = classes(periods.margin_previous, periods.bought_previous) * (_CLASSES + 1)
    code += classes(periods.margin, periods.bought)
    size = (_CLASSES + 1) ** 2
    customers = np.bincount(code, minlength=size)
    # Whole amounts below 2**53 minor units add up exactly as floats.
    before = np.bincount(code, weights=periods.margin_previous, minlength=size)
    after = np.bincount(code, weights=periods.margin, minlength=size)
    leaving = customers.reshape(_CLASSES + 1, -1).sum(axis=1)
    return [
        {
            "from_class": _FROM[place // (_CLASSES + 1)],
            "to_class": _TO[place % (_CLASSES + 1)],
            "customers": int(customers[place]),
            "share_of_from": int(customers[place]) / int(leaving[place // (_CLASSES + 1)]),
            "margin_previous_minor": round(float(before[place])),
            "margin_minor": round(float(after[place])),
        }
        for place in np.flatnonzero(customers)
    ]


def _periods(columns: Iterable[NDArray[np.generic]]) -> Periods:
    bought, margin, bought_previous, margin_previous = columns
    return Periods(
        bought.astype(np.bool_),
        margin.astype(np.int64),
        bought_previous.astype(np.bool_),
        margin_previous.astype(np.int64),
    )


def _summary(moves: list[dict[str, object]], periods: Periods, period: int, history: int) -> dict[str, object]:
    top = {str(move["from_class"]): move["customers"] for move in moves if move["to_class"] == _TO[0]}
    sizes = {name: size for name, size in top.items() if isinstance(size, int)}
    total, stayed, new = sum(sizes.values()), sizes.get(_FROM[0], 0), sizes.get("new", 0)
    return {
        "period_days": period,
        "full_years": period == YEAR,
        "history_days": history,
        "customers": int(periods.bought.sum()),
        "previous_customers": int(periods.bought_previous.sum()),
        "top_customers": total,
        "top_stayed": stayed,
        "top_stayed_share": stayed / total if total else None,
        "top_risen": total - stayed - new,
        "top_new": new,
    }


def _too_short(history: int) -> dict[str, object]:
    nothing = dict.fromkeys(profit.STABILITY.names, 0)
    return {**nothing, **_SCOPE, "history_days": history, "full_years": False, "top_stayed_share": None}


def _short_reading(history: int, translate: Translate) -> str:
    return translate(
        "There are {history_days} days of history: too few to compare two periods (at least {needed} are needed)."
    ).format(history_days=history, needed=2 * SHORTEST)


def _reading(summary: dict[str, object], language: str, translate: Translate) -> str:
    share = summary["top_stayed_share"]
    if not isinstance(share, float):
        return translate("Nobody bought in the last {period_days} days.").format(**summary)
    sentence = translate(
        "{share} % of the top 20 % by margin of the last {period_days} days were in the top 20 % of the "
        "{period_days} days before."
    )
    if not summary["full_years"]:
        sentence += " " + translate(
            "There are only {history_days} days of history, so two half-periods are compared instead of two years."
        )
    return sentence.format(**{**summary, "share": format_decimal(share * 100, "#,##0.0", locale=language)})


def _tables(summary: list[dict[str, object]], moves: list[dict[str, object]]) -> dict[str, pa.Table]:
    return {
        "stability": pa.Table.from_pylist(summary, schema=profit.STABILITY.schema),
        "stability_transitions": pa.Table.from_pylist(moves, schema=profit.STABILITY_TRANSITIONS.schema),
    }


TABLES: tuple[Table, ...] = (profit.STABILITY, profit.STABILITY_TRANSITIONS)
