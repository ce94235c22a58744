"""Periods: calendar months, quarters and years, whole or still running, and what each is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

from vinculo.foundation.errors import InputError
from vinculo.measure.charts.reader import Reader

MONTHS = {"month": 1, "quarter": 3, "year": 12}
KINDS = tuple(MONTHS)


@dataclass(frozen=True)
class Period:
    """Days of the calendar, both ends included; `seen_to` is the last of them that the data hold."""

    kind: str
    starts: date
    ends: date
    seen_to: date

    @property
    def finished(self) -> bool:
        """Tell whether the data hold the whole period."""
        return self.seen_to >= self.ends

    @property
    def days(self) -> int:
        """Return how many days of it the data hold."""
        return (self.seen_to - self.starts).days + 1

    def words(self, reader: Reader) -> str:
        """Name the period: Jun 2011, Q2 2011, 2011."""
        if self.kind == "year":
            return str(self.starts.year)
        if self.kind == "quarter":
            return reader.say("Q{quarter} {year}", quarter=(self.starts.month + 2) // 3, year=self.starts.year)
        return reader.month(self.starts)


def of(kind: str, day: date) -> Period:
    """Return the period of a kind that holds a day, seen up to that day.

    >>> of("quarter", date(2011, 6, 9)).starts, of("quarter", date(2011, 6, 9)).ends
    (datetime.date(2011, 4, 1), datetime.date(2011, 6, 30))
    """
    if kind not in MONTHS:
        raise InputError("There is no period {kind}: choose one of {known}.", kind=kind, known=KINDS)
    length = MONTHS[kind]
    starts = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(kind, starts, next_start(starts, length) - timedelta(days=1), day)


def next_start(day: date, months: int) -> date:
    """Return the first day of a month so many months on."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def before(period: Period) -> Period:
    """Return the whole period before."""
    last = period.starts - timedelta(days=1)
    return of(period.kind, last)


def same_days(period: Period) -> Period:
    """Return the period before, seen for as many days as this one: what an unfinished period is compared with.

    A shorter period before (February) is taken whole. A finished period is compared with the whole one before.
    """
    earlier = before(period)
    if period.finished:
        return earlier
    seen_to = min(earlier.starts + timedelta(days=period.days - 1), earlier.ends)
    return Period(period.kind, earlier.starts, earlier.ends, seen_to)


def series(period: Period, count: int) -> list[Period]:
    """Return so many periods up to this one, the earliest first."""
    found = [period]
    while len(found) < count:
        found.append(before(found[-1]))
    return found[::-1]
