from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.differentiate.profit import stability
from vinculo.differentiate.settings import Settings
from vinculo.foundation.language import translator
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.tables.orders import CUSTOMER_DAYS

AS_OF = date(2011, 6, 9)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(tmp_path, threads=1) as engine:
        yield engine


def days(*rows: tuple[str, int, int]) -> pa.Table:
    """Draw customer days from (customer, days before as_of, margin in minor units)."""
    nothing = dict.fromkeys(CUSTOMER_DAYS.names, 0)
    table = [
        nothing
        | {"customer_id": who, "day": AS_OF - timedelta(days=ago), "sale_lines": 1, "sales_minor": margin + 100}
        | {"cost_minor": 100, "first_hour": None}
        for who, ago, margin in rows
    ]
    return pa.Table.from_pylist(table, schema=CUSTOMER_DAYS.schema)


def summarize(engine: DuckEngine, table: pa.Table, language: str = "en") -> tuple[dict, list[dict]]:
    engine.attach("customer_days", table)
    tables = stability.summarize(engine, Settings(AS_OF, language=language), translator(language))
    return tables["stability"].to_pylist()[0], tables["stability_transitions"].to_pylist()


FIVE = [(f"C{place}", ago, 500 - 100 * place) for place in range(5) for ago in (10, 400)]


def test_customers_who_do_the_same_every_year_stay_where_they_are(engine: DuckEngine) -> None:
    summary, moves = summarize(engine, days(*FIVE, ("C0", 800, 1)))

    assert summary["full_years"] is True
    assert (summary["top_customers"], summary["top_stayed"], summary["top_stayed_share"]) == (1, 1, 1.0)
    assert [(move["from_class"], move["to_class"]) for move in moves] == [
        (f"quintile_{place}", f"quintile_{place}") for place in range(1, 6)
    ]


def test_new_and_lapsed_customers_are_told_apart(engine: DuckEngine) -> None:
    summary, moves = summarize(engine, days(("old", 400, 90), ("new", 364, 70), ("old", 730, 1)))

    assert [(move["from_class"], move["to_class"], move["customers"]) for move in moves] == [
        ("quintile_1", "lapsed", 1),
        ("new", "quintile_1", 1),
    ]
    assert (summary["top_new"], summary["top_stayed"], summary["top_risen"]) == (1, 0, 0)


def test_the_first_day_of_this_year_is_364_days_before_as_of(engine: DuckEngine) -> None:
    summary, _ = summarize(engine, days(("edge", 364, 1), ("before", 365, 1), ("first", 729, 1), ("out", 730, 1)))

    assert (summary["customers"], summary["previous_customers"]) == (1, 2)


def test_less_than_two_years_compares_half_periods_and_says_so(engine: DuckEngine) -> None:
    summary, _ = summarize(engine, days(("a", 0, 5), ("a", 60, 5), ("a", 99, 5)))

    assert (summary["full_years"], summary["period_days"], summary["history_days"]) == (False, 50, 100)
    assert summary["reading"].startswith("100.0\xa0% of the top 20\xa0% by margin of the last 50 days")
    assert "only 100 days of history" in summary["reading"]


def test_a_short_history_is_refused_in_words(engine: DuckEngine) -> None:
    summary, moves = summarize(engine, days(("a", 0, 5), ("a", 20, 5)), "es")

    assert moves == []
    assert summary["top_stayed_share"] is None
    assert summary["reading"] == (
        "Hay 21 días de historial: demasiado pocos para comparar dos periodos (hacen falta al menos 60)."
    )


def test_no_purchases_at_all_is_no_history(engine: DuckEngine) -> None:
    summary, _ = summarize(engine, days().slice(0, 0))

    assert summary["history_days"] == 0


def test_ties_share_a_class() -> None:
    margin = np.array([9, 5, 5, 5, 5, 5, 5, 5, 5, 1])

    found = stability.classes(margin, np.full(10, True))

    assert found.tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 0, 4]


margins = st.lists(
    st.tuples(st.booleans(), st.integers(-99, 99), st.booleans(), st.integers(-99, 99)).filter(
        lambda row: row[0] or row[2]
    ),
    min_size=1,
    max_size=60,
)


@given(margins)
def test_everybody_makes_exactly_one_move(rows: list[tuple[bool, int, bool, int]]) -> None:
    columns = [np.array(column) for column in zip(*rows, strict=True)]

    moves = stability.transitions(stability.Periods(*columns))

    assert sum(move["customers"] for move in moves) == len(rows)
    leaving: dict[str, float] = {}
    for move in moves:
        leaving[move["from_class"]] = leaving.get(move["from_class"], 0) + move["share_of_from"]
    assert all(share == pytest.approx(1) for share in leaving.values())
    assert not any(move["from_class"] == "new" and move["to_class"] == "lapsed" for move in moves)
