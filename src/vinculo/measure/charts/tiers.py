"""Tiers and areas: how customers and value divide, side by side, on one scale."""

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader


def shares(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw, for each group, its share of the customers above its share of the value.

    Assumes rows in order with `label`, `customer_share` and `value_share` (the latter may be negative).
    """
    first, second = reader.say("of customers"), reader.say("of residual value")
    rows: list[dict[str, object]] = []
    for row in table.to_pylist():
        for share, what, colour in (
            (row["customer_share"], first, palette.SOFT),
            (row["value_share"], second, palette.ACCENT if row["value_share"] >= 0 else palette.LOSS),
        ):
            words = f"{reader.share(share, 1 if 0 < abs(share) < 0.01 else 0)} {what}"
            rows.append({"label": row["label"], "what": what, "share": share, "colour": colour, "words": words})
    given = [float(str(row["share"])) for row in rows]
    low, high = min(0.0, *given), max(0.01, *given)
    room = 0.30 if width > 500 else 0.85
    scale = alt.Scale(domain=[low, high + (high - low) * room], nice=False)
    axis = alt.Axis(title=None, grid=False, labelColor=palette.INK, labelFontSize=12, labelLimit=140)
    groups = len({str(row["label"]) for row in rows})
    bars = alt.Chart(scales.inline(rows), width=width, height=46 * groups).encode(
        y=alt.Y("label:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.32)),
        yOffset=alt.YOffset("what:N", sort=[first, second], scale=alt.Scale(paddingInner=0.12)),
        x=alt.X("share:Q", axis=None, scale=scale),
    )
    ends = bars.transform_calculate(end="max(datum.share, 0)").encode(x=alt.X("end:Q", axis=None, scale=scale))
    return scales.layered(
        bars.mark_bar().encode(color=alt.Color("colour:N", scale=None)),
        ends.mark_text(align="left", dx=5).encode(text="words:N"),
    )
