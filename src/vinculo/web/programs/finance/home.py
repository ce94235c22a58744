"""Home: what is owed, whether everything agrees, and what waits for somebody, on one page."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vinculo.programs.records.finance import books, closing, control, owing, selectors
from vinculo.programs.records.models import CampaignBudget, RedemptionEstimate
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.layout import tabs_of
from vinculo.web.programs.reports.places import SEE, TABS


@require_GET
@permission.needs(*SEE)
def finance_home(request: HttpRequest) -> HttpResponse:
    """Go to the money of the programme looked at last."""
    if door.last_program(request) is None:
        raise Http404
    return door.lead(request, "program_money")


@require_GET
@permission.needs(*SEE)
def money_page(request: HttpRequest, program: str) -> HttpResponse:
    """Show what is owed as of now, and what waits."""
    found = door.program_of(program)
    today = door.today_of(found)
    until = today + timedelta(days=1)
    exposed = selectors.exposure(program_id=found.pk, on=today) if campaigns(found.pk) else ()
    context: dict[str, Any] = {
        "title": _("Points in money"),
        "today": today,
        "owed": owing.liability(program_id=found.pk, until=until),
        "control": control.control_totals(program_id=found.pk),
        "closed": books.closed_through(found.pk),
        "first_open": closing.first_open_day(found),
        "waiting": RedemptionEstimate.objects.filter(
            unit__program=found, state=RedemptionEstimate.State.PROPOSED
        ).select_related("unit"),
        "over": [each for each in exposed if each.left is not None and each.left <= 0],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/finance/home.html", context)


def campaigns(program_id: int) -> bool:
    """Tell whether any campaign has a budget."""
    return CampaignBudget.objects.filter(program_id=program_id).exists()
