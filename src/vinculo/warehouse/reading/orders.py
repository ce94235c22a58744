"""Reading orders: from any source to the relations `order_lines` and `rejected_lines` of an engine, with a report."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from vinculo.foundation import language
from vinculo.foundation.errors import InputError
from vinculo.foundation.language import Translate
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import canonical, conversion, recognition, survey, views
from vinculo.warehouse.reading.columns import evidence, mapping
from vinculo.warehouse.reading.conversion import Plan
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import MappedColumn, ReadingReport
from vinculo.warehouse.reading.sources import delimited, misfits, opening
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources.source import Source

SAMPLE = 1_000
"""Rows looked at for evidence in the values."""
MANY_REJECTED = 0.5
TOO_MANY = "{share:.0%} of the rows were rejected: check which column is which (--show-mapping)."
UNBALANCED = "Quotes are not balanced in {times:,} rows: they were set aside, and the rows after them were read."
UNBALANCED_ONCE = "Quotes are not balanced in one row: it was set aside, and the rows after it were read."


@dataclass(frozen=True)
class Converted:
    """The converted lines: a FROM item with line_number, and the tables that hold rows which did not fit."""

    lines: str
    misfits: str = ""


def read(source: object, *, engine: DuckEngine, options: ReadingOptions | None = None) -> ReadingReport:
    """Read a source of orders into `order_lines` and `rejected_lines` of the engine.

    The source must name, in whatever words, a customer, a day, and an amount or a price. A row that cannot be read
    is set aside with its number and its reason and holds nothing back; what cannot be decided is assumed and said.

    Parameters
    ----------
    source
        The path of delimited text (plain or gzip), a spreadsheet, a Parquet file or folder; a pandas or Polars
        DataFrame, a PyArrow table or reader, a DuckDB relation, or anything with `__arrow_c_stream__`.
    engine
        Where the two relations are created. They stay readable while the engine and its folders live.
    options
        What is known about the source.

    Returns
    -------
    ReadingReport
        What was found, assumed and set aside. One row of `order_lines` is one line of an order (see ORDER_LINES,
        amounts in minor units); one of `rejected_lines` is one row set aside (see SET_ASIDE_LINES).

    Raises
    ------
    InputError
        When the source is not there, is no table, lacks a column that is needed, or mixes currencies.

    Examples
    --------
    >>> import tempfile, pyarrow as pa
    >>> orders = pa.table({"Cliente": ["7"], "Fecha": ["31/01/2021"], "Importe": ["9,50 €"]})
    >>> with DuckEngine(Path(tempfile.mkdtemp())) as engine:
    ...     report = read(orders, engine=engine)
    ...     engine.rows("SELECT customer_id, happened_at::DATE::TEXT AS day, net_minor FROM order_lines").to_pylist()
    [{'customer_id': '7', 'day': '2021-01-31', 'net_minor': 950}]
    """
    opened, report = parted(source, engine=engine, options=options)
    if 0 < report.rows == report.rejected:
        (first,) = engine.rows("SELECT * FROM rejected_lines ORDER BY line_number LIMIT 1").to_pylist()
        raise nothing_readable(opened, report.rows, {**first, "row_number": first["line_number"]})
    return report


def parted(
    source: object, *, engine: DuckEngine, options: ReadingOptions | None = None
) -> tuple[Source, ReadingReport]:
    """Part the rows of a source into `order_lines` and `rejected_lines`, as `read` does, though none could be read."""
    options = options or ReadingOptions()
    translate = language.translator(options.language)
    folder = work_folder(engine, options)
    opened = opening.open_source(source, engine, options, folder)
    said = remarks(opened, translate)
    if canonical.fits(opened, options):
        return opened, canonical.read(opened, engine, options, said)
    with parsing(opened):
        mapped = guessed(opened, engine, options, translate)
        mapping.require_minimum(mapped, opened.headers)
        said += mapping.warnings(mapped, translate)
        plan, decided = survey.plan(engine, opened, mapped, options, translate=translate)
        converted = convert(opened, plan, engine, folder)
    return opened, finished(opened, mapped, plan, converted, engine, options, [*said, *decided])


def preview(source: object, *, engine: DuckEngine, options: ReadingOptions | None = None) -> ReadingReport:
    """Return the mapping that `read` would use, judged from the headers and the first rows, converting nothing."""
    options = options or ReadingOptions()
    translate = language.translator(options.language)
    opened = opening.open_source(source, engine, options, work_folder(engine, options))
    if canonical.fits(opened, options):
        names = [name for name in opened.headers if name in (*canonical.NEEDED, *canonical.OPTIONAL)]
        mapped = tuple(MappedColumn(name, name, 1.0, translate("canonical")) for name in names)
    else:
        mapped = guessed(opened, engine, options, translate)
    said = [*remarks(opened, translate), *mapping.warnings(mapped, translate)]
    return ReadingReport(
        source=opened.description,
        format=opened.format,
        headers=opened.headers,
        mapping=mapped,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheet=opened.sheet,
        warnings=tuple(said),
    )


@contextmanager
def parsing(source: Source) -> Iterator[None]:
    """Say in one sentence that a source cannot be parsed."""
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            "{path} cannot be read as {format} ({reason}): check its delimiter, its quotes and that it is whole.",
            path=source.description,
            format=source.format,
            reason=reason,
        ) from error


def remarks(source: Source, translate: Translate) -> list[str]:
    """Return what has to be said about a source as it was opened."""
    return [warning.say(translate) for warning in source.warnings]


def work_folder(engine: DuckEngine, options: ReadingOptions) -> Path:
    """Return a new folder for this reading, inside the one given or the engine's spill folder."""
    parent = options.work_folder
    if parent is None:
        (row,) = engine.rows("SELECT current_setting('temp_directory') AS folder").to_pylist()
        parent = Path(str(row["folder"]))
    return parent / f"reading-{uuid.uuid4().hex[:12]}"


