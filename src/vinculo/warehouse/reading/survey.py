"""Survey: one scan of the source that settles, by votes over whole columns, how its texts are to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vinculo.foundation import money
from vinculo.foundation.errors import InputError
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import conversion
from vinculo.warehouse.reading.columns import dates, numbers, shapes, synonyms
from vinculo.warehouse.reading.columns.shapes import Shapes
from vinculo.warehouse.reading.conversion import Field, Plan
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import MappedColumn
from vinculo.warehouse.reading.sources.source import Source

SAMPLE = 20_000
"""Rows whose shapes are looked at; what they do not show is read the thorough way."""
ASSUMED_CURRENCY = "EUR"
MONTH_FIRST_CURRENCIES = ("USD",)
MARKS = (("€", "EUR"), ("£", "GBP"), ("¥", "JPY"))


@dataclass(frozen=True)
class Findings:
    """What the sample and the votes of all rows say about the texts of a source."""

    shapes: Mapping[str, Shapes]
    votes: Mapping[str, tuple[int, int]]
    """For numbers the rows that prove a decimal comma and a point; for dates a day that comes first and second."""
    currencies: Mapping[str, int]


def plan(
    engine: DuckEngine,
    source: Source,
    mapping: Sequence[MappedColumn],
    options: ReadingOptions,
    *,
    translate: Translate,
) -> tuple[Plan, list[str]]:
    """Return how every mapped column is to be read, and what has to be said about it.

    Raises `InputError` when lines are in several currencies and nothing says what to do with them.
    """
    fields = {item.target: opened_field(source, item) for item in mapping}
    if options.rates and any(item.minor for item in fields.values()):
        raise InputError(
            "Amounts in minor units cannot be converted by rates: give them in major units, such as 12.50."
        )
    findings = surveyed(engine, source, fields)
    fields, said = decided_numbers(fields, findings, source, options, translate=translate)
    currency, about_currency = chosen_currency(findings, options, translate)
    about_dates: list[str] = []
    if "happened_at" in findings.shapes:
        commas = any(item.text and item.decimal == "," for name, item in fields.items() if name in synonyms.NUMBERS)
        month_first = not commas and source.delimiter != ";" and currency in MONTH_FIRST_CURRENCIES
        reading = dates.decide(
            findings.shapes["happened_at"],
            findings.votes["happened_at"],
            order=options.date_order,
            usual="mdy" if month_first else "dmy",
        )
        fields["happened_at"] = replace(fields["happened_at"], moments=reading)
        about_dates = date_warnings(reading, source.headers[fields["happened_at"].place], translate)
    return Plan(fields, currency, options.rates), [*said, *about_currency, *about_dates]


def opened_field(source: Source, item: MappedColumn) -> Field:
    """Return a mapped column before anything is decided."""
    place = source.headers.index(item.column)
    return Field(place, source.types[place], minor=synonyms.words(item.column)[-1:] == ("minor",))


def surveyed(engine: DuckEngine, source: Source, fields: dict[str, Field]) -> Findings:
    """Look at a sample for shapes, then let every row vote; ids that end in .0 throughout lose it."""
    asked = {
        target: conversion.as_text(target, item)
        for target, item in fields.items()
        if (item.text and target in (*synonyms.NUMBERS, "customer_id")) or (target == "happened_at" and not item.dated)
    }
    cells = ", ".join(f"{conversion.cell(fields[target])} AS {target}" for target in asked)
    texts = ", ".join(f"{text} AS {target}" for target, text in asked.items())
    relation = f"SELECT {texts} FROM (SELECT {cells} FROM ({source.relation}))"
    seen: dict[str, Shapes] = {}
    voted: dict[str, tuple[int, int]] = {}
    if asked:
        sample = engine.rows(f"SELECT * FROM ({relation}) LIMIT {SAMPLE}")
        seen = {target: shapes.of(sample.column(target).to_pylist()) for target in asked}
        counts = {
            target: dates.votes(target)
            if target == "happened_at"
            else (numbers.votes(target, ","), numbers.votes(target, "."))
            for target in asked
            if target != "customer_id"
        }
        if all_pointed(seen.get("customer_id", ())):
            meant = shapes.missing_as_null("customer_id")
            counts["customer_id"] = (f"count_if(NOT regexp_full_match({meant}, '[0-9]+[.]0'))", "0")
        ballots = ", ".join(
            f"{count} AS {name}_{side}" for name, pair in counts.items() for side, count in enumerate(pair)
        )
        row = engine.rows(f"SELECT {ballots} FROM ({relation})").to_pylist()[0] if ballots else {}
        voted = {name: (int(row[f"{name}_0"] or 0), int(row[f"{name}_1"] or 0)) for name in counts}
    if "customer_id" in voted and voted["customer_id"][0] == 0:
        fields["customer_id"] = replace(fields["customer_id"], pointed=True)
    return Findings(seen, voted, currencies(engine, source, fields))


def all_pointed(found: Shapes) -> bool:
    """Tell whether all ids of a sample were written as fractions (17850.0)."""
    return bool(found) and all(shape.endswith(".9") and set(shape[:-2]) == {"9"} for shape in found)


def currencies(engine: DuckEngine, source: Source, fields: dict[str, Field]) -> dict[str, int]:
    """Count the lines of each currency, most frequent first."""
    if "currency" not in fields:
        return {}
    item = fields["currency"]
    rows = engine.rows(
        f"""
        SELECT {conversion.value("currency", item)} AS code, count(*) AS lines
        FROM (SELECT {conversion.meaning("currency", item)} AS currency
        FROM (SELECT {conversion.cell(item)} AS currency FROM ({source.relation})))
        WHERE currency IS NOT NULL GROUP BY code ORDER BY lines DESC, code LIMIT 200
        """
    ).to_pylist()
    return {str(row["code"]): int(row["lines"]) for row in rows}


def decided_numbers(
    fields: dict[str, Field], findings: Findings, source: Source, options: ReadingOptions, *, translate: Translate
) -> tuple[dict[str, Field], list[str]]:
    """Settle the decimal mark of every column of texts: its own vote, else that of the other columns."""
    votes = {target: findings.votes[target] for target in synonyms.NUMBERS if target in findings.votes}
    total = [sum(vote[side] for vote in votes.values()) for side in (0, 1)]
    usual = "," if total[0] > total[1] or (not any(total) and source.delimiter == ";") else "."
    decided, said = dict(fields), []
    for target, (commas, points) in votes.items():
        mark = options.decimal or ("," if commas > points else "." if points > commas else usual)
        decided[target] = replace(fields[target], shapes=findings.shapes[target], decimal=mark)
        header = source.headers[fields[target].place]
        if commas and points and not options.decimal:
            said.append(
                translate(
                    "The column {column!r} writes decimals both ways ({commas:,} rows with a comma, {points:,} with a "
                    "point); {mark!r} was taken and the other rows are rejected."
                ).format(column=header, commas=commas, points=points, mark=mark)
            )
        elif not any(total) and numbers.ambiguous(findings.shapes[target]) and not options.decimal:
            said.append(
                translate(
                    "Nothing in the column {column!r} tells the decimal mark: {mark!r} was taken. "
                    "Say --decimal to change it."
                ).format(column=header, mark=mark)
            )
    return decided, said


def date_warnings(reading: dates.Reading, header: str, translate: Translate) -> list[str]:
    """Say what was assumed about a column of dates."""
    names = {"dmy": translate("day first"), "mdy": translate("month first"), "ymd": translate("year first")}
    order = names[reading.split_order]
    said = []
    if reading.undecided:
        said.append(
            translate(
                "Nothing in the column {column!r} tells day from month: {order} was taken. "
                "Say --date-order to change it."
            ).format(column=header, order=order)
        )
    if reading.contradicted:
        said.append(
            translate(
                "In the column {column!r} {rows:,} rows can only be read in another order than {order}: "
                "they are rejected."
            ).format(column=header, rows=reading.contradicted, order=order)
        )
    if reading.zoned:
        said.append(translate("Times carry a zone: the clock where the sale took place was kept, the zone left aside."))
    return said


def chosen_currency(findings: Findings, options: ReadingOptions, translate: Translate) -> tuple[str, list[str]]:
    """Return the currency of the run: as asked, the only one there is, as the amounts are marked, else EUR.

    Raises `InputError` when there are others, without rates and without leave to set them aside.
    """
    found = findings.currencies
    currency = options.currency or (next(iter(found)) if len(found) == 1 else "")
    others = [code for code in found if code != currency and code not in options.rates]
    if others and not (options.only_currency and currency):
        listed = [
            Phrase("{currency} (1 line)" if rows == 1 else "{currency} ({rows:,} lines)", currency=code, rows=rows)
            for code, rows in found.items()
        ]
        kept = currency or next(iter(found))
        other = next(code for code in found if code != kept)
        raise InputError(
            "The lines are in several currencies: {listed}. Keep only one with --currency {kept} --only-currency, or "
            "give rates into the currency of the run, such as --currency {kept} --rate {other}=0.85.",
            listed=listed,
            kept=kept,
            other=other,
            currencies=dict(found),
        )
    if currency in found:
        money.digits(currency)
        return currency, []
    marks = {code for found in findings.shapes.values() for shape in found for sign, code in MARKS if sign in shape}
    if currency and marks and currency not in marks:
        sentence = translate(
            "The amounts carry the sign of {marks} but {currency} was asked for: nothing was converted."
        )
        return currency, [sentence.format(marks=", ".join(sorted(marks)), currency=currency)]
    if currency:
        return currency, []
    currency = marks.pop() if len(marks) == 1 else ASSUMED_CURRENCY
    return currency, [translate("No column names the currency: {currency} was assumed.").format(currency=currency)]
