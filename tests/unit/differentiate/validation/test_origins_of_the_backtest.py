"""Origins of the backtest."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vinculo.differentiate.validation.holdout import origins

AS_OF = date(2024, 12, 31)


def laid_out(history_days: int, horizon_days: int, wanted: int) -> origins.Plan:
    first = AS_OF - timedelta(days=history_days - 1)
    return origins.plan(first, as_of=AS_OF, horizon_days=horizon_days, origins=wanted)


def test_a_long_history_gives_holdouts_that_do_not_overlap() -> None:
    plan = laid_out(1900, 365, 3)

    assert plan.horizon_days == 365
    assert [(AS_OF - origin).days for origin in plan.origins] == [1095, 730, 365]


def test_a_year_of_history_gives_three_origins_for_a_somewhat_shorter_horizon() -> None:
    plan = laid_out(374, 365, 3)

    assert plan.horizon_days == 159
    assert [(AS_OF - origin).days for origin in plan.origins] == [215, 187, 159]


def test_a_short_history_gives_one_origin() -> None:
    plan = laid_out(100, 365, 3)

    assert (plan.horizon_days, len(plan.origins)) == (50, 1)


def test_seven_weeks_of_history_give_none() -> None:
    assert not laid_out(49, 365, 3).possible


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 800), st.integers(1, 5))
def test_every_origin_leaves_room_on_both_sides(history: int, horizon: int, wanted: int) -> None:
    plan = laid_out(history, horizon, wanted)

    first = AS_OF - timedelta(days=history - 1)
    assert len(plan.origins) <= wanted
    assert plan.horizon_days <= horizon
    assert list(plan.origins) == sorted(set(plan.origins))
    for origin in plan.origins:
        assert origin + timedelta(days=plan.horizon_days) <= AS_OF
        assert (origin - first).days + 1 >= plan.horizon_days