def guessed(
    source: Source, engine: DuckEngine, options: ReadingOptions, translate: Translate
) -> tuple[MappedColumn, ...]:
    """Return the mapping, from the options, the headers and a sample of the values."""
    texts = ", ".join(f"CAST(c{place} AS VARCHAR) AS c{place}" for place in range(len(source.headers)))
    sample = engine.rows(f"SELECT {texts} FROM ({source.relation}) LIMIT {SAMPLE}")
    weighed = [
        evidence.of(sample.column(place).to_pylist(), source.types[place]) for place in range(len(source.headers))
    ]
    return mapping.guess(source.headers, weighed, options.mapping, translate)


def convert(source: Source, plan: Plan, engine: DuckEngine, folder: Path) -> Converted:
    """Convert every row once, into Parquet whose order is that of the source, so that its row number is free."""
    target = folder / "lines"
    if source.recording:
        misfits.forget(engine)
    engine.write(target, conversion.sql(plan, source.recording or source.relation))
    lines = numbered(target, source.first_line)
    if not source.recording:
        return Converted(lines)
    if source.misquoted is None and misfits.swallowing(engine):
        return convert(delimited.mended(source, folder), plan, engine, folder / "mended")
    name = f"reading_misfits_{uuid.uuid4().hex[:12]}"
    gaps = misfits.collect(engine, source, name)
    return Converted(renumbered(engine, lines, folder / "numbered", gaps) if gaps else lines, name)


def numbered(folder: Path, first_line: int) -> str:
    """Return the FROM item of converted lines whose numbers follow from their place."""
    files = sources.literal(str(folder / "*.parquet"))
    return (
        f"(SELECT *, file_row_number + {first_line} AS line_number FROM read_parquet({files}, file_row_number = true))"
    )


def renumbered(engine: DuckEngine, lines: str, target: Path, gaps: list[int]) -> str:
    """Write the lines once more with their row numbers, which skip the rows that are not among them."""
    steps = pa.table({"place": [gap - number for number, gap in enumerate(gaps)], "skipped": range(1, len(gaps) + 1)})
    engine.attach("reading_gaps", steps)
    engine.write(
        target,
        f"""
        SELECT lines.* EXCLUDE (line_number), line_number + coalesce(skipped, 0) AS line_number
        FROM {lines} AS lines
        ASOF LEFT JOIN (SELECT place, max(skipped) AS skipped FROM reading_gaps GROUP BY place) AS gaps
            ON lines.line_number >= gaps.place
        """,
    )
    return f"read_parquet({sources.literal(str(target / '*.parquet'))})"


