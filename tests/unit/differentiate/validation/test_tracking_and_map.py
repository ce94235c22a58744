"""The tracking table and the iso-value map."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.make import bases

from vinculo.differentiate.analysis import scopes
from vinculo.differentiate.lifetime import mbg_nbd, model
from vinculo.differentiate.validation import fallback, iso_value, tracking
from vinculo.warehouse.tables import validation

START, AS_OF = date(2024, 1, 1), date(2024, 1, 17)
PARAMETERS = {"r": 0.5, "alpha": 10.0}
FITTED = model.Fit("nbd", PARAMETERS, {}, np.eye(2), 0.0, 1.0, 1, model.Diagnosis(True, "ok", ""))


def observed(folder: Path) -> tracking.Daily:
    purchases = [("ana", 1), ("ana", 9), ("ana", 9), ("bea", 3), ("bea", 16), ("ciro", 16)]
    days = [date(2024, 1, day) for _, day in purchases]
    with bases.engine(folder, [name for name, _ in purchases], days, as_of=AS_OF) as engine:
        found = tracking.daily(engine, as_of=AS_OF)
    assert found is not None
    return found


def rows(folder: Path, until: date = AS_OF) -> list[dict[str, object]]:
    table = tracking.table(observed(folder), models={"nbd": fallback.MODEL}, fits={"nbd": FITTED}, fitted_until=until)
    assert table.schema == validation.TRACKING.schema
    found: list[dict[str, object]] = table.to_pylist()
    return found


def test_weeks_count_from_the_first_purchase_and_the_last_may_be_short(tmp_path: Path) -> None:
    found = rows(tmp_path)

    assert [(row["week"], row["week_start"], row["days"]) for row in found] == [
        (1, date(2024, 1, 1), 7),
        (2, date(2024, 1, 8), 7),
        (3, date(2024, 1, 15), 3),
    ]


def test_repeats_are_purchase_days_after_the_first(tmp_path: Path) -> None:
    found = rows(tmp_path)

    assert [row["actual"] for row in found] == [0, 1, 1]
    assert [row["actual_cumulative"] for row in found] == [0, 1, 2]


def test_the_expectation_is_the_sum_over_customers_since_their_first_day(tmp_path: Path) -> None:
    found = rows(tmp_path)

    # close of day 7: ana 6 days, bea 4; close of day 17: 16, 14 and ciro 1
    assert found[0]["expected_cumulative"] == pytest.approx(0.05 * (6 + 4))
    assert found[2]["expected_cumulative"] == pytest.approx(0.05 * (16 + 14 + 1))
    assert sum(float(str(row["expected"])) for row in found) == pytest.approx(0.05 * 31)


def test_a_week_not_wholly_seen_is_a_forecast(tmp_path: Path) -> None:
    assert [row["calibration"] for row in rows(tmp_path, date(2024, 1, 14))] == [True, True, False]
    assert [row["calibration"] for row in rows(tmp_path, date(2024, 1, 13))] == [True, False, False]


def test_nothing_to_track_gives_an_empty_table() -> None:
    assert tracking.table(None, models={}, fits={}, fitted_until=AS_OF).num_rows == 0


def test_a_fit_without_figures_is_left_out(tmp_path: Path) -> None:
    nothing = model.Fit("nbd", {"r": float("nan")}, {}, np.eye(1), 0.0, 1.0, 0, FITTED.diagnosis)

    table = tracking.table(
        observed(tmp_path), models={"nbd": fallback.MODEL}, fits={"nbd": nothing}, fitted_until=AS_OF
    )

    assert table.num_rows == 0


MAP = iso_value.Map(tenure_days=272, most_repeats=20)
CDNOW = model.Fit(
    "mbg_nbd",
    {"r": 0.5248, "alpha": 43.282, "a": 0.8914, "b": 1.6140},
    {},
    np.eye(4),
    0.0,
    1.0,
    1,
    model.Diagnosis(True, "ok", ""),
)


def test_the_map_holds_possible_customers_only() -> None:
    points = iso_value.grid(MAP)

    x, age = points.repeat_purchase_days, points.age_at_last_days
    assert (x <= age).all()
    assert (age <= 272).all()
    assert (age[x == 0] == 0).all()
    assert len(set(zip(x.tolist(), age.tolist(), strict=True))) == len(x)


def test_with_a_long_silence_more_past_purchases_are_worth_less() -> None:
    found = iso_value.table(mbg_nbd.MODEL, CDNOW, area=MAP, daily_rate=0.0004, horizon_days=365).to_pylist()

    ages = sorted({row["age_at_last_days"] for row in found if row["repeat_purchase_days"] == 20})
    early = {row["repeat_purchase_days"]: row for row in found if row["age_at_last_days"] == ages[5]}
    late = {row["repeat_purchase_days"]: row for row in found if row["age_at_last_days"] == 272}
    assert early[20]["discounted_purchases"] < early[2]["discounted_purchases"]
    assert late[20]["discounted_purchases"] > late[2]["discounted_purchases"]


def test_the_worth_of_a_purchase_may_depend_on_how_often_one_bought() -> None:
    table = iso_value.table(
        mbg_nbd.MODEL, CDNOW, area=MAP, daily_rate=0.0004, worth=lambda repeats: 100.0 * (1 + repeats)
    )

    assert table.schema == validation.ISO_VALUE.schema
    for row in table.to_pylist()[:50]:
        expected = row["discounted_purchases"] * 100 * (1 + row["repeat_purchase_days"])
        assert row["value_minor"] == pytest.approx(expected)


def test_without_a_worth_the_value_is_unknown() -> None:
    table = iso_value.table(mbg_nbd.MODEL, CDNOW, area=MAP, daily_rate=0.0004)

    assert table["value_minor"].null_count == table.num_rows


def test_a_base_of_today_still_has_a_map() -> None:
    assert iso_value.grid(iso_value.Map(0, 0)).repeat_purchase_days.tolist() == [0]


def test_the_values_of_a_dimension_are_counted_from_the_same_start_and_add_up(tmp_path: Path) -> None:
    names = ["ana", "ana", "bea", "bea", "bea", "ciro", "dora"]
    days = [date(2024, 1, day) for day in (1, 9, 3, 12, 16, 16, 17)]
    with bases.engine(tmp_path, names, days, as_of=AS_OF) as engine:
        scopes.create_view(engine, "scoped_profile", "profile", ("country",))
        everybody = tracking.daily(engine, as_of=AS_OF)
        assert everybody is not None
        by_value = dict(tracking.daily_by(engine, "country", start=everybody.start, as_of=AS_OF))

    assert len(by_value) == 2
    for name in ("new_customers", "repeats"):
        total = sum(getattr(each, name) for each in by_value.values())
        assert total.tolist() == getattr(everybody, name).tolist()


def test_a_table_says_whose_customers_it_tracks(tmp_path: Path) -> None:
    table = tracking.table(
        observed(tmp_path),
        models={"nbd": fallback.MODEL},
        fits={"nbd": FITTED},
        fitted_until=AS_OF,
        scope=("country", "ES"),
    )

    assert {(row["dimension"], row["dimension_value"], row["model"]) for row in table.to_pylist()} == {
        ("country", "ES", "nbd")
    }
