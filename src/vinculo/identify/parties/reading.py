"""Reading parties: from a file of customers or products to the relations `party_rows` and `party_issues`.

Every row is kept as it was and cleaned in one streaming pass. A cell that cannot be read is set aside and its row comes
in without it; a row that cannot be told from others does not come in. Both are listed with what would be right.
"""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from vinculo.foundation import language
from vinculo.foundation.errors import InputError
from vinculo.foundation.language import Translate
from vinculo.identify.cards import opening
from vinculo.identify.cards import reading as cards
from vinculo.identify.cleaning import phones, places, texts
from vinculo.identify.parties import cells, columns, customers, evidence, issues, products, rows, synonyms
from vinculo.identify.parties.report import PartyOptions, PartyReport
from vinculo.identify.parties.rows import Kept
from vinculo.identify.relations import rows as relations
from vinculo.identify.templates import policies
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.engine import BatchFunction
from vinculo.warehouse.reading import orders
from vinculo.warehouse.reading.conversion import Field
from vinculo.warehouse.reading.report import MappedColumn
from vinculo.warehouse.reading.sources.source import Source, literal

SAMPLE = 1_000
USUAL_COUNTRY = "ES"
USUAL_CURRENCY = "EUR"
UNSURE = "The column {column!r} was taken for {target} by {why}, with confidence {confidence:.0%}: check it."
ASSUMED_COUNTRY = "Rows without a country are taken to be in {country}."
ASSUMED_CURRENCY = "No column names the currency: {currency} was assumed."
NO_NUMBER = "The file has no column with a customer number: rows are matched by {column!r}."


def read(file: object, *, engine: DuckEngine, kind: str, options: PartyOptions | None = None) -> PartyReport:
    """Read a file of customers or products into `party_rows` and `party_issues` of the engine.

    Parameters
    ----------
    file
        A path or a table in memory, as `warehouse.reading` opens them.
    engine
        Where the two relations are created.
    kind
        `customers`, `products` or `relations`.
    options
        What is known about the file.

    Returns
    -------
    PartyReport
        What was found, assumed and set aside. One row of `party_rows` is one row of the file that comes in:
        row_number, source_key, payload (JSON with `raw`, `clean` and `notes`) and first_copy, false for a row that
        repeats another cell by cell. For `party_issues` see `issues.create`.

    Raises
    ------
    InputError
        When the file cannot be opened, has no rows, or no column tells one row from another.

    Examples
    --------
    >>> import pathlib, tempfile, pyarrow as pa
    >>> people = pa.table({"Código": ["7"], "Nombre": ["ANA RUIZ GIL"], "Correo": ["ana@ruiz-gil.es"]})
    >>> with DuckEngine(pathlib.Path(tempfile.mkdtemp())) as engine:
    ...     report = read(people, engine=engine, kind="customers")
    ...     engine.rows("SELECT json_extract_string(payload, '$.clean.name') AS name FROM party_rows").to_pylist()
    [{'name': 'Ana Ruiz Gil'}]
    """
    options = options or PartyOptions()
    translate = language.translator(options.language)
    folder = (options.work_folder or orders.work_folder(engine, options.reading())) / f"parties-{uuid.uuid4().hex[:8]}"
    source = opening.open_source(file, engine, options.reading(), folder)
    said = orders.remarks(source, translate)
    with orders.parsing(source):
        kept = rows.keep(engine, source, folder)
    sample = sampled(engine, source, kept)
    region = options.country or likely_region(source.headers, sample, kind)
    weights = [evidence.weigh(values, region) for values in sample]
    mapped = columns.guess(kind, source.headers, weights, told(source, kind, options), translate)
    key = columns.match_key(kind, mapped, source.headers, options.match_key)
    plan = cells.settle(engine, source, kept, mapping=mapped, options=options, translate=translate)
    currency = options.currency or USUAL_CURRENCY
    goods, people = kind == "products", kind == "customers"
    heading = next(item.column for item in mapped if item.target == key)
    emptied = policies.emptied(options.policies, [item.target for item in mapped])
    cleaner, schema = cleaning(kind, region=region, key=key, heading=heading, emptied=emptied, currency=currency)
    if engine.map_batches(folder / "clean", cells.query(plan, kept), cleaner, schema) == 0 and not misfit(engine, kept):
        raise InputError("{source} has a header and no rows: a file has both.", source=source.description)
    clean = f"SELECT * FROM read_parquet({literal(str(folder / 'clean' / '*.parquet'))})"
    headers = {item.target: item.column for item in mapped}
    notes = issues.create(engine, rows=clean, misfits=kept.misfits, headers=headers, translate=translate)
    create_rows(engine, source, kept, clean=clean, columns_of=schema.names)
    counted = counts(engine, kept, clean)
    said += [
        *unsure(mapped, translate),
        *plan.warnings,
        *misquoted(engine, kept, translate),
        *issues.doubts(engine, translate),
    ]
    if goods and "currency" not in headers and {"list_price", "unit_cost"} & set(headers) and not options.currency:
        said.append(translate(ASSUMED_CURRENCY).format(currency=currency))
    if people and not options.country:
        said.append(translate(ASSUMED_COUNTRY).format(country=region))
    if people and key != "source_key":
        said.append(translate(NO_NUMBER).format(column=headers[key]))
    return PartyReport(
        kind=kind,
        source=source.description,
        format=source.format,
        headers=source.headers,
        mapping=mapped,
        match_key=key,
        notes=notes,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        decimal=plan.decimal,
        date_order=plan.date_order,
        country=region if people else "",
        currency=currency if goods else "",
        warnings=tuple(said),
        **counted,
    )