def finished(
    source: Source,
    mapped: tuple[MappedColumn, ...],
    plan: Plan,
    converted: Converted,
    engine: DuckEngine,
    options: ReadingOptions,
    said: list[str],
) -> ReadingReport:
    """Create the views over converted lines and return the report."""
    lines = f"SELECT * FROM {converted.lines} WHERE fault IS DISTINCT FROM 'empty'"
    costs = bool({"cost", "unit_cost"} & set(plan.fields))
    facts = views.facts(engine, lines, "fault IS NOT NULL", cost_known=costs)
    lost, unbalanced, totals = create_rejected(source, plan, converted, lines, engine, options)
    rows, rejected = facts.rows + lost, facts.rejected + lost
    if rows == 0:
        raise InputError("{path} has a header and no lines: a file of orders has both.", path=source.description)
    as_of = create_orders(plan, converted, engine, options)
    translate = language.translator(options.language)
    if unbalanced:
        said.append(translate(UNBALANCED_ONCE if unbalanced == 1 else UNBALANCED).format(times=unbalanced))
    if MANY_REJECTED * rows < rejected < rows:
        said.append(translate(TOO_MANY).format(share=rejected / rows))
    reading = plan.fields["happened_at"].moments
    amount = plan.fields[conversion.amount_target(plan.fields)]
    return ReadingReport(
        source=source.description,
        format=source.format,
        headers=source.headers,
        mapping=mapped,
        rows=rows,
        rejected=rejected,
        totals=totals,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        decimal=amount.decimal if amount.text else "",
        date_order=reading.order if reading else "",
        currency=plan.currency,
        cost_known=facts.cost_known,
        time_known=facts.time_known,
        as_of=as_of,
        first_day=facts.first_day,
        last_day=facts.last_day,
        warnings=tuple(said),
    )


def create_rejected(
    source: Source, plan: Plan, converted: Converted, lines: str, engine: DuckEngine, options: ReadingOptions
) -> tuple[int, int, int]:
    """Create `rejected_lines`; return the rows that did not fit, whose quotes do not balance, that add up others."""
    faulty = f"SELECT line_number, fault, found FROM ({lines}) WHERE fault IS NOT NULL"
    lost = unbalanced = 0
    if converted.misfits:
        faulty = f"{faulty} UNION ALL SELECT row_number, fault, found FROM {converted.misfits}"
        counted = engine.rows(f"SELECT count(*), coalesce(count_if(fault = 'quotes'), 0) FROM {converted.misfits}")
        lost, unbalanced = (int(column[0].as_py()) for column in counted.columns)
    headers = {target: source.headers[item.place] for target, item in plan.fields.items()}
    views.create_rejected(engine, f"{faulty} ORDER BY line_number", headers, options.language)
    totals = engine.rows("SELECT count(*) FILTER (reason = 'total') FROM rejected_lines").column(0)[0].as_py()
    return lost, unbalanced, int(totals)


def create_orders(plan: Plan, converted: Converted, engine: DuckEngine, options: ReadingOptions) -> date | None:
    """Create `order_lines`; return the day the analysis looks from."""
    readable = f"SELECT * FROM {converted.lines} WHERE fault IS NULL"
    as_of = options.as_of or views.last_day(engine, readable, options.today)
    kind = recognition.kind(
        as_of=as_of or date.min,
        today=options.today,
        not_goods=options.not_goods,
        other_currency="other_currency" if options.only_currency and "currency" in plan.fields else "FALSE",
    )
    views.create_orders(engine, readable, kind)
    return as_of


def nothing_readable(source: Source, rows: int, first: Mapping[str, object]) -> InputError:
    """Return the refusal of a source none of whose rows can be read, with the first of them."""
    return InputError(
        "None of the {rows:,} rows of {path} could be read. In row {row} the column {column!r} holds {found!r}; "
        "expected is {expected}. Check which column is which, the order of dates and the decimal mark."
        if first["column_name"]
        else "None of the {rows:,} rows of {path} could be read. Row {row} is {found!r}; expected is {expected}. "
        "Check the delimiter and the quotes.",
        rows=rows,
        path=source.description,
        row=first["row_number"],
        column=first["column_name"],
        found=first["found"],
        expected=first["expected"],
    )
