"""Training: Splink learns from the company's own records, without labels, how much each likeness says.

How often a level holds between strangers (u) is counted on random pairs; how often it holds within one person (m) is
found by expectation maximisation on pairs that share an e-mail, a phone, or a birth date and a name. A base too small
for that takes the model shipped with the program, its prior and its frequencies brought to the size of the base.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from duckdb import DuckDBPyConnection
from splink import DuckDBAPI, Linker

from vinculo.identify.matching import fields, session
from vinculo.identify.matching.comparisons import LEAST_FREQUENT, Specification
from vinculo.identify.matching.model import Bands, Model, ModelError, shipped
from vinculo.identify.matching.preparation import Prepared

ENOUGH = 5_000
"""Records from which a model of one's own is trained."""
PAIRS = 3e6
"""Random pairs that u is counted on."""
RECALL = 0.7
"""Of the pairs of one person, those that the certain rules find."""
KNOWN = 500
"""Records that have something below which the shipped model says what its likeness means."""
FEWEST = 20
"""Values that several records share from which a rule teaches anything."""
OFTEN, OFTEN_SHARE = 3, 0.01
"""A name of a small base counts as if so many records of it had it, or such a share, whichever is less."""


class UntrainedError(ModelError):
    """The records do not suffice to train a matching model."""

    code = "matching.untrained"


def obtain(prepared: Prepared, *, seed: int = 1) -> Model:
    """Return a model trained on the records, or the shipped one when they are too few."""
    return train(prepared, seed=seed) if prepared.records >= ENOUGH else borrow(prepared)


def train(prepared: Prepared, *, seed: int = 1, bands: Bands | None = None) -> Model:
    """Train a model on prepared records; raise when a level was never seen and has no fallback.

    The same records and the same seed give the same model, up to the order in which threads add up.
    """
    specification = prepared.specification
    folder = prepared.all_fields()
    with session.connection(prepared.scratch) as connection:
        api = DuckDBAPI(connection)
        table = session.table(api, "fields", folder)
        linker = session.linker(api, table, sampled(api, table, specification, seed))
        try:
            linker.training.estimate_probability_two_random_records_match(list(specification.certain), recall=RECALL)
        except ValueError as error:
            raise UntrainedError(
                "Nearly every record agrees with every other on what tells people apart: check the columns."
            ) from error
        for rule in specification.training:
            learn(linker, connection, rule)
        settings: dict[str, Any] = linker.misc.save_model_to_json(None)
    settings = filled(prepared, settings)
    check(settings)
    told, untold = frequencies(prepared)
    return Model(
        kind=specification.kind,
        settings=rarest(settings, untold),
        frequencies=told,
        bands=bands or Bands(),
        trained_on=prepared.records,
        splink=session.version(),
    )


def sampled(api: DuckDBAPI, table: Any, specification: Specification, seed: int) -> dict[str, Any]:
    """Return the settings with u of every level, counted on random pairs of strangers.

    Identifiers are not compared there: strangers share none, as is set, and so all of them differ. To look at letters
    of millions of e-mails would take longer than all the rest.
    """
    linker = session.linker(api, table, specification.settings(but=specification.known))
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=seed)
    found: dict[str, Any] = linker.misc.save_model_to_json(None)
    counted = {each["output_column_name"]: each["comparison_levels"] for each in found["comparisons"]}
    settings = specification.settings()
    for comparison in settings["comparisons"]:
        levels = comparison["comparison_levels"]
        if (counts := counted.get(comparison["output_column_name"])) is None:
            levels[-1]["u_probability"] = 1.0
            continue
        for level, count in zip(levels, counts, strict=True):
            if "u_probability" in count:
                level["u_probability"] = count["u_probability"]
    return settings


def learn(linker: Linker, connection: DuckDBPyConnection, rule: str) -> None:
    """Learn from the pairs of one rule; a rule with hardly any pair teaches nothing.

    That is looked up first: Splink 5.0 forgets the comparisons that a rule names when it finds no pair of it.
    """
    columns = re.findall(r"\bl\.(\w+)", rule)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    alike = f"SELECT 1 FROM fields WHERE {known} GROUP BY {', '.join(columns)} HAVING count(*) > 1 LIMIT {FEWEST}"
    if len(connection.execute(alike).fetchall()) == FEWEST:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def filled(prepared: Prepared, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings with what hardly any record has weighed as in the shipped model."""
    names = list(prepared.specification.comparisons)
    columns = ", ".join(f"count({fields.MAIN.get(name, name)}) AS {name}" for name in names)
    (known,) = prepared.engine.rows(f"SELECT {columns} FROM {prepared.name('traits')}").to_pylist()
    if min(known.values()) >= KNOWN:
        return settings
    lent = {each["output_column_name"]: each for each in shipped(prepared.specification.kind).settings["comparisons"]}
    learned = [
        lent[each["output_column_name"]] if known[each["output_column_name"]] < KNOWN else each
        for each in settings["comparisons"]
    ]
    return settings | {"comparisons": learned}


def check(settings: dict[str, Any]) -> None:
    """Raise when Splink's model is not fully trained."""
    lacking = [
        f"{comparison['output_column_name']}: {level['label_for_charts']}"
        for comparison in settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level") and ("m_probability" not in level or "u_probability" not in level)
    ]
    if lacking or not settings["probability_two_random_records_match"]:
        raise UntrainedError(
            "The model is not fully trained, the records show too few pairs of {lacking}: take the shipped model until "
            "there are more records.",
            lacking=lacking or ["anybody"],
        )


def frequencies(prepared: Prepared) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return how frequent each name is, by field, and those that are not told."""
    table = fields.frequencies(prepared.engine, prepared.specification, prepared.name("traits"))
    told: dict[str, dict[str, float]] = {field: {} for field in prepared.specification.frequencies}
    untold: dict[str, float] = {}
    for row in table.to_pylist():
        if row["value"] is None:
            untold[row["field"]] = row["frequency"]
        else:
            told[row["field"]][row["value"]] = round(row["frequency"], 7)
    return told, untold


def rarest(settings: dict[str, Any], untold: Mapping[str, float]) -> dict[str, Any]:
    """Return the settings with how rare a name may be: no rarer than those that are not told."""
    changed = copy.deepcopy(settings)
    for comparison in changed["comparisons"]:
        for level in comparison["comparison_levels"]:
            if (field := level.get("tf_adjustment_column")) in untold:
                level["tf_minimum_u_value"] = round(max(LEAST_FREQUENT, untold[field]), 7)
    return changed


def borrow(prepared: Prepared) -> Model:
    """Return the shipped model for a small base; names that are frequent in it count as frequent."""
    model = shipped(prepared.specification.kind).for_base(prepared.records)
    own, _untold = frequencies(prepared)
    merged = {
        field: known | {value: max(share, known.get(value, 0.0)) for value, share in own[field].items()}
        for field, known in model.frequencies.items()
    }
    few = min(OFTEN_SHARE, OFTEN / max(prepared.records, 1))
    return replace(model, frequencies=merged, settings=rarest(model.settings, dict.fromkeys(merged, few)))
