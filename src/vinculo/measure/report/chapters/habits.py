"""Habits: what customers buy, and purchases that were unlike them."""

from datetime import timedelta

from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

SHOWN = 12
LATELY = (91, 366)
"""Days looked back for unusual purchases: the first span in which there are any."""
RAREST = 1_000_000
"""Odds are written up to this."""
TYPICAL = 1.2
"""Affinity from which a segment is said to buy a type of goods more than others do."""
FEWEST = 20
"""Customers below which nothing is said of a segment and a type of goods."""


def goods(book: Book) -> blocks.Chapter:
    """Return the chapter on what customers buy; without products and categories there is none."""
    say = book.reader.say
    return blocks.Chapter(
        "goods", say("What do they buy?"), say("What they buy"), (*favourites(book), *categories(book))
    )


def favourites(book: Book) -> list[blocks.Block]:
    """Return how many customers have a favourite product, and which products are the favourites of most."""
    if not book.has("favourite_products"):
        return []
    reader = book.reader
    row: Row = book.query("favourites_total").to_pylist()[0]
    if not row["with_favourite"]:
        return [blocks.Text(reader.say("Nobody has bought the same product twice yet."), "note")]
    words = reader.say(
        "{customers} customers ({share}) have a favourite: a product they bought at least twice, and more often than"
        " any other. {products} different products are somebody's favourite.",
        customers=reader.number(row["with_favourite"]),
        share=reader.share(row["with_favourite"] / row["customers"]),
        products=reader.number(row["products"]),
    )
    rows = [
        (
            called(each),
            reader.number(each["customers"]),
            reader.number(each["lines"] / each["customers"], 1),
            reader.share(each["mean_share"]),
        )
        for each in book.query("favourites", rows=SHOWN).to_pylist()
    ]
    columns = reader.words("Product", "Favourite of", "Times bought by each", "Of all they buy")
    caption = reader.say("Products that are the favourite of most customers")
    note = reader.say(
        "Times and shares count lines of orders. The favourites of every customer are in the table"
        " “favourite_products” of the run: a good first line of a letter."
    )
    return [blocks.Text(words), blocks.sheet("favourites", caption, columns, rows), blocks.Text(note, "small")]


def called(row: Row) -> str:
    """Return the name of a product with its code; a name without a letter is none."""
    name, code = row["product_name"] or "", row["product_id"]
    return f"{name} ({code})" if any(letter.isalpha() for letter in name) and name != code else code


def categories(book: Book) -> list[blocks.Block]:
    """Return types of goods, who buys them most, and which segment likes them more than others do."""
    reader = book.reader
    given = [row for row in book.rows("rfmt_crosstab") if row["dominant_category"]]
    by_type: dict[str, list[Row]] = {}
    for row in given:
        by_type.setdefault(row["dominant_category"], []).append(row)
    if len(by_type) < 2:
        return []
    order = sorted(by_type, key=lambda name: (-sum(row["customers"] for row in by_type[name]), name))
    rows = [
        (
            name,
            typical(book, by_type[name]),
            reader.number(sum(row["customers"] for row in by_type[name])),
            reader.money(sum(row["net_sales_minor"] for row in by_type[name])),
        )
        for name in order[:SHOWN]
    ]
    columns = reader.words("Type of goods", "Liked most by", "Customers", "Net sales")
    caption = reader.say("Customers by the type of goods each buys most")
    if len(order) > SHOWN:
        caption += ": " + reader.say("the first {shown} of {all}", shown=SHOWN, all=reader.number(len(order)))
    note = reader.say(
        "Liked most by: the segment in which the type is commoner than elsewhere, and how many times as common."
    )
    return [blocks.sheet("goods-types", caption, columns, rows, texts=2), blocks.Text(note, "small")]


def typical(book: Book, rows: list[Row]) -> str:
    """Name the segment that buys a type of goods more than others do, if there is one."""
    enough = [row for row in rows if row["customers"] >= FEWEST and row["affinity"] >= TYPICAL]
    if not enough:
        return "\u2013"
    most = max(enough, key=lambda row: (row["affinity"], row["customers"]))
    return f"{book.segment(most['rfmt_segment'])} (\u00d7 {book.reader.number(most['affinity'], 1)})"


