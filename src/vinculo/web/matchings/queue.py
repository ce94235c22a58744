"""The queue: two records side by side, and one key for each answer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from vinculo.identify.records.matching import review
from vinculo.identify.records.membership import preview
from vinculo.identify.records.models import Candidate, Customer
from vinculo.web import permission
from vinculo.web.customers.identity import views as identity
from vinculo.web.matchings import why

NEEDED = ("staff.matching_review", "staff.personal_data_view")


@require_GET
@permission.needs(*NEEDED)
def review_view(request: HttpRequest) -> HttpResponse:
    """Show the pair that matters most, or the one asked for."""
    waiting = review.queue(by=request.user.get_username())
    asked = request.GET.get("after", "")
    candidate = waiting.first()
    if asked.isdecimal() and candidate is not None:
        passed = Candidate.objects.filter(pk=int(asked[:18])).first()
        later = waiting.filter(priority__lte=passed.priority).exclude(pk=passed.pk) if passed else waiting
        candidate = later.first() or candidate
    context: dict[str, Any] = {"waiting": waiting.count(), "candidate": candidate}
    if candidate is not None:
        sides = sides_of(candidate)
        if sides is None:
            Candidate.objects.filter(pk=candidate.pk).update(state=Candidate.State.GONE, decided_at=timezone.now())
            return redirect("review")
        alike = waiting.filter(
            pattern=candidate.pattern, four_eyes=False, purpose=Candidate.Purpose.DECIDE, state=Candidate.State.OPEN
        )
        context |= {
            "sides": sides,
            "fields": identity.fields(sides),
            "children": identity.children(sides),
            "why": why.of([candidate.party_id], [candidate.other_id]),
            "alike": alike.count() if candidate.pattern else 0,
            # What was decided by itself is measured by people who do not know how it was decided.
            "blind": candidate.purpose == Candidate.Purpose.MEASURE,
        }
    return render(request, "matchings/review.html", context)


def sides_of(candidate: Candidate) -> list[preview.Side] | None:
    """Return both parties, or nothing when one of them is gone."""
    try:
        return [preview.side(each, (each,)) for each in (candidate.party_id, candidate.other_id)]
    except Customer.DoesNotExist:
        return None


@require_POST
@permission.needs(*NEEDED)
def review_decide(request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Take an answer, and show the next pair."""
    if not Candidate.objects.filter(pk=candidate_id).exists():
        raise Http404
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()
    if verdict == "later":
        return redirect(f"/review/?after={candidate_id}")
    try:
        decided = review.candidate_decide(candidate_id=candidate_id, verdict=verdict, now=timezone.now(), reason=reason)
    except review.DecidedMeanwhileError as error:
        messages.info(request, permission.said(error))
        return redirect("review")
    if decided.state == Candidate.State.SECOND:
        messages.info(request, _("A second person must agree: both are among the customers who buy most."))
    return redirect("review")


@require_POST
@permission.needs(*NEEDED)
def review_decide_alike(request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Give one answer to all pairs that look like this one."""
    candidate = Candidate.objects.filter(pk=candidate_id).first()
    if candidate is None or not candidate.pattern:
        raise Http404
    done = review.candidates_decide(
        pattern=candidate.pattern, verdict=request.POST.get("verdict", ""), now=timezone.now()
    )
    said = ngettext("{count} pair was decided.", "{count} pairs were decided.", done)
    messages.success(request, said.format(count=done))
    return redirect("review")


urlpatterns = [
    path("review/", review_view, name="review"),
    path("review/<int:candidate_id>/", review_decide, name="review_decide"),
    path("review/<int:candidate_id>/alike/", review_decide_alike, name="review_decide_alike"),
]
