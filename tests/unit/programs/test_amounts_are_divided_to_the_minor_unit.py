"""Laws of dividing amounts, of pools and of triangles, whatever the figures."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from vinculo.programs.finance import allocation, entries, movements, rates, recognition, triangle

MONTH = date(2025, 1, 1)
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=1_000)
POINTS = st.integers(min_value=0, max_value=10**9)


@given(st.integers(min_value=-(10**12), max_value=10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_parts_add_up_and_none_is_off_by_a_unit(total: int, weights: list[int]) -> None:
    parts = allocation.split(total, weights)

    assert sum(parts) == total
    if sum(weights):
        exact = [Fraction(total * weight, sum(weights)) for weight in weights]
        assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@given(st.lists(st.fractions(-1000, 1000, max_denominator=997), min_size=1), st.integers(-3, 3))
def test_a_difference_of_rounding_is_spread_over_what_is_something(exact: list[Fraction], more: int) -> None:
    parts = allocation.apportion(exact, round(sum(exact)) + more)

    assert sum(parts) == round(sum(exact)) + more
    assert all(part == 0 for part, share in zip(parts, exact, strict=True) if share == 0 and any(exact))


MOVES = st.lists(
    st.builds(
        movements.Movement,
        st.sampled_from(movements.LINES),
        st.sampled_from(("", "purchase", "voucher")),
        st.dates(MONTH, date(2025, 12, 31)),
        st.integers(-(10**6), 10**6),
        st.just(1),
    )
)
COSTS = st.lists(st.builds(rates.Rate, st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.integers(0, 5_000)))


@given(POINTS, MOVES, COSTS)
def test_a_roll_forward_adds_up_in_points_and_in_money(
    opening: int, moves: list[movements.Movement], costs: list[rates.Rate]
) -> None:
    rolled = movements.roll(
        opening, moves, cost=rates.Rates(costs), opened_on=MONTH - timedelta(days=1), closed_on=date(2025, 12, 31)
    )

    assert rolled.difference == (0, 0)
    assert rolled.closing == opening + sum(move.points for move in moves)


@st.composite
def pools(draw: st.DrawFn, grant: str = "purchase") -> recognition.Pool:
    issued = draw(st.integers(0, 10**6))
    redeemed = draw(st.integers(0, issued))
    expired = draw(st.integers(0, issued - redeemed))
    worth = Fraction(issued * draw(st.integers(0, 3_000)), 1_000)
    return recognition.Pool(MONTH, grant, issued, redeemed, expired, draw(st.integers(0, 10**8)), worth, worth)


@given(st.one_of(pools(), pools("birthday")), SHARES, SHARES, SHARES)
def test_what_is_owed_is_what_was_not_earned_whatever_the_estimates(
    pool: recognition.Pool, first: Fraction, now: Fraction, later: Fraction
) -> None:
    before = recognition.recognise(pool, first=first, now=now)
    after = recognition.recognise(pool, first=first, now=later)

    assert 0 <= before.recognised_minor <= before.allocated_minor
    assert before.owed_minor == 0 or pool.outstanding > 0
    if pool.price_minor and pool.grant_class == "purchase":
        assert before.allocated_minor <= pool.price_minor
    booked = entries.balances(entries.entries([entries.Turn(before, after, after)]))
    assert sum(booked.values()) == 0
    assert -booked[entries.CONTRACT] - booked[entries.ACCRUED] == after.owed_minor - before.owed_minor


@st.composite
def triangles(draw: st.DrawFn) -> list[triangle.Cohort]:
    found = []
    for at in range(draw(st.integers(1, 12))):
        ladder = tuple(draw(st.lists(st.integers(0, 1_000), min_size=at + 1, max_size=at + 1)))
        left = draw(st.integers(0, 5_000))
        month = date(2025, 12 - at, 1)
        found.append(triangle.Cohort(month, sum(ladder) + left + draw(st.integers(0, 500)), left, ladder))
    return found


@given(triangles())
def test_a_month_comes_to_no_less_than_it_did_and_no_more_than_it_can(cohorts: list[triangle.Cohort]) -> None:
    for each in triangle.project(cohorts):
        assert each.cohort.total <= each.ultimate <= each.cohort.total + each.cohort.outstanding
        assert 0 <= each.rate <= 1


def a_programme(months: int, known: int) -> list[triangle.Cohort]:
    """Return months that all redeem 240, 180, 120 and 60 of 1,000 at their first ages, of which some are known."""
    pace = (240, 180, 120, 60)
    return [
        triangle.Cohort(date(2025, 1 + at, 1), 1_000, 1_000, tuple([*pace, *[0] * months][: known - at]))
        for at in range(known)
    ]


def test_a_steady_programme_is_foreseen_without_error() -> None:
    now, then = a_programme(12, 10), a_programme(12, 6)

    tested = triangle.backtest(then, now)

    assert [round(float(each.ultimate), 3) for each in triangle.project(now)] == [600] * 10
    assert len(tested) == 6
    assert abs(triangle.error(tested)) < Fraction(1, 10**6)


def test_an_estimate_that_was_too_high_shows_in_the_back_test() -> None:
    then, now = a_programme(12, 6), a_programme(12, 10)
    slower = [triangle.Cohort(each.month, 1_000, 1_000, each.redeemed[:2]) for each in then]
    padded = [
        triangle.Cohort(each.month, 1_000, 1_000, (*short.redeemed, *[0] * (len(each.redeemed) - len(short.redeemed))))
        for each, short in zip(now, slower, strict=False)
    ]

    assert triangle.error(triangle.backtest(then, padded)) > Fraction(1, 10)
