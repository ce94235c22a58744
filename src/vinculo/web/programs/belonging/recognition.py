"""Recognition and early access: whose years come round, and who may see something before everybody else."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vinculo.programs.belonging import recognition as rules
from vinculo.programs.records.belonging import ballots, occasions
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import EarlyAccess, Level, LevelSet, Program
from vinculo.web import permission
from vinculo.web.programs import door, layout
from vinculo.web.programs.belonging.form import EarlyForm
from vinculo.web.programs.belonging.places import TABS
from vinculo.web.programs.layout import form_shown, kept, tabs_of
from vinculo.web.relations import people

AHEAD = timedelta(days=30)


@require_GET
@permission.needs(door.SEE, "staff.member_view")
def recognition(request: HttpRequest, program: str) -> HttpResponse:
    """Show whose years as a customer or as a member come round soon, and birthdays to those who may see them."""
    found = door.program_of(program)
    today = door.today_of(found)
    told = occasions.occasion_list(
        program_id=found.pk,
        zone=found.zone,
        begins=today,
        ends=today + AHEAD,
        birthdays=request.user.has_perm("staff.personal_data_view"),
    )
    customers = layout.customers_of(each.member.customer_id for each in told)
    names = people.names_of(request, customers.values())
    rows = []
    for each in told:
        customer = customers.get(each.member.customer_id or 0)
        rows.append(
            {
                "customer": customer,
                "name": names.get(customer.pk, "") if customer else "",
                "member": each.member,
                "on": each.occasion.on,
                "words": layout.spoken(rules.words(each.occasion)),
            }
        )
    context: dict[str, Any] = {"title": _("Recognition"), "rows": rows, "tabs": tabs_of(request, found, TABS)}
    return door.shown(request, found, "programs/belonging/recognition.html", context)


@require_GET
@permission.needs(door.SEE)
def early_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show what is open to some before everybody else."""
    found = door.program_of(program)
    names = {(each.level_set_id, each.rank): str(each) for each in Level.objects.filter(level_set__program=found)}
    rows = [
        {
            "it": each,
            "days": [
                (names.get((each.level_set_id, int(rank)), rank), date.fromisoformat(day))
                for rank, day in sorted(each.by_rank.items(), key=lambda pair: int(pair[0]))
            ],
        }
        for each in EarlyAccess.objects.filter(program=found).order_by("-public_on", "pk")
    ]
    context: dict[str, Any] = {
        "title": _("Early access"),
        "rows": rows,
        "sets": levels.set_list(program_id=found.pk),
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/belonging/early.html", context)


@require_http_methods(["GET", "POST"])
@permission.needs(door.SEE, door.MANAGE)
def early_new(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Say who may see or buy something before everybody else."""
    found = door.program_of(program)
    level_set = set_of(found, set_id)
    form = EarlyForm(request.POST or None, level_set=level_set)

    def write() -> None:
        said = form.cleaned_data
        ballots.early_access_set(
            level_set_id=level_set.pk,
            subject=said["subject"],
            name=(said["name_en"], said["name_es"]),
            by_rank=form.by_rank,
            public_on=said["public_on"],
        )

    if kept(request, form, write, _("The change was saved.")):
        return redirect("program_early", program)
    title = _("Early access by {levels}").format(levels=level_set)
    return form_shown(request, found, form, title=title, back=reverse("program_early", args=[program]))


def set_of(program: Program, set_id: int) -> LevelSet:
    """Return a set of levels of a programme."""
    found = LevelSet.objects.filter(program=program, pk=set_id).first()
    if found is None:
        raise Http404
    return found
