"""Worth: what customers have brought, and what they are still expected to bring."""

import pyarrow as pa

from vinculo.measure.charts import profit as profit_charts
from vinculo.measure.charts import tiers as tier_charts
from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import Book, Row, lacking

LEVELS = ("gross_sales", "net_sales", "margin", "contribution")
"""Lines of the ledger that are levels reached; the others lead from one to the next."""


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on what each customer is worth, today and tomorrow."""
    say = book.reader.say
    given: list[blocks.Block] = []
    if book.has("value"):
        words = say(
            "Two figures are kept apart. Past profit is what customers have brought: it is known. Residual value is the"
            " profit expected from them in the next {days} days, discounted: it is a forecast. Their sum never hides"
            " which part is which.",
            days=book.reader.number(book.horizon),
        )
        given.append(blocks.Text(words))
    given += waterfall(book)
    for table, code, title in (
        ("tiers", "value_tier", say("Value tiers: what customers bring and may yet bring")),
        ("areas", "relationship_area", say("Relationship areas: what to do with whom")),
    ):
        given += groups(book, table, code, title)
    return blocks.Chapter(
        "worth",
        say("What is each worth, today and tomorrow?"),
        say("Their worth"),
        tuple(given) or (lacking(book.reader),),
    )


def waterfall(book: Book) -> list[blocks.Block]:
    """Return how gross sales became contribution."""
    reader = book.reader
    given: list[Row] = sorted(book.rows("ledger_totals"), key=lambda row: row["step"])
    if not given:
        return []
    shown = [row for row in given if row["amount_minor"] or row["line"] in LEVELS]
    labels = [names.of(reader, row["line"]) for row in shown]
    steps = [(row, label) for row, label in zip(shown, labels, strict=True) if row["line"] != "cost_to_serve"]
    drawn = pa.table(
        {
            "label": [label for _, label in steps],
            "amount_minor": [row["amount_minor"] for row, _ in steps],
            "is_sum": [row["line"] in LEVELS for row, _ in steps],
        }
    )
    rows = [
        (label, reader.money(row["amount_minor"]), reader.share(row["share_of_net_sales"], 1))
        for row, label in zip(shown, labels, strict=True)
    ]
    kept = next((row["share_of_net_sales"] for row in given if row["line"] == "contribution"), None)
    finding = reader.say("From gross sales to contribution")
    if kept is not None:
        finding = reader.say("Of every 100 of net sales, {kept} remain as profit", kept=reader.number(100 * kept, 1))
    columns = reader.words("Line", "Amount", "Of net sales")
    sheet = blocks.sheet("waterfall-table", reader.say("From gross sales to contribution"), columns, rows)
    note = reader.say("Costs that are not in the data are assumed; the assumptions are listed at the end.")
    return [
        book.figure(
            "waterfall", finding, lambda width: profit_charts.waterfall(drawn, reader, width=width), sheet, note=note
        )
    ]


def groups(book: Book, table: str, code: str, title: str) -> list[blocks.Block]:
    """Return customers and value by tier or by area, side by side."""
    reader = book.reader
    given = [row for row in book.rows(table) if row["customers"]]
    if not given:
        return []
    customers = sum(row["customers"] for row in given)
    value = sum(row["residual_value_minor"] for row in given)
    labels = [names.of(reader, row[code]) for row in given]
    drawn = pa.table(
        {
            "label": pa.array(labels, pa.string()),
            "customer_share": [row["customers"] / customers for row in given],
            "value_share": [row["residual_value_minor"] / value if value else 0.0 for row in given],
        }
    )
    rows = [
        (
            label,
            reader.number(row["customers"]),
            reader.money(row["contribution_minor"]),
            reader.money(row["residual_value_minor"]),
        )
        for row, label in zip(given, labels, strict=True)
    ]
    columns = reader.words("Group", "Customers", "Past profit", "Residual value")
    sheet = blocks.sheet(f"{table}-table", title, columns, rows)
    return [book.figure(table, title, lambda width: tier_charts.shares(drawn, reader, width=width), sheet)]
