"""Undoing: the last thing one did in this shift is taken back by postings of its own; nothing is removed."""

from datetime import datetime
from typing import Any

from vinculo.foundation import actor
from vinculo.programs.records.earning import receipts
from vinculo.programs.records.models import TillAction, TillPurchase
from vinculo.programs.records.rewards import paying
from vinculo.programs.records.till import actions, byhand, purchases, redeeming
from vinculo.programs.records.till.actions import Asked, Done, Kind, RefusedError
from vinculo.programs.till import shift


def undoable(*, program_id: int, now: datetime) -> TillAction | None:
    """Return the last thing that whoever acts did in this shift and did not undo."""
    mine = TillAction.objects.filter(program_id=program_id, author=actor.current().name, refused="")
    last = mine.exclude(kind=Kind.UNDO).filter(undone_by=None).order_by("-id").first()
    if last is None or not shift.lasts(last.happened_at, now) or last.details.get("final"):
        return None
    return last


def undo(*, program_id: int, action_id: int, key: str, now: datetime) -> Any:
    """Undo the last thing one did; return the action that undoes it."""
    action = TillAction.objects.select_related("member").filter(program_id=program_id, pk=action_id).first()
    asked = Asked(program_id, Kind.UNDO, key, action.member_id if action else None, {"action": action_id})

    def do() -> Done:
        held = TillAction.objects.select_for_update(of=("self",)).filter(pk=action_id).first()
        if held is None or held.author != actor.current().name or not shift.lasts(held.happened_at, now):
            raise RefusedError("undo.over")
        if held.details.get("final"):
            raise RefusedError("undo.final")
        last = undoable(program_id=program_id, now=now)
        if last is None or last.pk != held.pk:
            done_before = TillAction.objects.filter(undoes=held).exists()
            raise RefusedError("undo.nothing" if done_before or last is None else "undo.later")
        return Done(taken_back(held, key, now), held.reference, held.subject_id, {"kind": held.kind})

    return actions.once(asked, do, now=now, undoes=action)


def taken_back(action: TillAction, key: str, now: datetime) -> int:
    """Take an action back; return the points the member has more of, or less."""
    assert action.subject_id is not None
    if action.kind in (Kind.REDEEM, Kind.CODE):
        return redeeming.take_back(action.subject_id, key=key, now=now)
    if action.kind == Kind.HAND:
        return -byhand.take_back(action.subject_id, key=key, now=now)
    assert action.member is not None
    if action.kind == Kind.AWARD:
        paying.order_release(program_id=action.program_id, source=receipts.SOURCE, number=action.reference)
    receipts.hold(action.member)
    purchase = TillPurchase.objects.select_for_update(of=("self",)).select_related("member").get(pk=action.subject_id)
    if action.kind == Kind.RETURN:
        purchase.returned_minor -= action.details["back"]
        purchase.save(update_fields=["returned_minor"])
        return purchases.spent_unit(action.member, receipts.settle(purchase, now=now).awarded)
    settled = receipts.unsettle(purchase, now=now)
    purchase.delete()
    return -purchases.spent_unit(action.member, settled.taken)
