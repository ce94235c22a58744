"""Kept: how promises of each month stand, those that are open or broken, and what does not count."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.programs.records.guarantees import promises, selectors
from vinculo.programs.records.guarantees.selectors import Asked, Kept
from vinculo.programs.records.models import Program, Promise
from vinculo.programs.till import refusals
from vinculo.web import permission
from vinculo.web.programs import door, drawing, layout, tables
from vinculo.web.programs.drawing import Line
from vinculo.web.programs.layout import tabs_of, tried
from vinculo.web.programs.promises.places import TABS
from vinculo.web.programs.tables import MONTH, POINTS, SHARE, Column, Table
from vinculo.web.relations import people

PAGE, MONTHS = 50, 12
State = Promise.State
TONES = {State.KEPT: "good", State.BROKEN: "bad"}
SHOWN = [each for each in State.choices if each[0] != State.EARLY]


@require_GET
@permission.needs(door.SEE)
def promise_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show how promises stand by month, and the promises themselves to those who may see members."""
    found = door.program_of(program)
    names = {each.pk: str(each) for each in selectors.guarantee_list(program_id=found.pk)}
    today = door.today_of(found)
    ends = following(today)
    counts = selectors.kept_counts(program_id=found.pk, begins=ends.replace(year=ends.year - 1), ends=ends)
    context: dict[str, Any] = {
        "title": _("Promises"),
        "tables": [kept_table(counts, names).shown(door.reader_of(found))],
        "chart": chart(request, found, counts),
        "figures": tables.FIGURES,
        "tabs": tabs_of(request, found, TABS),
    }
    if request.user.has_perm("staff.member_view"):
        context |= listed(request, found, names)
    return door.shown(request, found, "programs/promises/list.html", context)


def following(day: date) -> date:
    """Return the first day of the month after next: promises of this month and the next are due by then."""
    month = day.month + 1
    return date(day.year + month // 12, month % 12 + 1, 1)


def kept_table(counts: list[Kept], names: dict[int, str]) -> Table:
    """Return how promises stand, by month and guarantee."""
    columns = [
        Column(_("Month"), MONTH, _("In which they were due.")),
        Column(_("Guarantee")),
        Column(_("Kept"), POINTS),
        Column(_("Broken"), POINTS),
        Column(_("Open"), POINTS, _("Not due yet, or late news may still come.")),
        Column(_("Do not count"), POINTS, _("Excluded for one of the published reasons.")),
        Column(_("Made good"), POINTS, _("Broken ones for which something was given.")),
        Column(_("Share kept"), SHARE, _("Of those that are decided: kept or broken.")),
    ]
    rows = [
        [
            *(each.month, names.get(each.guarantee_id, ""), each.kept, each.broken, each.pending, each.excluded),
            *(each.given, each.kept_share),
        ]
        for each in counts
    ]
    return Table("kept", _("Kept and broken by month"), columns, rows)


def chart(request: HttpRequest, program: Program, counts: list[Kept]) -> Any:
    """Draw the share kept, month by month, over all guarantees."""
    by_month: dict[date, list[int]] = {}
    for each in counts:
        sums = by_month.setdefault(each.month, [0, 0])
        sums[0] += each.kept
        sums[1] += each.kept + each.broken
    decided = [(month, kept / of) for month, (kept, of) in sorted(by_month.items()) if of]
    reader = door.reader_of(program)
    words = _("Share of promises that were kept, by month")
    axis = [(at / 4, reader.share(at / 4)) for at in range(5)]
    line = Line(words, [share for _month, share in decided])
    return drawing.lines([line], [reader.month(month) for month, _share in decided], words=words, axis=axis)


def listed(request: HttpRequest, program: Program, names: dict[int, str]) -> dict[str, Any]:
    """Return one page of promises."""
    state = request.GET.get("state", State.BROKEN)
    state = state if state in State.values else ""
    guarantee, owed = layout.number_of(request.GET.get("guarantee", "")), request.GET.get("owed") == "1"
    asked = Asked(state="" if owed else state, guarantee_id=guarantee, owed=owed)
    page = Paginator(selectors.promise_list(program_id=program.pk, asked=asked), PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    customers = people.names_of(request, [each.customer for each in shown if each.customer])
    may = request.user.has_perm("staff.member_manage")
    rows = [
        {
            "it": each,
            "guarantee": names.get(each.guarantee_id, ""),
            "customer": customers.get(each.customer_id or 0, ""),
            "tone": TONES.get(State(each.state), ""),
            "not_given": layout.spoken(refusals.sentence(each.not_given)) if each.not_given else "",
            "exclusions": each.guarantee.exclusions
            if may and each.state != State.EXCLUDED and not each.given_at
            else (),
        }
        for each in shown
    ]
    asked_of = {"page": page, "rows": rows, "state": state, "guarantee": guarantee, "owed": owed}
    return {**asked_of, "states": SHOWN, "guarantees": names.items(), "may_see": True}


@require_POST
@permission.needs(door.SEE, "staff.member_view", "staff.member_manage")
def promise_exclude(request: HttpRequest, program: str, promise_id: int) -> HttpResponse:
    """Say that a promise does not count, for one of the published reasons."""
    found = door.program_of(program)
    if not Promise.objects.filter(pk=promise_id, guarantee__program=found).exists():
        raise Http404
    exclusion = request.POST.get("exclusion", "")
    tried(
        request,
        lambda: promises.promise_exclude(promise_id=promise_id, exclusion=exclusion, now=timezone.now()),
        _("The promise does not count."),
    )
    return redirect("program_promises", program)
