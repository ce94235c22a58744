"""Rhythm, favourite products and unusual purchases."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats
from tests.make import sales

from vinculo.differentiate.profile import days
from vinculo.differentiate.settings import Habits, Settings
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine

START = date(2011, 1, 3)


def built(folder: Path, lines: pa.Table, *, as_of: date = date(2011, 12, 31), **habits: Any) -> dict[str, list[Any]]:
    with DuckEngine(folder / "spill") as engine:
        engine.attach("order_lines", lines)
        days.build(engine, staging=folder, settings=Settings(as_of=as_of, habits=Habits(**habits)))
    return {item.name: pq.read_table(item).to_pylist() for item in folder.iterdir()}


def regular(customer: str, gaps: list[int], amounts: list[float], **columns: str) -> list[dict[str, str]]:
    offsets = np.cumsum([0, *gaps])
    return [
        {"customer": customer, "day": f"{START + timedelta(days=int(offset))}T10:00", "amount": str(amount), **columns}
        for offset, amount in zip(offsets, amounts, strict=True)
    ]


def test_rhythm_describes_the_times_between_purchases(tmp_path: Path) -> None:
    lines = sales.lines(regular("ana", [10, 10, 40], [1, 1, 1, 1]))

    (rhythm,) = built(tmp_path, lines, as_of=START + timedelta(days=90))["rhythm"]

    assert rhythm["mean_interpurchase_days"] == 20
    assert rhythm["sd_interpurchase_days"] == pytest.approx(np.std([10, 10, 40], ddof=1))
    assert rhythm["median_interpurchase_days"] == 10
    assert rhythm["interpurchase_variation"] == pytest.approx(np.std([10, 10, 40], ddof=1) / 20)
    assert rhythm["overdue_ratio"] == 1.5


def test_one_interval_has_a_mean_and_no_spread(tmp_path: Path) -> None:
    lines = sales.lines([*regular("ana", [11], [1, 1]), *regular("ben", [], [1])])

    ana, ben = built(tmp_path, lines)["rhythm"]

    assert (ana["mean_interpurchase_days"], ana["median_interpurchase_days"]) == (11, 11)
    assert ana["sd_interpurchase_days"] is ana["interpurchase_variation"] is None
    assert ben["mean_interpurchase_days"] is ben["median_interpurchase_days"] is ben["overdue_ratio"] is None


def test_the_calendar_counts_purchase_days_of_sales(tmp_path: Path) -> None:
    lines = sales.drawn("""
        customer day               amount
        ana      2011-01-03T09:30  1
        ana      2011-01-03T17:30  1
        ana      2011-03-07T17:00  1
        ana      2011-07-05T17:00  1
        ana      2011-10-05T17:00  -1
    """)

    (rhythm,) = built(tmp_path, lines)["rhythm"]

    assert rhythm["weekday_profile"] == [2, 1, 0, 0, 0, 0, 0]
    assert rhythm["month_profile"] == [1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert rhythm["season_profile"] == [1, 1, 0, 1]
    assert {hour: count for hour, count in enumerate(rhythm["hour_profile"]) if count} == {9: 1, 17: 2}
    assert (rhythm["preferred_hour"], rhythm["preferred_weekday"]) == (17, 1)


def test_seasons_turn_round_in_the_south(tmp_path: Path) -> None:
    lines = sales.drawn("customer day amount\nana 2011-01-03 1\nana 2011-04-03 1")

    (rhythm,) = built(tmp_path, lines, hemisphere="south")["rhythm"]

    assert rhythm["season_profile"] == [0, 1, 1, 0]


def test_favourites_are_the_products_bought_most_often(tmp_path: Path) -> None:
    lines = sales.drawn("""
        customer day         amount product_id category product_name
        ana      2011-01-03  1      p5         tea      five
        ana      2011-01-04  1      p4         tea      -
        ana      2011-01-05  1      p4         tea      -
        ana      2011-01-06  1      p3         cups     three
        ana      2011-01-07  1      p1         tea      one
        ana      2011-01-08  -1     p1         tea      one
        ana      2011-01-09  1      -          tea      -
        ana      2011-01-09  1      -          pots     -
        ben      2011-01-09  1      -          pots     -
        cid      2011-01-09  1      p9         -        -
    """)

    tables = built(tmp_path, lines)

    found = [
        (row["customer_id"], row["rank"], row["product_id"], row["product_name"], row["lines"])
        for row in tables["favourite_products"]
    ]
    assert found == [
        ("ana", 1, "p4", None, 2),
        ("ana", 2, "p3", "three", 1),
        ("ana", 3, "p1", "one", 1),
        ("cid", 1, "p9", None, 1),
    ]
    assert tables["favourite_products"][0]["share_of_lines"] == 2 / 7
    assert [(row["dominant_category"], row["categories"], row["products"]) for row in tables["profile"]] == [
        ("tea", 3, 4),
        ("pots", 1, 0),
        (None, 0, 1),
    ]


def test_an_unusual_spend_has_the_student_tail_of_the_other_days(tmp_path: Path) -> None:
    amounts = [10, 11, 9, 10, 12, 500]
    lines = sales.lines(regular("ana", [7] * 5, amounts))

    (found,) = (row for row in built(tmp_path, lines, prior_days=1.0)["unusual_purchases"] if row["what"] == "spend")

    logs = np.log(np.array(amounts) * 100)
    others, n, prior = logs[:-1], len(logs), 1.0
    population = logs.var(ddof=1)
    freedom = prior + n - 2
    scale = np.sqrt((prior * population + ((others - others.mean()) ** 2).sum()) / freedom * (1 + 1 / (n - 1)))
    predictive = stats.t(freedom, others.mean(), scale)
    assert found["day"] == START + timedelta(days=35)
    assert found["observed"] == 50_000
    assert found["probability"] == pytest.approx(2 * predictive.sf(logs[-1]), rel=1e-4)
    assert found["surprise"] == pytest.approx(-np.log10(found["probability"]))
    assert found["expected_low"] == pytest.approx(np.exp(predictive.ppf(0.05)), rel=1e-4)
    assert found["expected_high"] == pytest.approx(np.exp(predictive.ppf(0.95)), rel=1e-4)


def test_an_unusual_gap_has_the_lomax_tail_of_the_other_gaps(tmp_path: Path) -> None:
    gaps = [7] * 20 + [200]
    lines = sales.lines(regular("ana", gaps, [10] * 22))

    (found,) = built(tmp_path, lines)["unusual_purchases"]

    shape, scale = 4 + 20, 4 * np.mean(gaps) + 140
    predictive = stats.lomax(shape, scale=scale)
    assert (found["what"], found["observed"]) == ("gap", 200)
    assert found["probability"] == pytest.approx(2 * predictive.sf(199.5), rel=1e-4)
    assert found["expected_low"] == pytest.approx(predictive.ppf(0.05), rel=1e-4)
    assert found["expected_high"] == pytest.approx(predictive.ppf(0.95), rel=1e-4)


def test_goods_are_unusual_when_rare_and_never_bought_before(tmp_path: Path) -> None:
    others = [line for name in ("ben", "cid", "eve") for line in regular(name, [7] * 30, [10] * 31, category="tea")]
    ana = regular("ana", [7] * 11, [10] * 12, category="tea")
    ana[5]["category"] = "cups"
    lines = sales.lines([*others, *ana])

    (found,) = built(tmp_path, lines)["unusual_purchases"]

    assert (found["customer_id"], found["what"]) == ("ana", "goods")
    assert (found["observed_goods"], found["usual_goods"]) == ("cups", "tea")
    assert found["probability"] == pytest.approx((1 / 105) / 12)


def test_few_purchases_and_steady_ones_are_never_unusual(tmp_path: Path) -> None:
    lines = sales.lines([*regular("ana", [7, 300], [1, 1, 9999]), *regular("ben", [7] * 9, [10] * 10)])

    assert built(tmp_path, lines)["unusual_purchases"] == []


def test_purchases_drawn_from_the_model_are_unusual_as_often_as_said(tmp_path: Path) -> None:
    draws = np.random.default_rng(7)
    rows = [
        line
        for number in range(150)
        for line in regular(
            f"customer-{number}",
            np.maximum(draws.exponential(20, 19).round(), 1).astype(int).tolist(),
            np.exp(draws.normal(3, 0.5, 20)).round(2).tolist(),
        )
    ]

    found = built(tmp_path, sales.lines(rows), as_of=date(2020, 1, 1), unusual_below=0.05)["unusual_purchases"]

    spend, gap = (sum(row["what"] == what for row in found) for what in ("spend", "gap"))
    assert 0.04 < spend / 3000 < 0.06
    assert 0.02 < gap / 2850 < 0.06


@pytest.mark.parametrize(
    "wrong", [{"hemisphere": "east"}, {"minimum_days": 2}, {"unusual_below": 1.0}, {"prior_days": 0.0}]
)
def test_habits_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Habits(**wrong)


def test_one_purchase_day_has_no_profile(tmp_path: Path) -> None:
    lines = sales.lines([*regular("ana", [], [1]), *regular("ben", [7], [1, 1])])

    ana, ben = built(tmp_path, lines)["rhythm"]

    assert [ana[f"{name}_profile"] for name in ("hour", "weekday", "month", "season")] == [None] * 4
    assert (ana["preferred_hour"], ana["preferred_weekday"]) == (10, 1)
    assert ben["weekday_profile"] == [2, 0, 0, 0, 0, 0, 0]
