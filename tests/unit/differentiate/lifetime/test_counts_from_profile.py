from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from vinculo.differentiate.lifetime import counts
from vinculo.foundation.errors import SettingsError
from vinculo.warehouse.duck import DuckEngine

NAMES = (
    "purchase_days",
    "repeat_purchase_days",
    "age_at_last_days",
    "tenure_days",
    "mean_repeat_spend_minor",
    "country",
    "cohort",
)
ROWS = [
    (1, 0, 0, 30, None, "ES", date(2025, 1, 1)),
    (1, 0, 0, 30, None, "FR", date(2025, 1, 1)),
    (3, 2, 20, 30, 2002.6, "ES", date(2025, 2, 1)),
    (3, 2, 20, 30, 2003.6, None, date(2025, 2, 1)),
    (2, 1, 7, 30, 5000.0, "ES", date(2025, 2, 1)),
    (2, 1, 7, 30, 0.0, "ES", date(2025, 2, 1)),
    (0, 0, None, None, None, "ES", None),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    columns = list(zip(*ROWS, strict=True))
    types = [pa.int64()] * 4 + [pa.float64(), pa.string(), pa.date32()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    profile = pa.table(arrays, names=list(NAMES))
    for name in ("channel", "segment", "dominant_category"):
        profile = profile.append_column(name, pa.nulls(len(ROWS), pa.string()))
    with DuckEngine(tmp_path / "spill") as made:
        made.attach("profile", profile)
        yield made


def rows(found: counts.Counts) -> list[tuple[float, ...]]:
    return list(
        zip(
            found.repeat_purchase_days.tolist(),
            found.age_at_last_days.tolist(),
            found.tenure_days.tolist(),
            found.customers.tolist(),
            strict=True,
        )
    )


def test_histories_are_distinct_sorted_and_without_those_who_only_returned(engine: DuckEngine) -> None:
    found = counts.histories(engine)

    assert rows(found) == [(0, 0, 30, 2.0), (1, 7, 30, 2.0), (2, 20, 30, 2.0)]
    assert found.total == 6
    assert found.customers.dtype == np.float64


def test_histories_by_country_add_up_to_all(engine: DuckEngine) -> None:
    found = counts.histories_by(engine, "country")

    assert list(found) == ["ES", "FR", counts.NONE]
    assert rows(found["ES"]) == [(0, 0, 30, 1.0), (1, 7, 30, 2.0), (2, 20, 30, 1.0)]
    assert sum(each.total for each in found.values()) == counts.histories(engine).total


def test_histories_by_cohort_are_named_by_their_month(engine: DuckEngine) -> None:
    found = counts.histories_by(engine, "cohort")

    assert list(found) == ["2025-01-01", "2025-02-01"]


def test_another_dimension_is_refused(engine: DuckEngine) -> None:
    with pytest.raises(SettingsError, match="choose one of country"):
        counts.histories_by(engine, "colour")


def test_spend_joins_means_within_a_thousandth_and_leaves_free_purchases_out(engine: DuckEngine) -> None:
    found = counts.spend(engine)

    assert found.repeat_purchase_days.tolist() == [1, 2]
    assert found.total == 3
    assert found.mean_spend_minor.tolist() == [5000, 2003.5]


def test_no_customers_are_empty_counts(engine: DuckEngine) -> None:
    engine.materialise("profile_none", "SELECT * FROM profile WHERE purchase_days > 99")
    engine.attach("profile", engine.rows("SELECT * FROM profile_none"))

    assert counts.histories(engine).total == 0
    assert counts.histories_by(engine, "country") == {}
    assert counts.spend(engine).total == 0
