"""Levels: laws that hold for any counts, and the decisions members ask about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.programs.levels import decision, forecast
from vinculo.programs.levels.standing import Case, Count, NextFall, Standing
from vinculo.programs.levels.terms import Fall, Rung, Terms, TermsError, read
from vinculo.programs.levels.windows import Kind, Window, WindowError, add_months

JOINED = date(2023, 5, 31)
LADDER = (Rung(1, 0), Rung(2, 100), Rung(3, 500), Rung(4, 1500))
WINDOWS = [
    *(Window(Kind.CALENDAR), Window(Kind.CALENDAR, 3, 2), Window(Kind.ANNIVERSARY), Window(Kind.ANNIVERSARY, 6)),
    *(Window(Kind.ROLLING), Window(Kind.ROLLING, 3)),
]
windows = st.sampled_from(WINDOWS)
policies = st.builds(Terms, st.just(LADDER), st.sampled_from([*Fall]), grace_days=st.sampled_from([0, 10, 45]))
days = st.dates(JOINED, date(2026, 12, 31))
counts = st.lists(st.builds(Count, days, st.integers(1, 900), st.just(1)), max_size=14).map(sorted)


def stands(window: Window, found: list[Count], as_of: date, *versions: Terms, joined_on: date = JOINED) -> Standing:
    return decision.decide(Case(versions or (Terms(LADDER),), window, sorted(found), joined_on, as_of))


@given(windows, policies, counts, days, days, st.integers(1, 2000))
def test_more_never_means_a_lower_level(
    window: Window, policy: Terms, found: list[Count], day: date, as_of: date, more: int
) -> None:
    before = stands(window, found, as_of, policy)

    after = stands(window, [*found, Count(day, more)], as_of, policy)

    assert after.rank >= before.rank


@given(windows, policies, counts, days, days, st.integers(1, 2000))
def test_what_came_back_leaves_no_trace(
    window: Window, policy: Terms, found: list[Count], day: date, as_of: date, amount: int
) -> None:
    bought_and_returned = [*found, Count(day, amount, 1), Count(day, -amount, -1)]

    assert stands(window, bought_and_returned, as_of, policy) == stands(
        window, [*found, Count(day, 0, 0)], as_of, policy
    )


@given(windows, policies, counts, days, st.randoms(use_true_random=False))
def test_counts_may_come_in_any_order_and_grouping(
    window: Window, policy: Terms, found: list[Count], as_of: date, random: object
) -> None:
    split = [part for each in found for part in (Count(each.day, each.amount - 1, 1), Count(each.day, 1, 0))]
    random.shuffle(split)  # type: ignore[attr-defined] # as Hypothesis gives it

    again = stands(window, split, as_of, policy)

    assert again == stands(window, found, as_of, policy)


@given(windows, policies, counts, days)
def test_the_next_fall_is_what_happens_when_nothing_more_counts(
    window: Window, policy: Terms, found: list[Count], as_of: date
) -> None:
    until = [each for each in found if each.day <= as_of]
    now = stands(window, until, as_of, policy)

    ahead = now.next_fall

    for months in range(1, 30):
        later = stands(window, until, add_months(as_of, months), policy)
        assert (later.rank < now.rank) == (ahead is not None and ahead.on <= add_months(as_of, months))
    if ahead:
        assert stands(window, until, ahead.on - timedelta(days=1), policy).rank == now.rank
        assert stands(window, until, ahead.on, policy).rank == ahead.to


@given(policies, counts, days)
def test_a_level_is_never_below_what_its_own_window_counts(policy: Terms, found: list[Count], as_of: date) -> None:
    for window in WINDOWS:
        now = stands(window, found, as_of, policy)
        assert now.rank >= policy.rank_for(now.counted)
        assert now.counted == sum(
            each.amount
            for each in found
            if each.day <= as_of
            and (
                add_months(each.day, window.months) > as_of
                if window.kind == Kind.ROLLING
                else now.window.begins <= each.day < now.window.ends
            )
        )


@given(windows, policies, counts, days)
def test_a_level_that_is_kept_is_never_lost(window: Window, policy: Terms, found: list[Count], as_of: date) -> None:
    kept = Terms((*LADDER[:2], Rung(3, 500, kept=True), LADDER[3]), policy.fall, policy.grace_days)
    best = max(stands(window, found, each.day, kept).rank for each in [*found, Count(JOINED, 0)])

    held = stands(window, found, max(as_of, date(2027, 1, 1)), kept).rank

    assert held >= (3 if best >= 3 else 1)


@pytest.mark.parametrize(
    ("fall", "grace", "expected"),
    [
        (Fall.ONE_DOWN, 0, [(date(2025, 12, 31), 4), (date(2026, 1, 1), 3), (date(2027, 1, 1), 2)]),
        (Fall.ONE_DOWN, 30, [(date(2026, 1, 30), 4), (date(2026, 1, 31), 3), (date(2027, 1, 31), 2)]),
        (Fall.TO_BALANCE, 0, [(date(2025, 12, 31), 4), (date(2026, 1, 1), 2), (date(2027, 1, 1), 1)]),
        (Fall.NEVER, 0, [(date(2030, 1, 1), 4)]),
    ],
)
def test_a_level_holds_to_the_end_of_the_following_period(
    fall: Fall, grace: int, expected: list[tuple[date, int]]
) -> None:
    found = [Count(date(2024, 3, 1), 1600), Count(date(2025, 8, 1), 120)]

    ranks = [stands(Window(Kind.CALENDAR), found, day, Terms(LADDER, fall, grace)).rank for day, _rank in expected]

    assert ranks == [rank for _day, rank in expected]


def test_a_purchase_in_the_days_of_grace_counts_for_the_new_period_and_saves_the_level() -> None:
    found = [Count(date(2024, 3, 1), 600), Count(date(2026, 1, 10), 500)]

    now = stands(Window(Kind.CALENDAR), found, date(2026, 3, 1), Terms(LADDER, Fall.TO_BALANCE, 30))

    assert (now.rank, now.counted) == (3, 500)


def test_a_threshold_that_is_raised_takes_nothing_from_those_who_reached_it() -> None:
    harder = Terms((Rung(1, 0), Rung(2, 200), Rung(3, 1000)), version=2, begins_on=date(2025, 7, 1))
    versions, year = (Terms(LADDER), harder), Window(Kind.CALENDAR)

    early = stands(year, [Count(date(2025, 3, 1), 600)], date(2026, 6, 1), *versions)
    late = stands(year, [Count(date(2025, 8, 1), 600)], date(2026, 6, 1), *versions)

    assert (early.rank, early.evidence.version, early.evidence.threshold) == (3, 1, 500)
    assert (late.rank, late.evidence.version, late.evidence.threshold) == (2, 2, 200)


def test_a_rolling_window_falls_on_the_day_its_purchases_leave_it() -> None:
    found = [Count(date(2024, 2, 29), 450), Count(date(2024, 9, 1), 60)]

    held = stands(Window(Kind.ROLLING), found, date(2025, 2, 27))
    fell = stands(Window(Kind.ROLLING), found, date(2025, 2, 28))

    assert (held.rank, held.since, held.next_fall) == (3, date(2024, 9, 1), NextFall(date(2025, 2, 28), 2))
    assert (fell.rank, fell.fell, fell.evidence.counted, fell.evidence.threshold) == (2, True, 60, 500)


def test_years_of_membership_begin_on_the_last_of_a_short_month() -> None:
    joined = date(2024, 2, 29)

    assert Window(Kind.ANNIVERSARY).period(date(2025, 2, 28), joined_on=joined) == (
        date(2025, 2, 28),
        date(2026, 2, 28),
    )
    assert Window(Kind.ANNIVERSARY).period(date(2025, 2, 27), joined_on=joined) == (joined, date(2025, 2, 28))


@given(windows, days, st.dates(date(2019, 1, 1), JOINED))
def test_every_day_is_in_exactly_one_period(window: Window, day: date, joined_on: date) -> None:
    if window.kind != Kind.ROLLING:
        period = window.period(day, joined_on=joined_on)

        assert period.begins <= day < period.ends
        assert window.period(period.ends, joined_on=joined_on).begins == period.ends


def test_a_member_at_a_steady_pace_sees_the_day_of_the_next_level() -> None:
    found = [Count(date(2025, month, 15), 40) for month in range(1, 10)]
    case = Case((Terms(LADDER),), Window(Kind.CALENDAR), found, date(2024, 10, 1), date(2025, 9, 30))

    ahead = forecast.ahead(case, decision.decide(case))

    assert (ahead.next_rank, ahead.missing, ahead.until) == (3, 140, date(2025, 12, 31))
    assert (ahead.on_course_on, ahead.pace_yearly) == (None, 360)
    assert (ahead.falls_on, ahead.falls_to, ahead.missing_to_keep) == (date(2027, 1, 1), 1, 100)
    assert ahead.keeps_at_pace


def test_who_bought_little_learns_what_keeps_the_level() -> None:
    found = [Count(date(2024, 6, 1), 600), Count(date(2025, 10, 1), 380)]
    case = Case((Terms(LADDER),), Window(Kind.CALENDAR), found, JOINED, date(2025, 11, 1))

    ahead = forecast.ahead(case, decision.decide(case))

    assert (ahead.falls_on, ahead.falls_to, ahead.missing_to_keep) == (date(2026, 1, 1), 2, 120)
    assert not ahead.keeps_at_pace


@given(windows, counts, days)
def test_whoever_goes_on_at_the_pace_foreseen_is_at_the_level_on_the_day(
    window: Window, found: list[Count], as_of: date
) -> None:
    until = [each for each in found if each.day <= as_of]
    case = Case((Terms(LADDER),), window, until, JOINED, as_of)
    ahead = forecast.ahead(case, decision.decide(case))
    if ahead.on_course_on is None or ahead.next_rank is None:
        return

    days_between, pace = (ahead.on_course_on - as_of).days, forecast.pace_daily(until, JOINED, as_of)
    steady = [
        Count(as_of + timedelta(days=day), int(pace * day) - int(pace * (day - 1)))
        for day in range(1, days_between + 1)
    ]
    missing = int(pace * days_between) + 1  # the fraction of a point that whole points leave out
    reached = stands(window, [*until, *steady, Count(ahead.on_course_on, 1)], ahead.on_course_on)

    assert missing >= 0
    assert reached.rank >= ahead.next_rank


@pytest.mark.parametrize(
    "rungs",
    [(), (Rung(0, 0),), (Rung(1, -1),), (Rung(1, 5), Rung(2, 5)), (Rung(2, 0), Rung(1, 5))],
)
def test_terms_that_make_no_sense_are_refused(rungs: tuple[Rung, ...]) -> None:
    with pytest.raises(TermsError):
        Terms(rungs)


def test_terms_are_read_as_they_were_kept() -> None:
    terms = Terms((*LADDER[:3], Rung(9, 900, kept=True)), Fall.TO_BALANCE, 14, 3, date(2025, 1, 1))

    assert read(terms.said(), version=3, begins_on=date(2025, 1, 1)) == terms


@pytest.mark.parametrize("months", [0, 5, 7, 24])
def test_calendar_periods_divide_a_year(months: int) -> None:
    with pytest.raises(WindowError):
        Window(Kind.CALENDAR, months)


def test_of_equal_levels_the_member_s_own_stands_before_others() -> None:
    assert decision.effective(earned=2, granted=2, of_group=2) == decision.Effective(2, decision.Origin.EARNED)
    assert decision.effective(earned=1, granted=2, of_group=3).origin == decision.Origin.GROUP
