"""Closes: periods that ended for good, their extracts, and whether everything is as it was."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.records.finance import books, closing, extracts, journal
from vinculo.programs.records.finance.closing import Verified
from vinculo.programs.records.models import PeriodClose, Program
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.form import DayField, Fields
from vinculo.web.programs.layout import form_shown, kept, tabs_of
from vinculo.web.programs.reports import asked
from vinculo.web.programs.reports.places import CLOSE, SEE, TABS

PIECE = 64 * 1024
FILES = {"movements": (extracts.MOVEMENTS, "application/gzip"), "reports": (extracts.REPORTS, "application/json")}


class CloseForm(Fields):
    """Up to the end of which day everything is closed."""

    last_day = DayField(label=gettext_lazy("Last day"))


@require_GET
@permission.needs(*SEE)
def close_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the closed periods, the latest first."""
    found = door.program_of(program)
    return shown(request, found, [])


def shown(request: HttpRequest, program: Program, verified: list[Verified]) -> HttpResponse:
    """Show the closed periods with what was found of them."""
    by_close = {each.close_id: each for each in verified}
    known = PeriodClose.objects.filter(program=program).order_by("-closed_until")
    context: dict[str, Any] = {
        "title": _("Closed periods"),
        "closes": [
            {
                "close": each,
                "first_day": each.closed_from.astimezone(books.midnight(each.last_day, program.zone).tzinfo).date(),
                "verified": by_close.get(each.pk),
                "closing": each.closing.items(),
            }
            for each in known
        ],
        "first_open": closing.first_open_day(program),
        "tabs": tabs_of(request, program, TABS),
    }
    return door.shown(request, program, "programs/finance/closes.html", context)


@require_POST
@permission.needs(*SEE)
def close_verify(request: HttpRequest, program: str) -> HttpResponse:
    """Read the extracts and the journal again and compare both with what was kept."""
    found = door.program_of(program)
    return shown(request, found, closing.closes_verify(program_id=found.pk))


@require_http_methods(["GET", "POST"])
@permission.needs(*CLOSE)
def close_new(request: HttpRequest, program: str) -> HttpResponse:
    """Close a period for good."""
    found = door.program_of(program)
    last = door.today_of(found).replace(day=1) - timedelta(days=1)
    form = CloseForm(request.POST or None, initial={"last_day": last})

    def write() -> None:
        closing.period_close(
            program_id=found.pk,
            last_day=form.cleaned_data["last_day"],
            author=request.user.get_username(),
            now=timezone.now(),
        )

    if kept(request, form, write, _("The period was closed and its extract was kept.")):
        return redirect("program_closes", program)
    note = _("What is closed stays closed: what is written later of these days belongs to the next period.")
    back = reverse("program_closes", args=[program])
    return form_shown(request, found, form, title=_("Close a period"), back=back, note=note)


@require_GET
@permission.needs(*SEE)
def close_file(request: HttpRequest, program: str, close_id: int, name: str) -> HttpResponseBase:
    """Give a file of the extract of a closed period, as it was written."""
    found = PeriodClose.objects.filter(pk=close_id, program=door.program_of(program)).first()
    if found is None or name not in FILES:
        raise Http404
    file, kind = FILES[name]
    place = extracts.folder_of(found.folder) / file
    if not place.is_file():
        raise Http404
    named = f"{found.program.code}-{found.last_day.isoformat()}-{file}"
    return tables.filed(pieces(place), kind, named)


def pieces(place: Any) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    with place.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


@require_GET
@permission.needs(*SEE)
def journal_csv(request: HttpRequest, program: str) -> HttpResponseBase:
    """Give the entries of a period as CSV for the general ledger, two rows an entry."""
    found = door.program_of(program)
    period = asked.period_of(request, found)
    written = list(journal.journal_export(program_id=found.pk, since=period.since, until=period.until))
    name = f"{found.code}-journal-{period.since.isoformat()}-{period.through.isoformat()}.csv"
    return tables.filed(written, "text/csv; charset=utf-8", name)
