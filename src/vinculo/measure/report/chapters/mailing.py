"""Mailing: whom to write to first, when a letter pays, and how to find out what it changes."""

from math import ceil

from vinculo.differentiate.settings import Rfmt
from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

SHOWN = 15


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on whom to write to; none without the cells of RFM."""
    reader = book.reader
    cells = joined(book)
    given: tuple[blocks.Block, ...] = ()
    if cells:
        paying = [cell for cell in cells if pays(cell)]
        given = (blocks.Text(opening(book, cells), "lead"),)
        if paying:
            given += (table(book, paying), blocks.Text(reading(book), "small"), blocks.Text(trial(book, paying)))
    return blocks.Chapter("mailing", reader.say("Whom should I write to?"), reader.say("Whom to write to"), given)


def joined(book: Book) -> list[Row]:
    """Return the cells of the test mailing with what is known of each, those with most to win first."""
    known = {(row["grain"], row["cell"]): row for row in book.rows("rfmt_cells")}
    rows = [{**known.get((row["grain"], row["cell"]), {}), **row} for row in book.rows("rfmt_mailing")]
    rows = [row for row in rows if "mean_p_buys" in row]
    return sorted(rows, key=lambda row: (-worth(row), row["cell"]))


def worth(cell: Row) -> float:
    """Return what there is to win in a cell: customers times chance to buy times the profit of a purchase."""
    return float(cell["customers"] * cell["mean_p_buys"] * cell["mean_contribution_per_purchase_minor"])


def pays(cell: Row) -> bool:
    """Tell whether some response below 1 pays for the letters."""
    rate = cell["break_even_response_rate"]
    return rate is not None and rate < 1


def opening(book: Book, cells: list[Row]) -> str:
    """Say what a letter costs and for how many customers some response pays."""
    reader = book.reader
    paying = [cell for cell in cells if pays(cell)]
    facts = {
        "cost": reader.money(contact_cost(book)),
        "all": reader.number(sum(cell["customers"] for cell in cells)),
        "paying": reader.number(sum(cell["customers"] for cell in paying)),
    }
    if not paying:
        return reader.say("At {cost} a letter, writing would pay for none of the {all} customers.", **facts)
    customers = sum(cell["customers"] for cell in paying)
    needed = sum(cell["customers"] * cell["break_even_response_rate"] for cell in paying) / customers
    return reader.say(
        "At {cost} a letter, writing can pay for {paying} of the {all} customers: on average {rate} of them must answer"
        " with a purchase that they would not have made otherwise.",
        rate=reader.share(needed, 1 if needed >= 0.01 else 2),
        **facts,
    )


def contact_cost(book: Book) -> int:
    """Return the cost of one letter."""
    return int(book.setting("rfmt", "contact_cost_minor", default=Rfmt().contact_cost_minor))


def table(book: Book, paying: list[Row]) -> blocks.Sheet:
    """Return the cells worth writing to, those with most to win first."""
    reader = book.reader
    cost = contact_cost(book)
    rows = [
        (
            cell["cell"],
            reader.number(cell["customers"]),
            reader.money(cell["customers"] * cost),
            reader.money(cell["mean_contribution_per_purchase_minor"]),
            reader.share(cell["break_even_response_rate"], 2),
            reader.number(answers(cell)),
            reader.share(cell["mean_p_buys"]),
        )
        for cell in paying[:SHOWN]
    ]
    columns = reader.words(
        "R, F, M",
        "Customers",
        "Writing to all costs",
        "Profit of an answer",
        "Break-even response",
        "Answers that pay for it",
        "Chance to buy anyway",
    )
    caption = reader.say("Groups by recency, frequency and spend, those with most to win first")
    if len(paying) > SHOWN:
        caption += ": " + reader.say("the first {shown} of {all}", shown=SHOWN, all=reader.number(len(paying)))
    return blocks.sheet("mailing-table", caption, columns, rows)


def answers(cell: Row) -> int:
    """Return the answers that pay for writing to the whole cell."""
    return ceil(float(cell["customers"] * cell["break_even_response_rate"]) - 1e-9)


def reading(book: Book) -> str:
    """Say how the table is read."""
    return book.reader.say(
        "R, F, M: scores 1 to 5 for having bought lately, often, and for much. Chance to buy anyway: in the next {days}"
        " days, with no letter. What a letter adds to it is not in the data: only a trial tells.",
        days=book.reader.number(book.horizon),
    )


def trial(book: Book, paying: list[Row]) -> str:
    """Say how many letters a trial takes, and how to read it."""
    reader = book.reader
    sample = sum(cell["sample_customers"] for cell in paying)
    cost = sum(cell["sample_cost_minor"] for cell in paying)
    large = [cell for cell in paying if cell["large_enough"]]
    facts = {"sample": reader.number(sample), "cost": reader.money(cost), "cells": reader.number(len(large))}
    if large:
        return reader.say(
            "A trial that tells each group's response from its break-even takes {sample} letters ({cost}); {cells}"
            " groups are large enough for a sure answer. Keep a part of each group without a letter, and compare.",
            **facts,
        )
    return reader.say(
        "No group is large enough to tell its response from its break-even by a trial of its own: write to all of them"
        " but a part kept for comparison, and judge by what both parts buy."
    )
