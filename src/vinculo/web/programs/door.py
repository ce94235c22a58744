"""Door: what every page of the desk needs: the programme of its address, its parts, and words for what is refused."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from vinculo.foundation.errors import VinculoError
from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.models import Program
from vinculo.web import permission, shell

SEE, MANAGE, APPROVE = "staff.program_view", "staff.program_manage", "staff.program_approve"


@dataclass(frozen=True)
class Part:
    """A part of the desk: the name of its address, what people read, and the permission it needs."""

    address: str
    name: str | Promise
    permission: str = SEE


PARTS = (
    Part("program", _("Overview")),
    Part("program_rules", _("Rules")),
    Part("program_members", _("Members"), "staff.member_view"),
    Part("program_levels", _("Levels")),
    Part("program_rewards", _("Rewards")),
    Part("program_promises", _("Guarantees")),
    Part("program_belonging", _("Belonging")),
    Part("program_fraud", _("Fraud queue"), "staff.fraud_decide"),
    Part("program_money", _("Finance"), "staff.finance_view"),
)
"""One that is not there yet is left out; the address of each takes the code of the programme."""


def program_of(code: str) -> Program:
    """Return the programme of an address."""
    found = Program.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def last_program(request: HttpRequest) -> Program | None:
    """Return the programme looked at last, else the first that runs, else the first."""
    known = Program.objects.order_by("id")
    chosen = request.session.get("program", "")
    running = known.filter(state=Program.State.OPEN)
    return known.filter(code=chosen).first() or running.first() or known.first()


def lead(request: HttpRequest, part: str) -> HttpResponse:
    """Go to a part of the programme looked at last."""
    program = last_program(request)
    return redirect(part, program.code) if program else redirect("programs")


@require_safe
@permission.needs("staff.member_view")
def members(request: HttpRequest) -> HttpResponse:
    """Go to the members of the programme looked at last."""
    program = last_program(request)
    return redirect("program_members", program.code) if program else render(request, "programs/none.html")


def parts(request: HttpRequest, program: Program) -> list[dict[str, Any]]:
    """Return the parts of the desk that the user may see."""
    found: list[dict[str, Any]] = []
    for part in PARTS:
        try:
            address = reverse(part.address, args=[program.code])
        except NoReverseMatch:
            continue
        here = request.path == address if part.address == "program" else request.path.startswith(address)
        if request.user.has_perm(part.permission):
            found.append({"address": address, "name": part.name, "here": here})
    return found


def reader_of(program: Program) -> Reader:
    """Return who reads, with amounts in the currency of the programme."""
    return Reader(shell.language(), program.currency)


def shown(
    request: HttpRequest, program: Program, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a page of the desk."""
    if request.session.get("program") != program.code:
        request.session["program"] = program.code
    told = {"program": program, "parts": parts(request, program), "reader": reader_of(program)}
    return render(request, template, {**told, **context}, status=status)


def today_of(program: Program) -> Any:
    """Return the day it is where the programme is."""
    return timezone.now().astimezone(ZoneInfo(program.zone)).date()


def refused(request: HttpRequest, error: VinculoError) -> None:
    """Say why something is not done."""
    messages.error(request, permission.said(error))
