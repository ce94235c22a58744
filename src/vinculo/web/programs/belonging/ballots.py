"""Votes and suggestions: questions to the members with their results, what members propose, and the answers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.records.belonging import ballots, selectors
from vinculo.programs.records.belonging.ballots import Answer
from vinculo.programs.records.belonging.selectors import SHOWN, BallotPlace
from vinculo.programs.records.models import Ballot, Suggestion
from vinculo.web import permission
from vinculo.web.programs import door, layout
from vinculo.web.programs.belonging.form import BallotForm
from vinculo.web.programs.belonging.places import TABS
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried

MANAGE = (door.SEE, door.MANAGE)
MEMBERS = (door.SEE, "staff.member_view")
TONES = {Suggestion.State.DONE: "good", Suggestion.State.DECLINED: "bad"}


@require_GET
@permission.needs(door.SEE)
def ballot_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the votes of a programme with their results."""
    found, now = door.program_of(program), timezone.now()
    context: dict[str, Any] = {
        "title": _("Votes"),
        "rows": [result(each, now) for each in selectors.ballot_list(program_id=found.pk, now=now)],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/belonging/ballots.html", context)


def result(place: BallotPlace, now: Any) -> dict[str, Any]:
    """Return a vote as people read it."""
    names = {each.pk: str(each) for each in place.options}
    return {
        "ballot": place.ballot,
        "open": place.open,
        "later": place.ballot.opens_at > now,
        "votes": sum(each.votes for each in place.result),
        "result": [
            {"name": names[each.option_id], "it": each, "percent": round(100 * each.share)} for each in place.result
        ],
    }


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def ballot_new(request: HttpRequest, program: str) -> HttpResponse:
    """Put a question to the members."""
    found = door.program_of(program)
    form = BallotForm(request.POST or None)

    def write() -> None:
        said = form.cleaned_data
        ballots.ballot_open(
            program_id=found.pk,
            kind=said["kind"],
            wording=form.wording,
            options=form.answers,
            opens_at=said["opens_at"],
            closes_at=said["closes_at"],
        )

    if kept(request, form, write, _("The vote was written down.")):
        return redirect("program_ballots", program)
    return form_shown(request, found, form, title=_("New vote"), back=reverse("program_ballots", args=[program]))


@require_POST
@permission.needs(*MANAGE)
def ballot_close(request: HttpRequest, program: str, ballot_id: int) -> HttpResponse:
    """Close a vote before its time."""
    if not Ballot.objects.filter(pk=ballot_id, program=door.program_of(program)).exists():
        raise Http404
    tried(request, lambda: ballots.ballot_close(ballot_id=ballot_id, now=timezone.now()), _("The vote was closed."))
    return redirect("program_ballots", program)


@require_GET
@permission.needs(*MEMBERS)
def suggestion_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show what members propose, and where it is answered."""
    found = door.program_of(program)
    state = request.GET.get("state", "")
    state = state if state in Suggestion.State.values else ""
    rows = selectors.suggestion_list(
        program_id=found.pk, state=state, after=layout.number_of(request.GET.get("after", ""))
    )
    context: dict[str, Any] = {
        "title": _("Suggestions"),
        "rows": [(each, TONES.get(Suggestion.State(each.state), "")) for each in rows],
        "after": rows[-1].pk if len(rows) == SHOWN else None,
        "state": state,
        "states": Suggestion.State.choices,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/belonging/suggestions.html", context)


@require_POST
@permission.needs(*MEMBERS, door.MANAGE)
def suggestion_answer(request: HttpRequest, program: str, suggestion_id: int) -> HttpResponse:
    """Answer a suggestion."""
    if not Suggestion.objects.filter(pk=suggestion_id, program=door.program_of(program)).exists():
        raise Http404
    given = request.POST
    text = given.get("text", "").replace("\0", "")[: ballots.LONGEST]
    answer = Answer(given.get("state", ""), text, published=bool(given.get("published")))
    tried(
        request,
        lambda: ballots.suggestion_answer(
            suggestion_id=suggestion_id, answer=answer, author=request.user.get_username(), now=timezone.now()
        ),
        _("The answer was saved."),
    )
    return redirect("program_suggestions", program)
