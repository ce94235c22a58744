"""What a company decides in its settings reaches the tables of a run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import vinculo
from vinculo.cli import options
from vinculo.differentiate.rfmt import segments
from vinculo.differentiate.settings import Habits, Lifetime, Rfmt, Settings, Tiers
from vinculo.foundation.errors import SettingsError

SETTINGS = Settings(horizon_days=60, currency="EUR")
Analyse = Callable[[Settings], vinculo.Analysis]


@pytest.fixture(scope="module")
def analyse() -> Analyse:
    """Forty customers; the n-th buys every 7 + n days for half a year, one product of three."""
    rows = [
        (f"C{number:02}", date(2024, 1, 1) + timedelta(days), 10 + number, f"P{number % 3}")
        for number in range(40)
        for days in range(0, 180, 7 + number)
    ]
    names = ("customer_id", "date", "amount", "product_id")
    orders = pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
    return lambda settings: vinculo.analyse(orders, settings=settings)


def test_own_segments_replace_those_of_the_tradition(analyse: Analyse) -> None:
    rules = ({"code": "vip", "recency": [4, 5]}, {"code": "rest", "name": "All others"})

    found = analyse(replace(SETTINGS, rfmt=Rfmt(segments=rules)))

    assert set(found["value"]["rfmt_segment"].to_pylist()) == {"vip", "rest"}


def test_own_segments_are_written_in_toml(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[[rfmt.segments]]\ncode = "vip"\nrecency = [4, 5]\n\n[[rfmt.segments]]\ncode = "rest"\n', "utf-8")

    found = options.settings_from(file)

    assert segments.of(found.rfmt).segment("5111") == "vip"
    assert segments.of(found.rfmt).segment("3555") == "rest"


def test_a_test_mailing_is_planned_for_the_rfm_cells_of_everybody(analyse: Analyse) -> None:
    rough = analyse(replace(SETTINGS, rfmt=Rfmt(contact_cost_minor=400, mailing_precision=0.9)))["rfmt_mailing"]
    fine = analyse(replace(SETTINGS, rfmt=Rfmt(contact_cost_minor=400, mailing_precision=0.5)))["rfmt_mailing"]

    assert set(rough["grain"].to_pylist()) == {"rfm"}
    assert sum(rough["customers"].to_pylist()) == 40
    assert sum(rough["sample_customers"].to_pylist()) < sum(fine["sample_customers"].to_pylist())


def test_items_are_ranked_when_asked(analyse: Analyse) -> None:
    plain, asked = analyse(SETTINGS), analyse(replace(SETTINGS, items=("product",)))

    assert set(plain["concentration"]["dimension"].to_pylist()) == {"all"}
    (product,) = [row for row in asked["concentration"].to_pylist() if row["dimension"] == "product"]
    assert (product["measure"], product["customers"]) == ("net_sales", 3)
    everybody = next(row for row in asked["concentration"].to_pylist() if row["measure"] == "net_sales")
    assert product["total_minor"] == everybody["total_minor"]


def test_cohorts_are_of_the_period_that_is_set(analyse: Analyse) -> None:
    found = analyse(replace(SETTINGS, cohort_period="quarter"))

    assert set(found["cohorts"]["cohort"].to_pylist()) == {date(2024, 1, 1)}


def test_habits_follow_their_settings(analyse: Analyse) -> None:
    found = analyse(replace(SETTINGS, habits=Habits(hemisphere="south")))

    assert found.manifest["settings"]["habits"]["hemisphere"] == "south"
    assert found["rhythm"].to_pylist() != analyse(SETTINGS)["rhythm"].to_pylist()


def test_the_bg_bb_is_shown_but_never_chosen(analyse: Analyse) -> None:
    found = analyse(replace(SETTINGS, lifetime=Lifetime(opportunity_days=30)))

    (row,) = [row for row in found["models"].to_pylist() if row["model"] == "bg_bb"]
    assert (row["chosen"], row["aic"], row["likelihood_ratio"]) == (False, None, None)
    assert sum(found["opportunities"]["customers"].to_pylist()) == 40
    assert "BG/BB" in [model["name"] for model in found.manifest["model_card"]["models"]]
    assert not [row for row in found["backtest"].to_pylist() if row["candidate"] == "bg_bb"]


def test_opportunities_can_be_left_out(analyse: Analyse) -> None:
    found = analyse(replace(SETTINGS, lifetime=Lifetime(opportunity_days=0)))

    assert "opportunities" not in found.tables
    assert "bg_bb" not in found["models"]["model"].to_pylist()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SETTINGS, items=("shop",)),
        replace(SETTINGS, cohort_period="fortnight"),
        replace(SETTINGS, rfmt=Rfmt(segments=({"code": "vip", "recency": [4, 5]},))),
        replace(SETTINGS, rfmt=Rfmt(mailing_confidence=95)),
        replace(SETTINGS, rfmt=Rfmt(method="quintiles")),
        replace(SETTINGS, tiers=Tiers(silence_probability=5)),
        replace(SETTINGS, lifetime=Lifetime(opportunity_days=-91)),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(wrong: Settings) -> None:
    with pytest.raises(SettingsError):
        vinculo.analyse("there is no such file.csv", settings=wrong)
