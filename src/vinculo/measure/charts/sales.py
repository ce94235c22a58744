"""Sales: over the months and the year, and when in the week people buy."""

from datetime import date

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader


def by_month(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw net sales month by month; a month cut short by either end of the data is drawn lighter.

    Assumes one row a month with `month` (its first day), `net_sales_minor` and `whole` (is the month complete?).
    """
    rows = [
        {
            "month": row["month"].isoformat(),
            "sales": row["net_sales_minor"],
            "colour": palette.ACCENT if row["whole"] else palette.SOFT,
        }
        for row in table.to_pylist()
    ]
    values = scales.ticks(min(0, *(row["sales"] for row in rows)), max(1, *(row["sales"] for row in rows)))
    marked = labelled_months([date.fromisoformat(row["month"]) for row in rows], most=10 if width > 500 else 5)
    labels = {month.isoformat(): reader.month(month) for month in marked}
    axis = alt.Axis(title=None, grid=False, labelAngle=0, **scales.named(labels))
    chart = (
        alt.Chart(scales.inline(rows), width=width, height=170)
        .mark_bar()
        .encode(
            x=alt.X("month:O", axis=axis, sort=None),
            y=scales.measured("sales", values, reader.short_money, reader.say("Net sales of the month")),
            color=alt.Color("colour:N", scale=None),
        )
    )
    return scales.layered(chart)


def labelled_months(months: list[date], *, most: int) -> list[date]:
    """Return evenly spaced months to label, no more than can be read."""
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120) if len(months) / step <= most or step == 120)
    return months[::step]


def by_hour(table: pa.Table, reader: Reader, *, width: int = drawing.NARROW) -> alt.LayerChart:
    """Draw how many purchases fall on each hour of each weekday.

    Assumes one row a weekday (1 is Monday) and hour with purchases: `weekday`, `hour`, `purchase_days`.
    """
    names = reader.weekdays()
    rows = [
        {"weekday": row["weekday"], "hour": row["hour"], "purchases": row["purchase_days"]} for row in table.to_pylist()
    ]
    first, last = min(row["hour"] for row in rows), max(row["hour"] for row in rows)
    most = max(row["purchases"] for row in rows)
    days = scales.named({number: names[number - 1] for number in range(1, 8)})
    hours = [hour for hour in range(first, last + 1) if hour % (2 if last - first < 14 else 4) == 0]
    chart = (
        alt.Chart(scales.inline(rows), width=width, height=190)
        .mark_rect(cornerRadius=1)
        .encode(
            x=alt.X(
                "hour:O",
                scale=alt.Scale(domain=list(range(first, last + 1)), paddingInner=0.06),
                axis=alt.Axis(title=reader.say("Hour of the day"), grid=False, labelAngle=0, values=hours),
            ),
            y=alt.Y(
                "weekday:O",
                scale=alt.Scale(domain=list(range(1, 8)), paddingInner=0.08),
                axis=alt.Axis(title=None, grid=False, **days),
            ),
            color=alt.Color("purchases:Q", legend=None, scale=scales.stepped(most)),
        )
    )
    return scales.layered(chart)


def by_calendar_month(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw the mean net sales of each month of the year.

    Assumes one row a month: `month` (1 is January), `net_sales_minor`.
    """
    names = reader.months()
    rows = [{"month": row["month"], "sales": row["net_sales_minor"]} for row in table.to_pylist()]
    every = 1 if width > 500 else 2
    marked = scales.named({number: names[number - 1] for number in range(1, 13, every)})
    values = scales.ticks(min(0, *(row["sales"] for row in rows)), max(1, *(row["sales"] for row in rows)))
    chart = (
        alt.Chart(scales.inline(rows), width=width, height=170)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O",
                scale=alt.Scale(domain=list(range(1, 13))),
                axis=alt.Axis(title=None, grid=False, labelAngle=0, **marked),
            ),
            y=scales.measured("sales", values, reader.short_money, reader.say("Mean net sales of the month")),
        )
    )
    return scales.layered(chart)


def by_weekday(table: pa.Table, reader: Reader, *, width: int = drawing.NARROW) -> alt.LayerChart:
    """Draw how many purchases fall on each weekday, for data that hold dates only.

    Assumes one row a weekday (1 is Monday): `weekday`, `purchase_days`.
    """
    names = reader.weekdays()
    rows = [{"weekday": row["weekday"], "purchases": row["purchase_days"]} for row in table.to_pylist()]
    values = scales.whole_ticks(0, max(row["purchases"] for row in rows))
    days = scales.named({number: names[number - 1] for number in range(1, 8)})
    chart = (
        alt.Chart(scales.inline(rows), width=width, height=190)
        .mark_bar()
        .encode(
            x=alt.X(
                "weekday:O",
                scale=alt.Scale(domain=list(range(1, 8))),
                axis=alt.Axis(title=None, grid=False, labelAngle=0, **days),
            ),
            y=scales.measured("purchases", values, reader.short_number, reader.say("Purchase days")),
        )
    )
    return scales.layered(chart)
