"""Reports: one page a report, its tables as files, and a drawing where it helps; all from the same tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vinculo.programs.records.models import Program
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.layout import tabs_of
from vinculo.web.programs.reports import asked, charts, development, moves, owed
from vinculo.web.programs.reports.asked import Period
from vinculo.web.programs.reports.places import SEE, TABS
from vinculo.web.programs.tables import Table


@dataclass(frozen=True)
class Report:
    """A report: its title, its tables, what it says, and what of its period it asks for."""

    title: str | Promise
    tables: Callable[[Program, Period], list[Table]]
    note: str | Promise = ""
    draw: charts.Draw | None = None
    of_a_day: bool = False
    """Whether only the last day matters."""
    of_now: bool = False


REPORTS: Mapping[str, Report] = {
    "rollforward": Report(
        _("Roll-forward"),
        moves.rollforward,
        _("From what wallets held at the beginning of the period to what they hold at its end, as the journal says."),
        charts.rollforward,
    ),
    "liability": Report(
        _("Liability"),
        owed.liability,
        _("What is owed for points at the end of the day (IFRS 15): the price not yet earned, and the cost accrued."),
        charts.liability,
        of_a_day=True,
    ),
    "breakage": Report(
        _("Breakage"),
        development.triangle,
        _("How the points of each month are redeemed, what they come to in the end, and how good that forecast was."),
        charts.breakage,
        of_a_day=True,
    ),
    "ageing": Report(
        _("Ageing"),
        owed.ageing,
        _("What expires when, and with whom points lie."),
        charts.ageing,
        of_a_day=True,
    ),
    "exposure": Report(
        _("Exposure"),
        owed.exposure,
        _("What campaigns gave, what of it is outstanding, and what it can still cost."),
        of_a_day=True,
    ),
    "entries": Report(_("Entries"), moves.entries, _("Each row tells which postings it stands on.")),
    "control": Report(
        _("Control totals"),
        moves.totals,
        _("As they are now. A period does not close while something does not agree."),
        of_now=True,
    ),
}


def report_require(code: str) -> Report:
    """Return a report by its code."""
    if code not in REPORTS:
        raise Http404
    return REPORTS[code]


@require_GET
@permission.needs(*SEE)
def report_page(request: HttpRequest, program: str, report: str) -> HttpResponse:
    """Show a report."""
    found, told = door.program_of(program), report_require(report)
    period, reader = asked.period_of(request, found), door.reader_of(found)
    made = told.tables(found, period)
    context: dict[str, Any] = {
        "title": told.title,
        "told": told,
        "report": report,
        "period": period,
        "tables": [each.shown(reader) for each in made],
        "charts": told.draw(made, reader) if told.draw else (),
        "tabs": tabs_of(request, found, TABS),
        "files": True,
        "figures": tables.FIGURES,
        "query": tables.query_of(request),
    }
    return door.shown(request, found, "programs/finance/report.html", context)


@require_GET
@permission.needs(*SEE)
def report_file(request: HttpRequest, program: str, report: str, table: str, form: str) -> HttpResponseBase:
    """Give a table of a report as CSV or as a workbook."""
    found, told = door.program_of(program), report_require(report)
    made = {each.code: each for each in told.tables(found, asked.period_of(request, found))}
    if table not in made or form not in ("csv", "xlsx"):
        raise Http404
    return tables.handed(made[table], form, f"{found.code}-{table}", door.reader_of(found))
