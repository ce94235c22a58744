"""Asked: the period a report is about, as its address names it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

from vinculo.programs.records.finance import books
from vinculo.programs.records.models import Program
from vinculo.web.programs import door

FIRST, LAST = date(1950, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Period:
    """From a day to the last one, both included."""

    since: date
    through: date

    @property
    def until(self) -> date:
        """Return the day after the last: reports are half-open."""
        return self.through + timedelta(days=1)


def period_of(request: HttpRequest, program: Program) -> Period:
    """Return the period asked for; else what has not been closed yet, up to today."""
    today = door.today_of(program)
    closed = books.closed_through(program.pk)
    usual = closed + timedelta(days=1) if closed else program.started_on
    since, through = day(request.GET.get("since", "")), day(request.GET.get("through", ""))
    through = through or max(today, since or usual)
    since = since or min(usual, through)
    return Period(since, through) if since <= through else Period(through, since)


def day(text: str) -> date | None:
    """Return the day an address names, one of our times."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None
