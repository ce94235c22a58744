"""By hand: points given for a reason, what waits for somebody else to agree, and the limit of a day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vinculo.foundation.errors import InputError
from vinculo.programs.records.models import HandGrant
from vinculo.programs.records.till import byhand, finding
from vinculo.programs.records.till.actions import RefusedError
from vinculo.web import permission
from vinculo.web.till import door

REASONS = (("recovery", gettext_lazy("Something went wrong")), ("adjustment", gettext_lazy("Goodwill")))
MOST_DIGITS = 9


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.NEEDS)
def give(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give points for a reason."""
    member = door.member_of(request, member_id)
    if request.method == "POST":
        try:
            action = byhand.give(
                member,
                points=whole(request.POST.get("points", "")),
                grant_class=request.POST.get("class", ""),
                reason=request.POST.get("reason", "").replace("\0", ""),
                key=door.key_of(request),
                now=timezone.now(),
            )
        except RefusedError as refusal:
            door.refused(request, refusal.code)
            return redirect("till_hand", member_id)
        return door.done(member_id, action)
    limit = byhand.limit_of(member.program_id).day_points
    given = byhand.given_today(member.program, request.user.get_username(), timezone.now())
    return door.shown(request, member, "till/hand.html", reasons=REASONS, limit=limit, left=max(limit - given, 0))


def whole(text: str) -> int:
    """Return a number of points as it was typed; 0 for what is none."""
    said = text.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS else 0


@require_safe
@permission.needs(door.NEEDS, "staff.member_manage")
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits for somebody to agree, and the limit of a day."""
    program = door.program_require(request)
    grants = list(byhand.waiting(program.pk))
    names = {each.member.pk: each for each in finding.people([grant.member for grant in grants])}
    rows = [(grant, names[grant.member_id], grant.author == request.user.get_username()) for grant in grants]
    context = {
        "rows": rows,
        "limit": byhand.limit_of(program.pk).day_points,
        "reader": door.reader_of(program),
        "reasons": dict(REASONS),
    }
    return render(request, "till/waiting.html", context)


@require_POST
@permission.needs(door.NEEDS, "staff.member_manage")
def decide(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Agree to what somebody else asked for, or refuse it."""
    program = door.program_require(request)
    try:
        agreed = request.POST.get("answer") == "agree"
        if not HandGrant.objects.filter(pk=grant_id, program=program).exists():
            return redirect("till_waiting")
        byhand.decide(grant_id=grant_id, agreed=agreed, now=timezone.now())
    except InputError as error:
        messages.error(request, permission.said(error))
        return redirect("till_waiting")
    messages.success(request, _("The points are given.") if agreed else _("The points are not given."))
    return redirect("till_waiting")


@require_POST
@permission.needs(door.NEEDS, "staff.program_approve")
def limit(request: HttpRequest) -> HttpResponse:
    """Say what each person may give in a day by herself."""
    said = request.POST.get("points", "").strip()
    if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS:
        byhand.limit_set(program_id=door.program_require(request).pk, day_points=int(said))
        messages.success(request, _("The limit holds from now on."))
    else:
        door.refused(request, "hand.amount")
    return redirect("till_waiting")
