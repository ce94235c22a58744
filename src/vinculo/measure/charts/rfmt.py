"""RFMT map: who bought lately and often, and what they are worth."""

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, scales
from vinculo.measure.charts.reader import Reader


def map_of_customers(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw recency against frequency: each cell with its customers, their mean value and, with room, their segment.

    Assumes one row a cell with `recency_score`, `frequency_score`, `customers`, `mean_value_minor` and `label`
    (the name of the commonest segment in the cell).
    """
    given = table.to_pylist()
    means = [row["mean_value_minor"] for row in given]
    order = sorted(means)
    # One very good cell would make all others pale, so that the scale ends at the second-best.
    least, most = min(0.0, order[0]), max(order[-2] if len(order) > 2 else order[-1], 1.0)
    wide = width > 500
    rows = [
        {
            "r": row["recency_score"],
            "f": row["frequency_score"],
            "mean": row["mean_value_minor"],
            "customers": reader.number(row["customers"]) if wide else reader.short_number(row["customers"]),
            "worth": reader.short_money(row["mean_value_minor"]),
            "label": row["label"],
            "ink": scales.ink(row["mean_value_minor"], most, least),
        }
        for row in given
    ]
    recency, frequency = (sorted({row[name] for row in rows}) for name in ("r", "f"))
    cells = alt.Chart(scales.inline(rows), width=width, height=(66 if wide else 46) * len(frequency) + 40).encode(
        x=alt.X(
            "r:O",
            scale=alt.Scale(domain=recency, paddingInner=0.02, paddingOuter=0),
            axis=alt.Axis(title=reader.say("Recency: 5 bought most recently"), labelAngle=0, grid=False),
        ),
        y=alt.Y(
            "f:O",
            scale=alt.Scale(domain=frequency[::-1], paddingInner=0.02, paddingOuter=0),
            axis=alt.Axis(title=reader.say("Frequency: 5 bought most often"), grid=False),
        ),
    )
    text = cells.encode(color=alt.Color("ink:N", scale=None))
    layers = [
        cells.mark_rect().encode(color=alt.Color("mean:Q", legend=None, scale=scales.stepped(most, least))),
        text.mark_text(fontSize=13 if wide else 12, fontWeight="bold", dy=-15 if wide else -7).encode(
            text="customers:N"
        ),
        text.mark_text(fontSize=11, dy=1 if wide else 8).encode(text="worth:N"),
    ]
    if wide:
        layers.append(text.mark_text(fontSize=11, dy=17, limit=116).encode(text="label:N"))
    return scales.layered(*layers)
