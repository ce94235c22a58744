"""Slipping away: valuable customers who should have bought by now, and why they are on the list."""

from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

SHOWN = 15


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on who is slipping away."""
    reader = book.reader
    title, short = reader.say("Who is slipping away?"), reader.say("Slipping away")
    if not book.has("slipping"):
        words = reader.say("Nobody of value is slipping away, or there is not enough history to tell.")
        return blocks.Chapter("slipping", title, short, (blocks.Text(words, "note"),))
    given: list[blocks.Block] = [blocks.Text(sentence(book), "statement")] if sentence(book) else []
    given += [top(book)] if sentence(book) else []
    lost = at_stake(book).get("lost")
    if lost:
        words = reader.say(
            "Another {customers} were as valuable and are all but certainly lost ({value}): winning one back costs"
            " more than keeping one.",
            customers=reader.number(lost["customers"]),
            value=reader.money(lost["value_at_risk_minor"]),
        )
        given.append(blocks.Text(words))
    return blocks.Chapter("slipping", title, short, tuple(given))


def at_stake(book: Book) -> dict[str, Row]:
    """Return how many are slipping and all but lost, and what is at stake, by state."""
    return {row["state"]: row for row in book.query("slipping_total").to_pylist()}


def sentence(book: Book) -> str:
    """Say how many are slipping away and what is at stake; nothing when nobody is."""
    row = at_stake(book).get("slipping") if book.has("slipping") else None
    if not row:
        return ""
    reader = book.reader
    return reader.say(
        "{customers} valuable customers are slipping away, with {value} at risk.",
        customers=reader.number(row["customers"]),
        value=reader.money(row["value_at_risk_minor"]),
    )


def top(book: Book) -> blocks.Sheet:
    """Return the customers with most at stake, each with the reason."""
    reader = book.reader
    rows = [
        (
            row["customer_id"],
            row["reason"],
            reader.number(row["since_last_days"]),
            reader.money(row["value_at_risk_minor"]),
        )
        for row in book.query("slipping", rows=SHOWN).to_pylist()
    ]
    columns = reader.words("Customer", "Why", "Days since last purchase", "Value at risk")
    caption = reader.say("Those with most at stake; all of them are in the table “slipping” of the run")
    return blocks.sheet("slipping-table", caption, columns, rows, texts=2)
