"""Points by hand at the desk: given for a reason within the limit of the day, above it when somebody else agrees."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vinculo.foundation.errors import InputError
from vinculo.programs.members import cards
from vinculo.programs.records.models import HandGrant
from vinculo.programs.records.till import byhand
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.till import refusals
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.members import page
from vinculo.web.programs.members.change import MANAGE

MOST_DIGITS, LONGEST_KEY = 9, 60


@require_POST
@permission.needs(*MANAGE)
def give(request: HttpRequest, program: str, member_id: int) -> HttpResponse:
    """Give points by hand, or take them away."""
    member = page.member_of(door.program_of(program), member_id)
    try:
        action = byhand.give(
            member,
            points=whole(request.POST.get("points", "")),
            grant_class=request.POST.get("class", ""),
            reason=request.POST.get("reason", "").replace("\0", ""),
            takes=request.POST.get("takes") == "1",
            key=request.POST.get("key", "")[:LONGEST_KEY] or uuid.uuid4().hex,
            now=timezone.now(),
        )
    except RefusedError as refusal:
        messages.error(request, refusals.sentence(refusal.code).say(permission.analytical()))
    else:
        if action.refused:
            messages.error(request, refusals.sentence(action.refused).say(permission.analytical()))
        elif action.details.get("waits"):
            messages.info(request, _("This is above what you may give today: somebody else has to agree."))
        else:
            taken = action.points < 0
            messages.success(request, _("The points are taken away.") if taken else _("The points are given."))
    return redirect("program_member", program, member.pk)


def whole(text: str) -> int:
    """Return a number of points as it was typed; 0 for what is none."""
    said = text.strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS else 0


@require_safe
@permission.needs(*MANAGE)
def waiting(request: HttpRequest, program: str) -> HttpResponse:
    """Show what waits for somebody to agree, what was given lately, and the limit of a day."""
    found = door.program_of(program)
    mine = request.user.get_username()
    given = HandGrant.objects.filter(program=found).exclude(state=HandGrant.State.WAITING)
    context = {
        "rows": [(each, cards.shown(each.member.number), each.author == mine) for each in byhand.waiting(found.pk)],
        "given": given.select_related("member").order_by("-id")[:50],
        "limit": byhand.limit_of(found.pk).day_points,
    }
    return door.shown(request, found, "programs/members/hand.html", context)


@require_POST
@permission.needs(*MANAGE)
def decide(request: HttpRequest, program: str, grant_id: int) -> HttpResponse:
    """Agree to what somebody else asked for, or refuse it."""
    found = door.program_of(program)
    if not HandGrant.objects.filter(pk=grant_id, program=found).exists():
        raise Http404
    agreed = request.POST.get("answer") == "agree"
    try:
        byhand.decide(grant_id=grant_id, agreed=agreed, now=timezone.now())
    except InputError as error:
        door.refused(request, error)
    else:
        messages.success(request, _("The points are given.") if agreed else _("The points are not given."))
    return redirect("program_hand", found.code)


@require_POST
@permission.needs(*MANAGE, door.APPROVE)
def limit(request: HttpRequest, program: str) -> HttpResponse:
    """Say what each person may give in a day by herself."""
    found = door.program_of(program)
    said = request.POST.get("points", "").strip()
    if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS:
        byhand.limit_set(program_id=found.pk, day_points=int(said))
        messages.success(request, _("The limit holds from now on."))
    else:
        messages.error(request, refusals.sentence("hand.amount").say(permission.analytical()))
    return redirect("program_hand", found.code)
