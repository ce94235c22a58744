"""Figures: the charts of the report with what stands behind each mark, and those that only make sense as links."""

import math

import pyarrow as pa

from vinculo.foundation.periods import parse_day
from vinculo.measure.charts import iso_value as charts
from vinculo.measure.charts.linked import columns, whale
from vinculo.measure.charts.linked import marks as linked
from vinculo.measure.charts.tiers import shares
from vinculo.measure.cockpit import periods
from vinculo.measure.explorer.book import Behind, LinkedBook
from vinculo.measure.report import blocks, names
from vinculo.measure.report.chapters import customers, profit, trust, when, worth
from vinculo.measure.selection import Selection
from vinculo.warehouse import queries

Blocks = list[blocks.Block]
SPOTS = (12, 10)
"""Dots of the value map, across and up: fewer than in the report, since each is a stop of the keyboard."""


def rfmt_map(book: LinkedBook) -> Blocks:
    """Return the map of recency and frequency, each cell leading to its customers."""
    behind = {
        (row["recency_score"], row["frequency_score"]): Behind(
            book.chosen.narrowed(r=row["recency_score"], f=row["frequency_score"]), row["customers"]
        )
        for row in book.query("map").to_pylist()
    }
    book.link("map", ("r", "f"), behind)
    return customers.map_of_customers(book)


def segments(book: LinkedBook) -> Blocks:
    """Return the named segments by customers and value, those worth most first, and who they are."""
    reader = book.reader
    given = sorted(book.rows("rfmt_segments"), key=lambda row: -(row["residual_value_minor"] or 0))
    if not given:
        return []
    people = sum(row["customers"] for row in given)
    value = sum(row["residual_value_minor"] for row in given)
    labels = [book.segment(row["rfmt_segment"]) for row in given]
    drawn = pa.table(
        {
            "label": pa.array(labels, pa.string()),
            "customer_share": [row["customers"] / people for row in given],
            "value_share": [row["residual_value_minor"] / value if value else 0.0 for row in given],
        }
    )
    behind = {
        (label,): Behind(book.chosen.narrowed(segment=row["rfmt_segment"]), row["customers"])
        for label, row in zip(labels, given, strict=True)
    }
    book.link("segments-chart", ("label",), behind)
    sheet = next(block for block in customers.segments(book) if isinstance(block, blocks.Sheet))
    finding = reader.say(
        "{segment} hold the most value still to come: {value}",
        segment=labels[0],
        value=reader.money(given[0]["residual_value_minor"]),
    )
    return [book.figure("segments-chart", finding, lambda width: shares(drawn, reader, width=width), sheet)]


def groups(book: LinkedBook, table: str) -> Blocks:
    """Return customers and value by tier (`tiers`) or by area (`areas`)."""
    say = book.reader.say
    code, term, title = {
        "tiers": ("value_tier", "tier", say("Value tiers: what customers bring and may yet bring")),
        "areas": ("relationship_area", "area", say("Relationship areas: what to do with whom")),
    }[table]
    behind = {
        (names.of(book.reader, row[code]),): Behind(book.chosen.narrowed(**{term: row[code]}), row["customers"])
        for row in book.rows(table)
    }
    book.link(table, ("label",), behind)
    return worth.groups(book, table, code, title)


def whale_curve(book: LinkedBook) -> Blocks:
    """Return the whale curve in bars of customers, best first."""
    table = profit.of_contribution(book, "whale_curve")
    if not table.num_rows or table["cumulative_share"].null_count:
        return []
    behind = {(last,): ranked(book, first, last) for first, last in whale.ranks(table)}
    book.link("whale", ("last",), behind)
    book.redrawn["whale"] = lambda width: whale.bars_and_curve(table, book.reader, width=width)
    return [profit.whale(book, profit.concentration(book))]


def deciles(book: LinkedBook) -> Blocks:
    """Return the profit of each tenth of the customers, each bar leading to its tenth."""
    table = profit.of_contribution(book, "deciles")
    if not table.num_rows:
        return []
    behind, first = {}, 1
    for row in table.sort_by("decile").to_pylist():
        last = first + row["customers"] - 1
        behind[row["decile"],] = ranked(book, first, last)
        first = last + 1
    book.link("deciles", ("decile",), behind)
    return [profit.deciles(book)]


def ranked(book: LinkedBook, first: int, last: int) -> Behind:
    """Return the customers of some ranks by past profit among those the page is about.

    Ranks are kept among everybody: within a country the customers from one rank to another are those of the country
    between the two places that these hold among all.
    """
    if not book.cut:
        return Behind(book.chosen.narrowed(rank_from=first, rank_to=last), last - first + 1)
    ends = book.engine.rows(queries.load(__package__, "places"), first=first, last=last).to_pylist()[0]
    chosen = book.chosen.narrowed(rank_from=ends["first_rank"], rank_to=ends["last_rank"])
    return Behind(chosen, last - first + 1)


def retention(book: LinkedBook) -> Blocks:
    """Return how many of each cohort come back, each cell leading to those who did."""
    kind = str(book.setting("cohort_period", default="month"))
    behind: dict[linked.Key, Behind] = {}
    for row in book.rows("cohorts"):
        began, then = (span(kind, row[name].isoformat()) for name in ("cohort", "period_on"))
        who = book.chosen.narrowed(first_from=began[0], first_to=began[1], bought_from=then[0], bought_to=then[1])
        behind[row["cohort"].isoformat(), row["age_periods"]] = Behind(who, row["active_customers"])
    book.link("retention", ("cohort", "period"), behind)
    return [*customers.retention(book), *(customers.margin(book) if behind else [])]


