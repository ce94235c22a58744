"""Door: what every page of the till needs: the programme, the member, a key, and words for what was done."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinculo.foundation import money
from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.models import Member, Program, TillAction
from vinculo.programs.records.till import finding, standing, undoing
from vinculo.programs.till import refusals
from vinculo.web import permission, shell

NEEDS = "staff.till_use"
KEY, LONGEST_KEY = "key", 60


def program_of(request: HttpRequest) -> Program | None:
    """Return the programme of this till: the one chosen, else the first that runs."""
    running = Program.objects.filter(state=Program.State.OPEN).order_by("id")
    chosen = request.session.get("till_program", "")
    return running.filter(code=chosen).first() or running.first()


def program_require(request: HttpRequest) -> Program:
    """Return the programme of this till, or say that none runs."""
    found = program_of(request)
    if found is None:
        raise Http404
    return found


def member_of(request: HttpRequest, member_id: int) -> Member:
    """Return a member of the programme of this till."""
    found = Member.objects.filter(pk=member_id, program=program_require(request)).select_related("program").first()
    if found is None:
        raise Http404
    return found


def reader_of(program: Program) -> Reader:
    """Return who reads, with amounts in the currency of the programme."""
    return Reader(shell.language(), program.currency)


def key_of(request: HttpRequest) -> str:
    """Return the key that was minted with the page a form was sent from."""
    return request.POST.get(KEY, "")[:LONGEST_KEY] or new_key()


def new_key() -> str:
    """Return the key of a new page."""
    return uuid.uuid4().hex


def shown(request: HttpRequest, member: Member, template: str, **context: Any) -> HttpResponse:
    """Show a page about a member."""
    now = timezone.now()
    (person,) = finding.people([member])
    has = standing.shown(member, language=shell.language(), now=now)
    told = {
        "member": member,
        "person": person,
        "has": has,
        "ahead": [each.say(permission.analytical()) for each in has.ahead],
        "reader": reader_of(member.program),
        "key": new_key(),
    }
    return render(request, template, {**told, **context})


def done(member_id: int | None, action: TillAction) -> HttpResponse:
    """Go to the page of the member, which says what became of an action."""
    where = redirect("till_member", member_id) if member_id else redirect("till")
    where["Location"] += f"?done={action.pk}"
    return where


def refused(request: HttpRequest, code: str) -> None:
    """Say why something is not done."""
    messages.error(request, spoken(code))


def spoken(code: str) -> str:
    """Return a refusal in the language of the page, as it can be read aloud."""
    return refusals.sentence(code).say(permission.analytical())


def happened(action: TillAction, reader: Reader) -> str:
    """Return what became of an action, as it can be read aloud."""
    if action.refused:
        return spoken(action.refused)
    points = reader.number(abs(action.points))
    return {
        TillAction.Kind.AWARD: of_award,
        TillAction.Kind.REDEEM: of_reward,
        TillAction.Kind.CODE: of_reward,
        TillAction.Kind.RETURN: of_return,
        TillAction.Kind.HAND: of_hand,
        TillAction.Kind.UNDO: of_undo,
    }[TillAction.Kind(action.kind)](action, points, reader)


def exactly(minor: int, reader: Reader) -> str:
    """Write an amount with its cents: it is compared with a receipt."""
    return money.words(minor, reader.currency, reader.language)


def of_award(action: TillAction, points: str, reader: Reader) -> str:
    """Say what a receipt gave."""
    amount = exactly(action.details["amount"], reader)
    if not action.points:
        said = _("Receipt {number} of {amount} is booked; it gives no points to spend.")
        return said.format(number=action.reference, amount=amount) + paid(action, reader)
    said = ngettext(
        "{points} point for receipt {number} of {amount}.",
        "{points} points for receipt {number} of {amount}.",
        action.points,
    ).format(points=points, number=action.reference, amount=amount)
    return said + paid(action, reader)


def paid(action: TillAction, reader: Reader) -> str:
    """Say what rewards paid of a receipt, where they did."""
    minor = action.details.get("paid")
    return " " + _("Rewards pay {amount} of it.").format(amount=exactly(minor, reader)) if minor else ""


def of_reward(action: TillAction, points: str, reader: Reader) -> str:
    """Say what a member got."""
    name = action.details.get(f"name_{reader.language}") or action.details.get("name_en", "")
    quantity = int(action.details.get("quantity", 1))
    got = f"{quantity} \u00d7 {name}" if quantity > 1 else name
    amount = action.details.get("amount")
    off = ""
    if action.details.get("kind") == "money_off" and amount:
        off = " " + _("Take {amount} off the bill.").format(amount=exactly(amount * quantity, reader))
    if action.details.get("receipt"):
        off += " " + _("It pays a part of {number}.").format(number=action.details["receipt"])
    if action.kind == TillAction.Kind.CODE and not action.points:
        return _("The code is good for: {name}. It is used now.").format(name=got) + off
    return (
        ngettext(
            "{name} for {points} point.",
            "{name} for {points} points.",
            abs(action.points),
        ).format(name=got, points=points)
        + off
    )


def of_return(action: TillAction, points: str, reader: Reader) -> str:
    """Say what was taken back."""
    said = ngettext(
        "{points} point of receipt {number} taken back.",
        "{points} points of receipt {number} taken back.",
        abs(action.points),
    ).format(points=points, number=action.reference)
    forgiven = int(action.details.get("forgiven") or 0)
    if forgiven:
        said += " " + ngettext(
            "{count} had been spent and is let go.", "{count} had been spent and are let go.", forgiven
        ).format(count=reader.number(forgiven))
    return said


def of_hand(action: TillAction, points: str, reader: Reader) -> str:
    """Say what was given by hand."""
    if action.details.get("waits"):
        asked = reader.number(action.details["asked"])
        return _("{points} points are above what you may give today: somebody else has to agree.").format(points=asked)
    return ngettext("{points} point given.", "{points} points given.", action.points).format(points=points)


def of_undo(action: TillAction, points: str, reader: Reader) -> str:
    """Say what was undone."""
    if action.points < 0:
        return _("Undone: {points} points taken back.").format(points=points)
    if action.points > 0:
        return _("Undone: {points} points given back.").format(points=points)
    return _("Undone.")


def last_of(request: HttpRequest, program: Program) -> dict[str, Any] | None:
    """Return the last thing one did that can be undone, and how it is said."""
    action = undoing.undoable(program_id=program.pk, now=timezone.now())
    if action is None:
        return None
    return {"action": action, "said": happened(action, reader_of(program)), "key": new_key()}
