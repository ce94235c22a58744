"""Redemptions: what became of each, and what staff may still do with it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vinculo.programs.records.models import Redemption
from vinculo.programs.records.rewards import resolving, selectors
from vinculo.programs.records.rewards.resolving import Redeemed, Return
from vinculo.programs.records.rewards.selectors import Asked
from vinculo.programs.till import refusals
from vinculo.web import permission
from vinculo.web.programs import door, layout
from vinculo.web.programs.layout import tabs_of
from vinculo.web.programs.rewards.places import TABS

PAGE = 50
SEE = (door.SEE, "staff.member_view")
RESOLVE = (*SEE, "staff.till_use")
State = Redemption.State
MOVES = {
    State.RESERVED: ("confirm", "cancel"),
    State.ISSUED: ("confirm", "return"),
    State.CONFIRMED: ("return",),
}
"""What may be done with a redemption in each state."""
WORDS = {"confirm": gettext_lazy("Note as used"), "cancel": gettext_lazy("Cancel"), "return": gettext_lazy("Take back")}
TONES = {State.CONFIRMED: "good", State.REFUSED: "bad", State.EXPIRED: "bad", State.LAPSED: "bad"}


@require_GET
@permission.needs(*SEE)
def redemption_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show redemptions, the latest first."""
    found = door.program_of(program)
    state, reward = request.GET.get("state", ""), layout.number_of(request.GET.get("reward", ""))
    state = state if state in State.values else ""
    known = selectors.redemption_list(program_id=found.pk, asked=Asked(state=state, reward_id=reward))
    page = Paginator(known, PAGE).get_page(request.GET.get("page"))
    may = request.user.has_perms(RESOLVE)
    context: dict[str, Any] = {
        "title": _("Redemptions"),
        "page": page,
        "rows": [row(each, may=may) for each in page],
        "states": State.choices,
        "state": state,
        "reward": reward,
        "rewards": [(each.pk, str(each)) for each in selectors.reward_list(program_id=found.pk)],
        "key": uuid4().hex,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/rewards/redemptions.html", context)


def row(found: Redemption, *, may: bool) -> dict[str, Any]:
    """Return a redemption as people read it; of its code the last four symbols."""
    reward, code = found.reward, getattr(found, "code", None)
    late = found.good_until <= timezone.now()
    moves = MOVES.get(State(found.state), ()) if may else ()
    return {
        "it": found,
        "reward": str(reward) if reward else "",
        "code": f"…{code.last_four}" if code else "",
        "tone": TONES.get(State(found.state), ""),
        "why": sentence(found.refused) if found.refused else "",
        "moves": [(move, WORDS[move]) for move in moves if move == "return" or not late],
    }


def sentence(code: str) -> str:
    """Return why something was refused, in words."""
    return layout.spoken(refusals.sentence(code))


@require_POST
@permission.needs(*RESOLVE)
def redemption_resolve(request: HttpRequest, program: str, redemption_id: int) -> HttpResponse:
    """Note that a redemption was used, cancel it, or take it back."""
    found = door.program_of(program)
    if not Redemption.objects.filter(pk=redemption_id, program=found).exists():
        raise Http404
    move, key = request.POST.get("move", ""), request.POST.get("key", "")[:60] or uuid4().hex
    if move not in WORDS:
        raise Http404
    done = resolved(move, redemption_id, f"desk {key}")
    if done.refused:
        messages.error(request, sentence(done.refused))
    else:
        messages.success(request, _("Done: {state}.").format(state=State(done.state).label))
    return redirect("program_redemptions", program)


def resolved(move: str, redemption_id: int, key: str) -> Redeemed:
    """Do what a button asks for, once."""
    now = timezone.now()
    if move == "confirm":
        return resolving.redemption_confirm(redemption_id=redemption_id, key=key, now=now)
    if move == "cancel":
        return resolving.redemption_cancel(redemption_id=redemption_id, now=now)
    return resolving.redemption_return(Return(redemption_id, key), now=now)
