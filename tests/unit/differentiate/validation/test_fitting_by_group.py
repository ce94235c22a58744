"""Fitting by group is tested on the past like everything else, and said to be better, no better or worse."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from tests.make import bases

from vinculo.differentiate.lifetime import mbg_nbd, model
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.differentiate.validation import backtest, choice, grouping
from vinculo.differentiate.validation.holdout import split

START, AS_OF = date(2022, 1, 1), date(2023, 12, 31)
DAYS = (AS_OF - START).days + 1
MODELS: Mapping[str, model.Model] = {"mbg_nbd": mbg_nbd.MODEL}
SETTINGS = Settings(
    as_of=AS_OF, horizon_days=180, by=("country",), lifetime=Lifetime(origins=2, fit_by="country", penalty=0.0)
)
SIZE = 1600


def two_kinds() -> tuple[model.Integers, model.Integers]:
    """Customers of the first half buy often and leave soon; those of the second buy seldom and stay."""
    random = np.random.default_rng(4)
    often = np.arange(2 * SIZE) < SIZE
    rate = random.gamma(0.8, np.where(often, 1 / 10, 1 / 100))
    leave = random.beta(0.9, np.where(often, 1.2, 12.0))
    number, day = np.arange(2 * SIZE), random.integers(0, DAYS, 2 * SIZE).astype(np.float64)
    numbers, days = [number], [day.astype(np.int64)]
    while len(number):
        day = day + 1 + random.exponential(1 / np.maximum(rate[number], 1e-9))
        stays = (random.random(len(number)) > leave[number]) & (day < DAYS)
        number, day = number[stays], day[stays]
        numbers.append(number)
        days.append(day.astype(np.int64))
    return np.concatenate(numbers), np.concatenate(days)


def compared(
    base: tuple[model.Integers, model.Integers], *, country: str, given: Settings = SETTINGS
) -> tuple[backtest.Backtest, backtest.Backtest, choice.Choice]:
    """Return the backtest before and after, and the choice; `country` is an expression of the customer's number."""
    with bases.numbered(Path(mkdtemp()), *base, start=START, as_of=AS_OF) as engine:
        number = "CAST(substr(customer_id, 2) AS INTEGER)"
        changed = f"SELECT * REPLACE ({country.format(number=number)} AS country) FROM profile"
        engine.materialise("changed", changed)
        engine.materialise("profile", "FROM changed")
        before = backtest.run(engine, settings=given, models=MODELS, as_of=AS_OF)
    fits = {"mbg_nbd": before.trials[-1].fits["mbg_nbd"]}
    chosen = replace(choice.choose(before, fits=fits, settings=given), model="mbg_nbd", candidate="mbg_nbd")
    return before, *grouping.compare(before, chosen, purchase_model=mbg_nbd.MODEL, settings=given)


@cache
def told_apart() -> tuple[backtest.Backtest, backtest.Backtest, choice.Choice]:
    return compared(two_kinds(), country=f"CASE WHEN {{number}} < {SIZE} THEN 'ES' ELSE 'PT' END")


def losses(tested: backtest.Backtest, dimension: str = "all") -> dict[tuple[str, str], float]:
    rows = [row for row in tested.accuracy.to_pylist() if row["origin"] is None and row["dimension"] == dimension]
    return {(row["dimension_value"], row["candidate"]): row["log_loss"] for row in rows}


def test_groups_that_differ_are_forecast_better_by_fits_of_their_own() -> None:
    _, after, chosen = told_apart()

    found = losses(after)
    assert found["all", "mbg_nbd_by_group"] < found["all", "mbg_nbd"]
    assert "Fitted by country, MBG/NBD forecast better" in chosen.remarks[-1]
    assert f"{found['all', 'mbg_nbd_by_group']:.4f} against {found['all', 'mbg_nbd']:.4f}" in chosen.remarks[-1]


def test_the_forecasts_used_are_those_by_group_and_so_is_the_bias() -> None:
    _, after, chosen = told_apart()

    marked = choice.mark(after.accuracy, chosen).to_pylist()
    (pooled,) = [row for row in marked if row["chosen"] and row["dimension"] == "all" and row["origin"] is None]
    assert {row["candidate"] for row in marked if row["chosen"]} == {"mbg_nbd_by_group"} == {chosen.candidate}
    assert chosen.model == "mbg_nbd"
    assert chosen.bias == pytest.approx(pooled["predicted_to_actual"] - 1)


