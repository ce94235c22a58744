"""Few: which few customers make most of the profit, and which cost more than they bring."""

import pyarrow as pa
import pyarrow.compute as pc

from vinculo.measure.charts import profit as charts
from vinculo.measure.report import blocks
from vinculo.measure.report.book import EVERYBODY, Book, Row, lacking


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on how unequal profit is."""
    say = book.reader.say
    given: list[blocks.Block] = []
    balance = concentration(book)
    if balance:
        given.append(blocks.Text(sentence(book, balance), "lead"))
        given.append(blocks.Text(meaning(book, balance)))
    if book.has("whale_curve"):
        given.append(whale(book, balance))
    if book.has("deciles"):
        given.append(deciles(book))
    if book.has("profit_sides"):
        given += sides(book)
    given += stability(book)
    return blocks.Chapter(
        "few", say("Which few make most of the profit?"), say("The few"), tuple(given) or (lacking(book.reader),)
    )


def of_contribution(book: Book, name: str, *, scope: tuple[str, str] = EVERYBODY) -> pa.Table:
    """Return the rows of a table that rank by contribution."""
    table = book.table(name, scope=scope)
    if "measure" not in table.column_names:
        return table
    return table.filter(pc.equal(table["measure"], "contribution"))


def concentration(book: Book, *, scope: tuple[str, str] = EVERYBODY) -> Row | None:
    """Return the concentration of contribution, if it was computed."""
    rows: list[Row] = of_contribution(book, "concentration", scope=scope).to_pylist()
    return rows[0] if rows else None


def sentence(book: Book, balance: Row) -> str:
    """Say the company's own 80/20."""
    reader = book.reader
    few = balance["balance_share"]
    if few is None:
        return balance["reading"] or reader.say("There is no profit to divide.")
    facts = {"profit": reader.share(1 - few), "customers": reader.share(few)}
    if balance["balance_share_low"] is None:
        return reader.say("{profit} of the profit comes from {customers} of the customers.", **facts)
    return reader.say(
        "{profit} of the profit comes from {customers} of the customers (between {low} and {high}).",
        **facts,
        low=reader.share(balance["balance_share_low"], 1),
        high=reader.share(balance["balance_share_high"], 1),
    )


def meaning(book: Book, balance: Row) -> str:
    """Say what the whale curve's peak means for this company."""
    reader = book.reader
    if not balance["unprofitable_customers"] or balance["peak_share"] is None:
        return reader.say(
            "No customer costs more than it brings. The best fifth brings {share} of the profit.",
            share=reader.share(balance["top_fifth_share"]),
        )
    return reader.say(
        "{count} customers ({share}) have cost more than they brought: {loss} together. Without them profit would have"
        " been {peak} of what it is. Before letting anybody go, look at why: returns, small orders and discounts can"
        " often be put right.",
        count=reader.number(balance["unprofitable_customers"]),
        share=reader.share(balance["unprofitable_share"], 1),
        loss=reader.money(-balance["unprofitable_minor"]),
        peak=reader.share(balance["peak_share"], 1),
    )


def whale(book: Book, balance: Row | None) -> blocks.Figure:
    """Return the whale curve."""
    reader = book.reader
    table = of_contribution(book, "whale_curve")
    shares = table.column("customer_share").to_pylist()
    nearest = sorted({min(range(len(shares)), key=lambda at: abs(shares[at] - mark / 10)) for mark in range(1, 11)})
    rows = [
        (
            reader.share(row["customer_share"], 1),
            reader.number(row["customers"]),
            reader.money(row["cumulative_minor"]),
            reader.share(row["cumulative_share"], 1),
        )
        for row in table.take(nearest).to_pylist()
    ]
    columns = reader.words("Share of customers", "Customers", "Contribution", "Share of contribution")
    caption = reader.say("Cumulative contribution, best customers first")
    sheet = blocks.sheet("whale-table", caption, columns, rows, texts=0)
    finding = reader.say("Profit adds up quickly, then flattens")
    if balance and balance["peak_share"] and balance["unprofitable_customers"]:
        finding = reader.say(
            "Profit peaks at {peak} with the best {share} of customers; the rest take some of it away",
            peak=reader.share(balance["peak_share"], 1),
            share=reader.share(balance["peak_customer_share"]),
        )
    note = reader.say(
        "Customers from the most to the least profitable; the dotted line is all of today's profit. Above it, the curve"
        " falls by what unprofitable customers cost."
    )
    return book.figure("whale", finding, lambda width: charts.whale(table, reader, width=width), sheet, note=note)


def deciles(book: Book) -> blocks.Figure:
    """Return the profit of each tenth of the customers."""
    reader = book.reader
    table = of_contribution(book, "deciles").sort_by("decile")
    given: list[Row] = table.to_pylist()
    rows = [
        (
            reader.number(row["decile"]),
            reader.number(row["customers"]),
            reader.money(row["net_sales_minor"]),
            reader.money(row["amount_minor"]),
            reader.share(row["share"], 1),
        )
        for row in given
    ]
    columns = reader.words("Tenth", "Customers", "Net sales", "Contribution", "Share of contribution")
    sheet = blocks.sheet("deciles-table", reader.say("Tenths of the customers, best first"), columns, rows)
    finding = reader.say(
        "The best tenth brings {best}, the last tenth {last}",
        best=reader.money(given[0]["amount_minor"]),
        last=reader.money(given[-1]["amount_minor"]),
    )
    return book.figure("deciles", finding, lambda width: charts.deciles(table, reader, width=width), sheet)


def sides(book: Book) -> list[blocks.Block]:
    """Return what tells profitable and unprofitable customers apart."""
    reader = book.reader
    by_side = {row["side"]: row for row in book.rows("profit_sides")}
    if len(by_side) < 2:
        return []
    earn, cost = by_side["profitable"], by_side["unprofitable"]
    lines = (
        (reader.say("Customers"), "customers", reader.number),
        (reader.say("Contribution"), "contribution_minor", reader.money),
        (reader.say("Sales of a purchase day"), "mean_purchase_minor", reader.money),
        (reader.say("Purchase days a customer"), "mean_purchase_days", lambda value: reader.number(value, 1)),
        (reader.say("Returned, of sales"), "return_rate", lambda value: reader.share(value, 1)),
        (reader.say("Discount, of gross sales"), "discount_rate", lambda value: reader.share(value, 1)),
        (reader.say("Cost to serve, of net sales"), "cost_to_serve_rate", lambda value: reader.share(value, 1)),
    )
    rows = [(label, write(earn[column]), write(cost[column])) for label, column, write in lines]
    columns = ("", reader.say("Profitable customers"), reader.say("Unprofitable customers"))
    return [blocks.sheet("sides", reader.say("What tells unprofitable customers apart"), columns, rows)]


def stability(book: Book) -> list[blocks.Block]:
    """Say whether the best customers stay the best from one period to the next."""
    return [blocks.Text(row["reading"]) for row in book.rows("stability") if row.get("reading")]
