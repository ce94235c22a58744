"""Profit: from gross sales to contribution, the whale curve, and deciles of customers."""

from typing import Literal

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader


def waterfall(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw how gross sales become contribution, step by step, downwards.

    Assumes rows in order with `label`, `amount_minor` (negative when it takes away) and `is_sum` (a level reached,
    not a step).
    """
    rows: list[dict[str, object]] = []
    level = 0
    for row in table.to_pylist():
        start = 0 if row["is_sum"] else level
        level = row["amount_minor"] if row["is_sum"] else level + row["amount_minor"]
        negative = row["amount_minor"] < 0
        colour = (palette.LOSS if negative else palette.ACCENT) if row["is_sum"] else palette.LOSS_SOFT
        rows.append(
            {
                "label": row["label"],
                "from": min(start, level),
                "to": max(start, level),
                "colour": colour if row["is_sum"] or negative else palette.SOFT,
                "words": reader.short_money(row["amount_minor"]),
            }
        )
    low, high = min(0, *(float(str(row["from"])) for row in rows)), max(1, *(float(str(row["to"])) for row in rows))
    scale = alt.Scale(domain=[low, high + (high - low) * 0.16], nice=False)
    bars = alt.Chart(scales.inline(rows), width=width, height=34 * len(rows)).encode(
        y=alt.Y("label:N", sort=None, axis=alt.Axis(title=None, grid=False, labelLimit=170, labelColor=palette.INK))
    )
    return scales.layered(
        bars.mark_bar().encode(
            x=alt.X("from:Q", scale=scale, axis=None), x2="to:Q", color=alt.Color("colour:N", scale=None)
        ),
        bars.mark_text(align="left", dx=6).encode(x=alt.X("to:Q", scale=scale, axis=None), text="words:N"),
    )


def whale(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw cumulative contribution over customers, best first; above 100 % the rest lose what the best earned.

    Assumes the points of the table `whale_curve` for one amount, in the order of ranks.
    """
    rows = [{"customers": row["customer_share"], "contribution": row["cumulative_share"]} for row in table.to_pylist()]
    peak = max(rows, key=lambda row: row["contribution"])
    values = scales.ticks(min(0, *(row["contribution"] for row in rows)), max(1.0, peak["contribution"]), 6)
    title = reader.say("Share of contribution, cumulative")
    y = scales.measured("contribution", values, reader.share, title, top=max(1.0, peak["contribution"]) * 1.1)
    x = scales.across(
        "customers", [0, 0.2, 0.4, 0.6, 0.8, 1], reader.share, reader.say("Share of customers, best first")
    )
    curve = alt.Chart(scales.inline(rows), width=width, height=260).encode(x=x, y=y)
    whole = alt.Chart(scales.inline([{"contribution": 1.0}])).mark_rule(strokeDash=[2, 3]).encode(y=y)
    layers = [curve.mark_area(color=palette.SOFT, opacity=0.45), whole, curve.mark_line()]
    if peak["contribution"] > 1.0005:
        words = reader.say(
            "Peak: {share} at {customers}",
            share=reader.share(peak["contribution"], 1),
            customers=reader.share(peak["customers"]),
        )
        top = alt.Chart(scales.inline([{**peak, "words": words}])).encode(x=x, y=y)
        side: Literal["left", "right"] = "right" if peak["customers"] > 0.5 else "left"
        layers += [
            top.mark_point(filled=True, size=60, color=palette.LOSS, opacity=1),
            top.mark_text(align=side, dy=-12, fontWeight="bold").encode(text="words:N"),
        ]
    return scales.layered(*layers)


def deciles(table: pa.Table, reader: Reader, *, width: int = drawing.NARROW) -> alt.LayerChart:
    """Draw the contribution of each tenth of the customers, best tenth first.

    Assumes rows of the table `deciles` for one amount.
    """
    rows = [
        {
            "decile": row["decile"],
            "contribution": row["amount_minor"],
            "colour": palette.ACCENT if row["amount_minor"] >= 0 else palette.LOSS,
        }
        for row in table.to_pylist()
    ]
    amounts = [row["contribution"] for row in rows]
    y = scales.measured(
        "contribution", scales.ticks(min(0, *amounts), max(1, *amounts)), reader.short_money, reader.say("Contribution")
    )
    x = alt.X(
        "decile:O", axis=alt.Axis(title=reader.say("Tenth of the customers, best first"), labelAngle=0, grid=False)
    )
    bars = alt.Chart(scales.inline(rows), width=width, height=200).mark_bar()
    zero = alt.Chart(scales.inline([{"contribution": 0}])).mark_rule(strokeWidth=1).encode(y=y)
    return scales.layered(bars.encode(x=x, y=y, color=alt.Color("colour:N", scale=None)), zero)
