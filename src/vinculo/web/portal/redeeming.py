"""Redeeming: the catalogue at the member's own price; a reward is set aside, its code shown, and given back."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vinculo.programs.records import standings
from vinculo.programs.records.customers import standing as customers
from vinculo.programs.records.models import Redemption, Reward
from vinculo.programs.records.portal import selectors
from vinculo.programs.records.rewards import redemptions, resolving, vault
from vinculo.programs.records.rewards import selectors as rewards
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.selectors import Asked, Held, Offered, Seer
from vinculo.web.portal import door, words
from vinculo.web.portal.door import Visit

SOURCE = "portal"
KEYS = 24
"""Letters of the key that makes two presses of a button one wish."""


@require_safe
@door.member
def catalogue(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what a member can have, for how many points, and what she has."""
    member = visit.member
    standing = standings.standing_of(member_id=member.pk)
    offered: list[Offered] = []
    for unit_id in dict.fromkeys(each.unit_id for each in rewards.reward_list(program_id=member.program_id)):
        seer = Seer(standing, member.pk, customers.reach_of(member=member, unit_id=unit_id))
        found = rewards.offer_list(program_id=member.program_id, seer=seer, now=visit.now)
        offered += [each for each in found if each.reward.unit_id == unit_id]
    context = {
        "offers": [offer(each) for each in offered],
        "held": [held(each) for each in held_by(visit)],
        "balances": selectors.wallets_of(member=member),
        "key": secrets.token_urlsafe(KEYS),
    }
    return door.page(request, "portal/rewards.html", context)


def offer(found: Offered) -> dict[str, Any]:
    """Return a reward as the catalogue shows it."""
    why = words.of_refusal(found.refused) if found.refused else ""
    return {
        "reward": found.reward,
        **named(found.reward),
        "points": found.points,
        "missing": found.missing,
        "left": found.left,
        "why": why,
        "possible": not found.refused and not found.missing,
        "cheaper": found.reward.points is not None and found.points < found.reward.points,
    }


def named(reward: Reward | None) -> dict[str, str]:
    """Return the name and text of a reward in the language of the page."""
    return {"name": str(reward), "text": reward.text} if reward else {"name": "", "text": ""}


def held_by(visit: Visit, most: int = 50) -> list[Held]:
    """Return what a customer redeemed or was given in this programme, the latest first."""
    return rewards.redemptions_of(customer_ids=visit.customer_ids, program_id=visit.member.program_id, most=most)


def held(found: Held) -> dict[str, Any]:
    """Return a redemption as the page shows it."""
    redemption = found.redemption
    what = named(redemption.reward)
    return {
        "redemption": redemption,
        **what,
        "name": f"{redemption.quantity} \u00d7 {what['name']}" if redemption.quantity > 1 else what["name"],
        "state": words.STATES.get(Redemption.State(redemption.state), ""),
        "code": found.code,
        "usable": redemption.state in (Redemption.State.RESERVED, Redemption.State.ISSUED),
        "takeable": redemption.state == Redemption.State.RESERVED and not found.code and has_code(redemption),
        "cancellable": redemption.state == Redemption.State.RESERVED and not redemption.given_for,
    }


def has_code(redemption: Redemption) -> bool:
    """Tell whether a reward is used by a code."""
    return redemption.reward is not None and redemption.reward.codes != Reward.Codes.NONE


@require_POST
@door.moving
@door.member
def reserve(request: HttpRequest, visit: Visit, reward_id: int) -> HttpResponse:
    """Set a reward aside; pressing twice sets one aside."""
    member, key = visit.member, request.POST.get("key", "")[:40]
    reward = next((each for each in rewards.reward_list(program_id=member.program_id) if each.pk == reward_id), None)
    if reward is None or not key:
        raise Http404
    wish = Wish(
        program_id=member.program_id,
        reward=reward.code,
        member_id=member.pk,
        source=SOURCE,
        # Of the member too: nobody finds out, or uses up, the key of somebody else.
        key=f"{member.pk} {reward_id} {key}",
        standing=standings.standing_of(member_id=member.pk),
        place=SOURCE,
    )
    done = redemptions.redemption_reserve(wish, now=visit.now)
    if done.refused:
        messages.error(request, words.of_refusal(done.refused))
        return redirect("portal_rewards")
    return redirect("portal_redemption", done.redemption_id)


@require_safe
@door.member
def redemption(request: HttpRequest, visit: Visit, redemption_id: int) -> HttpResponse:
    """Show one redemption with its code, as long as it can be used."""
    found = own(visit, redemption_id)
    if found.code:
        vault.show(redemption_id)
    return door.page(request, "portal/redemption.html", {"held": held(found)})


@require_POST
@door.moving
@door.member
def take(request: HttpRequest, visit: Visit, redemption_id: int) -> HttpResponse:
    """Take a reward whose code is shown only when its points are taken."""
    own(visit, redemption_id)
    done = resolving.redemption_issue(redemption_id=redemption_id, now=visit.now)
    if done.refused:
        messages.error(request, words.of_refusal(done.refused))
    return redirect("portal_redemption", redemption_id)


@require_POST
@door.moving
@door.member
def cancel(request: HttpRequest, visit: Visit, redemption_id: int) -> HttpResponse:
    """Give a reward back that was set aside; the points are there again."""
    found = own(visit, redemption_id)
    if found.redemption.given_for:
        raise Http404
    done = resolving.redemption_cancel(redemption_id=redemption_id, now=visit.now)
    if done.refused:
        messages.error(request, words.of_refusal(done.refused))
    else:
        messages.success(request, _("The reward is cancelled and your points are back."))
    return redirect("portal_rewards")


def own(visit: Visit, redemption_id: int) -> Held:
    """Return a redemption of the member; those of others are not there."""
    mine = Asked(member_id=visit.member.pk)
    found = rewards.redemption_list(program_id=visit.member.program_id, asked=mine).filter(pk=redemption_id).first()
    if found is None:
        given = [each for each in held_by(visit) if each.redemption.pk == redemption_id]
        if not given:
            raise Http404
        return given[0]
    return Held(found, rewards.code_of(found))
