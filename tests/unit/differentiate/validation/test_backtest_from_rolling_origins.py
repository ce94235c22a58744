"""The backtest: complete, honest, and blind to the future."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import bases

from vinculo.differentiate.lifetime import mbg_nbd, model
from vinculo.differentiate.settings import Lifetime, Settings
from vinculo.differentiate.validation import backtest
from vinculo.warehouse.tables import validation

START, AS_OF = date(2022, 1, 1), date(2023, 12, 31)
DAYS = (AS_OF - START).days + 1
MODELS: Mapping[str, model.Model] = {"mbg_nbd": mbg_nbd.MODEL}
SETTINGS = Settings(as_of=AS_OF, horizon_days=180, by=("country",), lifetime=Lifetime(origins=2))


def backtest_of(
    numbers: model.Integers, days: model.Integers, *, given: Settings = SETTINGS, as_of: date = AS_OF
) -> backtest.Backtest:
    with bases.numbered(Path(mkdtemp()), numbers, days, start=START, as_of=as_of) as engine:
        return backtest.run(engine, settings=given, models=MODELS, as_of=as_of)


@cache
def usual() -> backtest.Backtest:
    return backtest_of(*bases.leaving(11, 800, days=DAYS))


def test_every_candidate_is_tried_at_every_origin_and_pooled() -> None:
    summary = usual().summary()

    candidates = {"mbg_nbd", "nbd", "own_rate", "same_count", "base_rate", "hiatus_rule", "since_last"}
    origins = {AS_OF - timedelta(days=360), AS_OF - timedelta(days=180), None}
    assert {(row["origin"], row["candidate"]) for row in summary} == {(o, c) for o in origins for c in candidates}


def test_predicted_totals_are_the_sums_of_the_customers() -> None:
    for trial in usual().trials:
        for name, said in trial.forecasts.items():
            (row,) = [
                row for row in usual().summary() if row["origin"] == trial.half.origin and row["candidate"] == name
            ]
            assert row["actual_purchases"] == trial.half.purchase_days.sum()
            if said.expected is not None:
                assert row["predicted_purchases"] == pytest.approx(said.expected.sum())
                assert row["mae"] == pytest.approx(np.abs(said.expected - trial.half.purchase_days).mean())


def test_pooled_purchases_are_those_of_the_origins() -> None:
    rows = [row for row in usual().summary() if row["candidate"] == "mbg_nbd"]

    pooled = next(row for row in rows if row["origin"] is None)
    for column in ("customers", "actual_purchases", "predicted_purchases", "new_customers"):
        assert pooled[column] == pytest.approx(sum(row[column] for row in rows if row["origin"]))


def test_a_dimension_adds_up_to_everybody() -> None:
    rows = [row for row in usual().accuracy.to_pylist() if row["candidate"] == "mbg_nbd" and row["origin"] is None]

    by_country = [row for row in rows if row["dimension"] == "country"]
    everybody = next(row for row in rows if row["dimension"] == "all")
    assert {row["dimension_value"] for row in by_country} == {"ES", "PT"}
    for column in ("customers", "actual_purchases", "predicted_purchases"):
        assert sum(row[column] for row in by_country) == pytest.approx(everybody[column])
    weighted = sum(row["customers"] * row["log_loss"] for row in by_country) / everybody["customers"]
    assert weighted == pytest.approx(everybody["log_loss"])


def test_calibration_holds_every_customer_of_every_cut() -> None:
    rows = usual().calibration.to_pylist()
    known = {trial.half.origin: trial.half.customers for trial in usual().trials}

    cuts = {(row["dimension"], row["origin"], row["candidate"], row["quantity"]) for row in rows}
    assert {"p_buys", "expected_purchases", "expected_by_repeats"} == {cut[3] for cut in cuts}
    for cut in cuts:
        of = [row for row in rows if (row["dimension"], row["origin"], row["candidate"], row["quantity"]) == cut]
        assert sum(row["customers"] for row in of) == known.get(cut[1], sum(known.values()))


def test_the_model_is_near_the_truth_it_could_have_made() -> None:
    pooled = next(row for row in usual().summary() if row["candidate"] == "mbg_nbd" and row["origin"] is None)

    assert pooled["predicted_to_actual"] == pytest.approx(1, abs=4 * pooled["predicted_to_actual_error"])
    assert pooled["auc"] > 0.7


def test_tables_keep_their_contracts() -> None:
    assert usual().accuracy.schema == validation.BACKTEST.schema
    assert usual().calibration.schema == validation.CALIBRATION.schema
    assert None not in usual().calibration.column("mean_actual").to_pylist()


@pytest.mark.slow
@settings(deadline=None, max_examples=6)
@given(st.integers(0, 2**32 - 1))
def test_no_origin_sees_the_days_after_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    numbers, days = bases.leaving(12, 150, days=DAYS)
    one_origin = replace(SETTINGS, lifetime=Lifetime(origins=1))
    origin = DAYS - 1 - SETTINGS.horizon_days
    past = days <= origin
    # another future: purchases of other days by other customers, some of them won only then
    shuffled = random.integers(origin + 1, DAYS, int((~past).sum()))
    others = random.integers(0, 200, len(shuffled))

    before = backtest_of(numbers, days, given=one_origin).trials[0]
    after = backtest_of(np.append(numbers[past], others), np.append(days[past], shuffled), given=one_origin).trials[0]

    assert before.half.purchase_days.tolist() != after.half.purchase_days.tolist()
    assert before.tuning == after.tuning
    for name, said in before.forecasts.items():
        again = after.forecasts[name]
        assert said.ranking.tolist() == again.ranking.tolist()
        assert (said.expected is None) == (again.expected is None)
        if said.expected is not None and again.expected is not None:
            assert said.expected.tolist() == again.expected.tolist()


def test_a_short_history_says_that_there_is_no_backtest() -> None:
    found = backtest_of(np.arange(50), np.arange(50) % 30, as_of=START + timedelta(days=40))

    assert not found.possible
    assert found.accuracy.num_rows == found.calibration.num_rows == 0
    assert len(found.notes) == 1
    assert "41 days" in found.notes[0]


def test_few_customers_say_that_there_is_no_backtest() -> None:
    found = backtest_of(np.arange(5), np.arange(5))

    assert not found.possible
    assert "fewer than twenty" in found.notes[0]


def test_an_empty_base_has_no_backtest() -> None:
    assert not backtest_of(np.array([], dtype=np.int64), np.array([], dtype=np.int64)).possible


def test_what_was_done_otherwise_is_said_in_the_language_of_the_settings() -> None:
    asked = replace(SETTINGS, horizon_days=730, language="es", lifetime=Lifetime(sample=400))

    found = backtest_of(*bases.leaving(11, 800, days=DAYS), given=asked)

    assert found.plan.horizon_days == 337
    assert any("337 días adelante en lugar de 730" in note for note in found.notes)
    assert any("muestra fija" in note and "800 clientes" in note for note in found.notes)
    assert found.sample.customers < 500


def test_new_customers_of_the_holdout_are_reported() -> None:
    (row,) = [row for row in usual().summary() if row["candidate"] == "nbd" and row["origin"] == SETTINGS_LAST]

    assert row["new_customers"] == 800 - row["customers"]
    assert any(f"{row['new_customers']} new customers" in note for note in usual().notes)


SETTINGS_LAST = AS_OF - timedelta(days=180)
