"""Cells: how the dates and amounts of a file are written, and the query that hands every mapped cell over as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vinculo.foundation.language import Translate
from vinculo.identify.parties import customers, products
from vinculo.identify.parties.report import PartyOptions
from vinculo.identify.parties.rows import Kept
from vinculo.identify.relations import rows as relations
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import conversion
from vinculo.warehouse.reading.columns import dates, numbers, shapes
from vinculo.warehouse.reading.conversion import Field
from vinculo.warehouse.reading.report import MappedColumn
from vinculo.warehouse.reading.sources.source import Source

DATES = (*customers.DATES, *relations.DATES)
"""Targets that are days."""
SHAPES = 20_000
"""Values whose shapes are looked at."""
UNDECIDED = "Nothing in the column {column!r} tells day from month: {order} was taken. Say the order to change it."


@dataclass(frozen=True)
class Plan:
    """How each mapped column is read, and what has to be said about it."""

    fields: Mapping[str, Field]
    warnings: tuple[str, ...] = ()

    @property
    def date_order(self) -> str:
        """Return the order of the dates of texts, if there are any."""
        return next((item.moments.order for item in self.fields.values() if item.moments), "")

    @property
    def decimal(self) -> str:
        """Return the decimal mark of the amounts of texts, if there are any."""
        return next((item.decimal for name, item in self.fields.items() if name in products.MONEY and item.text), "")


def settle(
    engine: DuckEngine,
    source: Source,
    kept: Kept,
    *,
    mapping: Sequence[MappedColumn],
    options: PartyOptions,
    translate: Translate,
) -> Plan:
    """Settle the order of dates and the decimal mark of every column by a vote of all its rows."""
    fields = {item.target: Field(source.headers.index(item.column), "") for item in mapping}
    fields = {target: replace(item, type=source.types[item.place]) for target, item in fields.items()}
    said: list[str] = []
    names = {"dmy": translate("day first"), "mdy": translate("month first"), "ymd": translate("year first")}
    for target in (*DATES, *products.MONEY):
        item = fields.get(target)
        if item is None or item.dated or (item.number and target in products.MONEY):
            continue
        text = shapes.missing_as_null("cell")
        relation = f"SELECT {text} AS cell FROM (SELECT trim({as_text(item)}) AS cell FROM ({kept.relation}))"
        seen = shapes.of(engine.rows(f"{relation} LIMIT {SHAPES}").column(0).to_pylist())
        dated = target in DATES
        ballots = dates.votes("cell") if dated else (numbers.votes("cell", ","), numbers.votes("cell", "."))
        (row,) = engine.rows(f"SELECT {ballots[0]} AS a, {ballots[1]} AS b FROM ({relation})").to_pylist()
        voted = (int(row["a"] or 0), int(row["b"] or 0))
        if dated:
            moments = dates.decide(seen, voted, order=options.date_order)
            fields[target] = replace(item, moments=moments)
            if moments.undecided and not any(fields[name].moments for name in fields if name != target):
                header = source.headers[item.place]
                said.append(translate(UNDECIDED).format(column=header, order=names[moments.split_order]))
        else:
            usual = "," if source.delimiter == ";" else "."
            mark = options.decimal or ("," if voted[0] > voted[1] else "." if voted[1] > voted[0] else usual)
            fields[target] = replace(item, shapes=seen, decimal=mark)
    return Plan(fields, tuple(said))


def as_text(item: Field) -> str:
    """Return the SQL of a cell as text; NUL, which no store of texts takes, is left out of what was not delimited."""
    written = conversion.as_text(f"c{item.place}", item)
    return f"replace(CAST({written} AS VARCHAR), chr(0), '')"


def query(plan: Plan, kept: Kept) -> str:
    """Return the SELECT that gives row_number, each mapped cell as text, and dates and amounts as they were read."""
    texts = [
        f"nullif({conversion.unmarked(f'trim({as_text(item)})')}, '') AS {target}"
        for target, item in plan.fields.items()
    ]
    cells = [f"c{item.place} AS cell_{target}" for target, item in plan.fields.items() if read_apart(target)]
    read = [f"{value(target, item)} AS {target}_read" for target, item in plan.fields.items() if read_apart(target)]
    meant = [
        f"{shapes.missing_as_null(target)} AS {target}" if read_apart(target) else target for target in plan.fields
    ]
    apart = [f"cell_{name}" for name in plan.fields if read_apart(name)]
    return f"""
        SELECT {", ".join(["row_number", *plan.fields, *read])}
        FROM (SELECT {", ".join(["row_number", *meant, *apart])}
        FROM (SELECT row_number, {", ".join([*texts, *cells])} FROM ({kept.relation})))
        ORDER BY row_number
    """


def read_apart(target: str) -> bool:
    """Tell whether a target is read by the engine rather than value by value."""
    return target in DATES or target in products.MONEY


def value(target: str, item: Field) -> str:
    """Return the SQL of a date as its ISO text, of an amount as plain digits; null where it cannot be read."""
    if target in DATES:
        if item.dated:
            return f"strftime(CAST(cell_{target} AS TIMESTAMP), '%Y-%m-%d')"
        moment = dates.sql(target, item.moments or dates.Reading("dmy"))
        sensible = "BETWEEN TIMESTAMP '1850-01-01' AND TIMESTAMP '9999-12-31'"
        return f"(SELECT CASE WHEN m {sensible} THEN strftime(m, '%Y-%m-%d') END FROM (SELECT {moment} AS m))"
    if item.number:
        return f"CAST(TRY_CAST(cell_{target} AS {numbers.TYPE}) AS VARCHAR)"
    return f"CAST({numbers.sql(target, item.shapes, item.decimal)} AS VARCHAR)"
