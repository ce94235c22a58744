"""Scales and axes: round ticks chosen here, so that their labels can be written for the reader.

Vega's own labels know one locale at a time and no currency written as Babel writes it; handing over the ticks and
their words keeps one way to write a figure in text, table and chart.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import altair as alt

from vinculo.measure.charts import palette

STRONG = 4 / 6
"""Share of a colour scale from which text turns light: the last two of six steps."""


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round ticks (1, 2, 2.5 or 5 times a power of ten) that cover an interval.

    >>> ticks(0, 97)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    span = (high - low) or abs(high) or 1.0
    rough = span / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, max(last, first + 1) + 1)]


def decimals(values: Sequence[float]) -> int:
    """Return how many decimals tell the ticks apart, two at most.

    >>> decimals([0, 5, 10]), decimals([0, 2.5, 5])
    (0, 1)
    """
    return next((digits for digits in (0, 1) if all(round(value, digits) == value for value in values)), 2)


def whole_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round ticks that are whole numbers, for counts."""
    return sorted({float(round(tick)) for tick in ticks(low, high, count)})


def spoken(values: Sequence[float], write: Callable[[float], str]) -> dict[str, Any]:
    """Return the axis options that label each tick in the reader's words."""
    words = as_json([write(value) for value in values])
    return {"values": list(values), "labelExpr": f"{words}[indexof({as_json(values)}, datum.value)]"}


def measured(
    field: str, values: Sequence[float], write: Callable[[float], str], title: str, *, top: float | None = None
) -> alt.Y:
    """Return a vertical measure with its ticks in words, its title lying above the axis; `top` ends it elsewhere."""
    place: dict[str, Any] = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -12}
    shown = [value for value in values if top is None or value <= top]
    axis = alt.Axis(title=title, titleBaseline="bottom", **spoken(shown, write), **place)
    end = values[-1] if top is None else top
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[values[0], end], nice=False))


def across(field: str, values: Sequence[float], write: Callable[[float], str], title: str | None) -> alt.X:
    """Return a horizontal measure with its ticks in words."""
    axis = alt.Axis(title=title, grid=False, **spoken(values, write))
    return alt.X(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[values[0], values[-1]], nice=False))


def inline(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as inline data: a specification never fetches anything."""
    return alt.InlineData(values=[dict(row) for row in rows])


def as_json(values: Sequence[object]) -> str:
    """Write values as a literal of Vega's expression language."""
    return json.dumps(list(values), ensure_ascii=False)


def named(labels: Mapping[int, str] | Mapping[str, str]) -> dict[str, Any]:
    """Return the axis options that label the named categories, and no other, in the reader's words."""
    words = as_json(list(labels.values()))
    return {"values": list(labels), "labelExpr": f"{words}[indexof({as_json(list(labels))}, datum.value)]"}


def stepped(most: float, least: float = 0.0) -> alt.Scale:
    """Return a colour scale in six steps from little to much."""
    return alt.Scale(type="quantize", domain=[least, most or 1], range=list(palette.RAMP))


def ink(value: float, most: float, least: float = 0.0) -> str:
    """Return the colour in which text is read on a step of the colour scale."""
    share = (value - least) / ((most - least) or 1)
    return palette.ON_STRONG if share >= STRONG else palette.INK


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """Return marks laid over one another, each with its own colours."""
    return cast(alt.LayerChart, alt.layer(*layers).resolve_scale(color="independent"))
