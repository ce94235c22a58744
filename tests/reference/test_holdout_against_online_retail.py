"""Forecasts of a wholesaler's holdout (Online Retail, UCI 352: Chen, Sain & Guo 2012) against what happened.

As of 2011-06-09 the 180 days to 2011-12-06 are forecast from 191 days of history. Figures measured here from the raw
lines (a customer, a quantity and a price above zero); bounds are wide enough for another optimiser, not for an error.
"""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest
from tests.make import bases

from vinculo.differentiate.lifetime import bg_nbd, mbg_nbd, pareto_nbd
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.differentiate.validation import backtest, choice

MODELS = {"bg_nbd": bg_nbd.MODEL, "mbg_nbd": mbg_nbd.MODEL, "pareto_nbd": pareto_nbd.MODEL}
LINES = Path(__file__).parents[2] / "data" / "online_retail.parquet"
ORIGIN, AS_OF = date(2011, 6, 9), date(2011, 12, 6)
SETTINGS = Settings(as_of=AS_OF, horizon_days=180, lifetime=Lifetime(origins=1))


@cache
def found() -> backtest.Backtest:
    with duckdb.connect() as connection:
        rows = connection.execute(
            """
            SELECT DISTINCT CAST(CustomerID AS VARCHAR), CAST(InvoiceDate AS DATE)
            FROM read_parquet($lines)
            WHERE CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0
            """,
            {"lines": str(LINES)},
        ).fetchall()
    customers, days = zip(*rows, strict=True)
    with bases.engine(Path(mkdtemp()), list(customers), list(days), as_of=AS_OF) as engine:
        return backtest.run(engine, settings=SETTINGS, models=MODELS, as_of=AS_OF)


def of(candidate: str, column: str) -> float:
    (one,) = [each for each in found().summary() if each["candidate"] == candidate and each["origin"]]
    return float(str(one[column]))


def test_the_holdout_is_the_half_year_after_the_origin() -> None:
    (trial,) = found().trials

    assert (trial.half.origin, trial.half.horizon_days) == (ORIGIN, 180)
    assert trial.half.customers == 2800
    assert trial.half.purchase_days.sum() == 6668
    assert (trial.half.new_customers, trial.half.new_customers_purchase_days) == (1528, 2703)


@pytest.mark.parametrize("candidate", ["bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"])
def test_half_a_year_shows_no_dropout_so_all_models_say_the_same(candidate: str) -> None:
    fit = found().trials[0].fits[candidate]

    assert fit.diagnosis.code == "no_dropout"
    assert fit.log_likelihood == pytest.approx(-21735.890, abs=0.005)
    assert fit.parameters["r"] == pytest.approx(0.7416, abs=0.002)
    assert fit.parameters["alpha"] == pytest.approx(61.16, abs=0.1)


@pytest.mark.parametrize("candidate", ["bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"])
def test_models_forecast_the_total_eight_per_cent_low_before_christmas(candidate: str) -> None:
    assert of(candidate, "predicted_purchases") == pytest.approx(6112, abs=5)
    assert of(candidate, "predicted_to_actual") == pytest.approx(0.917, abs=0.002)
    assert of(candidate, "predicted_to_actual_error") == pytest.approx(0.017, abs=0.001)


@pytest.mark.parametrize("candidate", ["bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"])
def test_models_forecast_customers(candidate: str) -> None:
    assert of(candidate, "mae") == pytest.approx(1.473, abs=0.002)
    assert of(candidate, "rmse") == pytest.approx(2.432, abs=0.003)
    assert of(candidate, "correlation") == pytest.approx(0.821, abs=0.001)
    assert of(candidate, "auc") == pytest.approx(0.724, abs=0.001)
    assert of(candidate, "log_loss") == pytest.approx(0.5525, abs=0.0005)


@pytest.mark.parametrize(
    ("candidate", "total", "mae"), [("own_rate", 5600, 1.595), ("same_count", 4263, 1.445), ("base_rate", 6704, 2.201)]
)
def test_simple_rules_forecast_worse_in_one_way_or_another(candidate: str, total: float, mae: float) -> None:
    assert of(candidate, "predicted_purchases") == pytest.approx(total, abs=1)
    assert of(candidate, "mae") == pytest.approx(mae, abs=0.001)

    # the same count as before is a little nearer to single customers and far from the total
    misses_total = abs(of(candidate, "predicted_to_actual") - 1) > abs(of("nbd", "predicted_to_actual") - 1)
    misses_customers = of(candidate, "mae") > of("nbd", "mae")
    assert misses_total or misses_customers


def test_probabilities_of_buying_beat_those_of_the_rules() -> None:
    assert of("hiatus_rule", "log_loss") == pytest.approx(0.599, abs=0.001)
    assert of("base_rate", "log_loss") == pytest.approx(0.655, abs=0.001)
    assert of("since_last", "auc") == pytest.approx(0.671, abs=0.001)


def test_without_dropout_the_model_without_it_is_chosen() -> None:
    chosen = choice.choose(found(), fits=found().trials[0].fits, settings=SETTINGS)

    assert chosen.model == "nbd"
    assert chosen.set_aside == ()
    assert chosen.bias == pytest.approx(-0.083, abs=0.002)


def test_deciles_buy_more_the_more_they_were_forecast_to() -> None:
    rows = [
        row
        for row in found().calibration.to_pylist()
        if (row["candidate"], row["quantity"]) == ("nbd", "expected_purchases") and row["origin"]
    ]

    means = [row["mean_actual"] for row in rows]
    assert len(rows) == 10
    assert sum(row["customers"] for row in rows) == 2800
    assert means[-1] == pytest.approx(8.8, abs=0.3)
    assert means[-1] > 3 * means[5] > 3 * means[0]
