"""Survival of contracts: who counts as renewed, and whether simulated contracts are recovered."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.contracts import survival
from vinculo.differentiate.lifetime import sbg
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.foundation.errors import SettingsError
from vinculo.foundation.language import catalogue, translator
from vinculo.warehouse.duck import DuckEngine

AS_OF = date(2024, 12, 31)
SETTINGS = Settings(AS_OF, horizon_days=60, lifetime=Lifetime(contract_days=30))
ALPHA, BETA = 0.7, 1.2
Tables = dict[str, list[dict[str, object]]]


def summarized(days: list[tuple[str, date]], tmp_path: Path, settings: Settings = SETTINGS) -> Tables:
    table = pa.table(
        {
            "customer_id": [customer for customer, _ in days],
            "day": pa.array([day for _, day in days], pa.date32()),
            "sale_lines": pa.array([1] * len(days), pa.int64()),
        }
    )
    with DuckEngine(tmp_path) as engine:
        engine.attach("customer_days", table)
        found = survival.summarize(engine, settings, translator(settings.language))
    return {name: rows.to_pylist() for name, rows in found.items()}


def member(name: str, joined: date, *renewals: int, late: int = 0) -> list[tuple[str, date]]:
    return [(name, joined + timedelta(30 * renewal + late * (renewal > 0))) for renewal in (0, *renewals)]


def simulated(joined: list[date], customers: int) -> list[tuple[str, date]]:
    random = np.random.default_rng(5)
    days = []
    for number, day in enumerate(sorted(joined * customers)):
        leaves = random.beta(ALPHA, BETA)
        renewals = min(int(random.geometric(leaves)) - 1, (AS_OF - day).days // 30)
        days += member(f"C{number:05}", day, *range(1, renewals + 1), late=int(random.integers(-15, 15)))
    return [(customer, day) for customer, day in days if day <= AS_OF]


def observed(rows: list[dict[str, object]], cohort: date) -> list[object]:
    return [row["survivors"] for row in rows if row["cohort"] == cohort and not row["projected"]]


def test_a_customer_survives_until_the_first_renewal_that_is_missed(tmp_path: Path) -> None:
    joined = AS_OF - timedelta(104)  # by the close of as_of the time of three renewals, 105 days, is over
    days = [
        *member("always", joined, 1, 2, 3),
        *member("always, as late as can be", joined, 1, 2, 3, late=14),
        *member("always, as early as can be", joined, 1, 2, 3, late=-15),
        *member("twice around a renewal", joined, 1),
        ("twice around a renewal", joined + timedelta(44)),
        *member("too late", joined, 1, late=15),
        *member("came back", joined, 2, 3),
        *member("once", joined),
    ]

    found = summarized(days, tmp_path)

    assert observed(found["contract_survival"], date(2024, 9, 1)) == [7, 4, 3, 3]


def test_a_renewal_counts_once_it_was_due_for_the_youngest(tmp_path: Path) -> None:
    old, young = AS_OF - timedelta(104), AS_OF - timedelta(103)
    days = [*member("old", old, 1, 2, 3), *member("young", young, 1, 2, 3)]

    found = summarized(days, tmp_path)

    assert observed(found["contract_survival"], date(2024, 9, 1)) == [2, 2, 2]


def test_simulated_contracts_are_recovered(tmp_path: Path) -> None:
    days = simulated([date(2024, 1, 10), date(2024, 2, 10), date(2024, 3, 10)], 1_500)

    found = summarized(days, tmp_path)

    together, *cohorts = found["contract_cohorts"]
    assert together["cohort"] is None
    assert together["customers"] == 4_500
    for row in (together, *cohorts):
        assert row["diagnosis_code"] == "ok"
        assert abs(row["alpha"] - ALPHA) < 4 * row["alpha_standard_error"]
        assert abs(row["beta"] - BETA) < 4 * row["beta_standard_error"]
    assert together["likelihood_ratio_p"] > 0.001
    assert [row["renewals"] for row in cohorts] == [11, 10, 9]
    assert sum(row["log_likelihood"] for row in cohorts) >= together["log_likelihood"]


def test_those_who_stay_are_projected_over_the_horizon(tmp_path: Path) -> None:
    days = simulated([date(2024, 1, 10), date(2024, 2, 10)], 400)

    found = summarized(days, tmp_path)

    cohort = found["contract_cohorts"][1]
    rows = [row for row in found["contract_survival"] if row["cohort"] == cohort["cohort"]]
    parameters = {name: cohort[name] for name in sbg.PARAMETERS}
    expected = sbg.survival(parameters, 13)
    assert [row["period"] for row in rows] == list(range(14))
    assert [row["projected"] for row in rows] == [False] * 12 + [True] * 2
    assert [row["expected_share"] for row in rows] == pytest.approx(expected)
    assert rows[11]["survivors"] == cohort["survivors"]
    assert rows[13]["expected_survivors"] == pytest.approx(cohort["survivors"] * expected[13] / expected[11])
    assert cohort["current_period"] == 12
    rate = 1.15 ** (30 / 365.25) - 1
    assert cohort["residual_lifetime_periods"] == pytest.approx(sbg.residual_lifetime(parameters, 12, rate=rate))


def test_a_cohort_too_young_takes_the_parameters_of_the_others(tmp_path: Path) -> None:
    days = [*simulated([date(2024, 1, 10)], 400), *member("new", date(2024, 12, 20))]

    found = summarized(days, tmp_path)

    together, old, young = found["contract_cohorts"]
    assert (old["parameters_of"], young["parameters_of"]) == ("cohort", "all")
    assert young["diagnosis_code"] == "not_due"
    assert (young["customers"], young["renewals"], young["alpha"]) == (1, 0, None)
    assert together["customers"] == 400
    assert together["likelihood_ratio_p"] is None
    rows = [row for row in found["contract_survival"] if row["cohort"] == date(2024, 12, 1)]
    assert [row["expected_survivors"] for row in rows[1:]] == pytest.approx(
        sbg.survival({name: together[name] for name in sbg.PARAMETERS}, 2)[1:]
    )


def test_cohorts_that_differ_are_told_apart(tmp_path: Path) -> None:
    stays = [
        row for number in range(200) for row in member(f"S{number}", date(2024, 1, 10), *range(1, 2 + number % 10))
    ]
    leaves = [row for number in range(200) for row in member(f"L{number}", date(2024, 2, 10), *range(1, number % 3))]
    too_young = member("young", date(2024, 11, 10), 1)

    found = summarized([*stays, *leaves, *too_young], tmp_path)

    assert found["contract_cohorts"][0]["likelihood_ratio_p"] < 1e-6
    assert found["contract_cohorts"][-1]["diagnosis_code"] == "no_churn"


def test_where_nobody_has_left_nothing_is_projected(tmp_path: Path) -> None:
    days = member("stays", date(2024, 9, 18), 1, 2, 3)

    found = summarized(days, tmp_path)

    assert [row["diagnosis_code"] for row in found["contract_cohorts"]] == ["no_churn", "no_churn"]
    assert {row["expected_share"] for row in found["contract_survival"]} == {None}
    assert found["contract_cohorts"][0]["residual_lifetime_periods"] is None


def test_nobody_gives_empty_tables(tmp_path: Path) -> None:
    assert summarized([], tmp_path) == {"contract_survival": [], "contract_cohorts": []}


def test_cohorts_are_of_the_period_that_is_set(tmp_path: Path) -> None:
    days = [*member("a", date(2024, 1, 10)), *member("b", date(2024, 3, 10))]

    found = summarized(days, tmp_path, replace(SETTINGS, cohort_period="quarter"))

    assert [row["cohort"] for row in found["contract_cohorts"]] == [None, date(2024, 1, 1)]


def test_the_diagnosis_is_told_in_spanish(tmp_path: Path) -> None:
    found = summarized(member("new", date(2024, 12, 20)), tmp_path, replace(SETTINGS, language="es"))

    assert found["contract_cohorts"][0]["diagnosis"] == catalogue("es")[survival.NOT_DUE.sentence]


def test_months_of_any_length_are_one_renewal_each(tmp_path: Path) -> None:
    paid = [date(2021 + month // 12, 1 + month % 12, 31 if month % 12 == 0 else 28) for month in range(47)]

    found = summarized(
        [("monthly", day) for day in paid], tmp_path, replace(SETTINGS, lifetime=Lifetime(contract_days=30.44))
    )

    assert observed(found["contract_survival"], date(2021, 1, 1)) == [1] * 47


def test_a_length_below_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"lifetime\.contract_days is -1"):
        survival.check(Lifetime(contract_days=-1))
