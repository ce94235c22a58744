"""Laws of an analysis: no look ahead, parts that sum to the whole, costs and fits that are taken where given."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.make import shop

import vinculo
from vinculo.foundation.errors import InputError, SettingsError

pytestmark = pytest.mark.slow

MIDDLE = date(2023, 6, 30)
SUMS = {
    "customer_equity": ("customers", "past_profit_minor", "equity_minor", "total_value_minor", "expected_purchases"),
    "ledger_totals": ("customers", "amount_minor"),
    "tiers": ("customers", "contribution_minor", "residual_value_minor"),
    "areas": ("customers", "contribution_minor", "residual_value_minor"),
    "rfmt_segments": ("customers", "net_sales_minor"),
    "rfmt_crosstab": ("customers", "net_sales_minor"),
    "deciles": ("customers", "amount_minor"),
    "profit_sides": ("customers", "contribution_minor"),
    "concentration": ("customers", "total_minor", "unprofitable_customers"),
    "cohorts": ("active_customers", "net_sales_minor"),
}


def altered_after(day: date) -> list[shop.Row]:
    known = [row for row in shop.lines() if row[2] <= day]  # type: ignore[operator]
    later = [(*row[:1], row[1], row[2], "P99", "Kind 9", "web", "DE", 50, 900.0) for row in shop.lines()]
    new = [("X1", "C999", day + timedelta(days=1), "P01", "Kind 1", "web", "ES", 1, 5.0)]
    return [*known, *[row for row in later if row[2] > day], *new]  # type: ignore[operator]


def test_nothing_after_the_day_changes_what_a_customer_is_worth() -> None:
    made = vinculo.analyse(shop.table(shop.lines()), as_of=MIDDLE, settings=shop.QUICK)
    altered = vinculo.analyse(shop.table(altered_after(MIDDLE)), as_of=MIDDLE, settings=shop.QUICK)
    cut = [row for row in shop.lines() if row[2] <= MIDDLE]  # type: ignore[operator]
    only = vinculo.analyse(shop.table(cut), as_of=MIDDLE, settings=shop.QUICK)

    for name in set(made.tables) - {"line_counts", "set_aside_lines"}:
        assert altered[name].equals(made[name]), name
        assert only[name].equals(made[name]), name
    counts = {row["line_kind"]: row["lines"] for row in made["line_counts"].to_pylist()}
    assert counts == {"sale": len(cut), "after_as_of": len(shop.lines()) - len(cut)}


def test_the_day_itself_is_known() -> None:
    day = max(row[2] for row in shop.lines())

    made = vinculo.analyse(shop.table(shop.lines()), settings=shop.QUICK)

    assert pc.min(made["value"]["since_last_days"]).as_py() == 0
    assert made.manifest["as_of"] == str(day)


@pytest.fixture(scope="module")
def parted() -> vinculo.Analysis:
    return vinculo.analyse(shop.table(shop.lines(60)), settings=replace(shop.QUICK, by=("country", "channel")))


@pytest.mark.parametrize("name", SUMS)
def test_the_parts_of_a_dimension_sum_to_the_whole(parted: vinculo.Analysis, name: str) -> None:
    keys = [key for key in ("measure", "line") if key in parted[name].column_names]
    sums: dict[str, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
    for row in parted[name].to_pylist():
        for column in SUMS[name]:
            sums[row["dimension"]][(column, *(row[key] for key in keys))] += row[column]

    assert set(sums) == {"all", "country", "channel"}
    assert dict(sums["country"]) == pytest.approx(dict(sums["all"]))
    assert dict(sums["channel"]) == pytest.approx(dict(sums["all"]))


def test_the_whole_is_the_same_whatever_it_is_cut_by(parted: vinculo.Analysis) -> None:
    whole = vinculo.analyse(shop.table(shop.lines(60)), settings=shop.QUICK)

    assert whole["value"].equals(parted["value"])
    for name in ("customer_equity", "tiers", "concentration", "rfmt_segments", "slipping"):
        assert parted[name].filter(pc.field("dimension") == "all").equals(whole[name]), name


def test_money_reconciles_from_lines_to_equity(parted: vinculo.Analysis) -> None:
    value, ledger = parted["value"], parted["ledger"]
    equity = parted["customer_equity"].to_pylist()[0]
    totals = {row["line"]: row for row in parted["ledger_totals"].to_pylist() if row["dimension"] == "all"}

    assert {row["unexplained_minor"] for row in parted["ledger_totals"].to_pylist()} <= {0, None}
    contribution = pc.sum(value["contribution_minor"]).as_py()
    assert contribution == pc.sum(ledger["contribution_minor"]).as_py()
    assert contribution == totals["contribution"]["amount_minor"] == equity["past_profit_minor"]
    sold = pc.sum(parted["line_counts"]["net_minor"]).as_py()
    assert sold == pc.sum(value["net_sales_minor"]).as_py() == totals["net_sales"]["amount_minor"]
    expected = [
        past + residual
        for past, residual in zip(
            value["contribution_minor"].to_pylist(), value["residual_value_minor"].to_pylist(), strict=True
        )
    ]
    assert value["total_value_minor"].to_pylist() == expected


def test_every_group_that_is_large_enough_gets_a_fit_and_the_others_are_named() -> None:
    draw = [(*row[:6], "ES" if int(str(row[1])[1:]) < 600 else "FR", *row[7:]) for row in shop.lines(640)]
    settings = replace(shop.QUICK, lifetime=replace(shop.QUICK.lifetime, fit_by="country"))

    made = vinculo.analyse(shop.table(draw), settings=settings)

    fits = {(row["dimension"], row["dimension_value"]) for row in made["model_parameters"].to_pylist()}
    assert fits == {("all", "all"), ("country", "ES")}
    assert any("too small" in sentence and "FR" in sentence for sentence in made.manifest["warnings"])


@pytest.mark.parametrize("dimension", ["cohort", "segment", "dominant_category"])
def test_any_dimension_may_be_fitted_by(dimension: str) -> None:
    settings = replace(shop.QUICK, lifetime=replace(shop.QUICK.lifetime, fit_by=dimension))

    made = vinculo.analyse(shop.table(shop.lines()), settings=settings)

    assert made["value"].num_rows == 40


def costs(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["customer_id,kind,happened_on,cost", *rows]), encoding="utf-8")
    return path


def test_actual_costs_take_the_place_of_assumed_rates(tmp_path: Path) -> None:
    booked = costs(tmp_path / "costs.csv", ["C000,deliveries,2023-05-05,12.34", "C001,contacts,2023-05-06,5"])
    orders = shop.table(shop.lines())

    assumed = vinculo.analyse(orders, settings=shop.QUICK)
    actual = vinculo.analyse(orders, settings=shop.QUICK, costs=booked)

    delivered = dict(zip(*(actual["ledger"][name].to_pylist() for name in LEDGER), strict=True))
    assert delivered.pop("C000") == 1234
    assert set(delivered.values()) == {0}
    assert pc.sum(actual["ledger"]["contacts_cost_minor"]).as_py() == 500
    assert pc.sum(assumed["ledger"]["deliveries_cost_minor"]).as_py() > 1234
    assert any("delivery is assumed" in sentence for sentence in assumed.manifest["assumptions"])
    assert not any("delivery is assumed" in sentence for sentence in actual.manifest["assumptions"])


LEDGER = ("customer_id", "deliveries_cost_minor")


def test_costs_after_the_day_are_not_known_yet(tmp_path: Path) -> None:
    booked = costs(tmp_path / "costs.csv", ["C000,other,2023-05-05,1", "C000,other,2023-09-05,100"])

    made = vinculo.analyse(shop.table(shop.lines()), as_of=MIDDLE, settings=shop.QUICK, costs=str(booked))

    assert pc.sum(made["ledger"]["other_cost_minor"]).as_py() == 100


def test_costs_of_a_kind_there_is_not_are_refused(tmp_path: Path) -> None:
    booked = costs(tmp_path / "costs.csv", ["C000,bribes,2023-05-05,1"])

    with pytest.raises(InputError, match="bribes"):
        vinculo.analyse(shop.table(shop.lines()), settings=shop.QUICK, costs=booked)


def test_a_longer_horizon_expects_more_of_everybody() -> None:
    orders = shop.table(shop.lines())

    short, long = (
        vinculo.analyse(orders, horizon_days=days, settings=shop.QUICK)["value"].sort_by("customer_id")
        for days in (200, 400)
    )

    for name in ("expected_purchases", "p_buys"):
        assert pc.all(pc.greater_equal(long[name], short[name])).as_py()
        assert pc.sum(long[name]).as_py() > pc.sum(short[name]).as_py()


def test_probabilities_are_probabilities_and_intervals_hold_their_figure(analysis: vinculo.Analysis) -> None:
    value = analysis["value"]

    assert 0 <= pc.min(value["p_buys"]).as_py() <= pc.max(value["p_buys"]).as_py() <= 1
    assert pc.all(pc.less_equal(value["p_buys"], pc.add(value["expected_purchases"], 1e-9))).as_py()
    assert pc.all(pc.less_equal(value["residual_value_low_minor"], value["residual_value_minor"])).as_py()
    assert pc.all(pc.greater_equal(value["residual_value_high_minor"], value["residual_value_minor"])).as_py()


def test_a_year_of_minor_units_is_kept_in_other_currencies() -> None:
    rows = shop.plain()
    yen = replace(shop.QUICK, currency="JPY")

    euro, japan = (
        vinculo.analyse(shop.table(rows, shop.PLAIN), settings=settings)["value"] for settings in (shop.QUICK, yen)
    )

    assert set(japan["currency"].to_pylist()) == {"JPY"}
    assert pc.sum(euro["net_sales_minor"]).as_py() == 100 * pc.sum(japan["net_sales_minor"]).as_py()


def test_dimensions_there_are_not_are_refused() -> None:
    with pytest.raises(SettingsError, match="no dimension planet"):
        vinculo.analyse(shop.table(shop.lines()), settings=replace(shop.QUICK, by=("planet",)))


@pytest.mark.slow
def test_hostile_words_of_the_data_stay_words(tmp_path: Path) -> None:
    hostile = ("{0}", "%s", "<script>alert(1)</script>", "'; DROP TABLE value; --", "unknown")
    rows = [(*row[:6], hostile[int(str(row[1])[1:]) % 5], *row[7:]) for row in shop.lines()]

    made = vinculo.analyse(
        shop.table(rows), out=tmp_path / "run", settings=replace(shop.QUICK, by=("country",), language="es")
    )

    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    found = {row["dimension_value"] for row in made["tiers"].to_pylist() if row["dimension"] == "country"}
    assert found == set(hostile)
    assert "<script>alert(1)" not in report
    assert pa.types.is_string(made["value"]["country"].type)
