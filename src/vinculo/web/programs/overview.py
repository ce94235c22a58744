"""The overview of a programme: who takes part, what stands out and moved, where members stand, what waits."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.programs.records.desk import glance
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Program
from vinculo.web import permission
from vinculo.web.programs import door

LINES = {
    "issued": gettext_lazy("Issued"),
    "redeemed": gettext_lazy("Redeemed"),
    "expired": gettext_lazy("Expired"),
    "clawed_back": gettext_lazy("Taken back"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of thing that waits: in what words, where it is decided, and by whom."""

    name: str
    words: str | Promise
    address: str
    permission: str
    query: str = ""
    of_program: bool = True


WAITING = (
    Kind("rules", gettext_lazy("Rules to approve"), "program_rules", door.APPROVE, "?state=proposed"),
    Kind("levels", gettext_lazy("Terms of levels to approve"), "program_levels", door.APPROVE),
    Kind("hand", gettext_lazy("Points given by hand"), "program_hand", "staff.member_manage"),
    Kind("fraud", gettext_lazy("Suspected referrals"), "program_fraud", "staff.fraud_decide"),
    Kind("ballots", gettext_lazy("Votes that are open"), "program_belonging", door.SEE),
    Kind("estimates", gettext_lazy("Estimates to approve"), "program_money", "staff.finance_view"),
)


@require_safe
@permission.needs(door.SEE)
def program_list(request: HttpRequest) -> HttpResponse:
    """Show all programmes; a single one at once."""
    programs = list(Program.objects.order_by("id"))
    if len(programs) == 1 and "all" not in request.GET:
        return redirect("program", programs[0].code)
    counts = {each.pk: glance.members_by_state(each.pk)["active"] for each in programs}
    return render(request, "programs/list.html", {"rows": [(each, counts[each.pk]) for each in programs]})


@require_safe
@permission.needs(door.SEE)
def overview(request: HttpRequest, program: str) -> HttpResponse:
    """Show how a programme stands."""
    found = door.program_of(program)
    today = door.today_of(found)
    context = {
        "today": today,
        "members": glance.members_by_state(found.pk),
        "units": glance.units_of(found.pk, today=today),
        "lines": LINES,
        "ladders": [
            (each, levels.ladder_of(level_set_id=each.pk, as_of=today)) for each in levels.set_list(program_id=found.pk)
        ],
        "waiting": waiting(request, found),
        "check": checked(found),
    }
    return door.shown(request, found, "programs/overview.html", context)


def waiting(request: HttpRequest, program: Program) -> list[dict[str, Any]]:
    """Return what waits, with where it is decided for those who may."""
    counted, rows = glance.waiting(program.pk, now=timezone.now()), []
    for kind in WAITING:
        count = getattr(counted, kind.name)
        if not count:
            continue
        try:
            address = reverse(kind.address, args=[program.code]) + kind.query
        except NoReverseMatch:
            address = ""
        may = request.user.has_perm(kind.permission)
        rows.append({"count": count, "words": kind.words, "address": address if may else ""})
    return rows


def checked(program: Program) -> dict[str, Any] | None:
    """Return what the last check of the ledger found, in sentences."""
    check = glance.last_check(program.pk)
    if check is None:
        return None
    translate = permission.analytical()
    return {"at": check.at, "count": check.count, "said": [each.said().say(translate) for each in check.first]}


@require_POST
@permission.needs(door.MANAGE)
def verify(request: HttpRequest, program: str) -> HttpResponse:
    """Have the ledger worked out again."""
    found = door.program_of(program)
    try:
        glance.verify_ask(program_id=found.pk)
    except AlreadyEnqueued:
        messages.info(request, _("The ledger is being checked already."))
    else:
        messages.success(request, _("The ledger is being checked; what is found stands here in a while."))
    return redirect("program", found.code)
