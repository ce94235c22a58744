"""When a promise is due, over nights, weekends, holidays and clocks that change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vinculo.foundation.errors import SettingsError
from vinculo.programs.guarantees import hours, terms
from vinculo.programs.guarantees.hours import Hours
from vinculo.programs.guarantees.terms import Known, Terms

WEEK = {day: [["09:00", "14:00"], ["16:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = hours.read("Europe/Madrid", WEEK, ["2026-12-25"])
NIGHT = hours.read("Europe/Madrid", {day: [["00:00", "24:00"]] for day in hours.WEEKDAYS})
MOMENTS = some.integers(0, 527_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
LENGTHS = some.integers(1, 5_000).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, LENGTHS, LENGTHS)
def test_time_in_two_parts_is_the_time_of_both(start: datetime, one: timedelta, other: timedelta) -> None:
    assert hours.add(OFFICE, hours.add(OFFICE, start, one), other) == hours.add(OFFICE, start, one + other)


@given(MOMENTS, LENGTHS)
def test_what_starts_later_is_never_due_before(start: datetime, length: timedelta) -> None:
    later = start + timedelta(minutes=97)

    assert hours.add(OFFICE, start, length) <= hours.add(OFFICE, later, length)
    assert hours.add(OFFICE, start, length) >= start + length


@given(MOMENTS, LENGTHS)
def test_who_works_day_and_night_is_like_a_clock(start: datetime, length: timedelta) -> None:
    assert hours.add(NIGHT, start, length) == start + length


@pytest.mark.parametrize(
    ("measure", "amount", "start", "due"),
    [
        ("minutes", 10, "2026-11-27T12:58", "2026-11-27T15:08"),  # ten minutes, two of them before the siesta
        ("hours", 9, "2026-11-27T19:00", "2026-11-30T19:00"),  # from Friday's end to Monday's
        ("days", 5, "2026-11-27T12:00", "2026-12-04T19:00"),  # five working days
        ("days", 1, "2026-12-24T12:00", "2026-12-28T19:00"),  # over Christmas and a weekend
        ("days", 0, "2026-11-27T12:00", "2026-11-27T19:00"),  # on the same day
        ("days", 0, "2026-11-27T20:00", "2026-11-30T19:00"),  # after hours: the next working day
        ("days", 1, "2026-11-28T12:00", "2026-11-30T19:00"),  # from a Saturday
        ("on_the_day", 0, "2026-11-27T12:00", "2026-11-27T19:00"),
    ],
)
def test_a_promise_is_due_where_people_work(measure: str, amount: int, start: str, due: str) -> None:
    started = datetime.fromisoformat(start).replace(tzinfo=UTC)

    found = terms.due_at(Terms(measure, amount), OFFICE, started)

    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)]
)
def test_a_day_is_as_long_as_clocks_make_it(day: date, length: int) -> None:
    clock = Hours("Europe/Madrid")
    begins = hours.moment(day, time.min, clock.zone)

    assert terms.due_at(Terms("on_the_day"), clock, begins, day) - begins == timedelta(hours=length)
    assert terms.due_at(Terms("hours", 24), clock, begins) - begins == timedelta(hours=24)


@pytest.mark.parametrize(
    ("told", "holidays"),
    [
        ({}, []),
        ({"mon": []}, []),
        ({"lunes": [["09:00", "10:00"]]}, []),
        ({"mon": [["10:00", "09:00"]]}, []),
        ({"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, []),
        ({"mon": [["9", "later"]]}, []),
        (WEEK, ["Christmas"]),
    ],
)
def test_hours_that_make_no_sense_are_refused(told: dict[str, list[list[str]]], holidays: list[str]) -> None:
    with pytest.raises(SettingsError):
        hours.read("Europe/Madrid", told, holidays)


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (Known(kept_at=NOW), "early"),
        (Known(NOW, NOW), "open"),
        (Known(NOW, NOW - SECOND), "broken"),
        (Known(NOW, NOW, NOW), "kept"),
        (Known(NOW, NOW, NOW + SECOND), "broken"),
        (Known(NOW, NOW - SECOND, None, True), "excluded"),
    ],
)
def test_how_a_promise_stands_follows_from_what_is_known(known: Known, state: str) -> None:
    assert terms.standing(known, now=NOW) == state


def test_news_may_come_late_as_long_as_it_is_said() -> None:
    known = Known(NOW, NOW - SECOND)

    assert terms.standing(known, now=NOW, late_news=SECOND) == "open"
    assert terms.standing(known, now=NOW + SECOND, late_news=SECOND) == "broken"