def told(source: Source, kind: str, options: PartyOptions) -> Mapping[str, str]:
    """Return the mapping that is known: of cards what their fields are, and what the caller says."""
    if source.format != opening.CARDS or kind != "customers":
        return options.mapping
    return {**cards.mapping(source.headers, synonyms.targets(kind)), **options.mapping}


def cleaning(
    kind: str, *, region: str, key: str, heading: str, emptied: Mapping[str, tuple[str, ...]], currency: str
) -> tuple[BatchFunction, pa.Schema]:
    """Return what cleans the rows of a kind, and the columns it gives."""
    if kind == "customers":
        return customers.Cleaner(customers.Setting(region, key, heading, emptied)), customers.SCHEMA
    if kind == "products":
        return products.Cleaner(key, currency, heading, emptied), products.SCHEMA
    return relations.Cleaner(heading), relations.SCHEMA


def create_rows(engine: DuckEngine, source: Source, kept: Kept, *, clean: str, columns_of: Sequence[str]) -> None:
    """Create `party_rows`: the rows that come in, each with its cells as they were and as they were cleaned."""
    raw = ", ".join(
        f"{literal(header)}, {cells.as_text(Field(place, kind))}"
        for place, (header, kind) in enumerate(zip(source.headers, source.types, strict=True))
    )
    names = [name for name in columns_of if name not in ("row_number", "source_key", "fault", "noted")]
    cleaned = ", ".join(f"'{name}', clean.{name}" for name in names)
    engine.materialise(
        "party_rows",
        f"""
        SELECT row_number, source_key,
            json_merge_patch('{{}}', json_object('raw', raw, 'clean', cleaned, 'notes', CAST(noted AS JSON)))
                AS payload,
            row_number() OVER (PARTITION BY source_key, CAST(raw AS VARCHAR) ORDER BY row_number) = 1 AS first_copy
        FROM (
            SELECT clean.row_number, source_key, noted, json_object({raw}) AS raw, json_object({cleaned}) AS cleaned
            FROM ({clean}) AS clean JOIN ({kept.relation}) AS rows ON rows.row_number = clean.row_number
            WHERE fault IS NULL
        ) ORDER BY row_number
        """,
    )


