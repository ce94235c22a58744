"""The list of matchings with their reports, and what can be done with them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.foundation import actor, language
from vinculo.identify.records import tasks
from vinculo.identify.records.matching import policy, publishing, review, services
from vinculo.identify.records.models import Candidate, Matching, MatchingPolicy
from vinculo.web import permission, progress, shell
from vinculo.web.matchings import queue

PAGE = 30


@require_GET
@permission.needs("staff.matching_view")
def matching_list(request: HttpRequest) -> HttpResponse:
    """Show the matchings, the latest first, and what each would change."""
    found = Matching.objects.order_by("-id")
    latest = found.first()
    under_way = latest if latest and latest.state in (Matching.State.QUEUED, Matching.State.RUNNING) else None
    waiting = review.queue(by=request.user.get_username())
    to_measure = waiting.filter(purpose=Candidate.Purpose.MEASURE).count()
    undecided = waiting.exclude(purpose=Candidate.Purpose.MEASURE).count()
    context: dict[str, Any] = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "under_way": under_way,
        "progress": how_far(under_way) if under_way else None,
        "publishable": publishing.publishable(),
        "policy": policy.policy_get(),
        "choices": {"arrivals": MatchingPolicy.Arrivals.choices, "nightly": MatchingPolicy.Nightly.choices},
        "waiting": undecided + to_measure,
        "undecided": undecided,
        "to_measure": to_measure,
        "precision": review.precision(),
    }
    return render(request, "matchings/list.html", context)


def how_far(matching: Matching) -> progress.Progress:
    """Return how far a matching is, in words."""
    over = matching.state not in (Matching.State.QUEUED, Matching.State.RUNNING)
    say = language.translator(shell.language())
    words = say(matching.step) if matching.step else matching.get_state_display().capitalize()
    share = matching.progress if matching.state == Matching.State.RUNNING else None
    return progress.Progress(reverse("matching_progress", args=[matching.pk]), words, share, over)


@require_GET
@permission.needs("staff.matching_view")
def matching_progress(request: HttpRequest, matching_id: int) -> HttpResponse:
    """Answer a page that asks how far a matching is."""
    return progress.answer(request, how_far(found(matching_id)))


def found(matching_id: int) -> Matching:
    """Return a matching, or the page that there is none."""
    try:
        return Matching.objects.get(pk=matching_id)
    except Matching.DoesNotExist:
        raise Http404 from None


@require_POST
@permission.needs("staff.matching_publish")
def matching_start(request: HttpRequest) -> HttpResponse:
    """Ask for a matching."""
    by = request.user.get_username()
    with actor.acting(by), transaction.atomic():
        asked = services.matching_ask(now=timezone.now())
        try:
            with transaction.atomic():
                tasks.match.defer(matching_id=asked.pk, by=by)
        except AlreadyEnqueued:
            messages.info(request, _("A matching waits already."))
    return redirect("matchings")


@require_POST
@permission.needs("staff.matching_publish")
def matching_publish(request: HttpRequest, matching_id: int) -> HttpResponse:
    """Put a matching in force."""
    found(matching_id)
    publishing.matching_publish(matching_id=matching_id, now=timezone.now())
    messages.success(request, _("The matching is in force. The next run values customers as they are now."))
    return redirect("matchings")


@require_POST
@permission.needs("staff.matching_publish")
def matching_policy(request: HttpRequest) -> HttpResponse:
    """Set what matching does by itself."""
    asked = {name: request.POST.get(name, "") for name in ("arrivals", "nightly")}
    try:
        policy.policy_set(**asked)
    except ValidationError:
        messages.error(request, _("Choose one of those in the list."))
    else:
        messages.success(request, _("It was saved."))
    return redirect("matchings")


urlpatterns = [
    path("matchings/policy/", matching_policy, name="matching_policy"),
    path("matchings/", matching_list, name="matchings"),
    path("matchings/start/", matching_start, name="matching_start"),
    path("matchings/<int:matching_id>/progress/", matching_progress, name="matching_progress"),
    path("matchings/<int:matching_id>/publish/", matching_publish, name="matching_publish"),
    *queue.urlpatterns,
]
