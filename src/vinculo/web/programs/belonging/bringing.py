"""Bringing: the plan of referrals and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vinculo.foundation.errors import SettingsError
from vinculo.programs.records.belonging import referrals, selectors
from vinculo.programs.records.belonging.referrals import plan_of
from vinculo.programs.records.models import Program, Referral, ReferralPlan
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.belonging.form import PlanForm
from vinculo.web.programs.belonging.places import TABS
from vinculo.web.programs.form import major_of
from vinculo.web.programs.layout import form_shown, kept, tabs_of
from vinculo.web.programs.tables import POINTS, Column, Table

SAME = ("welcome", "window_days", "cap", "velocity", "velocity_days")


@require_GET
@permission.needs(door.SEE)
def referral_page(request: HttpRequest, program: str) -> HttpResponse:
    """Show the plan that holds and how far referrals are."""
    found = door.program_of(program)
    plan = open_plan(found)
    counts = selectors.referral_counts(program_id=found.pk)
    columns = [
        Column(_("State")),
        Column(_("Referrals"), POINTS),
        Column(_("Points"), POINTS, _("Given for them on all levels, welcome included, and not taken back.")),
    ]
    rows = [[str(words), *counts.get(state, (0, 0))] for state, words in Referral.State.choices]
    context: dict[str, Any] = {
        "title": _("Referrals"),
        "plan": plan,
        "most": plan_of(plan).most if plan else 0,
        "tables": [Table("referrals", _("How far they are"), columns, rows).shown(door.reader_of(found))],
        "figures": tables.FIGURES,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/belonging/referrals.html", context)


def open_plan(program: Program) -> ReferralPlan | None:
    """Return the plan that holds."""
    return ReferralPlan.objects.filter(program=program, open=True).select_related("unit").first()


@require_http_methods(["GET", "POST"])
@permission.needs(door.SEE, door.MANAGE, door.APPROVE)
def plan_change(request: HttpRequest, program: str) -> HttpResponse:
    """Open another plan: it holds for referrals from now on."""
    found = door.program_of(program)
    known = open_plan(found)
    initial: dict[str, Any] = {}
    if known:
        initial = {name: getattr(known, name) for name in SAME} | {"unit": str(known.unit_id)}
        initial |= {"rewards": ", ".join(map(str, known.rewards)), "minimum": major_of(known.minimum_minor, found)}
    form = PlanForm(request.POST or None, program=found, initial=initial)

    def write() -> None:
        unit = int(form.cleaned_data["unit"])
        referrals.plan_open(program_id=found.pk, unit_id=unit, plan=form.plan, now=timezone.now())

    try:
        if kept(request, form, write, _("The plan holds from now on; referrals that are under way keep theirs.")):
            return redirect("program_referrals", program)
    except SettingsError as error:
        form.add_error(None, permission.said(error))
    back = reverse("program_referrals", args=[program])
    return form_shown(request, found, form, title=_("Plan of referrals"), back=back)
