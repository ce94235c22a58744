"""Belonging: challenges that members join, friends they bring, votes and suggestions."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vinculo.programs.records.belonging import ballots, challenges, selectors
from vinculo.programs.records.belonging.selectors import BallotPlace, ChallengePlace, StreakPlace
from vinculo.programs.records.models import Challenge, Referral, Suggestion
from vinculo.programs.records.models.belonging import State
from vinculo.web import shell
from vinculo.web.portal import door
from vinculo.web.portal.door import Visit

FRIENDS = {
    Referral.State.WAITING: gettext_lazy("has joined and not bought yet"),
    Referral.State.QUALIFIED: gettext_lazy("has bought; the points come when the days of return are over"),
    Referral.State.SUSPECTED: gettext_lazy("is being looked at"),
    Referral.State.PAID: gettext_lazy("has brought you points"),
    Referral.State.REFUSED: gettext_lazy("does not count"),
}
"""How far a friend is, said to whoever brought him: of the friend nothing else is told."""
ANSWERS = {
    Suggestion.State.NEW: pgettext_lazy("suggestion", "not answered yet"),
    Suggestion.State.CONSIDERED: pgettext_lazy("suggestion", "being considered"),
    Suggestion.State.DONE: pgettext_lazy("suggestion", "done"),
    Suggestion.State.DECLINED: pgettext_lazy("suggestion", "declined"),
}


@require_safe
@door.member
def challenges_view(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the challenges with the member's own progress, and the streaks."""
    found = selectors.challenge_list(member=visit.member, as_of=visit.today)
    rows = [challenge(each, visit.today) for each in found]
    context = {
        "running": [each for each in rows if not each["over"]],
        "over": [each for each in rows if each["over"] and each["joined_on"]],
        "streaks": [streak(each) for each in selectors.streak_list(member_id=visit.member.pk, as_of=visit.today)],
    }
    return door.page(request, "portal/challenges.html", context)


def challenge(found: ChallengePlace, today: date) -> dict[str, Any]:
    """Return a challenge as the page shows it."""
    each, spoken = found.challenge, shell.language()
    return {
        "challenge": each,
        "name": each.name_in(spoken),
        "text": each.about_in(spoken),
        "joined_on": found.joined_on,
        "done": min(found.progress.done, each.target) if found.progress else 0,
        "reached_on": found.progress.reached_on if found.progress else None,
        "given": found.merit,
        "money": each.goal == Challenge.Goal.SPEND,
        "over": each.state != State.OPEN or each.ends_on < today,
        "badge": each.badge.name_in(spoken) if each.badge else "",
    }


def streak(found: StreakPlace) -> dict[str, Any]:
    """Return a streak as the page shows it."""
    spoken = shell.language()
    return {
        "name": found.streak.name_in(spoken),
        "text": found.streak.about_in(spoken),
        "length": found.run.length if found.run else 0,
        "until": found.continue_until,
        "next_length": found.next_length,
        "next_points": found.next_points,
        "weekly": found.streak.every == "week",
    }


@require_POST
@door.member
def challenge_join(request: HttpRequest, visit: Visit, challenge_id: int) -> HttpResponse:
    """Let a member take part in a challenge of her programme."""
    own_challenge(visit, challenge_id)
    challenges.challenge_join(challenge_id=challenge_id, member_id=visit.member.pk, now=visit.now)
    messages.success(request, _("You take part: what you do from today on counts."))
    return redirect("portal_challenges")


@require_POST
@door.member
def challenge_leave(request: HttpRequest, visit: Visit, challenge_id: int) -> HttpResponse:
    """Let a member take part no more."""
    own_challenge(visit, challenge_id)
    if challenges.challenge_leave(challenge_id=challenge_id, member_id=visit.member.pk):
        messages.success(request, _("You take part in it no more."))
    return redirect("portal_challenges")


def own_challenge(visit: Visit, challenge_id: int) -> None:
    """Look whether a challenge is one of the member's programme."""
    found = selectors.challenge_list(member=visit.member, as_of=visit.today)
    if challenge_id not in {each.challenge.pk for each in found}:
        raise Http404


@require_safe
@door.member
def friends(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the member's code and link, and how far those are whom she brought, who are not named."""
    found = selectors.referrals_of(member_id=visit.member.pk, now=visit.now)
    context = {
        "code": found.code,
        "link": f"{settings.SITE_ADDRESS}{reverse('portal_newcomer')}?by={found.code}",
        "plan": found.plan,
        "first": found.plan.rewards[0] if found.plan and found.plan.rewards else 0,
        "points": found.points,
        "brought": [
            {"at": each.opened_at, "state": FRIENDS.get(Referral.State(each.state), "")} for each in found.brought
        ],
        "by_level": sorted(found.by_level.items())[1:],
    }
    return door.page(request, "portal/friends.html", context)


@require_safe
@door.member
def votes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what members are asked, and what was decided."""
    member = visit.member
    found = selectors.ballot_list(program_id=member.program_id, now=visit.now, member_id=member.pk)
    return door.page(request, "portal/votes.html", {"ballots": [ballot(each) for each in found]})


def ballot(found: BallotPlace) -> dict[str, Any]:
    """Return a ballot as the page shows it."""
    spoken = shell.language()
    got = {each.option_id: each for each in found.result}
    return {
        "ballot": found.ballot,
        "name": found.ballot.name_in(spoken),
        "text": found.ballot.about_in(spoken),
        "open": found.open,
        "mine": found.mine,
        "options": [
            {
                "id": each.pk,
                "name": each.name_in(spoken),
                "text": each.about_in(spoken),
                "mine": each.pk == found.mine,
                "result": got.get(each.pk),
            }
            for each in found.options
        ],
    }


@require_POST
@door.member
def vote(request: HttpRequest, visit: Visit, ballot_id: int) -> HttpResponse:
    """Take a vote of a member, or another one in its place."""
    member, option = visit.member, request.POST.get("option", "")
    open_ones = selectors.ballot_list(program_id=member.program_id, now=visit.now, member_id=member.pk)
    if ballot_id not in {each.ballot.pk for each in open_ones} or not (option.isascii() and option.isdecimal()):
        raise Http404
    ballots.vote_give(ballot_id=ballot_id, member_id=member.pk, option_id=int(option), now=visit.now)
    messages.success(request, _("Your vote counts. You can change it as long as the vote is open."))
    return redirect("portal_votes")


@require_http_methods(["GET", "HEAD", "POST"])
@door.member
def suggestions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a member's suggestions with their answers, and those that are for all to see; take a new one."""
    member = visit.member
    if request.method == "POST":
        ballots.suggestion_write(member_id=member.pk, text=request.POST.get("text", ""), now=visit.now)
        messages.success(request, _("Thank you. You find the answer here."))
        return redirect("portal_suggestions")
    rows = [
        {"suggestion": each, "mine": each.member_id == member.pk, "state": ANSWERS[Suggestion.State(each.state)]}
        for each in selectors.suggestions_seen_by(member_id=member.pk)
    ]
    return door.page(request, "portal/suggestions.html", {"rows": rows, "longest": ballots.LONGEST})