def unusual(book: Book) -> blocks.Chapter:
    """Return the chapter on recent purchases unlike the customer; none when nothing stood out lately."""
    reader = book.reader
    found = lately(book) if book.has("unusual_purchases", "value") else None
    given: tuple[blocks.Block, ...] = ()
    if found:
        days, totals = found
        words = reader.say(
            "{purchases} purchases of the last {days} days were unlike the customer who made them.",
            purchases=reader.number(sum(row["purchases"] for row in totals)),
            days=reader.number(days),
        )
        note = reader.say(
            "Each purchase is judged by the customer's other ones and by what is common. Among many purchases some"
            " are unusual by chance alone: begin with the rarest. All are in the table “unusual_purchases” of the run."
        )
        points = tuple(meaning(book, row) for row in totals)
        given = (blocks.Text(words, "lead"), blocks.Points(points), listed(book, days), blocks.Text(note, "small"))
    return blocks.Chapter("unusual", reader.say("Who bought out of character?"), reader.say("Unusual purchases"), given)


def lately(book: Book) -> tuple[int, list[Row]] | None:
    """Return over how many days there are unusual purchases, and how many of each way; nothing when there are none."""
    for days in LATELY:
        totals: list[Row] = book.query("unusual_total", after=after(book, days)).to_pylist()
        if totals:
            return days, sorted(totals, key=lambda row: -row["purchases"])
    return None


def after(book: Book, days: int) -> str:
    """Return the day after which the last so many days begin."""
    return (book.as_of - timedelta(days=days)).isoformat()


def meaning(book: Book, row: Row) -> str:
    """Say how many purchases were unusual in one way, and why that matters."""
    said = {
        ("spend", "above"): book.reader.say(
            "Spent far more than usual: {count}. Thank them, and ask what it was for; a new need may stay."
        ),
        ("spend", "below"): book.reader.say(
            "Spent far less than usual: {count}. They may be buying the rest elsewhere; find out before they leave."
        ),
        ("gap", "above"): book.reader.say(
            "Came back after an unusually long silence: {count}. Find out what brought them back, and welcome them."
        ),
        ("gap", "below"): book.reader.say(
            "Came back unusually soon: {count}. Something was missing, or something pleased: ask which."
        ),
        ("goods", ""): book.reader.say(
            "Bought goods they do not usually buy: {count}. A present, or a new taste: offer more of it once."
        ),
    }
    words = said.get((row["what"], row["side"])) or book.reader.say("Unusual in another way: {count}.")
    return words.format(count=book.reader.number(row["purchases"]))


def listed(book: Book, days: int) -> blocks.Sheet:
    """Return the rarest of the recent unusual purchases."""
    reader = book.reader
    rows = [
        (
            row["customer_id"],
            happened(book, row),
            reader.short_day(row["day"]),
            odds(book, row["probability"]),
            reader.money(row["residual_value_minor"]),
        )
        for row in book.query("unusual", after=after(book, days), rows=SHOWN).to_pylist()
    ]
    columns = reader.words("Customer", "What was unusual", "Day", "By chance", "Residual value")
    return blocks.sheet("unusual-table", reader.say("The rarest first"), columns, rows, texts=2)


def happened(book: Book, row: Row) -> str:
    """Say what was unlike the customer."""
    reader = book.reader
    if row["what"] == "goods":
        return reader.say(
            "Bought mostly {observed}; usually {usual}.", observed=row["observed_goods"], usual=row["usual_goods"]
        )
    if row["what"] == "gap":
        return reader.say(
            "Came back after {observed}; usually after {low} to {high}.",
            observed=reader.days(round(row["observed"])),
            low=reader.number(row["expected_low"]),
            high=reader.number(row["expected_high"]),
        )
    return reader.say(
        "Spent {observed}; usually {low} to {high}.",
        observed=reader.money(row["observed"]),
        low=reader.money(row["expected_low"]),
        high=reader.money(row["expected_high"]),
    )


def odds(book: Book, probability: float) -> str:
    """Write a small chance as one in so many."""
    if probability < 1 / RAREST:
        return book.reader.say("1 in a million, or rarer")
    many = 1 / probability
    # Two digits say all that such a chance is good for.
    return book.reader.say("1 in {many}", many=book.reader.number(float(f"{many:.1e}")))
