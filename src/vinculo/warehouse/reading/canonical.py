"""Canonical input: tables that hold the columns of `order_lines` already, read where they lie without conversion."""

from datetime import date

from vinculo.foundation import language, money
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import recognition, views
from vinculo.warehouse.reading.options import ReadingOptions
from vinculo.warehouse.reading.report import MappedColumn, ReadingReport
from vinculo.warehouse.reading.sources import source as sources
from vinculo.warehouse.reading.sources.source import Source
from vinculo.warehouse.reading.views import Facts

NEEDED = ("customer_id", "happened_at", "net_minor")
OPTIONAL = {
    "order_id": "CAST(NULL AS VARCHAR)",
    "product_id": "CAST(NULL AS VARCHAR)",
    "product_name": "CAST(NULL AS VARCHAR)",
    "category": "CAST(NULL AS VARCHAR)",
    "channel": "CAST(NULL AS VARCHAR)",
    "country": "CAST(NULL AS VARCHAR)",
    "segment": "CAST(NULL AS VARCHAR)",
    "quantity": "CAST(CASE WHEN net_minor < 0 THEN -1 ELSE 1 END AS DOUBLE)",
    "cost_minor": "CAST(NULL AS BIGINT)",
}


def fits(source: Source, options: ReadingOptions) -> bool:
    """Tell whether a source is canonical: its columns have the names and types of `order_lines`."""
    types = dict(zip(source.headers, source.types, strict=True))
    amounts = [types[name] for name in ("net_minor", "gross_minor", "discount_minor", "cost_minor") if name in types]
    return (
        bool(source.native)
        and not options.mapping
        and all(name in types for name in NEEDED)
        and types["happened_at"].startswith(("TIMESTAMP", "DATE"))
        and all(kind.endswith(("INT", "INTEGER")) for kind in amounts)
        and types.get("quantity", "DOUBLE").split("(")[0] in ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER")
        and "currency" not in types
        and all(
            types.get(name, "VARCHAR") in ("VARCHAR", "BIGINT", "INTEGER")
            for name in ("order_id", "customer_id", "product_id")
        )
    )


def read(source: Source, engine: DuckEngine, options: ReadingOptions, warnings: list[str]) -> ReadingReport:
    """Put views over a canonical source; return the report."""
    translate = language.translator(options.language)
    if source.files > 1:
        warnings.append(translate("Row numbers count within each of the files."))
    if not options.currency:
        warnings.append(translate("No column names the currency: {currency} was assumed.").format(currency="EUR"))
    columns = canonical_columns(source)
    readable = "happened_at IS NOT NULL AND net_minor IS NOT NULL"
    number = "file_row_number" if source.numbered else "row_number() OVER () - 1"
    lines = f"SELECT {number} + {source.first_line} AS line_number, {columns} FROM {source.native}"
    facts = views.facts(engine, lines, f"NOT ({readable})", cost_known="cost_minor" in source.headers)
    as_of = options.as_of or views.last_day(engine, f"SELECT * FROM ({lines}) WHERE {readable}", options.today)
    kind = recognition.kind(
        as_of=as_of or date.min,
        today=options.today,
        not_goods=codes_found(engine, source, options) if "product_id" in source.headers else (),
        order_prefixes="order_id" in source.headers and prefixed_orders(engine, source),
    )
    views.create_orders(engine, f"SELECT * FROM ({lines}) WHERE {readable}", kind)
    rejected = (
        "SELECT line_number, CASE WHEN happened_at IS NULL THEN 'happened_at' ELSE 'net_minor' END AS fault, "
        f"CAST(NULL AS VARCHAR) AS found FROM ({lines}) WHERE NOT ({readable})"
    )
    views.create_rejected(engine, rejected, {"happened_at": "happened_at", "net_minor": "net_minor"}, options.language)
    mapping = tuple(
        MappedColumn(name, name, 1.0, translate("canonical")) for name in source.headers if name in (*NEEDED, *OPTIONAL)
    )
    return report(source, mapping, facts, as_of, options, warnings)


def report(
    source: Source,
    mapping: tuple[MappedColumn, ...],
    facts: Facts,
    as_of: date | None,
    options: ReadingOptions,
    warnings: list[str],
) -> ReadingReport:
    """Return the report of a canonical reading."""
    currency = options.currency or "EUR"
    money.digits(currency)
    return ReadingReport(
        source=source.description,
        format=source.format,
        headers=source.headers,
        mapping=mapping,
        rows=facts.rows,
        rejected=facts.rejected,
        currency=currency,
        cost_known=facts.cost_known,
        time_known=facts.time_known,
        as_of=as_of,
        first_day=facts.first_day,
        last_day=facts.last_day,
        warnings=tuple(warnings),
    )


def canonical_columns(source: Source) -> str:
    """Return the SELECT list that gives every column of `order_lines` but the number and the kind of the line."""
    types = dict(zip(source.headers, source.types, strict=True))
    columns = []
    for name, absent in OPTIONAL.items():
        kind = "DOUBLE" if name == "quantity" else "BIGINT" if name == "cost_minor" else "VARCHAR"
        expression = absent if name not in types else name if types[name] == kind else f"CAST({name} AS {kind})"
        columns.append(f"{expression} AS {name}")
    moment = "happened_at" if types["happened_at"] == "TIMESTAMP" else "CAST(happened_at AS TIMESTAMP)"
    discount = (
        "discount_minor" if "discount_minor" in types else "gross_minor - net_minor" if "gross_minor" in types else "0"
    )
    gross = "gross_minor" if "gross_minor" in types else f"net_minor + {discount}"
    customer = "customer_id" if types["customer_id"] == "VARCHAR" else "CAST(customer_id AS VARCHAR)"
    return ", ".join(
        [
            *columns,
            f"nullif({customer}, '') AS customer_id",
            f"{moment} AS happened_at",
            f"CAST({gross} AS BIGINT) AS gross_minor",
            f"CAST({discount} AS BIGINT) AS discount_minor",
            "CAST(net_minor AS BIGINT) AS net_minor",
        ]
    )


def codes_found(engine: DuckEngine, source: Source, options: ReadingOptions) -> tuple[str, ...]:
    """Return the codes of the source that are not goods: to look for a few, or none, in every line costs less."""
    if not options.not_goods:
        return ()
    found = engine.rows(
        f"SELECT product_id FROM (SELECT DISTINCT CAST(product_id AS VARCHAR) AS product_id FROM {source.native}) "
        f"WHERE {recognition.matches('product_id', options.not_goods)} ORDER BY product_id"
    )
    return tuple(found["product_id"].to_pylist())


def prefixed_orders(engine: DuckEngine, source: Source) -> bool:
    """Tell whether any order may begin with A or C, as far as the statistics of Parquet files say."""
    if source.format != "Parquet":
        return True
    files = source.native[source.native.index("[") : source.native.index("]") + 1]
    row = engine.rows(
        f"SELECT bool_or(coalesce(stats_max_value, 'Z') >= 'A' AND coalesce(stats_min_value, 'A') < 'D') AS may "
        f"FROM parquet_metadata({files}) WHERE path_in_schema = {sources.literal('order_id')}"
    ).to_pylist()
    return bool(row[0]["may"]) if row and row[0]["may"] is not None else True
