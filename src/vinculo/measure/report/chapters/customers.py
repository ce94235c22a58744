"""Customers: who they are, whether they come back, and what they bring as time goes by."""

import pyarrow as pa

from vinculo.measure.charts import cohorts as cohort_charts
from vinculo.measure.charts import rfmt
from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row, lacking


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on who the customers are."""
    say = book.reader.say
    given: list[blocks.Block] = []
    if book.has("value"):
        given += map_of_customers(book)
        given += segments(book)
    given += retention(book)
    given += margin(book)
    return blocks.Chapter(
        "customers", say("Who are my customers?"), say("Customers"), tuple(given) or (lacking(book.reader),)
    )


def map_of_customers(book: Book) -> list[blocks.Block]:
    """Return the map of recency and frequency."""
    reader = book.reader
    table = book.query("map")
    given: list[Row] = table.to_pylist()
    labels = [book.segment(row["rfmt_segment"]) for row in given]
    rows = [
        (
            reader.number(row["recency_score"]),
            reader.number(row["frequency_score"]),
            label,
            reader.number(row["customers"]),
            reader.money(row["mean_value_minor"]),
        )
        for row, label in zip(given, labels, strict=True)
    ]
    total = sum(row["customers"] for row in given)
    best = [row for row in given if row["recency_score"] >= 4 and row["frequency_score"] >= 4]
    worth = sum(row["mean_value_minor"] * row["customers"] for row in given)
    finding = reader.say("Customers by recency and frequency, and what each is still worth on average")
    if best and worth > 0:
        finding = reader.say(
            "{customers} of customers bought lately and often; they hold {value} of the value still to come",
            customers=reader.share(sum(row["customers"] for row in best) / total),
            value=reader.share(sum(row["mean_value_minor"] * row["customers"] for row in best) / worth),
        )
    columns = reader.words("Recency", "Frequency", "Commonest segment", "Customers", "Mean residual value")
    sheet = blocks.sheet("map-table", reader.say("Customers by recency and frequency"), columns, rows, texts=3)
    note = reader.say(
        "Each cell holds its customers (bold) and their mean residual value; the stronger the colour, the more they are"
        " worth. Scores run from 1 to 5."
    )
    drawn = table.append_column("label", pa.array(labels, pa.string()))
    return [
        book.figure("map", finding, lambda width: rfmt.map_of_customers(drawn, reader, width=width), sheet, note=note)
    ]


def segments(book: Book) -> list[blocks.Block]:
    """Return the named segments, those worth most first."""
    reader = book.reader
    rows = sorted(book.rows("rfmt_segments"), key=lambda row: -(row["residual_value_minor"] or 0))
    if not rows:
        return []
    written = [
        (
            book.segment(row["rfmt_segment"]),
            book.segments.get(row["rfmt_segment"], ("", ""))[1],
            reader.number(row["customers"]),
            reader.money(row["contribution_minor"]),
            reader.money(row["residual_value_minor"]),
        )
        for row in rows
    ]
    columns = reader.words("Segment", "Who they are", "Customers", "Past profit", "Residual value")
    return [blocks.sheet("segments", reader.say("Segments, those still worth most first"), columns, written, texts=2)]


def retention(book: Book) -> list[blocks.Block]:
    """Return how many of each cohort come back."""
    reader = book.reader
    table = book.table("cohorts")
    given: list[Row] = [row for row in table.to_pylist() if row["age_periods"] > 0 and row["complete"]]
    if not given:
        return []
    first = [row for row in given if row["age_periods"] == 1]
    back = sum(row["active_customers"] for row in first) / max(1, sum(row["customers"] for row in first))
    finding = reader.say(
        "{share} of new customers buy again in the month after their first", share=reader.share(back, 1)
    )
    shown = sorted({row["age_periods"] for row in given})[:12]
    cohorts = sorted({row["cohort"] for row in given})
    value = {(row["cohort"], row["age_periods"]): row for row in given}
    rows = [
        (
            reader.month(cohort),
            *(reader.share(value[cohort, at]["retention_share"]) if (cohort, at) in value else "" for at in shown),
        )
        for cohort in cohorts
    ]
    columns = [reader.say("First bought in"), *(reader.number(at) for at in shown)]
    sheet = blocks.sheet("retention-table", reader.say("Share that bought, by months since the first"), columns, rows)
    note = reader.say(
        "One row a month of first purchase; each cell: the share of them that bought in that later month, the stronger"
        " the colour the more, up to {most}.",
        most=reader.share(max(row["retention_share"] for row in given)),
    )
    return [
        book.figure(
            "retention", finding, lambda width: cohort_charts.retention(table, reader, width=width), sheet, note=note
        )
    ]


def margin(book: Book) -> list[blocks.Block]:
    """Return what a customer acquired has brought, month after month."""
    reader = book.reader
    table = book.table("cohorts")
    if table.num_rows == 0:
        return []
    line = cohort_charts.weighted_mean(table)
    if len(line) < 2:
        return []
    rows = [(reader.number(int(at["period"])), reader.money(at["margin"])) for at in line]
    finding = reader.say(
        "A customer acquired has brought {margin} of margin after {months} months",
        margin=reader.money(line[-1]["margin"]),
        months=reader.number(int(line[-1]["period"])),
    )
    columns = reader.words("Months since the first purchase", "Cumulative margin")
    sheet = blocks.sheet("margin-table", reader.say("Mean of all cohorts"), columns, rows, texts=0)
    note = reader.say("Thin lines are single cohorts, the thick one their mean.")
    return [
        book.figure(
            "margin",
            finding,
            lambda width: cohort_charts.margin(table, reader, width=width),
            sheet,
            note=note,
        )
    ]