def span(kind: str, day: str) -> tuple[str, str]:
    """Return the first and last day of the period that begins with a day."""
    first = parse_day(day[:10])
    if kind == "week":
        return first.isoformat(), first.fromordinal(first.toordinal() + 6).isoformat()
    return first.isoformat(), periods.of(kind, first).ends.isoformat()


def months(book: LinkedBook) -> Blocks:
    """Return net sales by month, each bar leading to those who bought or returned in it."""
    if not book.has("customer_days"):
        return []
    table = when.by_month(book)
    behind = {}
    for row in table.to_pylist():
        starts, ends = span("month", row["month"].isoformat())
        chosen = book.chosen.narrowed(traded_from=starts, traded_to=ends)
        behind[row["month"].isoformat(),] = Behind(chosen, row["customers"])
    book.link("months", ("month",), behind)
    return when.months(book, table)


def chances(book: LinkedBook) -> Blocks:
    """Return how many customers have which chance to buy, in columns that lead to them."""
    reader = book.reader
    given = book.engine.rows(queries.load(__package__, "chances")).to_pylist()
    if not given:
        return []
    counts = {row["tenth"]: row["customers"] for row in given}
    labels = [f"{reader.number(10 * tenth)}\u2013{reader.share((tenth + 1) / 10)}" for tenth in range(10)]
    drawn = pa.table({"label": labels, "amount": [counts.get(tenth, 0) for tenth in range(10)], "whole": [True] * 10})
    behind = {(labels[tenth],): Behind(chance(book.chosen, tenth), counts.get(tenth, 0)) for tenth in range(10)}
    book.link("chances", ("label",), behind)
    expected = sum(row["expected_buyers"] for row in given)
    finding = reader.say(
        "{buyers} of {customers} customers are expected to buy in the next {days} days",
        buyers=reader.number(expected),
        customers=reader.number(sum(counts.values())),
        days=reader.number(book.horizon),
    )
    rows = [(label, reader.number(counts.get(tenth, 0))) for tenth, label in enumerate(labels)]
    caption = reader.say("Customers by their chance to buy")
    sheet = blocks.sheet("chances-table", caption, reader.words("Chance to buy", "Customers"), rows)
    title = reader.say("Customers")
    return [
        book.figure(
            "chances", finding, lambda width: columns.bars(drawn, reader.short_number, title, width=width), sheet
        )
    ]


def chance(chosen: Selection, tenth: int) -> Selection:
    """Return the customers whose chance lies in a tenth; its upper end belongs to the next, the last ends at 1."""
    below = {"p_buys_to": 1} if tenth == 9 else {"p_buys_below": (tenth + 1) / 10}
    return chosen.narrowed(p_buys_from=tenth / 10, **below)


def value_map(book: LinkedBook) -> None:
    """Say who stands behind the dots of the value map."""
    model = trust.chosen(book)
    if not model or not book.has("iso_value", "value"):
        return
    grid = trust.of(book.table("iso_value"), model=model)
    valued = [row for row in grid.to_pylist() if row["value_minor"] is not None]
    if not valued:
        return
    ages, repeats = (max(row[name] for row in valued) for name in ("age_at_last_days", "repeat_purchase_days"))
    widths = {"age_at_last": max(1, round(ages / SPOTS[0])), "repeats": max(1, round(repeats / SPOTS[1]))}
    behind: dict[linked.Key, Behind] = {}
    spots = book.query("density", days=widths["age_at_last"], repeats=widths["repeats"])
    for spot in spots.to_pylist():
        terms: dict[str, object] = {"purchase_days_from": 1}
        for name, column in (("age_at_last", "age_at_last_days"), ("repeats", "repeat_purchase_days")):
            middle, half = spot[column], widths[name] / 2
            terms |= {f"{name}_from": math.ceil(middle - half), f"{name}_to": math.ceil(middle + half) - 1}
        chosen = book.chosen.narrowed(**terms)
        behind[spot["age_at_last_days"], spot["repeat_purchase_days"]] = Behind(chosen, spot["customers"])
    book.link("iso-value", ("age", "repeats"), behind)
    book.redrawn["iso-value"] = lambda width: charts.curves(grid, spots, book.reader, width=width)


def forecast(book: LinkedBook) -> Blocks:
    """Return the model card in words, how it did when put to the test, and the value map."""
    value_map(book)
    return list(trust.chapter(book).blocks)


def balance(book: LinkedBook) -> Blocks:
    """Say the company's own 80/20, and what it means."""
    found = profit.concentration(book)
    if not found:
        return []
    return [blocks.Text(profit.sentence(book, found), "lead"), blocks.Text(profit.meaning(book, found))]


def top(book: LinkedBook) -> Behind | None:
    """Return the few customers of the 80/20."""
    found = profit.concentration(book)
    if not found or found["balance_share"] is None:
        return None
    few = max(1, math.ceil(round(found["balance_share"] * found["customers"], 6)))
    return ranked(book, 1, few)