def test_the_candidate_stands_at_every_origin_and_by_value_beside_the_others() -> None:
    before, after, _ = told_apart()

    rows = [row for row in after.accuracy.to_pylist() if row["candidate"] == "mbg_nbd_by_group"]
    others = [row for row in after.accuracy.to_pylist() if row["candidate"] == "mbg_nbd"]
    place = ("dimension", "dimension_value", "origin", "customers", "actual_purchases", "new_customers")
    assert [[row[name] for name in place] for row in rows] == [[row[name] for name in place] for row in others]
    assert after.accuracy.slice(0, before.accuracy.num_rows).equals(before.accuracy)
    assert after.calibration.slice(0, before.calibration.num_rows).equals(before.calibration)
    assert "mbg_nbd_by_group" in set(after.calibration["candidate"].to_pylist())


def test_each_customer_is_forecast_with_the_fit_of_his_group_on_what_was_known_then() -> None:
    _, after, _ = told_apart()
    (groups,) = after.groups
    last = after.trials[-1]
    spanish = np.flatnonzero(groups.codes[last.half.customer_numbers] == groups.values.index("ES"))
    history = model.Histories(*(each[spanish] for each in vars(last.half.histories).values()))

    alone = mbg_nbd.MODEL.fit(split.tuples(history).counts, start=last.fits["mbg_nbd"].parameters)

    expected = mbg_nbd.MODEL.expected_purchases(alone.parameters, history, last.half.horizon_days)
    said = last.forecasts["mbg_nbd_by_group"].expected
    assert said is not None
    assert said[spanish] == pytest.approx(expected)


def test_groups_by_chance_are_no_better() -> None:
    _, _, chosen = compared(two_kinds(), country="CASE WHEN {number} % 2 = 0 THEN 'ES' ELSE 'PT' END")

    assert "forecast no better than fitted to everybody" in chosen.remarks[-1]


def test_small_and_unknown_groups_take_the_parameters_of_everybody() -> None:
    unknown = f"CASE WHEN {{number}} < {SIZE} THEN 'ES' WHEN {{number}} < {SIZE + 90} THEN 'PT' END"

    _, after, _ = compared(two_kinds(), country=unknown)

    last = after.trials[-1]
    (groups,) = after.groups
    elsewhere = groups.codes[last.half.customer_numbers] != groups.values.index("ES")
    own, pooled = (last.forecasts[name].expected for name in ("mbg_nbd_by_group", "mbg_nbd"))
    assert own is not None
    assert pooled is not None
    assert own[elsewhere].tolist() == pooled[elsewhere].tolist()
    assert not np.allclose(own[~elsewhere], pooled[~elsewhere])


def test_without_a_large_group_nothing_is_added_and_that_is_said() -> None:
    before, after, chosen = compared(bases.leaving(11, 800, days=DAYS), country="CAST({number} % 10 AS VARCHAR)")

    assert after is before
    assert chosen.candidate == "mbg_nbd"
    assert "could not be tested: no group had 500 customers" in chosen.remarks[-1]


def test_a_worse_forecast_is_said_to_be_worse_in_the_language_of_the_settings() -> None:
    def wrong(*_: object, **__: object) -> model.Fit:
        fitted = told_apart()[0].trials[-1].fits["mbg_nbd"]
        return replace(fitted, parameters={**fitted.parameters, "alpha": fitted.parameters["alpha"] * 30})

    spanish = replace(SETTINGS, language="es")
    before, _, chosen = told_apart()
    usual = replace(chosen, remarks=(), candidate="mbg_nbd")
    misled = type("Misled", (), {"fit": wrong, "__getattr__": lambda _, name: getattr(mbg_nbd.MODEL, name)})()

    _, worse = grouping.compare(before, usual, purchase_model=misled, settings=spanish)

    assert "Ajustado por país, MBG/NBD pronosticó peor que ajustado a todos" in worse.remarks[-1]
    assert "Es mejor un solo ajuste para todos." in worse.remarks[-1]
