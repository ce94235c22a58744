"""Columns: one upright bar a period, or a stretch of a measure, with its figure in words."""

from collections.abc import Callable

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales


def bars(
    table: pa.Table, write: Callable[[float], str], title: str, *, width: int = drawing.NARROW, height: int = 150
) -> alt.LayerChart:
    """Draw bars in the order given; one that is not `whole` is drawn lighter.

    Assumes rows with `label` (each once), `amount` and `whole`.
    """
    given = table.to_pylist()
    rows = [
        {
            "label": row["label"],
            "amount": row["amount"],
            "colour": (palette.LOSS if row["amount"] < 0 else palette.ACCENT) if row["whole"] else palette.SOFT,
        }
        for row in given
    ]
    amounts = [row["amount"] for row in rows]
    whole = all(amount == round(amount) for amount in amounts)
    values = (scales.whole_ticks if whole else scales.ticks)(min(0, *amounts), max(1, *amounts), 4)
    step = max(1, -(-len(rows) // (10 if width > 500 else 5)))
    # The last bar is the one that is looked at: labels count back from it.
    shown = [row["label"] for row in rows][::-1][::step][::-1]
    axis = alt.Axis(title=None, grid=False, labelAngle=0, values=shown, labelLimit=90)
    chart = (
        alt.Chart(scales.inline(rows), width=width, height=height)
        .mark_bar()
        .encode(
            x=alt.X("label:N", sort=None, axis=axis),
            y=scales.measured("amount", values, write, title),
            color=alt.Color("colour:N", scale=None),
        )
    )
    return scales.layered(chart)
