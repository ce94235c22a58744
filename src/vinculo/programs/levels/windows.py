"""Windows: the days whose purchases or points count towards a level."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from vinculo.foundation.errors import SettingsError


class Kind(StrEnum):
    """How the days that count are found."""

    CALENDAR = "calendar"
    ANNIVERSARY = "anniversary"
    ROLLING = "rolling"


class Period(NamedTuple):
    """Days from one until before another."""

    begins: date
    ends: date


class WindowError(SettingsError):
    """A window has no length that makes sense."""

    code = "levels.window"


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a month that is too short.

    >>> add_months(date(2024, 2, 29), 12), add_months(date(2024, 1, 31), 1)
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


@dataclass(frozen=True)
class Window:
    """Calendar periods of some months, years of membership, or the last months before any day.

    >>> Window(Kind.CALENDAR, 12).period(date(2024, 5, 2), joined_on=date(2020, 1, 1))
    Period(begins=datetime.date(2024, 1, 1), ends=datetime.date(2025, 1, 1))
    """

    kind: Kind
    months: int = 12
    first_month: int = 1
    """In which month calendar periods begin; the others follow from it."""

    def __post_init__(self) -> None:
        whole = self.kind != Kind.CALENDAR or 12 % self.months == 0 if self.months > 0 else False
        if not whole or self.months > 60 or not 1 <= self.first_month <= 12:
            raise WindowError(
                "A window of {months} months cannot be used: calendar periods divide a year (1, 2, 3, 4, 6 or 12 "
                "months), others have 1 to 60 months.",
                months=self.months,
            )

    def period(self, day: date, *, joined_on: date) -> Period:
        """Return the period that a day is in; of a rolling window the months up to it."""
        if self.kind == Kind.ROLLING:
            return Period(add_months(day, -self.months), day)
        if self.kind == Kind.CALENDAR:
            begun = (day.year * 12 + day.month - self.first_month) // self.months * self.months + self.first_month - 1
            begins = date(begun // 12, begun % 12 + 1, 1)
            return Period(begins, add_months(begins, self.months))
        passed = (day.year - joined_on.year) * 12 + day.month - joined_on.month
        number = passed // self.months
        # In a month too short for its day, an anniversary is the last: both neighbours are looked at.
        while add_months(joined_on, number * self.months) > day:
            number -= 1
        return Period(add_months(joined_on, number * self.months), add_months(joined_on, (number + 1) * self.months))

    def following(self, period: Period, *, joined_on: date) -> Period:
        """Return the period after one."""
        return self.period(period.ends, joined_on=joined_on)
