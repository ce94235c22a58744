"""Deciding about terms of levels: what waits, what it would do, and approved by somebody else or given back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vinculo.foundation.errors import InputError, SettingsError
from vinculo.programs.records import approval
from vinculo.programs.records.levels import approving
from vinculo.programs.records.models import LevelProposal, LevelSet
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.levels import page, terms
from vinculo.web.programs.rules.deciding import LONGEST_NOTE


def waiting_of(level_set: LevelSet) -> LevelProposal:
    """Return the terms of a set that wait."""
    found = approving.waiting(level_set)
    if found is None:
        raise Http404
    return found


@require_safe
@permission.needs(door.SEE)
def waiting(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Show the terms that wait, what they would do, and the way to decide."""
    found = door.program_of(program)
    level_set = page.set_of(found, set_id)
    proposal = waiting_of(level_set)
    new = approving.read(proposal.said)
    context: dict[str, Any] = {
        "set": level_set,
        "proposal": proposal,
        "new": new,
        "own": approval.own(found.pk, proposal.authors, request.user.get_username()),
    }
    try:
        context |= terms.previewed(found, level_set, new)
    except SettingsError as error:
        context["wrong"] = permission.said(error)
    return door.shown(request, found, "programs/levels/waiting.html", context)


@require_POST
@permission.needs(door.APPROVE)
def decide(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Approve terms of somebody else, or give them back."""
    level_set = page.set_of(door.program_of(program), set_id)
    proposal, now = waiting_of(level_set), timezone.now()
    try:
        if request.POST.get("verdict") == "approve":
            made = approving.terms_approve(proposal_id=proposal.pk, now=now)
            said = _("Version {number} of the terms is published.").format(number=made.version)
        else:
            note = request.POST.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
            approving.terms_return(proposal_id=proposal.pk, note=note, now=now)
            said = _("The terms were given back.")
    except (InputError, SettingsError) as error:
        door.refused(request, error)
    else:
        messages.success(request, said)
    return redirect("program_level_set", program, set_id)
