"""Iso-value curves: customers with different pasts and the same future.

Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), 415-430. For customers who have been silent long,
more purchases in the past mean less value ahead: their silence says more.
"""

from itertools import pairwise

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader

Row = dict[str, float]


def curves(table: pa.Table, people: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw contours of residual value over age at the last purchase and repeat purchase days.

    Assumes a grid of the table `iso_value` of one model, and `people` with `age_at_last_days`,
    `repeat_purchase_days`, `customers`: where the customers are, in bins.
    """
    rows = [row for row in table.to_pylist() if row["value_minor"] is not None]
    by_repeats: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        by_repeats.setdefault(row["repeat_purchase_days"], []).append((row["age_at_last_days"], row["value_minor"]))
    levels = contour_levels([row["value_minor"] for row in rows])
    lines = [point for level in levels for point in contour(by_repeats, level)]
    ages = scales.whole_ticks(0, max(row["age_at_last_days"] for row in rows), 6 if width > 500 else 4)
    repeats = scales.whole_ticks(0, max(row["repeat_purchase_days"] for row in rows), 6)
    x = scales.across("age", ages, reader.number, reader.say("Days between first and last purchase"))
    y = scales.measured("repeats", repeats, reader.number, reader.say("Repeat purchase days"))
    spots = [
        {"age": row["age_at_last_days"], "repeats": row["repeat_purchase_days"], "customers": row["customers"]}
        for row in people.to_pylist()
        if row["age_at_last_days"] <= ages[-1] and row["repeat_purchase_days"] <= repeats[-1]
    ]
    names = [{**line, "words": reader.short_money(line["level"])} for line in label_points(lines)]
    layers: list[alt.Chart] = []
    if spots:
        size = alt.Size("customers:Q", legend=None, scale=alt.Scale(type="sqrt", range=[6, 260]))
        points = alt.Chart(scales.inline(spots)).mark_point(filled=True, color=palette.SOFT, opacity=0.75)
        layers.append(points.encode(x=x, y=y, size=size))
    contours = alt.Chart(scales.inline(lines), width=width, height=300).mark_line(strokeWidth=1.5, clip=True)
    layers.append(contours.encode(x=x, y=y, detail="level:N", order="at:Q"))
    text = alt.Chart(scales.inline(names)).encode(x=x, y=y, text="words:N")
    layers.append(text.mark_text(fontWeight="bold", stroke=palette.PAPER, strokeWidth=4, strokeJoin="round"))
    layers.append(text.mark_text(fontWeight="bold"))
    return scales.layered(*layers).properties(width=width, height=300)


def contour_levels(values: list[float]) -> list[float]:
    """Return at most seven round levels, each about double the one before.

    >>> contour_levels([0, 130_000])
    [2000.0, 5000.0, 10000.0, 20000.0, 50000.0, 100000.0]
    """
    most = max(values, default=0.0)
    if most <= 0:
        return []
    power = 10.0 ** (len(str(int(most))) - 1)
    candidates = [power * shrink * factor for shrink in (0.001, 0.01, 0.1, 1) for factor in (1, 2, 5)]
    return [level for level in candidates if level < most * 0.97][-6:]


def contour(by_repeats: dict[int, list[tuple[float, float]]], level: float) -> list[Row]:
    """Return the points of one contour in drawing order.

    At a given number of purchases value only grows the later the last one is, so that a row of the grid crosses a
    level once at most. In a model without dropout silence does not matter and contours lie level: then each column
    is asked where it crosses.
    """
    line: list[Row] = []
    for repeats, points in sorted(by_repeats.items()):
        age = crossing(points, level)
        if age is not None:
            line.append({"level": level, "at": float(repeats), "repeats": float(repeats), "age": age})
    if len(line) > 1:
        return line
    by_age: dict[float, list[tuple[float, float]]] = {}
    for repeats, points in by_repeats.items():
        for age, value in points:
            by_age.setdefault(age, []).append((float(repeats), value))
    found = [(age, crossing(points, level)) for age, points in sorted(by_age.items())]
    line = [{"level": level, "at": age, "repeats": at, "age": age} for age, at in found if at is not None]
    return line if len(line) > 1 else []


def crossing(points: list[tuple[float, float]], level: float) -> float | None:
    """Return where a rising row of (place, value) first reaches a level."""
    for (place, value), (next_place, next_value) in pairwise(sorted(points)):
        if value < level <= next_value:
            return place + (level - value) / (next_value - value) * (next_place - place)
    return None


def label_points(lines: list[Row]) -> list[Row]:
    """Return the point of each contour where its label stands: stepping down, so that neighbours keep apart."""
    levels = sorted({point["level"] for point in lines}, reverse=True)
    top = max((point["repeats"] for point in lines), default=0.0)
    found = []
    for at, level in enumerate(levels):
        height = top * (0.94 - 0.11 * at)
        found.append(
            min((point for point in lines if point["level"] == level), key=lambda p: abs(p["repeats"] - height))
        )
    return found
