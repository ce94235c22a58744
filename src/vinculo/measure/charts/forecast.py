"""Forecast: was it right? Predicted against actual by tenths, and purchases expected against those that happened."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader


def calibration(table: pa.Table, reader: Reader, *, width: int = drawing.NARROW, share: bool = False) -> alt.LayerChart:
    """Draw, bin by bin, what was predicted against what happened; a perfect forecast lies on the diagonal.

    Assumes rows of the table `calibration` of one candidate, origin and quantity.
    """
    rows = [
        {
            "predicted": row["mean_predicted"],
            "actual": row["mean_actual"],
            "low": row["actual_low"],
            "high": row["actual_high"],
        }
        for row in table.to_pylist()
    ]
    most = max(max(row["predicted"], row["actual"], row["high"] or 0) for row in rows)
    values = scales.ticks(0, most or 1)
    digits = scales.decimals(values)

    def write(value: float) -> str:
        return reader.share(value) if share else reader.number(value, digits)

    names = reader.words("Predicted purchase days", "Actual purchase days")
    if share:
        names = reader.words("Predicted chance to buy", "Share that bought")
    x = scales.across("predicted", values, write, names[0])
    y = scales.measured("actual", values, write, names[1])
    points = alt.Chart(scales.inline(rows), width=width, height=260).encode(x=x)
    line = [{"predicted": values[0], "actual": values[0]}, {"predicted": values[-1], "actual": values[-1]}]
    diagonal = alt.Chart(scales.inline(line)).mark_line(strokeWidth=1, strokeDash=[3, 3], color=palette.MUTED)
    return scales.layered(
        diagonal.encode(x=x, y=y),
        points.mark_rule(color=palette.ACCENT, strokeWidth=1.5).encode(y=alt.Y("low:Q"), y2="high:Q"),
        points.mark_point(filled=True, size=52, color=palette.ACCENT, opacity=1).encode(y=y),
    )


def tracking(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw cumulative repeat purchases, actual and expected; what lies right of the mark was not seen by the model.

    Assumes rows of the table `tracking` of one model, in the order of weeks.
    """
    given = table.to_pylist()
    rows = [
        {
            "day": row["week_start"].isoformat(),
            "actual": row["actual_cumulative"],
            "expected": row["expected_cumulative"],
        }
        for row in given
    ]
    unseen = [row["week_start"].isoformat() for row in given if not row["calibration"]]
    values = scales.ticks(0, max(1, *(max(row["actual"], row["expected"]) for row in rows)))
    y = scales.measured("actual", values, reader.short_number, reader.say("Repeat purchase days, cumulative"))
    x = alt.X("day:T", axis=months_axis(rows, reader, most=8 if width > 500 else 4))
    lines = alt.Chart(scales.inline(rows), width=width, height=240).encode(x=x)
    mark = alt.Chart(
        scales.inline([{"day": day, "words": reader.say("forecast begins")} for day in unseen[:1]])
    ).encode(x=x)
    ends = [
        {"day": rows[-1]["day"], "actual": rows[-1][name], "words": words, "dy": dy}
        for (name, words), dy in zip(
            (("actual", reader.say("actual")), ("expected", reader.say("expected"))),
            (-9, 13) if rows[-1]["actual"] >= rows[-1]["expected"] else (13, -9),
            strict=True,
        )
    ]
    labels = [
        alt.Chart(scales.inline([row])).mark_text(align="right", dy=row["dy"]).encode(x=x, y=y, text="words:N")
        for row in ends
    ]
    return scales.layered(
        mark.mark_rule(strokeDash=[2, 3]),
        mark.mark_text(align="left", dx=5, color=palette.MUTED).encode(text="words:N", y=alt.value(6)),
        lines.mark_line(strokeWidth=2, strokeDash=[5, 3], color=palette.LOSS).encode(y=alt.Y("expected:Q")),
        lines.mark_line(color=palette.ACCENT).encode(y=y),
        *labels,
    )


def months_axis(rows: Sequence[Mapping[str, Any]], reader: Reader, *, most: int) -> alt.Axis:
    """Return a time axis labelled at the beginning of months, no more than can be read."""
    months = sorted({row["day"][:7] for row in rows})[1:]
    step = max(1, -(-len(months) // most))
    starts = [f"{month}-01" for month in months[::step]]
    words = [reader.month(start) for start in starts]
    labels = dict(zip((start[:7] for start in starts), words, strict=True))
    keys, said = scales.as_json(list(labels)), scales.as_json(list(labels.values()))
    expression = f"{said}[indexof({keys}, timeFormat(datum.value, '%Y-%m'))]"
    return alt.Axis(
        title=None,
        grid=False,
        values=[alt.DateTime(year=int(start[:4]), month=int(start[5:7]), date=1) for start in starts],
        labelExpr=expression,
    )


def periods(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw customers by the number of periods in which they bought again, seen beside expected.

    Assumes rows of the table `opportunities` with `expected_customers`.
    """
    seen, expected = reader.words("Happened", "Expected")
    rows: list[dict[str, Any]] = [
        {"periods": row["repeat_periods"], "what": what, "customers": count, "colour": colour}
        for row in table.to_pylist()
        for what, count, colour in (
            (seen, row["customers"], palette.ACCENT),
            (expected, row["expected_customers"], palette.SOFT),
        )
    ]
    values = scales.whole_ticks(0, max(1, *(row["customers"] for row in rows)))
    numbers = sorted({row["periods"] for row in rows})
    every = max(1, -(-len(numbers) // (20 if width > 500 else 10)))
    axis = alt.Axis(
        title=reader.say("Periods with another purchase"), grid=False, labelAngle=0, values=numbers[::every]
    )
    bars = (
        alt.Chart(scales.inline(rows), width=width, height=190)
        .mark_bar()
        .encode(
            x=alt.X("periods:O", axis=axis, scale=alt.Scale(paddingInner=0.3)),
            xOffset=alt.XOffset("what:N", sort=[seen, expected]),
            y=scales.measured("customers", values, reader.short_number, reader.say("Customers")),
            color=alt.Color("colour:N", scale=None),
        )
    )
    return scales.layered(bars)
