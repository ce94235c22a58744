"""Returning: a receipt or order found by its number, in full or by a part of its amount."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from vinculo.programs.records.models import Member, TillPurchase
from vinculo.programs.records.till import purchases
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.till import amounts
from vinculo.web import permission
from vinculo.web.till import door

LATEST = 5


@require_safe
@permission.needs(door.NEEDS)
def form(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask for the receipt: one of the latest, or its number; then how much of it comes back."""
    member = door.member_of(request, member_id)
    reader = door.reader_of(member.program)
    receipts = TillPurchase.objects.filter(member=member).order_by("-id")[:LATEST]
    latest = [(each, door.exactly(each.amount_minor, reader)) for each in receipts]
    number = number_of(request, member)
    return door.shown(request, member, "till/return.html", latest=latest, number=number, **found(member, number))


def number_of(request: HttpRequest, member: Member) -> str:
    """Return the number of the receipt that is asked for: typed, or chosen among the latest."""
    chosen = request.GET.get("number", "").replace("\0", "").strip()[: purchases.LONGEST]
    if request.GET.get("typed") is None and chosen.isdecimal() and len(chosen) < 18:
        mine = TillPurchase.objects.filter(member=member, pk=int(chosen)).first()
        return mine.number if mine else chosen
    return chosen


def found(member: Member, number: str) -> dict[str, Any]:
    """Return what gave points under a number, or why nothing can be taken back."""
    if not number:
        return {}
    try:
        what = purchases.returnable(program_id=member.program_id, number=number, member=member)
    except RefusedError as refusal:
        return {"why": door.spoken(refusal.code)}
    if what.left_minor == 0:
        return {"why": door.spoken("return.amount")}
    left = what.left_minor
    return {"what": what, "left": door.exactly(left, door.reader_of(member.program)) if left is not None else ""}


@require_POST
@permission.needs(door.NEEDS)
def book(request: HttpRequest, member_id: int) -> HttpResponse:
    """Take the points back, once whatever is clicked how often."""
    member = door.member_of(request, member_id)
    typed = request.POST.get("amount", "").strip()
    back = amounts.read(typed, member.program.currency) if typed else 0
    if back is None or (typed and not back):
        door.refused(request, "purchase.amount")
        return redirect("till_return", member_id)
    try:
        action = purchases.give_back(
            member,
            number=request.POST.get("number", "").replace("\0", ""),
            back_minor=back,
            key=door.key_of(request),
            now=timezone.now(),
        )
    except RefusedError as refusal:
        door.refused(request, refusal.code)
        return redirect("till_return", member_id)
    return door.done(member_id, action)
