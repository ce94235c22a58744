"""A customer's sales month by month, and what the model expects of the months to come.

Drawn by hand, not by Vega: the page of a customer opens in a tenth of a second, and this takes less than one of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from vinculo.measure.charts import palette
from vinculo.measure.charts.reader import Reader

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 200, 64, 26, 12


@dataclass(frozen=True)
class Month:
    """Net sales of a month, or what is expected of it."""

    starts: date
    net_minor: float
    expected: bool = False


def months(sales: Sequence[tuple[date, int]], *, until: date, most: int = 36) -> list[Month]:
    """Add sales up by month, from the first to the month of `until`; the latest `most` months.

    >>> [each.net_minor for each in months([(date(2024, 1, 5), 7), (date(2024, 3, 1), 2)], until=date(2024, 3, 9))]
    [7, 0, 2]
    """
    if not sales:
        return []
    sums: dict[int, int] = {}
    for day, net in sales:
        sums[number(day)] = sums.get(number(day), 0) + net
    last = max(number(until), *sums)
    return [Month(starts(each), sums.get(each, 0)) for each in range(max(min(sums), last - most + 1), last + 1)]


def number(day: date) -> int:
    """Return the number of a month since the year 0."""
    return day.year * 12 + day.month - 1


def starts(month: int) -> date:
    """Return the first day of a month given by its number."""
    return date(month // 12, month % 12 + 1, 1)


def expected(after: date, *, per_month_minor: float, months_ahead: int) -> list[Month]:
    """Return the months to come, each with what is expected of it."""
    first = number(after) + 1
    return [Month(starts(first + ahead), per_month_minor, expected=True) for ahead in range(months_ahead)]


def draw(found: Sequence[Month], reader: Reader, *, description: str) -> str:
    """Draw months as bars, those to come as a dashed line."""
    top = max((each.net_minor for each in found), default=0) or 1
    low = min(0.0, *(each.net_minor for each in found))
    scale = (HEIGHT - TOP - BOTTOM) / (top - low)
    zero = TOP + top * scale
    step = (WIDTH - LEFT) / max(len(found), 1)
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12"'
    parts = [f'<svg class="months" {box} role="img" aria-label={quoteattr(description)}>']
    for level in (top, 0.0):
        parts.append(line(LEFT, WIDTH, TOP + (top - level) * scale, palette.RULE))
        parts.append(text(LEFT - 8, TOP + (top - level) * scale + 4, reader.short_money(level), "end"))
    for at, month in enumerate(found):
        if not month.expected:
            parts.append(bar(month, reader, at=LEFT + at * step, width=step, zero=zero, scale=scale))
    parts += labels(found, reader, step)
    parts += future(found, reader, step=step, zero=zero, scale=scale)
    return "".join([*parts, "</svg>"])


def bar(month: Month, reader: Reader, *, at: float, width: float, zero: float, scale: float) -> str:
    """Draw the bar of a month; more was returned than bought where it hangs down."""
    height = abs(month.net_minor) * scale
    colour, above = (palette.ACCENT, zero - height) if month.net_minor >= 0 else (palette.LOSS, zero)
    words = escape(f"{reader.whole_month(month.starts)}: {reader.money(month.net_minor)}")
    return (
        f'<rect x="{at + width * 0.12:.1f}" y="{above:.1f}" width="{width * 0.76:.1f}" height="{height:.1f}" '
        f'fill="{colour}"><title>{words}</title></rect>'
    )


def future(found: Sequence[Month], reader: Reader, *, step: float, zero: float, scale: float) -> list[str]:
    """Draw what is expected as one dashed line over the months to come."""
    ahead = [at for at, each in enumerate(found) if each.expected]
    if not ahead:
        return []
    level = found[ahead[0]].net_minor
    height, begins, ends = zero - level * scale, LEFT + ahead[0] * step, LEFT + (ahead[-1] + 1) * step
    words = escape(reader.say("Expected: {money} a month", money=reader.money(level)))
    dashed = line(begins, ends, height, palette.LOSS, dashed=True, words=words)
    return [dashed, text((begins + ends) / 2, max(height - 6, TOP), reader.say("expected"), "middle")]


def labels(found: Sequence[Month], reader: Reader, step: float) -> list[str]:
    """Write the names of some months under the bars."""
    every = max(1, len(found) // 6)
    return [
        text(LEFT + (at + 0.5) * step, HEIGHT - 8, reader.month(each.starts), "middle")
        for at, each in enumerate(found)
        if at % every == 0 and LEFT + (at + 0.5) * step < WIDTH - 20
    ]


def line(left: float, right: float, height: float, colour: str, *, dashed: bool = False, words: str = "") -> str:
    """Draw a level line."""
    more = ' stroke-dasharray="6 4" stroke-width="2"' if dashed else ""
    ends = f'x1="{left:.1f}" x2="{right:.1f}" y1="{height:.1f}" y2="{height:.1f}"'
    return f'<line {ends} stroke="{colour}"{more}><title>{words}</title></line>'


def text(left: float, height: float, words: str, anchor: str) -> str:
    """Write a few words."""
    place = f'x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{palette.MUTED}">{escape(words)}</text>'
