"""Charts: what a table of a report shows at a glance; the table below it has the figures."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinculo.measure.charts import palette
from vinculo.measure.charts.reader import Reader
from vinculo.web import tags
from vinculo.web.programs import drawing
from vinculo.web.programs.drawing import Bar, Line
from vinculo.web.programs.tables import Table

Draw = Callable[[Sequence[Table], Reader], list[tuple[str, SafeString]]]
MOST = 36
"""Months that are drawn."""


def rollforward(found: Sequence[Table], reader: Reader) -> list[tuple[str, SafeString]]:
    """Draw what came into wallets and what went out, line by line."""
    drawn = []
    for table in found:
        sums: dict[str, int] = defaultdict(int)
        for line, _by, points, _minor, _transfers in table.rows[1:-1]:
            sums[str(line)] += points
        bars = [
            Bar(line, value, f"{line}: {reader.number(value)}", value >= 0) for line, value in sums.items() if value
        ]
        words = _("{unit}: what moved points, by line").format(unit=table.title)
        drawn.append((words, barred(bars, words, reader.short_number, labels=False)))
    return drawn


def liability(found: Sequence[Table], reader: Reader) -> list[tuple[str, SafeString]]:
    """Draw what is owed by month of issue."""
    drawn = []
    for table in found:
        if table.code.startswith("pools-"):
            sums: dict[date, int] = defaultdict(int)
            for row in table.rows:
                sums[row[0]] += row[-1]
            words = _("{table}: what is owed").format(table=table.title)
            bars = [
                Bar(reader.month(month), minor, f"{reader.whole_month(month)}: {tags.exactly(minor, reader)}")
                for month, minor in sorted(sums.items())[-MOST:]
            ]
            drawn.append((words, barred(bars, words, reader.short_money)))
    return drawn


def ageing(found: Sequence[Table], reader: Reader) -> list[tuple[str, SafeString]]:
    """Draw what expires month by month."""
    drawn = []
    for table in found:
        if table.code.startswith("upcoming-"):
            words = str(table.title)
            bars = [
                Bar(reader.month(month), points, f"{reader.whole_month(month)}: {reader.number(points)}")
                for month, points in table.rows[:MOST]
            ]
            drawn.append((words, barred(bars, words, reader.short_number)))
    return drawn


def breakage(found: Sequence[Table], reader: Reader) -> list[tuple[str, SafeString]]:
    """Draw the share developed by age, and of the back-test what was expected and what came."""
    drawn = []
    for table in found:
        if table.code.startswith("factors-"):
            words = _("{table}: share of all redemptions by age in months").format(table=table.title)
            shares = [float(row[1]) for row in table.rows]
            axis = [(at / 4, reader.share(at / 4)) for at in range(5)]
            labels = [str(row[0]) for row in table.rows]
            drawn.append((words, drawing.lines([Line(words, shares)], labels, words=words, axis=axis)))
        elif table.code.startswith("backtest-") and table.rows:
            words = _("{table}: expected a year ago (dashed) and what came").format(table=table.title)
            expected, came = [float(row[1]) for row in table.rows], [float(row[2]) for row in table.rows]
            axis = [(at, reader.short_number(at)) for at in drawing.ticks([*expected, *came])]
            both = [Line(_("Came"), came), Line(_("Expected"), expected, palette.LOSS, dashed=True)]
            labels = [reader.month(row[0]) for row in table.rows]
            drawn.append((words, drawing.lines(both, labels, words=words, axis=axis)))
    return drawn


def barred(bars: Sequence[Bar], words: str, write: Callable[[float], str], *, labels: bool = True) -> SafeString:
    """Draw bars with an axis that suits them."""
    axis = [(at, write(at)) for at in drawing.ticks([each.value for each in bars])]
    named = bars if labels else [each._replace(label=short(each.label)) for each in bars]
    return drawing.bars(named, words=words, axis=axis)


def short(words: str) -> str:
    """Return as much of a name as fits below a bar."""
    return words if len(words) <= 11 else f"{words[:10]}…"
