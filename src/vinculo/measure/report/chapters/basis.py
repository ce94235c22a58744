"""Basis: what was assumed, how the file was read, and the facts of the run."""

from typing import Any

from vinculo.measure.report import blocks, names
from vinculo.measure.report.book import Book


def chapter(book: Book) -> blocks.Chapter:
    """Return the chapter on what the figures rest on."""
    say = book.reader.say
    given = (*assumptions(book), *mapping(book), *lines(book), *facts(book))
    return blocks.Chapter("basis", say("What was assumed?"), say("What it rests on"), given)


def assumptions(book: Book) -> list[blocks.Block]:
    """Return the assumptions, clearly labelled as such."""
    given = book.again(book.run.manifest.get("assumptions"))
    if not given:
        return []
    words = book.reader.say("Assumed, not in your data. Set your own and run the analysis again:")
    return [blocks.Text(words, "lead"), blocks.Points(tuple(given))]


def mapping(book: Book) -> list[blocks.Block]:
    """Return which column of the file was taken for what, and why."""
    reader = book.reader
    reading: dict[str, Any] = book.run.manifest.get("reading") or {}
    rows = [
        (
            str(row.get("column") or "\u2013"),
            names.of(reader, str(row.get("target", ""))),
            confidence(book, row.get("confidence")),
            " ".join(book.again(row.get("why"))),
        )
        for row in reading.get("mapping", [])
    ]
    given: list[blocks.Block] = []
    if rows:
        columns = reader.words("Column of the file", "Taken for", "Confidence", "Why")
        caption = reader.say("How the columns of the file were understood")
        given.append(blocks.Sheet("mapping", caption, columns, tuple(rows)))
    warnings = tuple(book.again(reading.get("warnings")))
    return [*given, blocks.Points(warnings)] if warnings else given


def confidence(book: Book, value: object) -> str:
    """Write how sure the reading is: a share, or a word."""
    if isinstance(value, int | float):
        return book.reader.share(float(value))
    return names.of(book.reader, str(value)) if value else "\u2013"


def lines(book: Book) -> list[blocks.Block]:
    """Return how every line of the file was treated; the lines add up."""
    reader = book.reader
    given = book.rows("line_counts")
    if not given:
        return []
    rows = [
        (
            names.of(reader, row["line_kind"]),
            " ".join(book.again(row["treatment"])),
            reader.number(row["lines"]),
            reader.money(row["net_minor"]),
        )
        for row in given
    ]
    total = sum(row["lines"] for row in given)
    rows.append((reader.say("All lines of the file"), "", reader.number(total), ""))
    columns = reader.words("Lines", "What was done with them", "How many", "Net amount")
    caption = reader.say("How every line of the file was treated")
    return [blocks.sheet("lines", caption, columns, rows, texts=2, summed=True)]


def facts(book: Book) -> list[blocks.Block]:
    """Return the facts of the run."""
    reader, manifest = book.reader, book.run.manifest
    reading: dict[str, Any] = manifest.get("reading") or {}
    source: dict[str, Any] = manifest.get("source") or {}
    say = reader.say
    written: list[tuple[str, object]] = [
        (say("Source"), book.source),
        (say("Rows of the source"), reader.number(source["rows"]) if isinstance(source.get("rows"), int) else None),
        (say("Known up to, included"), reader.day(manifest["as_of"])),
        (say("Horizon"), reader.say("{days} days", days=reader.number(book.horizon))),
        (say("Currency"), manifest["currency"]),
        (say("Sheet"), reading.get("sheet")),
        (say("Encoding"), reading.get("encoding")),
        (say("Delimiter"), {"\t": reader.say("tab")}.get(str(reading.get("delimiter")), reading.get("delimiter"))),
        (say("Decimal mark"), reading.get("decimal")),
        (say("Order of dates"), reader.say(names.NAMES.get(str(reading.get("date_order")), ""))),
        (say("Program"), f"{manifest.get('product', 'Vinculo')} {manifest.get('version', '')}".strip()),
        (say("Run"), manifest.get("run_id")),
        (say("Made at"), reader.moment(str(manifest["created_at"])) if manifest.get("created_at") else None),
        (say("Time taken"), timing(book)),
    ]
    items = tuple((term, str(fact)) for term, fact in written if fact not in (None, ""))
    return [blocks.Heading(reader.say("The facts of this run")), blocks.Facts(items)]


def timing(book: Book) -> str:
    """Return how long the analysis took."""
    seconds = sum(float(each) for each in (book.run.manifest.get("timings") or {}).values())
    return book.reader.say("{seconds} seconds", seconds=book.reader.number(seconds, 1)) if seconds else ""
