"""Award: the amount of a receipt and its number; what it earns now is shown before it is booked."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from vinculo.programs.records.models import Member, Redemption, RuleVersion, Unit
from vinculo.programs.records.till import paying, purchases, standing
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.till import amounts
from vinculo.web import permission
from vinculo.web.till import door


@require_safe
@permission.needs(door.NEEDS)
def form(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask for the receipt; once its amount is there, show what it earns."""
    member = door.member_of(request, member_id)
    used = paying.open_of(member, now=timezone.now())
    # All that was used pays for it, until somebody says otherwise.
    chosen = pays_of(request.GET) if "amount" in request.GET else [each.pk for each in used]
    rewards = [each for each in used if each.pk in chosen]
    context = earned(member, request.GET.get("amount", ""), request.GET.get("number", ""), rewards)
    context["used"] = [(each.pk, str(each.reward or ""), each.quantity, each.pk in chosen) for each in used]
    if request.headers.get("HX-Target") == "earns":
        return render(request, "till/earns.html", {**context, "member": member, "key": door.new_key()})
    return door.shown(request, member, "till/award.html", **context)


def pays_of(said: QueryDict) -> list[int]:
    """Return the redemptions that are said to pay a part."""
    return [int(each) for each in said.getlist("pays") if each.isascii() and each.isdecimal() and len(each) < 18]


def earned(member: Member, amount: str, number: str, rewards: Sequence[Redemption] = ()) -> dict[str, Any]:
    """Return what a receipt, of which rewards pay a part, would earn, as it is shown."""
    number = number.replace("\0", "").strip()[: purchases.LONGEST]
    reader = door.reader_of(member.program)
    context: dict[str, Any] = {"amount": amount[:30], "number": number, "reader": reader}
    minor = amounts.read(amount, member.program.currency)
    if minor is None or minor <= 0:
        return {**context, "wrong": door.spoken("purchase.amount") if amount.strip() else ""}
    offs = paying.taken_off(rewards, minor)
    paid = sum(each.off_minor for each in offs)
    found = purchases.would_earn(member, amount_minor=minor, paid_minor=paid, now=timezone.now())
    unit = standing.unit_of(member.program_id)
    names = {each.code: str(each) for each in Unit.objects.filter(program_id=member.program_id)}
    others = [(names[code], points) for code, points in found.points.items() if not unit or code != unit.code]
    versions = RuleVersion.objects.filter(rule_id__in=[told.rule.id for told in found.told])
    named = {(each.rule_id, each.version): str(each) for each in versions}
    rules = [(named.get((told.rule.id, told.rule.version), ""), told.points) for told in found.told if told.points]
    reasons = [
        str(reason.say(permission.analytical())) for told in found.told if not told.points for reason in told.reasons
    ]
    points = found.points.get(unit.code, 0) if unit else 0
    return {
        **context,
        "minor": minor,
        "offs": [
            (each.redemption.pk, str(each.redemption.reward or ""), door.exactly(each.off_minor, reader))
            for each in offs
        ],
        "to_pay": door.exactly(minor - paid, reader) if offs else "",
        "points": points,
        "others": others,
        "rules": rules,
        "reasons": reasons[:2] if not points else [],
    }


@require_POST
@permission.needs(door.NEEDS)
def book(request: HttpRequest, member_id: int) -> HttpResponse:
    """Book a receipt, once whatever is clicked how often."""
    member = door.member_of(request, member_id)
    minor = amounts.read(request.POST.get("amount", ""), member.program.currency) or 0
    number = request.POST.get("number", "").replace("\0", "")
    try:
        action = purchases.book(
            member,
            amount_minor=minor,
            number=number,
            pays=pays_of(request.POST),
            key=door.key_of(request),
            now=timezone.now(),
        )
    except RefusedError as refusal:
        door.refused(request, refusal.code)
        return redirect("till_award", member_id)
    return door.done(member_id, action)
