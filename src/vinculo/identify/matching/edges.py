"""Edges: pairs that Splink scored, what each field contributed, which guardrails they break, and their band."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from duckdb import DuckDBPyConnection
from splink import DuckDBAPI, Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from vinculo.identify.matching import session
from vinculo.identify.matching.comparisons import IDENTIFYING, PARTING
from vinculo.identify.matching.fields import PACKAGE
from vinculo.identify.matching.model import Model
from vinculo.identify.matching.preparation import Prepared
from vinculo.warehouse import queries
from vinculo.warehouse.duck import quote


class Opened(NamedTuple):
    """Splink over some tables, with the connection it has for itself."""

    linker: Linker
    tables: dict[str, SplinkDataFrame]
    connection: DuckDBPyConnection


def score(prepared: Prepared, model: Model, into: str) -> None:
    """Score the pairs of all prepared records; one row is one pair from the steward's band up."""
    with splinking(prepared, model, {"fields": prepared.all_fields()}) as opened:
        found = opened.linker.inference.predict_within(
            opened.tables["fields"], threshold_match_weight=model.bands.steward, warning_mode="never"
        )
        take(prepared, model, found.physical_name, opened.connection, into)


def score_between(prepared: Prepared, model: Model, changed: str, others: str, into: str) -> None:
    """Score the pairs of changed records with each other and with others; both are relations of ids."""
    folders = {"changed": prepared.scratch / "changed", "others": prepared.scratch / "others"}
    for name, ids in (("changed", changed), ("others", others)):
        shutil.rmtree(folders[name], ignore_errors=True)
        prepared.engine.write(folders[name], prepared.fields_of(ids))
    with splinking(prepared, model, folders) as opened:
        inference, tables = opened.linker.inference, opened.tables
        within = inference.predict_within(
            tables["changed"], threshold_match_weight=model.bands.steward, warning_mode="never"
        )
        between = inference.predict_between(
            tables["others"], tables["changed"], threshold_match_weight=model.bands.steward, warning_mode="never"
        )
        both = f"(SELECT * FROM {within.physical_name} UNION ALL BY NAME SELECT * FROM {between.physical_name})"
        take(prepared, model, both, opened.connection, into)


@contextmanager
def splinking(prepared: Prepared, model: Model, folders: dict[str, Path]) -> Iterator[Opened]:
    """Open Splink over folders of fields, with the frequencies of the model."""
    with session.connection(prepared.scratch) as connection:
        api = DuckDBAPI(connection)
        tables = {name: session.table(api, name, folder) for name, folder in folders.items()}
        linker = session.linker(api, next(iter(tables.values())), model.settings)
        connection.register("frequencies", model.table())
        for field in model.specification.frequencies:
            values = " UNION ".join(f"SELECT {field} FROM {name}" for name in tables)
            connection.execute(
                f"CREATE TABLE tf_{field} AS SELECT DISTINCT {field}, coalesce(frequency, 0) AS tf_{field}"
                f" FROM ({values}) LEFT JOIN frequencies ON frequencies.field = '{field}'"
                f" AND frequencies.value = {field} WHERE {field} IS NOT NULL"
            )
            linker.table_management.register_term_frequency_lookup(api.register(f"tf_{field}"), field)
        yield Opened(linker, tables, connection)


def take(prepared: Prepared, model: Model, predictions: str, connection: DuckDBPyConnection, into: str) -> None:
    """Bring predictions from Splink's connection into the engine, with the weight of each field."""
    weights = [
        f"{quote(name)}: mw_{name}" + (f" + mw_tf_adj_{name}" if name in weighed(model) else "")
        for name in model.specification.comparisons
    ]
    query = (
        "SELECT least(record_id_l, record_id_r) AS record_id_l, greatest(record_id_l, record_id_r) AS record_id_r,"
        f" match_weight, match_probability, MAP {{{', '.join(weights)}}} AS weights FROM {predictions}"
    )
    prepared.engine.attach(into, connection.sql(query).to_arrow_table())


def weighed(model: Model) -> set[str]:
    """Return the comparisons that a frequency adjusts."""
    levels = model.specification.comparisons.items()
    return {name for name, found in levels if any(level.frequency_of for level in found)}


def guard(prepared: Prepared, pairs: str, fields: str, into: str) -> None:
    """Find the pairs that break a guardrail; one row is one pair with the names of the rules."""
    engine, specification = prepared.engine, prepared.specification
    sides = ", ".join(f"l.{field} AS {field}_l, r.{field} AS {field}_r" for field in specification.fields)
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW sides AS SELECT pairs.record_id_l, pairs.record_id_r, {sides}"
        f" FROM {pairs} AS pairs INNER JOIN {fields} AS l ON pairs.record_id_l = l.record_id"
        f" INNER JOIN {fields} AS r ON pairs.record_id_r = r.record_id"
    )
    query = queries.load(PACKAGE, specification.guardrails)
    rules = ", ".join(f"CASE WHEN {rule} THEN '{rule}' END" for rule in specification.rules)
    engine.materialise(
        into,
        f"SELECT record_id_l, record_id_r, string_split(concat_ws(',', {rules}), ',') AS rules"
        f" FROM ({query}) WHERE {' OR '.join(specification.rules)}",
    )


def judge(prepared: Prepared, model: Model, known: str, into: str) -> None:
    """Put every known or asserted pair in its band; what a steward said beats the model."""
    parting = ", ".join(f"'{rule}'" for rule in sorted(PARTING))
    auto = model.bands.auto
    own = ", ".join(f"weights[{quote(name)}]" for name in model.specification.owned)
    prepared.engine.materialise(
        into,
        f"""
        SELECT
            record_id_l, record_id_r, match_weight, match_probability, weights, coalesce(rules, []) AS rules, verdict,
            CASE
                WHEN verdict = 'same' THEN 'auto'
                WHEN verdict = 'different' OR list_has_any(rules, [{parting}]) THEN 'separate'
                WHEN len(rules) > 0 THEN CASE WHEN match_weight >= {auto} THEN 'steward' ELSE 'separate' END
                WHEN match_weight >= CASE WHEN greatest({own}) >= {IDENTIFYING} THEN {auto}
                    ELSE {max(auto, model.bands.namesake)} END THEN 'auto'
                ELSE 'steward'
            END AS band,
            CASE
                WHEN verdict IS NOT NULL THEN 'assertion'
                WHEN len(rules) > 0 THEN 'guardrail'
                ELSE 'model'
            END AS decided_by,
            '{model.version}' AS model_version
        FROM {known} FULL JOIN {prepared.name("asserted")} USING (record_id_l, record_id_r)
        """,
    )


def rule(prepared: Prepared, scored: str, fields: str, into: str) -> None:
    """Add to scored pairs the guardrails that they break."""
    guard(prepared, scored, fields, prepared.name("broken"))
    prepared.engine.materialise(
        into,
        f"SELECT scored.*, coalesce(broken.rules, []) AS rules FROM {scored} AS scored"
        f" LEFT JOIN {prepared.name('broken')} AS broken USING (record_id_l, record_id_r)",
    )
