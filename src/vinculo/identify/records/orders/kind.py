"""Orders as a kind of import: read by the warehouse, put in and taken back in sets."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.utils import timezone

from vinculo.foundation import actor, language
from vinculo.identify.orders import arriving
from vinculo.identify.records.imports.kinds import SOURCE, Reading, Work
from vinculo.identify.records.leads import purchases
from vinculo.identify.records.orders import entities, loading, withdrawal
from vinculo.identify.records.rights import burial
from vinculo.warehouse.reading import options as reading_options
from vinculo.warehouse.reading import orders as warehouse
from vinculo.warehouse.reading import views
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.sources import opening
from vinculo.warehouse.reading.sources.source import literal

KNOWN = ("mapping", "date_order", "decimal", "encoding", "delimiter", "sheet", "currency", "language")
CODE = "a code of at most 250 characters"


class Orders:
    """Lines of orders; options are those of a reading, and `complete_orders`."""

    def read(self, work: Work, *, file: Path, options: Mapping[str, Any]) -> Reading:
        """Read a file into `arrived`."""
        settings = settings_of(options, work)
        source = opening.open_source(file, work.engine, settings, work.folder / SOURCE)
        _opened, report = warehouse.parted(source, engine=work.engine, options=settings)
        duplicates, huge = arriving.arrange(work.engine)
        buried = burial.of_lines(work)
        kinds = work.engine.rows("SELECT line_kind, count(*) AS lines FROM arrived GROUP BY ALL ORDER BY lines DESC, 1")
        return Reading(
            source=source,
            headers=report.headers,
            mapping=report.mapping,
            format=report.format,
            encoding=report.encoding,
            delimiter=report.delimiter,
            sheet=report.sheet,
            decimal=report.decimal,
            date_order=report.date_order,
            currency=report.currency,
            rows=report.rows,
            rejected=report.rejected + huge,
            duplicates=duplicates,
            counts={
                "totals": report.totals,
                "line_kinds": {row["line_kind"]: row["lines"] for row in kinds.to_pylist()},
                **({"erased": buried} if buried else {}),
            },
            warnings=report.warnings,
            issues=issues({name: report.column(name) for name in (*arriving.LONGEST, "quantity")}, settings),
        )

    def load(
        self, cursor: psycopg.Cursor[Any], *, work: Work, reading: Reading, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Put the lines in, with the customers, products and orders they name; keep them for an undo meanwhile."""
        burial.of_lines(work)
        counts = loading.put(
            entities.Meeting(cursor, work, work.arrival),
            currency=reading.currency,
            complete=bool(options.get("complete_orders")),
            meanwhile=partial(arriving.keep, work.engine.beside(), work.produced / withdrawal.LINES),
        )
        if work.arrival.import_id is not None:
            purchases.convert(cursor, import_id=work.arrival.import_id, by=actor.current().name, now=work.arrival.now)
        return counts

    def undo(self, cursor: psycopg.Cursor[Any], *, work: Work) -> dict[str, Any]:
        """Take an import back; what other imports hold too stays."""
        counts = withdrawal.undo(cursor, work)
        purchases.take_back(cursor, by=actor.current().name, now=work.arrival.now)
        return counts


def settings_of(options: Mapping[str, Any], work: Work) -> ReadingOptions:
    """Return the options of the reading."""
    given = {name: options[name] for name in KNOWN if options.get(name)}
    return ReadingOptions(
        **given,
        rates=dict(options.get("rates") or {}),
        only_currency=bool(options.get("only_currency")),
        not_goods=tuple(options.get("not_goods") or reading_options.NOT_GOODS),
        today=timezone.localtime(work.arrival.now).date(),
        work_folder=work.folder,
    )


def issues(columns: Mapping[str, str], settings: ReadingOptions) -> str:
    """Return the SELECT of the rows that cannot come in: those that were not read, and those no index takes."""
    translate = language.translator(settings.language)
    code, pieces = (literal(translate(text)) for text in (CODE, views.EXPECTED["quantity"]))
    too_long = {name: f"coalesce(strlen({name}) > {most}, FALSE)" for name, most in arriving.LONGEST.items()}
    which = " ".join(f"WHEN {test} THEN {literal(columns[name])}" for name, test in too_long.items())
    what = " ".join(f"WHEN {test} THEN left({name}, 200)" for name, test in too_long.items())
    return f"""
        SELECT line_number AS row_number, coalesce(column_name, '') AS column_name, coalesce(found, '') AS found,
            expected, '' AS suggestion, TRUE AS whole_row FROM rejected_lines
        UNION ALL SELECT line_number, CASE {which} ELSE {literal(columns["quantity"])} END,
            CASE {what} ELSE CAST(quantity AS VARCHAR) END,
            CASE WHEN {arriving.TOO_LONG} THEN {code} ELSE {pieces} END, '', TRUE
        FROM lines_read WHERE pieces IS NULL
    """
