"""Headline: the three figures that are never confused, and the sentences one would say in a lift."""

from dataclasses import dataclass

from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row
from vinculo.measure.report.chapters import profit, slipping


@dataclass(frozen=True)
class Key:
    """One headline figure: what it is, how much, and what it means."""

    label: str
    figure: str
    meaning: str
    sign: str = ""


@dataclass(frozen=True)
class Headline:
    """The top of the report: facts in a row, three values as a sum, sentences."""

    facts: tuple[Key, ...]
    values: tuple[Key, ...]
    sentences: tuple[str, ...]


def of(book: Book) -> Headline:
    """Return the headline of a run; empty when nobody has bought."""
    if not book.has("value"):
        return Headline((), (), (book.reader.say("There are no customers to report on."),))
    row: Row = book.query("headline").to_pylist()[0]
    return Headline(facts(book, row), values(book, row), tuple(sentences(book)))


def facts(book: Book, row: Row) -> tuple[Key, ...]:
    """Return customers, expected buyers, and net sales."""
    reader = book.reader
    customers = row["customers"]
    return (
        Key(
            reader.say("Customers"),
            reader.number(customers),
            reader.say(
                "{share} bought on one day only", share=reader.share(row["bought_once"] / customers if customers else 0)
            ),
        ),
        Key(
            reader.say("Expected to buy"),
            reader.number(row["expected_buyers"]),
            reader.say("of them, at least once in the next {days} days", days=reader.number(book.horizon)),
        ),
        Key(
            reader.say("Net sales"),
            reader.headline(row["net_sales_minor"]),
            reader.say("after discounts and returns, all the history"),
        ),
    )


def values(book: Book, row: Row) -> tuple[Key, ...]:
    """Return past profit, residual value and their total, kept apart."""
    reader = book.reader
    days = reader.number(book.horizon)
    return (
        Key(
            reader.say("Past profit"),
            reader.headline(row["contribution_minor"]),
            reader.say("what customers have brought so far, after cost of goods and cost to serve"),
        ),
        Key(
            reader.say("Residual value"),
            reader.headline(row["residual_value_minor"]),
            reader.say("profit still expected from them in the next {days} days, in today's money", days=days),
            "+",
        ),
        Key(
            reader.say("Total value"),
            reader.headline(row["total_value_minor"]),
            reader.say("the two together"),
            "=",
        ),
    )


def sentences(book: Book) -> list[str]:
    """Return the sentences on the few and on those slipping away."""
    found = []
    balance = profit.concentration(book)
    if balance:
        found.append(profit.sentence(book, balance))
    lost = slipping.sentence(book)
    return [*found, lost] if lost else found


def contents(chapters: list[blocks.Chapter]) -> list[tuple[str, str]]:
    """Return the table of contents."""
    return [(chapter.name, chapter.short) for chapter in chapters]
