"""Periods: this one against the last, and an unfinished one against the same days of the last."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinculo.foundation.errors import InputError
from vinculo.measure.charts.reader import Reader
from vinculo.measure.cockpit import periods

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
kinds = st.sampled_from(periods.KINDS)


@given(kinds, days)
def test_a_day_lies_in_its_period_and_the_one_before_ends_where_it_begins(kind: str, day: date) -> None:
    period = periods.of(kind, day)
    earlier = periods.before(period)

    assert period.starts <= day <= period.ends
    assert earlier.ends + timedelta(days=1) == period.starts
    assert earlier.finished
    assert periods.of(kind, period.ends).finished


@given(kinds, days)
def test_an_unfinished_period_is_compared_with_as_many_days_of_the_one_before(kind: str, day: date) -> None:
    period = periods.of(kind, day)

    same = periods.same_days(period)

    assert same.starts == periods.before(period).starts
    assert same.days == min(period.days, periods.before(period).days) or period.finished
    assert same.finished or not period.finished


def test_a_long_month_is_compared_with_the_whole_of_a_short_one() -> None:
    same = periods.same_days(periods.of("month", date(2011, 3, 30)))

    assert (same.starts, same.seen_to) == (date(2011, 2, 1), date(2011, 2, 28))


def test_periods_are_named_in_the_language_of_the_reader() -> None:
    named = [
        periods.of(kind, date(2011, 12, 9)).words(Reader(language, "EUR"))
        for language in ("en", "es")
        for kind in periods.KINDS
    ]

    assert named == ["Dec 2011", "Q4 2011", "2011", "dic 2011", "T4 2011", "2011"]


def test_a_series_ends_with_the_period_and_leaves_none_out() -> None:
    found = periods.series(periods.of("quarter", date(2011, 12, 9)), 5)

    assert [each.starts.isoformat() for each in found] == [
        "2010-10-01",
        "2011-01-01",
        "2011-04-01",
        "2011-07-01",
        "2011-10-01",
    ]
    assert [each.finished for each in found] == [True, True, True, True, False]


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(InputError):
        periods.of("fortnight", date(2011, 12, 9))
