"""Fields: what of a clean record is compared, and the keys it is looked for under, derived in SQL."""

from functools import cache
from importlib.resources import files

import pyarrow as pa

from vinculo.identify.cleaning import names
from vinculo.identify.matching.comparisons import LEAST_FREQUENT, Specification
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

PACKAGE = "vinculo.identify.matching"
LIMIT = 20
"""A value or a key that more records have points to nobody."""
DAYS_LIMIT = 1_000
"""A birth date that more than one in so many records has stands for none, above the limit."""


MAIN = {"address": "city"}
"""The trait that tells whether a comparison has anything to compare, where it is not of the same name."""


WAYS = {
    word: way
    for way, words in {
        "calle": "c cl cll",
        "avenida": "av avd avda ave",
        "plaza": "pza plza pl pz",
        "paseo": "p pso po",
        "carretera": "ctra crta",
        "urbanizacion": "urb",
        "poligono": "pol pgno",
        "ronda": "rda",
    }.items()
    for word in words.split()
}
"""Words that begin a street line, by what they are short for."""


@cache
def given_names() -> pa.Table:
    """Return the relation `given_names`: one row is a name people are called by, with the name it is short for."""
    text = (files(PACKAGE) / "nicknames.txt").read_text(encoding="utf-8")
    short = dict(line.split(" ", 1) for line in text.splitlines())
    known = {name: name for name in names.frequent_given_names()} | short
    return pa.table({"name": list(known), "canonical": list(known.values())})


@cache
def free_domains() -> pa.Table:
    """Return the relation `free_domains`: one row is a provider of e-mail for everybody."""
    return pa.table({"domain": (files(PACKAGE) / "free_domains.txt").read_text(encoding="utf-8").split()})


@cache
def legal_forms() -> tuple[str, ...]:
    """Return the legal forms that end the plain names of organisations."""
    return tuple((files(PACKAGE) / "legal_forms.txt").read_text(encoding="utf-8").splitlines())


def derive(engine: Engine, specification: Specification, into: str) -> None:
    """Derive the traits of the relation `records` into a table; one row is one record of the kind.

    Keys are kept as numbers: they are only ever compared, and a million long texts take their time.
    """
    numbers = ", ".join(f"{number(key)} AS {key}" for key in specification.keys if is_number(key))
    engine.materialise(into, f"SELECT * REPLACE ({numbers}) FROM ({spelled(engine, specification)})")


def number(key: str) -> str:
    """Return the number of a key; of its 64 bits all but one are kept, for whoever knows no number without sign."""
    return f"CASE WHEN {key} IS NOT NULL THEN CAST(hash({key}) >> 1 AS BIGINT) END"


def spelled(engine: Engine, specification: Specification) -> str:
    """Return the query of the traits of the relation `records`, with keys as they are spelled."""
    engine.attach("given_names", given_names())
    engine.attach("free_domains", free_domains())
    engine.attach("ways", pa.table({"word": list(WAYS), "way": list(WAYS.values())}))
    engine.attach("legal_forms", pa.table({"form": legal_forms()}))
    for name in ("spelling", "streets"):
        engine.materialise(name, queries.load(PACKAGE, name))
    return queries.load(PACKAGE, specification.query)


def is_number(trait: str) -> bool:
    """Tell whether a trait is a key that is kept as a number."""
    return trait.startswith("by_")


def crowd(field: str, relation: str) -> str:
    """Return the query of the values of a field in a relation of those that too many share."""
    value = "CAST(value AS BIGINT)" if is_number(field) else "value"
    return f"SELECT {value} FROM {relation} WHERE field = '{field}'"


def shared(specification: Specification) -> tuple[str, ...]:
    """Return the traits that count for nothing when too many records share them."""
    return tuple(dict.fromkeys((*specification.values, *specification.keys)))


MOVING = ("birth",)
"""Traits whose limit grows with the base: many people have a birthday in common."""


def limit(field: str, records: int) -> int:
    """Return how many records may share a value of a field."""
    return max(LIMIT, records // DAYS_LIMIT) if field in MOVING else LIMIT


def usage(engine: Engine, specification: Specification, traits: str, into: str) -> None:
    """Find what too many share; one row is a `field` and a `value` of it, with the number of `records`."""
    records = engine.rows(f"SELECT count(*) AS records FROM {traits}").column("records")[0].as_py()
    counts = [
        f"SELECT '{field}' AS field, CAST({field} AS VARCHAR) AS value, count(*) AS records FROM {traits}"
        f" WHERE {field} IS NOT NULL GROUP BY {field} HAVING count(*) > {limit(field, records)}"
        for field in shared(specification)
    ]
    engine.materialise(into, " UNION ALL ".join(counts))


def usable(engine: Engine, specification: Specification, traits: str, overshared: str) -> str:
    """Return the query of the fields: traits without what too many share."""
    crowded = set(engine.rows(f"SELECT DISTINCT field FROM {overshared}").column("field").to_pylist())
    columns = [
        f"CASE WHEN {field} NOT IN ({crowd(field, overshared)}) THEN {field} END AS {field}"
        if field in crowded
        else field
        for field in dict.fromkeys((*specification.fields, *specification.keys))
    ]
    return f"SELECT record_id, {', '.join(columns)} FROM {traits}"


def frequencies(engine: Engine, specification: Specification, traits: str) -> pa.Table:
    """Return how frequent names are; one row is a `field`, a `value` and its share (`frequency`).

    Only names that more records have than one customer may are told: a model is kept when a person is erased. The row
    without a value says how frequent a name is that is not told, as its bearers meet it.
    """
    counts = [
        f"SELECT '{field}' AS field, {field} AS value, count(*) AS records, sum(count(*)) OVER () AS everybody"
        f" FROM {traits} WHERE {field} IS NOT NULL GROUP BY {field}"
        for field in specification.frequencies
    ]
    found = " UNION ALL ".join(counts)
    return engine.rows(
        f"""
        SELECT field, CASE WHEN records > {LIMIT} THEN value END AS told,
            sum(records * records) / sum(records) / any_value(everybody) AS frequency
        FROM ({found}) AS counted GROUP BY field, told
        HAVING told IS NULL OR frequency > {LEAST_FREQUENT} ORDER BY field, told
        """
    ).rename_columns(["field", "value", "frequency"])
