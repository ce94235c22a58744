"""Redeem: a reward chosen, seen with what is left after it, and given; or a code that a member shows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vinculo.programs.records.models import Member, Program, Reward
from vinculo.programs.records.rewards.selectors import Offered
from vinculo.programs.records.till import actions, purchases, redeeming, standing
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.rewards import payment
from vinculo.web import permission
from vinculo.web.till import door

MOST = 99


@require_safe
@permission.needs(door.NEEDS)
def offers(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show what the member can have, what is lacking for the rest."""
    member = door.member_of(request, member_id)
    balance = actions.balance(member) or 0
    found = standing.offers(member, balance=balance, now=timezone.now())
    rows = [
        {
            "offer": each,
            "name": str(each.reward),
            "can": not each.refused and not each.missing,
            "why": door.spoken(each.refused) if each.refused else "",
        }
        for each in found
    ]
    rows.sort(key=lambda row: not row["can"])
    return door.shown(request, member, "till/redeem.html", rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.NEEDS)
def reward(request: HttpRequest, member_id: int, code: str) -> HttpResponse:
    """Show one reward with what is left after it; give it."""
    member = door.member_of(request, member_id)
    if request.method == "POST":
        return given(request, member, code)
    balance = actions.balance(member) or 0
    found = next(
        (each for each in standing.offers(member, balance=balance, now=timezone.now()) if each.reward.code == code),
        None,
    )
    if found is None:
        raise Http404
    quantity = min(max(asked(request.GET.get("quantity", "")), 1), most(found, balance))
    context = {
        "offer": found,
        "name": str(found.reward),
        "pays": found.reward.kind in payment.PAYING,
        "why": door.spoken(found.refused or "points.insufficient") if found.refused or found.missing else "",
        "quantity": quantity,
        "cost": found.points * quantity,
        "left": balance - found.points * quantity,
        "quantities": range(1, most(found, balance) + 1),
    }
    return door.shown(request, member, "till/reward.html", **context)


def given(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Give a reward, once whatever is clicked how often."""
    quantity = asked(request.POST.get("quantity", "1"))
    try:
        action = redeeming.redeem(
            member,
            reward=code,
            quantity=quantity,
            receipt=receipt_of(request),
            key=door.key_of(request),
            now=timezone.now(),
        )
    except RefusedError as refusal:
        door.refused(request, refusal.code)
        return redirect("till_redeem", member.pk)
    return door.done(member.pk, action)


def receipt_of(request: HttpRequest) -> str:
    """Return the number of the receipt that a reward pays a part of, where one is named."""
    return request.POST.get("receipt", "").replace("\0", "").strip()[: purchases.LONGEST]


def most(offer: Offered, balance: int) -> int:
    """Return how many of a reward a member could have at once."""
    if offer.reward.codes == Reward.Codes.POOL or not offer.points:
        return 1
    fits = balance // offer.points
    return max(1, min(fits, MOST if offer.left is None else offer.left, 10))


def asked(text: str) -> int:
    """Return a number of pieces as it was asked for."""
    return int(text) if text.isdecimal() and len(text) < 3 else 1


def code_shown(request: HttpRequest, program: Program, text: str) -> HttpResponse:
    """Show what a code is good for."""
    found = redeeming.look_up(program_id=program.pk, text=text, now=timezone.now())
    context = {
        "text": text,
        "answer": found,
        "why": door.spoken(found.refused) if found.refused else "",
        "name": str(found.reward or ""),
        "pays": found.reward is not None and found.reward.kind in payment.PAYING,
        "key": door.new_key(),
        "reader": door.reader_of(program),
    }
    return render(request, "till/code.html", context)


@require_POST
@permission.needs(door.NEEDS)
def code_use(request: HttpRequest) -> HttpResponse:
    """Use a code, once whatever is clicked how often."""
    program = door.program_require(request)
    text = request.POST.get("code", "").replace("\0", "")[:120]
    if request.POST.get("look"):
        return code_shown(request, program, text)
    try:
        receipt, key = receipt_of(request), door.key_of(request)
        action = redeeming.use_code(program_id=program.pk, text=text, receipt=receipt, key=key, now=timezone.now())
    except RefusedError as refusal:
        door.refused(request, refusal.code)
        return redirect("till")
    return door.done(action.member_id, action)
