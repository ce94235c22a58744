"""Regularity: Wheat and Morrison's k from pairs of gaps between purchase days."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.lifetime import regularity
from vinculo.differentiate.lifetime.regularity import Gaps
from vinculo.foundation.language import translator
from vinculo.warehouse import spark
from vinculo.warehouse.duck import DuckEngine


def erlang(k: int, *, customers: int = 40_000, mean_days: float = 40, seed: int = 1) -> Gaps:
    """Whole-day gaps of customers with rates of their own and Erlang-k times, purchases of one day collapsed."""
    random = np.random.default_rng(seed)
    rate = random.gamma(3.0, 1 / 3.0, customers) / mean_days
    times = random.gamma(k, 1, (customers, 2)) / (k * rate[:, np.newaxis])
    start = random.random(customers)
    first = np.floor(start + times[:, 0]).astype(np.int64)
    second = np.floor(start + times.sum(axis=1)).astype(np.int64)
    apart = (first > 0) & (second > first)
    return Gaps(first[apart], (second - first)[apart], np.ones(int(apart.sum())))


@pytest.mark.parametrize(("k", "code"), [(1, "random"), (2, "very_regular"), (4, "very_regular")])
def test_k_is_recovered_from_whole_days(k: int, code: str) -> None:
    found = regularity.estimate(erlang(k))

    assert found.k == pytest.approx(k, abs=4 * found.standard_error + 0.02 * k)
    assert found.diagnosis.code == code


@pytest.mark.parametrize("mean_days", [5, 15])
def test_short_gaps_do_not_pass_for_rhythm(mean_days: float) -> None:
    found = regularity.estimate(erlang(1, mean_days=mean_days))

    assert found.diagnosis.code == "random"
    assert found.k == pytest.approx(1, abs=0.05)


def test_bursts_are_told_from_randomness() -> None:
    random = np.random.default_rng(2)
    gaps = np.ceil(30 * random.gamma(0.4, 2.5, (5_000, 2))).astype(np.int64)

    found = regularity.estimate(Gaps(gaps[:, 0], gaps[:, 1], np.ones(5_000)))

    assert found.diagnosis.code == "clumpy"


def test_the_standard_error_is_that_seen_over_samples() -> None:
    found = [regularity.estimate(erlang(2, customers=800, seed=seed)) for seed in range(60)]

    spread = np.std([each.k for each in found])
    assert np.mean([each.standard_error for each in found]) == pytest.approx(spread, rel=0.35)


def test_counted_pairs_equal_pairs_one_by_one() -> None:
    gaps = erlang(1, customers=5_000, mean_days=20)
    pairs, customers = np.unique(np.stack([gaps.earlier_days, gaps.later_days]), axis=1, return_counts=True)

    counted = regularity.estimate(Gaps(pairs[0], pairs[1], customers))

    alone = regularity.estimate(gaps)
    assert counted.k == pytest.approx(alone.k)
    assert counted.standard_error == pytest.approx(alone.standard_error)
    assert counted.customers == alone.customers


def test_too_few_customers_are_not_judged() -> None:
    found = regularity.estimate(Gaps(np.array([20, 3]), np.array([20, 3]), np.array([99, 500])))

    assert found.diagnosis.code == "unknown"
    assert found.customers == 99
    assert np.isnan(found.k)


def test_a_perfect_rhythm_has_no_end() -> None:
    found = regularity.estimate(Gaps(np.array([30]), np.array([30]), np.array([1000])))

    assert found.k == float("inf")
    assert found.diagnosis.code == "very_regular"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "diagnosis",
    [regularity.UNKNOWN, regularity.CLUMPY, regularity.RANDOM, regularity.REGULAR, regularity.VERY_REGULAR],
)
def test_every_sentence_takes_its_figures(language: str, diagnosis: regularity.Diagnosis) -> None:
    found = regularity.Regularity(1.234, 0.1, 5_000.0, diagnosis)

    sentence = translator(language)(diagnosis.sentence).format(**found.figures)

    assert ("1.23" in sentence) != ("5,000" in sentence)
    assert (translator(language)(diagnosis.sentence) == diagnosis.sentence) == (language == "en")


def test_the_query_takes_the_last_two_gaps_of_purchase_days(tmp_path: Path) -> None:
    start = date(2024, 1, 1)
    days = {"regular": [0, 10, 40, 45], "again": [5, 35, 40], "twice": [0, 9], "later": [0, 30, 99]}
    rows = [(name, start + timedelta(days=day), 1) for name, when in days.items() for day in when]
    rows.append(("again", start + timedelta(days=50), 0))
    names, dates, lines = zip(*rows, strict=True)
    table = pa.table({"customer_id": names, "day": pa.array(dates, pa.date32()), "sale_lines": lines})
    with DuckEngine(tmp_path) as engine:
        engine.attach("sampled_days", table)
        found = engine.rows(regularity.query(), as_of=start + timedelta(days=60)).to_pylist()

    assert found == [{"earlier_days": 30, "later_days": 5, "customers": 2}]


def test_the_query_translates_to_spark() -> None:
    assert "SORT_ARRAY(COLLECT_LIST(day), FALSE)" in spark.translate(regularity.query())
