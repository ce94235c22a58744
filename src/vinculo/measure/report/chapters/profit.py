"""Few: which few customers make most of the profit, and which cost more than they bring."""

import pyarrow as pa
import pyarrow.compute as pc

from vinculo.measure.charts import profit as charts
from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import EVERYBODY, Book, Row, lacking

NOBODY = ("new", "lapsed")
"""A move that nobody can make: who bought in neither period is not there."""


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
    given += causes(book)
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
        return " ".join(book.again(balance["reading"])) or reader.say("There is no profit to divide.")
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


def causes(book: Book) -> list[blocks.Block]:
    """Return what the losses come from, and what to do about each."""
    if not book.has("unprofitable"):
        return []
    reader = book.reader
    advice = {
        "returns": reader.say("Look at what comes back, and why."),
        "no_margin": reader.say("Look at prices, discounts and what the goods cost."),
        "small_orders": reader.say("Ask for a least order, or let them share in the delivery."),
        "cost_to_serve": reader.say("Serve them in a way that costs less."),
    }
    given = book.query("causes").to_pylist()
    rows = [
        (
            names.of(reader, row["cause"]),
            advice.get(row["cause"], ""),
            reader.number(row["customers"]),
            reader.money(row["contribution_minor"]),
        )
        for row in given
    ]
    balance = concentration(book)
    listed = sum(row["customers"] for row in given)
    caption = reader.say("What the losses come from")
    if balance and balance["unprofitable_customers"] > listed:
        caption = reader.say("What the {count} largest losses come from", count=reader.number(listed))
    columns = reader.words("Cause", "What to do", "Customers", "Loss")
    return [blocks.sheet("causes", caption, columns, rows, texts=2)]


def stability(book: Book) -> list[blocks.Block]:
    """Say whether the best customers stay the best from one period to the next, and where they come from and go."""
    said: list[blocks.Block] = [
        blocks.Text(words) for row in book.rows("stability") for words in book.again(row.get("reading"))
    ]
    return [*said, *moves(book)]


def moves(book: Book) -> list[blocks.Block]:
    """Return where each fifth of the last period's customers is now."""
    reader = book.reader
    share = {(row["from_class"], row["to_class"]): row["share_of_from"] for row in book.rows("stability_transitions")}
    if not share:
        return []
    fifths = {
        "quintile_1": reader.say("Best fifth"),
        "quintile_2": reader.say("Second"),
        "quintile_3": reader.say("Third"),
        "quintile_4": reader.say("Fourth"),
        "quintile_5": reader.say("Last fifth"),
    }
    after = fifths | {"lapsed": reader.say("Did not buy")}
    before = fifths | {"new": reader.say("Had not bought")}
    rows = [
        (label, *("" if (code, to) == NOBODY else reader.share(share.get((code, to), 0.0)) for to in after))
        for code, label in before.items()
        if any((code, to) in share for to in after)
    ]
    caption = reader.say("Where the customers of each fifth by margin are one period later")
    return [blocks.sheet("moves", caption, [reader.say("Before"), *after.values()], rows)]
