"""BG/BB: the likelihood, predictions against simulated customers, and how opportunities are counted."""

from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.lifetime import bg_bb
from vinculo.differentiate.lifetime.bg_bb import OpportunityCounts
from vinculo.foundation.errors import InputError
from vinculo.warehouse import queries, spark
from vinculo.warehouse.duck import DuckEngine

PARAMETERS = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8}
QUERY = queries.load("vinculo.differentiate.lifetime", "opportunities")


def histories(opportunities: int) -> OpportunityCounts:
    """Every (x, t_x) that n opportunities can lead to, one customer each."""
    rows = [(x, last) for last in range(opportunities + 1) for x in range(last + 1) if (x == 0) == (last == 0)]
    x, last = np.array(rows).T
    return OpportunityCounts(x, last, np.full(len(x), opportunities), np.ones(len(x)))


def ways(x: int, last: int) -> int:
    return sum(sum(path) == x - 1 for path in product((0, 1), repeat=last - 1)) if x else 1


def simulated(customers: int, opportunities: int, seed: int) -> np.ndarray:
    """Return who bought at which opportunity."""
    random = np.random.default_rng(seed)
    buys = random.beta(PARAMETERS["alpha"], PARAMETERS["beta"], (customers, 1))
    leaves = random.beta(PARAMETERS["gamma"], PARAMETERS["delta"], (customers, 1))
    here = np.cumprod(random.random((customers, opportunities)) >= leaves, axis=1).astype(bool)
    return here & (random.random((customers, opportunities)) < buys)


def counts_of(bought: np.ndarray) -> OpportunityCounts:
    n = bought.shape[1]
    last = np.where(bought.any(axis=1), n - np.argmax(bought[:, ::-1], axis=1), 0)
    rows, customers = np.unique(np.stack([bought.sum(axis=1), last], axis=1), axis=0, return_counts=True)
    return OpportunityCounts(rows[:, 0], rows[:, 1], np.full(len(rows), n), customers.astype(np.float64))


def test_the_chances_of_all_histories_add_up_to_one() -> None:
    every = histories(6)

    chances = np.exp(bg_bb.log_likelihoods(PARAMETERS, every))

    paths = [ways(int(x), int(t)) for x, t in zip(every.repeat_periods, every.last_repeat_period, strict=True)]
    assert chances @ paths == pytest.approx(1, rel=1e-12)


def test_the_pmf_is_the_sum_over_histories() -> None:
    every = histories(5)
    chances = np.exp(bg_bb.log_likelihoods(PARAMETERS, every))
    paths = [ways(int(x), int(t)) for x, t in zip(every.repeat_periods, every.last_repeat_period, strict=True)]

    pmf = bg_bb.pmf(PARAMETERS, 5)

    assert pmf == pytest.approx(np.bincount(every.repeat_periods, chances * paths), rel=1e-12)
    assert pmf @ np.arange(6) == pytest.approx(bg_bb.expected_from_first(PARAMETERS, 5)[-1], rel=1e-12)


def test_predictions_are_the_means_of_simulated_customers() -> None:
    bought = simulated(60_000, 12, seed=3)
    x, last = bought[:, :6].sum(axis=1), np.where(bought[:, :6].any(axis=1), 6 - np.argmax(bought[:, 5::-1], axis=1), 0)
    seen = OpportunityCounts(x, last, np.full(len(x), 6), np.ones(len(x)))

    expected = bg_bb.expected_purchases(PARAMETERS, seen, 6)
    buys = bg_bb.p_buys(PARAMETERS, seen, 6)

    later = bought[:, 6:].sum(axis=1)
    for group in range(7):
        error = (expected - later)[x == group], (buys - (later > 0))[x == group]
        assert abs(error[0].mean()) < 4 * error[0].std() / np.sqrt(len(error[0]))
        assert abs(error[1].mean()) < 4 * error[1].std() / np.sqrt(len(error[1]))


def test_one_opportunity_ahead_all_predictions_agree() -> None:
    every = histories(6)

    alive = bg_bb.p_alive(PARAMETERS, every)

    expected = bg_bb.expected_purchases(PARAMETERS, every, 1)
    assert bg_bb.p_buys(PARAMETERS, every, 1) == pytest.approx(expected, rel=1e-10)
    share = (PARAMETERS["alpha"] + every.repeat_periods) / (PARAMETERS["alpha"] + PARAMETERS["beta"] + 6)
    assert alive * share == pytest.approx(expected, rel=1e-12)
    assert bg_bb.p_alive(PARAMETERS, every, ahead=0)[-1] == pytest.approx(1)


@pytest.mark.parametrize("gamma", [0.66, 1.0, 2.5])
def test_a_long_horizon_approaches_dert(gamma: float) -> None:
    parameters, every = {**PARAMETERS, "gamma": gamma}, histories(6)

    long = bg_bb.discounted_purchases(parameters, every, rate=0.1, opportunities=400)

    assert long == pytest.approx(bg_bb.discounted_purchases(parameters, every, rate=0.1, opportunities=None), rel=1e-10)


