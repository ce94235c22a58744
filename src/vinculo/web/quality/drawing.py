"""Drawings: a trend in the width of a cell, a trend whose days are links, and a bar whose parts are links."""

from collections.abc import Sequence
from datetime import date
from html import escape
from xml.sax.saxutils import quoteattr

from django.utils.safestring import SafeString

from vinculo.measure.charts import palette
from vinculo.measure.charts.reader import Reader

Trend = Sequence[tuple[date, float | None]]
WIDTH, HEIGHT = 480, 180
LEFT, TOP, BOTTOM = 58, 12, 28
BAR = 300.0
COLOURS = (palette.LOSS, palette.LOSS_SOFT, palette.MUTED, palette.SOFT)


def spark(trend: Trend, *, words: str) -> SafeString:
    """Draw a small trend without an axis: nothing of a single day."""
    points = placed(trend, left=2, width=92, top=3, height=20)
    if len(points) < 2:
        return SafeString("")
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _day, _share in points)
    x, y, _day, _share = points[-1]
    return SafeString(
        f'<svg class="spark" viewBox="0 0 96 26" width="96" height="26" role="img" aria-label={quoteattr(words)}>'
        f'<polyline points="{line}" fill="none" stroke="{palette.ACCENT}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{palette.ACCENT}"/></svg>'
    )


def trend(found: Trend, reader: Reader, *, words: str, least: float | None = None) -> SafeString:
    """Draw a trend; each day is a link to what was measured that day, and what must hold is a dashed line."""
    shares = [share for _day, share in found if share is not None] + ([least] if least is not None else [])
    if not shares:
        return SafeString("")
    low, high = bounds(shares)
    inner = HEIGHT - TOP - BOTTOM
    points = placed(found, left=LEFT, width=WIDTH - LEFT - 12, top=TOP, height=inner, low=low, high=high)
    parts = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="14" role="group" aria-label={quoteattr(words)}>'
    ]
    for level in (high, low):
        y = TOP + (high - level) / (high - low) * inner
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{palette.RULE}"/>')
        parts.append(text(LEFT - 8, y + 4, reader.share(level), "end"))
    if least is not None:
        y = TOP + (high - least) / (high - low) * inner
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{palette.LOSS}" '
            f'stroke-dasharray="6 4"><title>{escape(reader.share(least))}</title></line>'
        )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _day, _share in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{palette.ACCENT}" stroke-width="2"/>')
    for x, y, day, share in points:
        said = escape(f"{reader.day(day)}: {reader.share(share, 1)}", quote=True)
        parts.append(
            f'<a href="?day={day.isoformat()}" aria-label="{said}"><circle cx="{x:.1f}" cy="{y:.1f}" r="5" '
            f'fill="{palette.ACCENT}"><title>{said}</title></circle></a>'
        )
    for place in sorted({0, len(points) - 1}) if points else ():
        x, _y, day, _share = points[place]
        parts.append(text(x, HEIGHT - 6, reader.short_day(day), "start" if place == 0 else "end"))
    return SafeString("".join([*parts, "</svg>"]))


def bar(parts: Sequence[tuple[str, int, str]], of: int, reader: Reader, *, words: str) -> SafeString:
    """Draw what passes and what fails as one bar; each part that fails is a link: its words, number and address."""
    if not of:
        return SafeString("")
    passing = of - sum(count for _words, count, _address in parts)
    left = BAR * passing / of
    title = f"<title>{escape(f'{words}: {reader.number(passing)}')}</title>"
    drawn = [f'<rect x="0" y="2" width="{left:.1f}" height="14" fill="{palette.ACCENT}">{title}</rect>']
    for place, (kind, count, address) in enumerate(parts):
        width = max(BAR * count / of, 2.0)
        said = escape(f"{kind}: {reader.number(count)}", quote=True)
        path = f'<path d="M{left:.1f} 2h{width:.1f}v14h-{width:.1f}z" fill="{COLOURS[place % len(COLOURS)]}">'
        drawn.append(
            f'<a href="{escape(address, quote=True)}" aria-label="{said}">{path}<title>{said}</title></path></a>'
        )
        left += width
    box = f'viewBox="0 0 {max(BAR, left):.1f} 18" width="{BAR:.0f}" height="18"'
    return SafeString(f'<svg class="passing" {box} role="group" aria-label={quoteattr(words)}>{"".join(drawn)}</svg>')


def bounds(shares: Sequence[float]) -> tuple[float, float]:
    """Return between which shares a trend is drawn, ten points apart at least.

    >>> bounds([0.82, 0.84]), bounds([1.0])
    ((0.8, 0.9), (0.9, 1.0))
    """
    low = int(10 * min(shares) + 1e-9) / 10
    high = -int(-10 * max(shares) + 1e-9) / 10
    high = high if high * 10 == round(high * 10) and high >= max(shares) else high + 0.1
    return (low, max(high, low + 0.1)) if low < 0.95 else (0.9, 1.0)


def placed(
    found: Trend, *, left: float, width: float, top: float, height: float, low: float = 0.0, high: float = 0.0
) -> list[tuple[float, float, date, float]]:
    """Return where each day stands."""
    shares = [(day, share) for day, share in found if share is not None]
    if not shares:
        return []
    if high <= low:
        low, high = min(share for _day, share in shares), max(share for _day, share in shares)
    first, last = shares[0][0].toordinal(), shares[-1][0].toordinal()
    return [
        (
            left + width * ((day.toordinal() - first) / (last - first) if last > first else 0.5),
            top + height * ((high - share) / (high - low) if high > low else 0.5),
            day,
            share,
        )
        for day, share in shares
    ]


def text(left: float, height: float, words: str, anchor: str) -> str:
    """Write a few words."""
    place = f'x="{left:.1f}" y="{height:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{palette.MUTED}">{escape(words)}</text>'
