"""Cohorts: customers who began in the same period, how many come back or renew, and what they have brought so far."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pyarrow as pa

from vinculo.measure.charts import drawing, palette, scales
from vinculo.measure.charts.reader import Reader


def retention(table: pa.Table, reader: Reader, *, width: int = drawing.WIDE) -> alt.LayerChart:
    """Draw the share of each cohort that bought again, period by period.

    Assumes rows of the table `cohorts`; periods that `as_of` cuts are left out, for they are not comparable.
    """
    rows: list[dict[str, Any]] = [
        {"cohort": row["cohort"].isoformat(), "period": row["age_periods"], "active": row["retention_share"]}
        for row in table.to_pylist()
        if row["age_periods"] > 0 and row["complete"]
    ]
    most = max((row["active"] for row in rows), default=1.0) or 1.0
    starts = sorted({row["cohort"] for row in rows})
    last = max(row["period"] for row in rows)
    every = max(1, round(last / (12 if width > 500 else 6)))
    marks = [period for period in range(1, last + 1) if period == 1 or period % every == 0]
    step = max(1, -(-len(starts) // 24))
    labels = {start: reader.month(start) for start in starts[::step]}
    numbered = width > 500 and last <= 14 and len(starts) <= 20
    if numbered:
        for row in rows:
            row |= {"words": reader.share(row["active"]), "ink": scales.ink(row["active"], most)}
    cells = alt.Chart(scales.inline(rows), width=width, height=max(90, min(22 * len(starts), 420)) + 34).encode(
        x=alt.X(
            "period:O",
            scale=alt.Scale(paddingInner=0.05, paddingOuter=0),
            axis=alt.Axis(title=reader.say("Months since the first purchase"), grid=False, labelAngle=0, values=marks),
        ),
        y=alt.Y(
            "cohort:O",
            scale=alt.Scale(domain=starts, paddingInner=0.08, paddingOuter=0),
            axis=alt.Axis(title=None, grid=False, **scales.named(labels)),
        ),
    )
    # Round corners take four times the bytes, and nobody sees them on small cells.
    layers = [
        cells.mark_rect(cornerRadius=1 if len(rows) <= 300 else 0).encode(
            color=alt.Color("active:Q", legend=None, scale=scales.stepped(most))
        )
    ]
    if numbered:
        text = cells.encode(text="words:N", color=alt.Color("ink:N", scale=None))
        layers.append(text.mark_text(fontSize=10))
    return scales.layered(*layers)


def margin(table: pa.Table, reader: Reader, *, width: int = drawing.NARROW) -> alt.LayerChart:
    """Draw the cumulative margin of a customer acquired, one line a cohort; the mean of all cohorts stands out.

    Assumes rows of the table `cohorts`; periods that `as_of` cuts are left out.
    """
    rows: list[dict[str, Any]] = [
        {
            "cohort": row["cohort"].isoformat(),
            "period": row["age_periods"],
            "margin": row["cumulative_margin_per_customer_minor"],
        }
        for row in table.to_pylist()
        if row["complete"]
    ]
    mean = weighted_mean(table)
    amounts = [row["margin"] for row in rows]
    last = max(row["period"] for row in rows)
    x = scales.across(
        "period", scales.whole_ticks(0, max(last, 1)), reader.number, reader.say("Months since the first purchase")
    )
    x = x.scale(domain=[0, max(last, 1)], nice=False)
    y = scales.measured(
        "margin",
        scales.ticks(min(0, *amounts), max(1, *amounts)),
        reader.short_money,
        reader.say("Cumulative margin per customer acquired"),
    )
    cohorts = alt.Chart(scales.inline(rows), width=width, height=200).mark_line(strokeWidth=1, color=palette.SOFT)
    all_of_them = alt.Chart(scales.inline(mean)).mark_line(strokeWidth=2.5, color=palette.ACCENT)
    return scales.layered(cohorts.encode(x=x, y=y, detail="cohort:N"), all_of_them.encode(x=x, y=y))


def weighted_mean(table: pa.Table) -> list[dict[str, Any]]:
    """Return the margin a customer, period by period over the cohorts that have reached it, added up.

    Young cohorts know only early periods: averaging what each period brought, and adding, keeps the line from
    jumping where a cohort ends.
    """
    gained: dict[int, float] = {}
    customers: dict[int, float] = {}
    for row in table.to_pylist():
        if row["complete"]:
            gained[row["age_periods"]] = gained.get(row["age_periods"], 0.0) + row["margin_minor"]
            customers[row["age_periods"]] = customers.get(row["age_periods"], 0.0) + row["customers"]
    total = 0.0
    line: list[dict[str, Any]] = []
    for period in sorted(gained):
        total += gained[period] / customers[period] if customers[period] else 0.0
        line.append({"period": period, "margin": total})
    return line


def survival(
    table: pa.Table,
    mean: Sequence[Mapping[str, float]],
    expected: Sequence[float],
    reader: Reader,
    *,
    width: int = drawing.WIDE,
) -> alt.LayerChart:
    """Draw who is still there after each renewal: cohorts, all of them, and what a model expects.

    Assumes one row a cohort and `period` with `share` (null when projected), the `share` of all by `period`, and the
    expected share from period 0 on.
    """
    rows = [
        {"cohort": row["cohort"].isoformat(), "period": row["period"], "share": row["share"]}
        for row in table.to_pylist()
        if row["share"] is not None
    ]
    ahead = [{"period": period, "share": share} for period, share in enumerate(expected)]
    last = max(int(row["period"]) for row in (*rows, *ahead))
    ticks = [tick for tick in scales.whole_ticks(0, last, 7 if width > 500 else 5) if tick <= last]
    x = scales.across("period", ticks, reader.number, reader.say("Renewals since the first purchase"))
    x = x.scale(domain=[0, last], nice=False)
    y = scales.measured("share", scales.ticks(0, 1), reader.share, reader.say("Share of customers still there"))
    layers = [
        alt.Chart(scales.inline(rows), width=width, height=220)
        .mark_line(strokeWidth=1, color=palette.SOFT)
        .encode(x=x, y=y, detail="cohort:N")
    ]
    if ahead:
        dashed = alt.Chart(scales.inline(ahead)).mark_line(strokeWidth=1.5, strokeDash=[5, 4], color=palette.LOSS)
        layers.append(dashed.encode(x=x, y=y))
    seen = alt.Chart(scales.inline([dict(row) for row in mean]))
    layers.append(seen.mark_line(strokeWidth=2.5, color=palette.ACCENT).encode(x=x, y=y))
    return scales.layered(*layers)
