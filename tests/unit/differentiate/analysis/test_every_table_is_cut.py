"""Every table of an analysis is cut by the dimensions asked for, and what can be added up adds up to everybody."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import pyarrow as pa
import pytest
from tests.make import shop

import vinculo
from vinculo.differentiate.analysis import scopes
from vinculo.differentiate.settings import CostToServe, Lifetime
from vinculo.warehouse import tables
from vinculo.warehouse.tables.contract import Column, Table

BY = ("channel", "cohort", "country")
SETTINGS = replace(
    shop.QUICK,
    by=BY,
    costs=CostToServe(margin_share=0.03),
    lifetime=Lifetime(models=("bg_nbd",), origins=2, contract_days=180),
)
"""So little margin that some customers lose money."""
NEVER_WRITTEN = {"cohort_parts"}
RANKED_WITHIN = {
    "deciles": {"decile"},
    "stability_transitions": {"from_class", "to_class"},
    "opportunities": set(),
}
"""Keys that mean another thing in each value: a tenth of a country is a tenth of its own customers."""
KEYS = {
    "backtest": {"identified", "chosen"},
    "calibration": {"bin"},
    "cohorts": {"age_periods"},
    "contract_survival": {"period", "projected"},
    "opportunities": {"repeat_periods"},
    "ledger_totals": {"step"},
    "tracking": {"week", "calibration"},
}
"""Keys that are no text and no date."""
WORDS = {"reading", "diagnosis", "diagnosis_code", "parameters_of", "reason"}
NOT_ROWS_OF_EVERYBODY = {
    "slipping": "the few with most at risk of each value",
    "unprofitable": "the few largest losses of each value",
    "whale_curve": "points of a curve by itself",
    "iso_value": "a map, not a sum",
    "models": "only values with 500 customers are fitted",
    "model_parameters": "as above",
    "migration": "of two runs",
    "rfmt_mailing": "samples of separate mailings; customers are checked in rfmt_cells",
    "contract_cohorts": "fits: renewals and customers are checked in contract_survival",
}
NOT_SUMS = {
    ("cohorts", "age_months"): "a time",
    ("backtest", "horizon_days"): "a time",
    ("tracking", "days"): "a time",
    ("opportunities", "period_days"): "a time",
    ("opportunities", "expected_customers"): "large values have parameters of their own",
    ("tracking", "expected"): "as above",
    ("tracking", "expected_cumulative"): "as above",
    ("stability", "period_days"): "a time",
    ("stability", "history_days"): "a time",
    ("stability", "top_customers"): "a fifth of each value, rounded up",
    ("stability", "top_stayed"): "the best of a value are not the best of all",
    ("stability", "top_risen"): "as above",
    ("stability", "top_new"): "as above",
    ("stability_transitions", "customers"): "checked, over all moves",
    ("concentration", "peak_customers"): "checked: those at or above zero",
    ("deciles", "highest_minor"): "an extreme",
    ("deciles", "lowest_minor"): "an extreme",
    ("backtest", "predicted_to_actual"): "a quotient",
    ("backtest", "new_customers"): "a value of whom nobody was known at an origin has no row",
    ("backtest", "new_customers_purchases"): "as above",
    ("backtest", "predicted_to_actual_error"): "an error",
    ("rfmt_crosstab", "affinity"): "a quotient",
    ("contract_survival", "expected_survivors"): "each value has parameters of its own",
}
QUOTIENTS = ("mean_", "share", "rate", "_score", "gini", "per_customer", "a_customer", "low", "high", "peak_share")
MEASURES_OF_FORECASTS = {"mae", "rmse", "correlation", "auc", "auc_expected", "auc_alive", "brier", "log_loss"} | {
    "share_right",
    "top_decile_capture",
    "best_top_decile_capture",
}
CHECKED = {("stability_transitions", "customers"), ("concentration", "peak_customers")}


def contracts() -> Iterator[Table]:
    for module in iter_modules(tables.__path__):
        found = import_module(f"{tables.__name__}.{module.name}")
        yield from (each for each in vars(found).values() if isinstance(each, Table))


CUT = {each.name: each for each in contracts() if "dimension" in each.names and each.name not in NEVER_WRITTEN}
SUMMED = sorted(set(CUT) - set(NOT_ROWS_OF_EVERYBODY))


def additive(table: Table, column: Column) -> bool:
    place = (table.name, column.name)
    if column.type not in ("integer", "number") or column.name in KEYS.get(table.name, set()) | MEASURES_OF_FORECASTS:
        return False
    if column.name in RANKED_WITHIN.get(table.name, set()):
        return False
    if any(part in column.name for part in QUOTIENTS):
        return False
    return place not in NOT_SUMS or place in CHECKED


def keys_of(table: Table) -> list[str]:
    named = {column.name for column in table.columns if column.type in ("text", "date")} | KEYS.get(table.name, set())
    rather = named - WORDS - RANKED_WITHIN.get(table.name, set()) - {"dimension", "dimension_value"}
    return [name for name in table.names if name in rather]


@pytest.fixture(scope="module")
def made() -> vinculo.Analysis:
    return vinculo.analyse(shop.table(shop.lines(70)), settings=SETTINGS)


def sums(table: Table, rows: list[dict[str, object]], column: str, dimension: str) -> dict[tuple[object, ...], float]:
    found: dict[tuple[object, ...], float] = defaultdict(float)
    for row in rows:
        if row["dimension"] == dimension and row[column] is not None:
            found[tuple(row[key] for key in keys_of(table))] += float(str(row[column]))
    return dict(found)


def rows_of(made: vinculo.Analysis, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = made[name].to_pylist()
    if name == "backtest":  # by value there are no single origins
        return [row for row in rows if row["origin"] is None]
    if name == "calibration":
        return [row for row in rows if row["origin"] is None and row["candidate"] in ("bg_nbd", "nbd")]
    return rows


@pytest.mark.parametrize("name", SUMMED)
def test_what_can_be_added_up_adds_up_to_everybody(made: vinculo.Analysis, name: str) -> None:
    table, rows = CUT[name], rows_of(made, name)
    columns = [column.name for column in table.columns if additive(table, column)]

    assert columns
    for column in columns:
        everybody = sums(table, rows, column, "all")
        assert everybody
        for dimension in BY:
            assert sums(table, rows, column, dimension) == pytest.approx(everybody, abs=1e-6), (column, dimension)


@pytest.mark.parametrize("name", sorted(set(CUT) - {"migration", "models", "model_parameters", "iso_value"}))
def test_a_table_of_everybody_is_there_for_every_dimension(made: vinculo.Analysis, name: str) -> None:
    rows = made[name].to_pylist()

    assert {row["dimension"] for row in rows} == {"all", *BY}
    assert {row["dimension_value"] for row in rows if row["dimension"] == "all"} == {"all"}
    assert {row["dimension_value"] for row in rows if row["dimension"] == "country"} <= {"ES", "FR", "GB"}


def test_exceptions_name_what_there_is() -> None:
    named = {(name, column) for name, column in NOT_SUMS}

    assert {name for name, _ in named} | set(NOT_ROWS_OF_EVERYBODY) | set(KEYS) <= set(CUT)
    assert [(name, column) for name, column in named if column not in CUT[name].names] == []


@pytest.mark.slow
def test_models_of_large_values_are_fitted_and_mapped_and_forecast_nothing() -> None:
    rows = [(*row[:6], "ES" if int(str(row[1])[1:]) < 600 else "FR", *row[7:]) for row in shop.lines(640)]

    made = vinculo.analyse(shop.table(rows), settings=replace(shop.QUICK, by=("country",)))
    plain = vinculo.analyse(shop.table(rows), settings=shop.QUICK)

    fitted = [row for row in made["models"].to_pylist() if row["dimension"] == "country"]
    assert {row["dimension_value"] for row in fitted} == {"ES"}
    assert {row["model"] for row in fitted} >= {"bg_nbd", "nbd"}
    assert not any(row["chosen"] for row in fitted)
    assert {row["dimension_value"] for row in made["iso_value"].to_pylist()} == {"all", "ES"}
    assert made["value"].equals(plain["value"])
    for name in ("models", "model_parameters", "iso_value", "tracking", "backtest", "calibration", "opportunities"):
        everybody = made[name].filter(pa.compute.equal(made[name]["dimension"], "all"))
        assert everybody.equals(plain[name]), name


def test_a_dimension_with_too_many_values_is_folded_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "MOST_VALUES", 2)
    monkeypatch.setattr(scopes.crowded, "__kwdefaults__", {"most": 2})

    made = vinculo.analyse(shop.table(shop.lines(30)), settings=replace(shop.QUICK, by=("country",)))

    for name in ("tiers", "backtest", "tracking", "stability"):
        values = {row["dimension_value"] for row in made[name].to_pylist() if row["dimension"] == "country"}
        assert values == {"ES", "FR", "other"}, name
    assert any("too many values of country" in sentence for sentence in made.manifest["warnings"])