def test_without_discount_dert_is_infinite_unless_customers_leave_fast() -> None:
    every = histories(3)

    assert np.isinf(bg_bb.discounted_purchases(PARAMETERS, every, rate=0.0, opportunities=None)).all()
    fast = {**PARAMETERS, "gamma": 3.5}
    without_end = bg_bb.discounted_purchases(fast, every, rate=0.0, opportunities=None)
    assert without_end == pytest.approx(bg_bb.expected_purchases(fast, every, 20_000), rel=1e-6)


def test_a_fit_recovers_the_parameters_it_was_simulated_with() -> None:
    fit = bg_bb.fit(counts_of(simulated(30_000, 8, seed=1)))

    assert fit.diagnosis.code == "ok"
    for name, true in PARAMETERS.items():
        assert abs(fit.parameters[name] - true) < 4 * fit.standard_errors[name]


def test_a_fit_of_different_numbers_of_opportunities_is_a_maximum() -> None:
    parts = [counts_of(simulated(2_000, n, seed=n)) for n in (4, 6, 9)]
    columns = ("repeat_periods", "last_repeat_period", "opportunities", "customers")
    counts = OpportunityCounts(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))

    fit = bg_bb.fit(counts)

    assert fit.log_likelihood == pytest.approx(counts.customers @ bg_bb.log_likelihoods(fit.parameters, counts))
    for name in bg_bb.PARAMETERS:
        for factor in (0.97, 1.03):
            there = {**fit.parameters, name: fit.parameters[name] * factor}
            assert counts.customers @ bg_bb.log_likelihoods(there, counts) < fit.log_likelihood


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        (([0, 0], [0, 0], [0, 0], [5, 5]), "no_customers"),
        (([0, 0], [0, 0], [3, 4], [5, 5]), "no_repeats"),
        (([0, 1], [0, 1], [1, 1], [60, 40]), "one_opportunity"),
        (([0, 1], [0, 2], [4, 4], [60, 4]), "few_repeats"),
    ],
)
def test_hopeless_counts_say_why(counts: tuple[list[int], ...], code: str) -> None:
    x, last, n, customers = (np.array(column) for column in counts)

    fit = bg_bb.fit(OpportunityCounts(x, last, n, customers.astype(np.float64)))

    assert not fit.diagnosis.identified
    assert fit.diagnosis.code == code


def test_customers_who_never_leave_are_a_diagnosis_not_an_error() -> None:
    random = np.random.default_rng(4)
    bought = random.random((4_000, 10)) < random.beta(2, 3, (4_000, 1))

    fit = bg_bb.fit(counts_of(bought))

    assert fit.diagnosis.code == "no_dropout"
    assert fit.parameters["alpha"] == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("row", [(3, 2, 6), (1, 7, 6), (0, 2, 6), (-1, 2, 6), (1, 0, 6)])
def test_impossible_rows_are_refused(row: tuple[int, int, int]) -> None:
    x, last, n = (np.array([value]) for value in row)

    with pytest.raises(InputError, match=f"Row 0 cannot be: {row[0]} repeat periods, the last at {row[1]}"):
        OpportunityCounts(x, last, n, np.ones(1))


def counted(days: list[tuple[str, date]], as_of: date, tmp_path: Path) -> list[tuple[int, ...]]:
    customers, dates = zip(*days, strict=True)
    table = pa.table({"customer_id": customers, "day": pa.array(dates, pa.date32()), "sale_lines": [1] * len(days)})
    with DuckEngine(tmp_path) as engine:
        engine.attach("sampled_days", table)
        rows = engine.rows(QUERY, as_of=as_of, period_days=30).to_pylist()
    return [tuple(row.values()) for row in rows]


def test_opportunities_are_whole_periods_after_the_first_purchase(tmp_path: Path) -> None:
    """As of 31 March periods of 30 days are 2-31 March, 31 January-1 March, and so on back."""
    days = [
        ("once", date(2024, 3, 5)),
        ("twice a month", date(2024, 3, 5)),
        ("twice a month", date(2024, 3, 31)),
        ("came back", date(2024, 1, 10)),
        ("came back", date(2024, 2, 1)),
        ("came back", date(2024, 2, 25)),
        ("edge", date(2024, 3, 1)),
        ("edge", date(2024, 3, 2)),
        ("too late", date(2024, 3, 1)),
        ("too late", date(2024, 4, 1)),
    ]

    rows = counted(days, date(2024, 3, 31), tmp_path)

    assert rows == [(0, 0, 0, 2), (0, 0, 1, 1), (1, 1, 1, 1), (1, 1, 2, 1)]


def test_the_query_of_opportunities_translates_to_spark() -> None:
    assert "DATEDIFF" in spark.translate(QUERY)
