"""Comparison: countries, channels, segments, categories or cohorts side by side."""

from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import Book
from vinculo.measure.report.chapters import profit

SHOWN = 20


def chapter(book: Book) -> blocks.Chapter:
    """Return one table for each dimension that was asked for; none when none was."""
    say = book.reader.say
    asked = book.setting("by", default=[])
    given = tuple(dimension(book, name) for name in asked) if book.has("value") else ()
    return blocks.Chapter("comparison", say("How do parts of the business compare?"), say("Comparison"), given)


def dimension(book: Book, name: str) -> blocks.Sheet:
    """Return the values of a dimension side by side, the most profitable first."""
    reader = book.reader
    given = book.query("comparison", dimension=name).to_pylist()
    rows = []
    for row in given[:SHOWN]:
        balance = profit.concentration(book, scope=(name, row["dimension_value"]))
        few = balance["balance_share"] if balance else None
        rows.append(
            (
                value_of(book, name, row["dimension_value"]),
                reader.number(row["customers"]),
                reader.money(row["net_sales_minor"]),
                reader.money(row["contribution_minor"]),
                reader.money(row["residual_value_minor"]),
                reader.share(row["mean_p_buys"]),
                f"{reader.number(100 - 100 * few)}/{reader.number(100 * few)}" if few is not None else "\u2013",
            )
        )
    labels = reader.words(
        "Customers", "Net sales", "Past profit", "Residual value", "Chance to buy", "Profit/customers"
    )
    caption = names.of(reader, name)
    if len(given) > SHOWN:
        caption += ": " + reader.say("the first {shown} of {all}", shown=SHOWN, all=reader.number(len(given)))
    return blocks.sheet(f"by-{name}", caption, [names.of(reader, name), *labels], rows)


def value_of(book: Book, name: str, value: str) -> str:
    """Write a value of a dimension."""
    if not value:
        return book.reader.say("unknown")
    return book.reader.month(value) if name == "cohort" else value
