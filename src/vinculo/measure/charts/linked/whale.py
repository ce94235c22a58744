"""Whale: the cumulative curve in bars of customers, best first, so that each stretch of it can be opened."""

from typing import cast

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, profit, scales
from vinculo.measure.charts.reader import Reader

BARS = 20


def ranks(table: pa.Table, *, bars: int = BARS) -> list[tuple[int, int]]:
    """Return the first and last rank of each bar, whose ends are points of the curve.

    Assumes the points of the table `whale_curve` for one amount, in the order of ranks.
    """
    points = table["customers"].to_pylist()
    customers = points[-1]
    ends = sorted({min(points, key=lambda rank: abs(rank - customers * at / bars)) for at in range(1, bars + 1)})
    starts = [1, *(end + 1 for end in ends[:-1])]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if end > 0]


def bars_and_curve(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw the whale curve over bars, one a stretch of ranks; `last` of a bar's row is its last rank."""
    share = dict(zip(table["customers"].to_pylist(), table["cumulative_share"].to_pylist(), strict=True))
    customers = max(share)
    gap = 0.0015
    rows = [
        {
            "last": last,
            "customers": (first - 1) / customers + gap,
            "until": last / customers - gap,
            "contribution": share[last],
            "floor": 0,
        }
        for first, last in ranks(table)
    ]
    curve = profit.whale(table, reader, width=width)
    encoding = curve.layer[0].encoding
    bars = (
        alt.Chart(scales.inline(rows), width=width, height=260)
        .mark_bar(color=palette.SOFT)
        .encode(x=encoding.x, x2="until:Q", y=encoding.y, y2="floor:Q")
    )
    # The area of the curve gives way to the bars.
    return scales.layered(bars, *cast(list[alt.Chart], curve.layer[1:]))
