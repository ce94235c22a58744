"""The home of a demonstration has a clock of its own, which all its processes follow; no other home has."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from vinculo.project import clock
from vinculo.project.operation.club import days

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))
    monkeypatch.setattr(timezone, "now", timezone.now)


def test_the_clock_is_set_back_once_and_goes_on() -> None:
    clock.keep(10)
    clock.keep(99)

    before = datetime.now(UTC)
    there = timezone.now()
    assert before <= there + timedelta(days=10) <= datetime.now(UTC)


def test_a_home_that_says_nothing_goes_by_the_calendar() -> None:
    calendar = timezone.now

    clock.follow()

    assert timezone.now is calendar
    assert clock.back() == timedelta()


def test_a_demonstration_begins_on_the_day_after_its_last_order() -> None:
    assert days.last_of(DATA / "online_retail.parquet") == date(2011, 12, 9)
    assert days.last_of(DATA / "cdnow_sample.csv") is None

    days.stand(DATA / "online_retail.parquet")

    assert timezone.now().date() == date(2011, 12, 10)
