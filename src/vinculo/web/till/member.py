"""Member: what somebody has, what can be done, what was done, and how it is undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from vinculo.programs.records.models import TillAction
from vinculo.programs.records.till import undoing
from vinculo.programs.records.till.actions import RefusedError
from vinculo.web import permission
from vinculo.web.till import door


@require_safe
@permission.needs(door.NEEDS)
def page(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show a member, and what was just done."""
    member = door.member_of(request, member_id)
    asked = request.GET.get("done", "")
    mine = TillAction.objects.filter(member=member, author=request.user.get_username())
    done = mine.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    last = door.last_of(request, member.program) if done and not done.refused else None
    context = {
        "done": done,
        "said": door.happened(done, door.reader_of(member.program)) if done else "",
        "undo": last if last and done and last["action"].pk == done.pk else None,
    }
    return door.shown(request, member, "till/member.html", **context)


@require_POST
@permission.needs(door.NEEDS)
def undo(request: HttpRequest, action_id: int) -> HttpResponse:
    """Undo the last thing one did."""
    program = door.program_require(request)
    try:
        action = undoing.undo(program_id=program.pk, action_id=action_id, key=door.key_of(request), now=timezone.now())
    except RefusedError as refusal:
        door.refused(request, refusal.code)
        return redirect("till")
    return door.done(action.member_id, action)
