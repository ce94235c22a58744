"""Every customer of a batch is valued on its own, by the scorer of its group."""

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from tests.make import shop

from vinculo.differentiate.analysis import forecast
from vinculo.differentiate.valuation import scores


def test_amounts_are_rounded_and_what_is_not_known_is_nothing() -> None:
    found = scores.whole(np.array([1.4, -2.6, np.nan, np.inf, -np.inf]))

    assert found.tolist() == [1, -3, 0, 2**53, -(2**53)]


def test_a_column_with_gaps_is_read_with_gaps() -> None:
    table = pa.table({"days": pa.array([1, None, 3]), "on": pa.array([date(2020, 1, 1)] * 3)})

    assert scores.floats(table, "days").tolist() == pytest.approx([1, np.nan, 3], nan_ok=True)


def made(*groups: str) -> scores.Forecaster:
    settings = replace(shop.QUICK, lifetime=replace(shop.QUICK.lifetime, fit_by="country"))
    empty = dict.fromkeys(("spend", "rates", "edges", "naming"))
    scorers = dict.fromkeys((scores.EVERYBODY, *groups), None)
    return scores.Forecaster(settings, scorers, **empty)  # type: ignore[arg-type]


def members(forecaster: scores.Forecaster, countries: list[str | None], bought: list[bool]) -> list[list[int]]:
    batch = pa.table({"country": pa.array(countries, pa.string())})
    return [rows.tolist() for _, rows in forecaster.groups(batch, np.array(bought))]


def test_customers_go_to_the_scorer_of_their_group_else_to_that_of_everybody() -> None:
    found = members(made("ES", "FR"), ["ES", "FR", "PT", None, "ES"], [True, True, True, True, False])

    assert found == [[0], [1], [2, 3]]


def test_without_groups_everybody_who_bought_goes_to_one_scorer() -> None:
    assert members(made(), ["ES", "FR", None], [True, False, True]) == [[0, 2]]


def test_a_batch_without_the_groups_is_everybodys() -> None:
    assert members(made("ES"), [None, "PT"], [True, True]) == [[0, 1]]


def test_every_model_of_the_settings_is_known() -> None:
    assert set(forecast.MODELS) >= {"bg_nbd", "mbg_nbd", "pareto_nbd"}
