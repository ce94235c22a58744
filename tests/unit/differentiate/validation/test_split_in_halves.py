"""One query for both halves."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.make import bases

from vinculo.differentiate.lifetime import model
from vinculo.differentiate.validation.holdout import split

START, AS_OF = date(2024, 1, 1), date(2024, 1, 31)
ORIGIN = date(2024, 1, 15)


def halves(folder: Path, *purchases: tuple[str, int], size: int = 0) -> split.Split:
    days = [date(2024, 1, day) for _, day in purchases]
    with bases.engine(folder, [name for name, _ in purchases], days, as_of=AS_OF) as engine:
        split.draw(engine, size=size, as_of=AS_OF)
        return split.at(engine, origin=ORIGIN, horizon_days=10)


def test_the_calibration_half_ends_at_the_close_of_the_origin(tmp_path: Path) -> None:
    half = halves(tmp_path, ("ana", 1), ("ana", 15), ("ana", 16))

    assert half.histories.repeat_purchase_days.tolist() == [1]
    assert half.histories.age_at_last_days.tolist() == [14]
    assert half.histories.tenure_days.tolist() == [14]
    assert half.purchase_days.tolist() == [1]


def test_the_holdout_ends_with_the_horizon(tmp_path: Path) -> None:
    half = halves(tmp_path, ("ana", 1), ("ana", 25), ("ana", 26))

    assert half.purchase_days.tolist() == [1]


def test_repeats_in_the_window_do_not_count_the_first_purchase(tmp_path: Path) -> None:
    half = halves(tmp_path, ("ana", 1), ("ana", 5), ("ana", 6), ("bea", 6), ("bea", 7), ("ciro", 1), ("ciro", 2))

    assert half.repeats_in_window.tolist() == [1, 1, 0]


def test_customers_won_in_the_holdout_are_counted_apart(tmp_path: Path) -> None:
    half = halves(tmp_path, ("ana", 1), ("bea", 20), ("bea", 21), ("ciro", 28))

    assert half.customers == 1
    assert (half.new_customers, half.new_customers_purchase_days) == (1, 2)


def test_customer_numbers_follow_the_identifiers(tmp_path: Path) -> None:
    half = halves(tmp_path, ("ciro", 1), ("ana", 2), ("bea", 20), ("dan", 3))

    assert half.customer_numbers.tolist() == [0, 2, 3]


def test_a_sample_is_the_same_every_time_and_about_as_large_as_asked(tmp_path: Path) -> None:
    numbers = np.arange(4000)

    def drawn() -> tuple[split.Sample, list[int]]:
        with bases.numbered(tmp_path, numbers, numbers % 31, start=START, as_of=AS_OF) as engine:
            sample = split.draw(engine, size=1000, as_of=AS_OF)
            return sample, split.at(engine, origin=AS_OF, horizon_days=1).histories.tenure_days.tolist()

    first, again = drawn(), drawn()

    assert first[0].population == 4000
    assert first[0].customers == pytest.approx(1000, abs=100)
    assert not first[0].whole
    assert first[1] == again[1]


def test_a_base_below_the_sample_size_is_taken_whole(tmp_path: Path) -> None:
    with bases.engine(tmp_path, ["ana", "bea"], [START, START], as_of=AS_OF) as engine:
        assert split.draw(engine, size=50, as_of=AS_OF).whole


def test_tuples_hold_every_customer_once() -> None:
    random = np.random.default_rng(3)
    tenure = random.integers(0, 6, 200)
    age = random.integers(0, tenure + 1)
    histories = model.Histories(random.integers(0, age + 1), age, tenure)

    grouped = split.tuples(histories)

    rows = set(zip(histories.repeat_purchase_days.tolist(), age.tolist(), tenure.tolist(), strict=True))
    assert len(grouped.counts.customers) == len(rows)
    assert grouped.counts.total == 200
    assert grouped.histories.tenure_days[grouped.of_customer].tolist() == tenure.tolist()
    assert grouped.histories.age_at_last_days[grouped.of_customer].tolist() == age.tolist()
