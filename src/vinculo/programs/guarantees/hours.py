"""Hours: time in which work is done, counted where the programme runs.

Local hours become moments before anything is added, so a night on which clocks change is as long as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from vinculo.foundation.errors import SettingsError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST = 3_660
"""Days after which a promise that is never due is taken for a mistake."""


@dataclass(frozen=True)
class Span:
    """From one time of a day until another."""

    begins: time
    ends: time


@dataclass(frozen=True)
class Hours:
    """When work is done; without spans of any weekday, always."""

    zone: str
    spans: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    """Spans by weekday, Monday being 0, in order."""
    holidays: frozenset[date] = frozenset()

    @property
    def always(self) -> bool:
        """Tell whether every minute counts."""
        return not self.spans

    def works_on(self, day: date) -> bool:
        """Tell whether there is work on a day."""
        return self.always or (bool(self.spans.get(day.weekday())) and day not in self.holidays)

    def moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield from when until when work is done on a day."""
        if self.works_on(day):
            for span in self.spans.get(day.weekday(), ()):
                yield moment(day, span.begins, self.zone), moment(day, span.ends, self.zone)


def moment(day: date, at: time, zone: str) -> datetime:
    """Return the moment of a local time; midnight as an end is that of the next day."""
    if at == time.max:
        return moment(day + timedelta(days=1), time.min, zone)
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def read(zone: str, told: Mapping[str, Sequence[Sequence[str]]], holidays: Sequence[str] = ()) -> Hours:
    """Return the hours of a table such as `{"mon": [["09:00", "14:00"], ["16:00", "20:00"]]}`.

    >>> read("Europe/Madrid", {"fri": [["09:00", "24:00"]]}).works_on(date(2026, 11, 27))
    True

    Raises
    ------
    SettingsError
        A day, an hour or a holiday makes no sense, or no day has any hours.
    """
    spans = dict[int, list[Span]]()
    for name, rows in told.items():
        if name not in WEEKDAYS:
            raise SettingsError("There is no day of the week {found!r}: use {known}.", found=name, known=WEEKDAYS)
        found = [span for row in rows if (span := span_of(row))]
        if any(earlier.ends > later.begins for earlier, later in pairwise(found)):
            raise SettingsError("The hours of {day} overlap: write them in order.", day=name)
        if found:
            spans[WEEKDAYS.index(name)] = found
    if not spans:
        raise SettingsError("Service hours need hours on some day of the week.")
    try:
        return Hours(zone, spans, frozenset(date.fromisoformat(each) for each in holidays))
    except ValueError:
        raise SettingsError("Holidays are written as days, such as 2026-12-25.") from None


def span_of(row: Sequence[str]) -> Span:
    """Return a span of two times; 24:00 is the end of the day."""
    try:
        begins, ends = (time.max if each == "24:00" else time.fromisoformat(each) for each in row)
    except ValueError:
        raise SettingsError("Hours are written as two times of a day, such as 09:00 and 14:00.") from None
    if begins >= ends:
        raise SettingsError("Hours end after they begin: found {begins} and {ends}.", begins=row[0], ends=row[1])
    return Span(begins, ends)


def local_day(hours: Hours, at: datetime) -> date:
    """Return the day of a moment where the programme runs."""
    return at.astimezone(ZoneInfo(hours.zone)).date()


def add(hours: Hours, start: datetime, length: timedelta) -> datetime:
    """Return the moment at which so much working time has passed since a start."""
    if hours.always:
        return start.astimezone(UTC) + length
    begin, left = start.astimezone(UTC), length
    day = local_day(hours, start)
    for after in range(FARTHEST):
        for opens, closes in hours.moments(day + timedelta(days=after)):
            opens = max(opens, begin)
            if opens < closes:
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
    raise SettingsError("Service hours need hours on some day of the week.")


def end_of_day(hours: Hours, start: datetime, days: int) -> datetime:
    """Return the end of the day that is so many working days after that of a start; work ends with the last span."""
    day, left = local_day(hours, start), days
    for _ in range(FARTHEST):
        if left <= 0 and hours.works_on(day) and close_of(hours, day) > start:
            return close_of(hours, day)
        day += timedelta(days=1)
        left -= hours.works_on(day)
    raise SettingsError("Service hours need hours on some day of the week.")


def close_of(hours: Hours, day: date) -> datetime:
    """Return when a day ends: with its last hour of work, or at midnight."""
    closing = [closes for _opens, closes in hours.moments(day)]
    return closing[-1] if closing else moment(day, time.max, hours.zone)
