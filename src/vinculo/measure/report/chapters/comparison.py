"""Comparison: countries, channels, segments, categories or cohorts side by side."""

from vinculo.differentiate.analysis.scopes import UNKNOWN
from vinculo.identify.cleaning import places
from vinculo.measure.charts.reader import NOTHING
from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import Book, Row
from vinculo.measure.report.chapters import profit
from vinculo.warehouse.tables.tiers import TIERS_IN_ORDER

SHOWN = 20
FEWEST = 100
"""Purchases below which nothing is said of how good a forecast was: chance alone moves them by a fifth."""


def chapter(book: Book) -> blocks.Chapter:
    """Return two tables for each dimension that was asked for, worth and make-up; none when none was."""
    say = book.reader.say
    asked = book.setting("by", default=[])
    given: list[blocks.Block] = []
    for name in asked if book.has("value") else []:
        values = book.query("comparison", dimension=name).to_pylist()
        given += [worth(book, name, values), *make_up(book, name, values[:SHOWN])]
    return blocks.Chapter("comparison", say("How do parts of the business compare?"), say("Comparison"), tuple(given))


def worth(book: Book, name: str, values: list[Row]) -> blocks.Sheet:
    """Return what the values of a dimension are worth side by side, the most profitable first."""
    reader = book.reader
    rows = [
        (
            value_of(book, name, row["dimension_value"]),
            reader.number(row["customers"]),
            reader.money(row["net_sales_minor"]),
            reader.money(row["contribution_minor"]),
            reader.money(row["residual_value_minor"]),
            reader.number(row["expected_purchases"]),
            reader.share(row["mean_p_buys"]),
        )
        for row in values[:SHOWN]
    ]
    labels = reader.words(
        "Customers", "Net sales", "Past profit", "Residual value", "Expected purchases", "Chance to buy"
    )
    caption = names.of(reader, name)
    if len(values) > SHOWN:
        caption += ": " + reader.say("the first {shown} of {all}", shown=SHOWN, all=reader.number(len(values)))
    return blocks.sheet(f"by-{name}", caption, [names.of(reader, name), *labels], rows)


def make_up(book: Book, name: str, values: list[Row]) -> list[blocks.Block]:
    """Return what each value of a dimension is made of: its own 80/20 and tiers, who stayed, how the forecast did."""
    reader, called = book.reader, names.of(book.reader, name)
    scopes = [(name, row["dimension_value"]) for row in values]
    columns = {
        called: [value_of(book, *scope) for scope in scopes],
        reader.say("Own 80/20"): [own_balance(book, scope) for scope in scopes],
        **{names.of(reader, code): [tier(book, code, scope) for scope in scopes] for code in TIERS_IN_ORDER},
    }
    notes = [
        reader.say(
            "Own 80/20: 80/20 means that 80% of the profit comes from 20% of the customers. Tiers are cut once for the"
            " whole company."
        )
    ]
    for label, note, cells in (
        (
            reader.say("Best who stayed"),
            reader.say("Best who stayed: of the best fifth by margin, those who were in it the period before."),
            [stayed(book, scope) for scope in scopes],
        ),
        (
            reader.say("Forecast to actual"),
            reader.say("Forecast to actual: purchases forecast in the test over those that happened; 1 is right."),
            [forecast(book, scope) for scope in scopes],
        ),
    ):
        if any(cell != NOTHING for cell in cells):
            columns[label] = cells
            notes.append(note)
    caption = reader.say("{dimension}: what each part is made of", dimension=called)
    rows = list(zip(*columns.values(), strict=True))
    return [blocks.sheet(f"tiers-by-{name}", caption, list(columns), rows), blocks.Text(" ".join(notes), "small")]


def tier(book: Book, code: str, scope: tuple[str, str]) -> str:
    """Write the share of customers in a tier."""
    shares = {row["value_tier"]: row["share"] for row in book.rows("tiers", scope=scope)}
    return book.reader.share(shares.get(code, 0.0)) if shares else NOTHING


def stayed(book: Book, scope: tuple[str, str]) -> str:
    """Write how many of the best were the best before."""
    found = [row["top_stayed_share"] for row in book.rows("stability", scope=scope)]
    return book.reader.share(found[0]) if found else NOTHING


def forecast(book: Book, scope: tuple[str, str]) -> str:
    """Write how the chosen forecast did in the test, all origins pooled, where enough was bought to tell."""
    found = [row for row in book.rows("backtest", scope=scope) if row["chosen"] and row["origin"] is None]
    if not found or found[0]["actual_purchases"] < FEWEST:
        return NOTHING
    return book.reader.number(found[0]["predicted_to_actual"], 2)


def own_balance(book: Book, scope: tuple[str, str]) -> str:
    """Write the 80/20 of a part of the business."""
    balance = profit.concentration(book, scope=scope)
    few = balance["balance_share"] if balance else None
    if few is None:
        return NOTHING
    return f"{book.reader.number(100 - 100 * few)}/{book.reader.number(100 * few)}"


def value_of(book: Book, name: str, value: str) -> str:
    """Write a value of a dimension."""
    if value in ("", UNKNOWN):
        return book.reader.say("unknown")
    if name == "country":
        return places.country_name(value, book.reader.language)
    return book.reader.month(value) if name == "cohort" else value
