"""Books: what a report of finance stands on: the programme and its units, dated rates, estimates, closed periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from vinculo.programs.finance import cutoffs, rates, recognition
from vinculo.programs.finance.cutoffs import Cutoff
from vinculo.programs.records.models import Books, PeriodClose, PointRate, Program, RedemptionEstimate, Unit

LAST = 2**63 - 1
MEMORY = "256MB"
"""Working memory of a report: it joins millions of rows, and few of them run at a time."""
WINDOW = (
    "p.happened_at < %(until)s AND p.id <= %(until_last)s AND (p.happened_at >= %(since)s OR p.id > %(since_last)s)"
)
BEGINNING = Cutoff(datetime(1, 1, 1, tzinfo=UTC))
"""The books before everything: they hold no posting."""


@dataclass(frozen=True)
class Head:
    """Whose promise it is: programme, legal entity, currency, and the unit of points."""

    program_id: int
    program: str
    entity: str
    currency: str
    zone: str
    unit_id: int
    unit: str
    unit_name: str


@dataclass(frozen=True)
class Window:
    """Postings of the books before one cut-off that are not in those before another."""

    until: Cutoff
    since: Cutoff = BEGINNING

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of `WINDOW`."""

        def last(cutoff: Cutoff) -> int:
            return LAST if cutoff.last_posting is None else cutoff.last_posting

        return {
            "until": self.until.until,
            "until_last": last(self.until),
            "since": self.since.until,
            "since_last": last(self.since),
        }


def heads(program_id: int) -> tuple[Head, ...]:
    """Return the heads of the reports of a programme, one a unit."""
    program = Program.objects.get(pk=program_id)
    entity = Books.objects.filter(program=program).values_list("entity", flat=True).first() or program.name
    return tuple(
        Head(program.pk, program.code, entity, program.currency, program.zone, unit.pk, unit.code, str(unit))
        for unit in Unit.objects.filter(program=program).order_by("pk")
    )


def midnight(day: date, zone: str) -> datetime:
    """Return the moment at which a day begins where a programme is at home."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def closes(program_id: int) -> list[Cutoff]:
    """Return the cut-offs of closed periods, earliest first."""
    found = PeriodClose.objects.filter(program_id=program_id).order_by("closed_until")
    return [Cutoff(until, last) for until, last in found.values_list("closed_until", "last_posting_id")]


def cutoff(program_id: int, until: date, zone: str, last_posting: int | None = None) -> Cutoff:
    """Return the books before a day; those of a period that is being closed know postings up to the last one."""
    found = cutoffs.at(midnight(until, zone), closes(program_id))
    return Cutoff(found.until, last_posting) if found.last_posting is None else found


def closed_through(program_id: int) -> date | None:
    """Return the last day of the last closed period."""
    found = PeriodClose.objects.filter(program_id=program_id).order_by("-closed_until")
    return found.values_list("last_day", flat=True).first()


def rates_of(unit_id: int, kind: str) -> rates.Rates:
    """Return the rates of a unit, in the order in which they were given."""
    found = PointRate.objects.filter(unit_id=unit_id, kind=kind).order_by("pk")
    return rates.Rates(rates.Rate(*each) for each in found.values_list("valid_from", "minor_per_1000"))


def estimates_of(unit_id: int, before: date) -> list[recognition.Estimate]:
    """Return the approved estimates of a unit that are effective before a day, earliest first."""
    found = RedemptionEstimate.objects.filter(
        unit_id=unit_id, state=RedemptionEstimate.State.APPROVED, effective_on__lt=before
    )
    return [estimate_read(each) for each in found.order_by("effective_on", "pk")]


def estimate_read(found: RedemptionEstimate) -> recognition.Estimate:
    """Return an estimate as its figures."""
    by_month = {date.fromisoformat(month): Fraction(rate) for month, rate in found.by_month.items()}
    return recognition.Estimate(found.effective_on, Fraction(found.rate), by_month)


@cache
def query(name: str) -> str:
    """Return a query of this folder, the window of its postings filled in."""
    return (files("vinculo.programs.records.finance") / f"{name}.sql").read_text("utf-8").replace("{window}", WINDOW)


def rows(text: str, program_id: int, window: Window | None = None, **more: Any) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query over the journal of a programme."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        given = window.parameters() if window else {}
        cursor.execute(text, {"program": program_id, **given, **more})
        return list(cursor.fetchall())


def balances(program_id: int, window: Window) -> Mapping[int, int]:
    """Return what wallets, pending and held points hold together, by unit, as the journal says."""
    return dict(rows(query("balances"), program_id, window))


def day_before(day: date) -> date:
    """Return the day before; the one whose rates a balance at the beginning of a day has."""
    return day - timedelta(days=1)
