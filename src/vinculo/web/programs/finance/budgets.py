"""Budgets: how many points a campaign may give, and how much of that is left."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from vinculo.programs.records.finance import selectors, services
from vinculo.programs.records.models import CampaignBudget, Program
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.form import Fields
from vinculo.web.programs.layout import form_shown, kept, tabs_of
from vinculo.web.programs.reports.places import APPROVE, SEE, TABS
from vinculo.web.programs.tables import MOMENT, POINTS, Column, Table, Tag


class BudgetForm(Fields):
    """The points a campaign may give."""

    campaign = forms.CharField(label=gettext_lazy("Campaign"), max_length=60)
    points = forms.IntegerField(label=gettext_lazy("Points it may give"), min_value=0, max_value=10**15)


@require_GET
@permission.needs(*SEE)
def budget_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the budgets that were given, and what is left of those that hold."""
    found = door.program_of(program)
    context: dict[str, Any] = {
        "title": _("Budgets of campaigns"),
        "tables": [budgets_table(found).shown(door.reader_of(found))],
        "files": True,
        "figures": tables.FIGURES,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/finance/budgets.html", context)


def budgets_table(program: Program) -> Table:
    """Return the budgets of a programme, the latest first."""
    columns = [
        Column(_("Campaign")),
        Column(_("Points it may give"), POINTS),
        Column(_("Left"), POINTS, _("At zero the campaign gives no more.")),
        Column(_("Result")),
        Column(_("By")),
        Column(_("Written at"), MOMENT),
    ]
    rows: list[list[Any]] = []
    seen: set[str] = set()
    for each in CampaignBudget.objects.filter(program=program).order_by("-pk"):
        if each.campaign in seen:
            left, result = None, Tag(_("replaced"))
        else:
            seen.add(each.campaign)
            left = selectors.campaign_left(program_id=program.pk, campaign=each.campaign)
            result = Tag(_("open"), "good") if left else Tag(_("stopped"), "bad")
        rows.append([each.campaign, each.points, left, result, each.author, each.recorded_at])
    return Table("budgets", _("Budgets"), columns, rows, note=_("The budget given last holds."))


@require_http_methods(["GET", "POST"])
@permission.needs(*APPROVE)
def budget_new(request: HttpRequest, program: str) -> HttpResponse:
    """Say how many points a campaign may give."""
    found = door.program_of(program)
    form = BudgetForm(request.POST or None)

    def write() -> None:
        said, author = form.cleaned_data, request.user.get_username()
        services.budget_set(program_id=found.pk, **said, author=author, now=timezone.now())

    if kept(request, form, write, _("The budget was written down.")):
        return redirect("program_budgets", program)
    back = reverse("program_budgets", args=[program])
    return form_shown(request, found, form, title=_("New budget"), back=back)
