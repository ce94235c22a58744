"""Slipping away: valuable customers who should have bought by now, and why they are on the list."""

from vinculo.differentiate.settings import Tiers
from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

SHOWN = 15
RARELY = 0.001
"""Chances below this are written as such."""


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on who is slipping away."""
    reader = book.reader
    title, short = reader.say("Who is slipping away?"), reader.say("Slipping away")
    if not book.has("slipping"):
        words = reader.say("Nobody of value is slipping away, or there is not enough history to tell.")
        return blocks.Chapter("slipping", title, short, (blocks.Text(words, "note"),))
    said = sentence(book)
    given: list[blocks.Block] = [blocks.Text(said, "statement"), top(book)] if said else []
    lost = at_stake(book).get("lost")
    if lost:
        words = reader.say(
            "Another {customers} were as valuable and are all but certainly lost ({value}): winning one back costs"
            " more than keeping one.",
            customers=reader.number(lost["customers"]),
            value=reader.money(lost["value_at_risk_minor"]),
        )
        if lost["listed"] < lost["customers"]:
            words = reader.say(
                "Another {customers} were as valuable and are all but certainly lost ({value} for the {listed} who had"
                " most to lose): winning one back costs more than keeping one.",
                customers=reader.number(lost["customers"]),
                listed=reader.number(lost["listed"]),
                value=reader.money(lost["value_at_risk_minor"]),
            )
        given.append(blocks.Text(words))
    return blocks.Chapter("slipping", title, short, tuple(given))


def at_stake(book: Book) -> dict[str, Row]:
    """Return how many are slipping and all but lost, how many are listed and what is at stake, by state."""
    if not book.has("slipping", "value"):
        return {}
    gone = book.setting("tiers", "gone_probability", default=Tiers().gone_probability)
    return {row["state"]: row for row in book.query("slipping_total", gone_probability=gone).to_pylist()}


def sentence(book: Book) -> str:
    """Say how many are slipping away and what is at stake; nothing when nobody is."""
    row = at_stake(book).get("slipping")
    if not row:
        return ""
    reader = book.reader
    facts = {"customers": reader.number(row["customers"]), "value": reader.money(row["value_at_risk_minor"])}
    if row["listed"] < row["customers"]:
        return reader.say(
            "{customers} valuable customers are slipping away; the {listed} with most at stake have {value} at risk.",
            listed=reader.number(row["listed"]),
            **facts,
        )
    return reader.say("{customers} valuable customers are slipping away, with {value} at risk.", **facts)


def top(book: Book) -> blocks.Sheet:
    """Return the customers with most at stake, each with the reason."""
    reader = book.reader
    given = book.query("slipping", rows=SHOWN).to_pylist()
    rows = [
        (
            row["customer_id"],
            reason(book, row),
            reader.number(row["since_last_days"]),
            reader.money(row["value_at_risk_minor"]),
        )
        for row in given
    ]
    columns = reader.words("Customer", "Why", "Days since last purchase", "Value at risk")
    caption = reader.say("Those with most at stake; all of them are in the table “slipping” of the run")
    return blocks.sheet("slipping-table", caption, columns, rows, texts=2)


def reason(book: Book, row: Row) -> str:
    """Say why a customer is on the list.

    A model may see no loss: the one without dropout takes silence for chance. Then the silence itself is the reason,
    for it would be unlikely at the customer's own rate.
    """
    reader = book.reader
    facts = {
        "interval": reader.days(round(row["mean_interpurchase_days"])),
        "since": reader.days(row["since_last_days"]),
        "now": reader.money(row["residual_value_minor"]),
        "days": reader.number(book.horizon),
    }
    if row["value_at_risk_minor"] > 0:
        return reader.say(
            "Bought every {interval}, silent for {since}: worth {usual} in the next {days} days at the usual rate,"
            " {now} as things are.",
            usual=reader.money(row["usual_value_minor"]),
            **facts,
        )
    chance = row["silence_probability"]
    return reader.say(
        "Bought every {interval}, silent for {since}: at the usual rate so long a silence has a chance of {chance}. The"
        " forecast ({now} in the next {days} days) does not count it yet.",
        chance=f"< {reader.share(RARELY, 1)}" if chance < RARELY else reader.share(chance, 1),
        **facts,
    )
