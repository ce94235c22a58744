"""Moves: where customers were in an earlier run and where they are now, one cell a move."""

from collections.abc import Sequence

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, scales
from vinculo.measure.charts.reader import Reader


def matrix(
    table: pa.Table, reader: Reader, *, origins: Sequence[str], targets: Sequence[str], width: int = drawing.WIDE
) -> alt.LayerChart:
    """Draw moves: rows are where customers were, columns where they are; the colour is the share of the row.

    Assumes rows with `from_label`, `to_label`, `customers` and `share_of_from`; labels in the order given.
    """
    wide = width > 500
    rows = [
        {
            "from": row["from_label"],
            "to": row["to_label"],
            "share": row["share_of_from"],
            "words": reader.number(row["customers"]) if wide else reader.short_number(row["customers"]),
            "ink": scales.ink(row["share_of_from"], 1.0),
        }
        for row in table.to_pylist()
    ]
    cells = alt.Chart(scales.inline(rows), width=width, height=34 * len(origins) + 60).encode(
        x=alt.X(
            "to:N",
            scale=alt.Scale(domain=list(targets), paddingInner=0.03, paddingOuter=0),
            axis=alt.Axis(
                title=reader.say("Now"),
                orient="top",
                grid=False,
                labelAngle=0 if wide and len(targets) < 8 else -40,
                labelLimit=120 if wide else 90,
            ),
        ),
        y=alt.Y(
            "from:N",
            scale=alt.Scale(domain=list(origins), paddingInner=0.06, paddingOuter=0),
            axis=alt.Axis(title=None, grid=False, labelLimit=150 if wide else 100),
        ),
    )
    text = cells.encode(text="words:N", color=alt.Color("ink:N", scale=None))
    return scales.layered(
        cells.mark_rect(cornerRadius=1).encode(color=alt.Color("share:Q", legend=None, scale=scales.stepped(1.0))),
        text.mark_text(fontSize=11),
    )
