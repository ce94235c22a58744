"""When: the months, days and hours in which customers buy, how often each comes back, and who is late."""

import pyarrow as pa
import pyarrow.compute as pc

from vinculo.differentiate.settings import Tiers
from vinculo.measure.charts import sales
from vinculo.measure.report import blocks
from vinculo.measure.report.book import Book, Row

LEAST_MONTHS = 24
"""Whole months from which on months of the year are compared: each is there twice."""
BUSY = 0.5
"""Share of the purchases that the busiest hours are said to hold."""


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on when customers buy; without customer days there is none."""
    say = book.reader.say
    given: list[blocks.Block] = []
    if book.has("customer_days"):
        table = by_month(book)
        given += [*months(book, table), *week(book), *year(book, table)]
    given += rhythm(book)
    return blocks.Chapter("when", say("When do they buy?"), say("When they buy"), tuple(given))


def by_month(book: Book) -> pa.Table:
    """Return the months of the history, each marked whole or not."""
    first = book.query("first_day").to_pylist()[0]["first_day"]
    return book.query("months", first_day=first.isoformat(), as_of=book.as_of.isoformat())


def months(book: Book, table: pa.Table) -> list[blocks.Block]:
    """Return net sales over the months."""
    reader = book.reader
    if table.num_rows < 2:
        return []
    given: list[Row] = table.to_pylist()
    rows = [
        (
            reader.month(row["month"]) + ("" if row["whole"] else f" ({reader.say('part of the month')})"),
            reader.money(row["net_sales_minor"]),
            reader.number(row["purchase_days"]),
            reader.number(row["customers"]),
        )
        for row in given
    ]
    best = max(given, key=lambda row: row["net_sales_minor"])
    finding = reader.say(
        "Net sales by month: the best was {month}, with {sales}",
        month=reader.whole_month(best["month"]),
        sales=reader.money(best["net_sales_minor"]),
    )
    columns = reader.words("Month", "Net sales", "Purchase days", "Customers")
    sheet = blocks.sheet("months-table", reader.say("Sales by month"), columns, rows)
    note = ""
    if not all(row["whole"] for row in given):
        note = reader.say("Fainter bars are months that the data hold in part.")
    return [book.figure("months", finding, lambda width: sales.by_month(table, reader, width=width), sheet, note=note)]


def week(book: Book) -> list[blocks.Block]:
    """Return when in the week people buy: by the hour where the data hold times, else by the day."""
    table = book.query("week")
    if not table.num_rows:
        return []
    timed = table.filter(pc.is_valid(table["hour"]))
    return [hours(book, timed) if timed.num_rows else weekdays(book, table)]


def busiest(book: Book, given: list[Row]) -> str:
    """Return the name of the busiest day of the week."""
    count = [sum(row["purchase_days"] for row in given if row["weekday"] == day) for day in range(1, 8)]
    return book.reader.weekdays(short=False)[count.index(max(count))]


def hours(book: Book, table: pa.Table) -> blocks.Figure:
    """Return purchases by day and hour: one row a day, one column an hour."""
    reader = book.reader
    given: list[Row] = table.to_pylist()
    first, last = busy_hours(given)
    finding = reader.say(
        "{day} is the busiest day; half of all purchases begin between {first} and {last}",
        day=busiest(book, given),
        first=f"{first}:00",
        last=f"{last + 1}:00",
    )
    found = {(row["weekday"], row["hour"]): row["purchase_days"] for row in given}
    shown = range(min(row["hour"] for row in given), max(row["hour"] for row in given) + 1)
    rows = [
        (name, *(reader.number(found.get((day, hour), 0)) for hour in shown))
        for day, name in enumerate(reader.weekdays(), start=1)
    ]
    columns = [reader.say("Day"), *(str(hour) for hour in shown)]
    sheet = blocks.sheet("week-table", reader.say("Purchases by day and hour"), columns, rows)
    note = reader.say("The stronger the colour, the more purchases began in that hour.")
    return book.figure("week", finding, lambda width: sales.by_hour(table, reader, width=width), sheet, note=note)


def busy_hours(given: list[Row]) -> tuple[int, int]:
    """Return the first and the last of the fewest hours in a row that hold half of the purchases."""
    count = [sum(row["purchase_days"] for row in given if row["hour"] == hour) for hour in range(24)]
    spans = [(last - first, -sum(count[first : last + 1]), first) for first in range(24) for last in range(first, 24)]
    length, _, first = min(span for span in spans if -span[1] >= BUSY * sum(count))
    return first, first + length


def weekdays(book: Book, table: pa.Table) -> blocks.Figure:
    """Return purchases by day of the week."""
    reader = book.reader
    given: list[Row] = table.to_pylist()
    found = {row["weekday"]: row["purchase_days"] for row in given}
    drawn = pa.Table.from_pylist([{"weekday": day, "purchase_days": found.get(day, 0)} for day in range(1, 8)])
    rows = [(name, reader.number(found.get(day, 0))) for day, name in enumerate(reader.weekdays(), start=1)]
    columns = reader.words("Day", "Purchase days")
    sheet = blocks.sheet("week-table", reader.say("Purchases by day of the week"), columns, rows)
    finding = reader.say("{day} is the busiest day of the week", day=busiest(book, given))
    note = reader.say("The data hold days, not hours.")
    return book.figure("week", finding, lambda width: sales.by_weekday(drawn, reader, width=width), sheet, note=note)


def year(book: Book, table: pa.Table) -> list[blocks.Block]:
    """Return the mean of each month of the year; nothing while some are there only once."""
    reader = book.reader
    given: list[Row] = [row for row in table.to_pylist() if row["whole"]]
    if len(given) < LEAST_MONTHS:
        return []
    by_number = {number: [row for row in given if row["month"].month == number] for number in range(1, 13)}
    mean = {
        number: round(sum(row["net_sales_minor"] for row in rows) / len(rows))
        for number, rows in by_number.items()
        if rows
    }
    drawn = pa.Table.from_pylist([{"month": number, "net_sales_minor": sales} for number, sales in mean.items()])
    best, worst = max(mean, key=lambda at: mean[at]), min(mean, key=lambda at: mean[at])
    names = reader.months(short=False)
    finding = reader.say(
        "Over the years {best} is the best month, {worst} the weakest", best=names[best - 1], worst=names[worst - 1]
    )
    rows = [
        (names[number - 1], reader.money(mean[number]), reader.number(len(by_number[number])))
        for number in sorted(mean)
    ]
    columns = reader.words("Month", "Mean net sales", "Years")
    sheet = blocks.sheet("year-table", reader.say("Mean net sales by month of the year"), columns, rows)
    return [book.figure("year", finding, lambda width: sales.by_calendar_month(drawn, reader, width=width), sheet)]


def rhythm(book: Book) -> list[blocks.Block]:
    """Return how often customers come back by their own rhythm, and who of them is late."""
    reader = book.reader
    late = float(book.setting("tiers", "overdue_intervals", default=Tiers().overdue_intervals))
    given: list[Row] = book.query("intervals", late=late).to_pylist() if book.has("value") else []
    if not given:
        return []
    given.sort(key=lambda row: row["up_to_days"] or 10**9)
    rows = [
        (
            interval(book, row["up_to_days"]),
            reader.number(row["customers"]),
            reader.number(row["late_customers"]),
            reader.share(row["late_customers"] / row["customers"]),
            reader.money(row["late_value_minor"]),
        )
        for row in given
    ]
    sums = {name: sum(row[name] for row in given) for name in ("customers", "late_customers", "late_value_minor")}
    share = reader.share(sums["late_customers"] / sums["customers"])
    rows.append(
        (
            reader.say("All with two purchase days or more"),
            reader.number(sums["customers"]),
            reader.number(sums["late_customers"]),
            share,
            reader.money(sums["late_value_minor"]),
        )
    )
    columns = reader.words("Buys once in", "Customers", "Late", "Share late", "Residual value of the late")
    caption = reader.say("How often customers come back, each by the mean time between own purchases")
    note = reader.say(
        "Late: silent for more than {late} times as long as usual for that very customer.",
        late=reader.number(late, 0 if late == round(late) else 1),
    )
    sheet = blocks.sheet("rhythm", caption, columns, rows, summed=True)
    return [sheet, blocks.Text(" ".join([note, *regularity(book)]), "small")]


def interval(book: Book, up_to_days: int) -> str:
    """Write a class of intervals."""
    reader = book.reader
    return {
        14: reader.say("two weeks or less"),
        31: reader.say("up to a month"),
        92: reader.say("up to three months"),
        183: reader.say("up to half a year"),
        366: reader.say("up to a year"),
    }.get(up_to_days) or reader.say("more than a year")


def regularity(book: Book) -> list[str]:
    """Say how many customers buy by the clock, if the run knows."""
    row: Row = book.query("regularity").to_pylist()[0] if book.has("rhythm") else {}
    if not row.get("customers"):
        return []
    reader = book.reader
    return [
        reader.say(
            "Of the {customers} customers with three purchase days or more, {share} come back like clockwork: their"
            " intervals differ from their mean by less than half of it.",
            customers=reader.number(row["customers"]),
            share=reader.share(row["regular_customers"] / row["customers"]),
        )
    ]