def counts(engine: DuckEngine, kept: Kept, clean: str) -> dict[str, Any]:
    """Return how many rows came in, were set aside, or repeat another."""
    lost = misfit(engine, kept)
    (row,) = engine.rows(f"SELECT count(*) AS n, count(fault) AS faulty FROM ({clean})").to_pylist()
    (more,) = engine.rows(
        """
        SELECT (SELECT count(*) FROM party_rows WHERE NOT first_copy) AS copies,
            (SELECT count(*) FROM party_issues WHERE NOT whole_row) AS cells,
            (SELECT count(*) FROM party_issues WHERE note = 'total') AS totals,
            (SELECT count(*) FROM party_rows WHERE json_extract_string(payload, '$.clean.contactable') = 'no') AS silent
        """
    ).to_pylist()
    return {
        "rows": int(row["n"]) + lost,
        "rejected": int(row["faulty"]) + lost,
        "totals": int(more["totals"]),
        "duplicates": int(more["copies"]),
        "set_aside": int(more["cells"]),
        "not_contactable": int(more["silent"]),
    }


def misfit(engine: DuckEngine, kept: Kept) -> int:
    """Return how many rows did not fit the table."""
    return int(engine.rows(f"SELECT count(*) FROM {kept.misfits}").column(0)[0].as_py()) if kept.misfits else 0


def misquoted(engine: DuckEngine, kept: Kept, translate: Translate) -> list[str]:
    """Say how many rows were set aside because their quotes do not balance."""
    if not kept.misfits:
        return []
    times = engine.rows(f"SELECT count_if(fault = 'quotes') FROM {kept.misfits}").column(0)[0].as_py()
    sentence = orders.UNBALANCED_ONCE if times == 1 else orders.UNBALANCED
    return [translate(sentence).format(times=times)] if times else []


def unsure(mapping: Sequence[MappedColumn], translate: Translate) -> list[str]:
    """Point out guesses that are not sure."""
    return [
        translate(UNSURE).format(column=item.column, target=item.target, why=item.why, confidence=item.confidence)
        for item in mapping
        if item.confidence < columns.UNSURE
    ]


def likeliest_kind(file: Path, folder: Path) -> str:
    """Return what the rows of a file are by its headers: orders, customers, products or relations."""
    with DuckEngine(folder) as engine:
        return columns.likeliest_kind(opening.open_source(file, engine, PartyOptions().reading(), folder).headers)


def sampled(engine: DuckEngine, source: Source, kept: Kept) -> list[list[str | None]]:
    """Return the first values of each column as texts."""
    texts_of = ", ".join(f"{cells.as_text(Field(place, kind))} AS c{place}" for place, kind in enumerate(source.types))
    table = engine.rows(f"SELECT {texts_of} FROM ({kept.relation} ORDER BY row_number LIMIT {SAMPLE})")
    return [[None if value is None else str(value) for value in column.to_pylist()] for column in table.columns]


def likely_region(headers: Sequence[str], sample: Sequence[Sequence[str | None]], kind: str) -> str:
    """Return the country most rows are in: by the column of countries, else by what phones are valid where."""
    if kind != "customers":
        return USUAL_COUNTRY
    for place, header in enumerate(headers):
        values = [value for value in sample[place] if value]
        if synonyms.likeness(kind, header, "country") > columns.UNSURE and values:
            codes = [code for value in values if (code := places.country(value).value)]
            if codes:
                return max(sorted(set(codes)), key=codes.count)
    for place, header in enumerate(headers):
        likeness = max(synonyms.likeness(kind, header, target) for target in ("phone", "phone_2"))
        values = [text for value in sample[place] if (text := texts.tidy(value)) and not text.startswith(("+", "00"))]
        if likeness > columns.UNSURE and values:
            return phones.likeliest_region(values, usual=USUAL_COUNTRY)
    return USUAL_COUNTRY
