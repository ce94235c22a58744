"""Drawings: bars over months and lines over ages, with their figures for those who do not see them."""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from django.utils.safestring import SafeString

from vinculo.measure.charts import palette, scales

WIDTH, HEIGHT = 680, 200
LEFT, TOP, BOTTOM = 64, 12, 26
INNER = HEIGHT - TOP - BOTTOM


class Bar(NamedTuple):
    """A bar: what stands below it, how high it is, and what it says."""

    label: str
    value: float
    words: str
    strong: bool = True


class Line(NamedTuple):
    """A line: what it is, and its values from left to right."""

    words: str
    values: Sequence[float]
    colour: str = palette.ACCENT
    dashed: bool = False


def bars(found: Sequence[Bar], *, words: str, axis: Sequence[tuple[float, str]]) -> SafeString:
    """Draw bars over an axis whose ticks are in words."""
    if not found or len(axis) < 2:
        return SafeString("")
    low, high = axis[0][0], axis[-1][0]
    step = (WIDTH - LEFT) / len(found)
    every = max(1, -(-len(found) * 70 // (WIDTH - LEFT)))
    parts = framed(axis, words)
    zero = height_of(max(low, 0.0), low, high)
    for place, bar in enumerate(found):
        x, y = LEFT + step * place + step * 0.14, height_of(bar.value, low, high)
        fill = palette.ACCENT if bar.strong else palette.SOFT
        parts.append(
            f'<rect x="{x:.1f}" y="{min(y, zero):.1f}" width="{step * 0.72:.1f}" height="{abs(zero - y):.1f}" '
            f'fill="{fill}"><title>{escape(bar.words)}</title></rect>'
        )
        if place % every == 0:
            parts.append(text(x + step * 0.36, HEIGHT - 6, bar.label, "middle"))
    return SafeString("".join([*parts, "</svg>"]))


def lines(found: Sequence[Line], labels: Sequence[str], *, words: str, axis: Sequence[tuple[float, str]]) -> SafeString:
    """Draw lines over the same axis."""
    most = max((len(each.values) for each in found), default=0)
    if most < 2 or len(axis) < 2:
        return SafeString("")
    low, high = axis[0][0], axis[-1][0]
    step = (WIDTH - LEFT - 8) / (most - 1)
    wide = 7 * max(map(len, labels), default=0) + 8
    every = max(1, math.ceil(wide / step))
    parts = framed(axis, words)
    for each in found:
        points = " ".join(
            f"{LEFT + step * place:.1f},{height_of(value, low, high):.1f}" for place, value in enumerate(each.values)
        )
        dash = ' stroke-dasharray="6 4"' if each.dashed else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{each.colour}" stroke-width="2"{dash}>'
            f"<title>{escape(each.words)}</title></polyline>"
        )
    for place, label in enumerate(labels):
        last = place == most - 1
        # The last one stands to the left of its place: it needs the room of the one before.
        crowded = not last and (most - 1) % every == 0 and (most - 1 - place) * step < 1.5 * wide
        if place % every == 0 and not crowded:
            parts.append(text(LEFT + step * place, HEIGHT - 6, label, "end" if last else "middle"))
    return SafeString("".join([*parts, "</svg>"]))


def framed(axis: Sequence[tuple[float, str]], words: str) -> list[str]:
    """Return the beginning of a drawing and its axis."""
    low, high = axis[0][0], axis[-1][0]
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12" role="img" aria-label={quoteattr(words)}>']
    for value, label in axis:
        y = height_of(value, low, high)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{palette.RULE}"/>')
        parts.append(text(LEFT - 8, y + 4, label, "end"))
    return parts


def height_of(value: float, low: float, high: float) -> float:
    """Return where a value stands."""
    return TOP + (high - value) / ((high - low) or 1.0) * INNER


def ticks(values: Sequence[float]) -> list[float]:
    """Return round ticks around values, zero among them."""
    return scales.ticks(min(0.0, *values, 0.0), max(1.0, *values, 0.0))


def text(left: float, height: float, words: str, anchor: str) -> str:
    """Write a few words."""
    place = f'x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{palette.MUTED}">{escape(words)}</text>'
