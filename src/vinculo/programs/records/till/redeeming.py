"""Redeeming: a reward for points at once, or a code that a member shows; and what is given back."""

from datetime import datetime
from typing import Any

from vinculo.foundation import actor
from vinculo.programs.records import standings
from vinculo.programs.records.earning import receipts
from vinculo.programs.records.earning.receipts import SOURCE
from vinculo.programs.records.models import Member, Redemption
from vinculo.programs.records.rewards import redemptions, resolving
from vinculo.programs.records.rewards import till as codes
from vinculo.programs.records.rewards.redemptions import Wish
from vinculo.programs.records.rewards.resolving import Return
from vinculo.programs.records.rewards.till import Answer, Presented
from vinculo.programs.records.till import actions, paying
from vinculo.programs.records.till.actions import Asked, Done, RefusedError
from vinculo.programs.records.till.paying import PLACE


def redeem(member: Member, *, reward: str, quantity: int, receipt: str = "", key: str, now: datetime) -> Any:
    """Give a member a reward for points, and note that it was used; return the action.

    `receipt` is the number of the receipt or order it pays a part of, where that is there already.
    """
    said = {"reward": reward, "quantity": quantity} | of_receipt(receipt)
    asked = Asked(member.program_id, actions.Kind.REDEEM, key, member.pk, said)

    def do() -> Done:
        actions.member_require(member)
        if receipt.strip():
            # Its points follow: the member is held before wallets are, as by whoever settles receipts.
            receipts.hold(member)
        wish = Wish(
            member.program_id,
            reward,
            member.pk,
            SOURCE,
            key,
            quantity,
            standing=standings.standing_of(member_id=member.pk),
            place=PLACE,
        )
        made = redemptions.redemption_reserve(wish, now=now)
        if made.refused:
            raise RefusedError(made.refused)
        if made.state in (Redemption.State.RESERVED, Redemption.State.ISSUED):
            used = resolving.redemption_confirm(redemption_id=made.redemption_id, place=PLACE, key=key, now=now)
            if used.refused:
                raise RefusedError(used.refused)
        return paid(made.redemption_id, receipt, now)

    return actions.once(asked, do, now=now)


def of_receipt(number: str) -> dict[str, str]:
    """Return what is asked for with the number of a receipt, where there is one."""
    return {"receipt": number.strip()} if number.strip() else {}


def paid(redemption_id: int, receipt: str, now: datetime) -> Done:
    """Note what of a receipt a reward that was used pays, if it is named; return what became of the redemption."""
    if receipt.strip():
        paying.pay_known(redemption_id, number=receipt.strip(), now=now)
    return told(redemption_id)


def told(redemption_id: int) -> Done:
    """Return what became of a redemption."""
    found = Redemption.objects.select_related("reward").get(pk=redemption_id)
    assert found.reward is not None
    names = {"name_en": found.reward.name_en, "name_es": found.reward.name_es}
    details = {"quantity": found.quantity, "kind": found.reward.kind, "amount": found.reward.amount_minor, **names}
    if found.order_number:
        details |= {"receipt": found.order_number, "paid": found.paid_minor}
    return Done(-int(found.points), found.reward.code, found.pk, details, found.member_id)


def presented(program_id: int, text: str, key: str = "") -> Presented:
    """Return a code as somebody shows it; whoever types wrong ones is slowed down."""
    return Presented(program_id, text, [f"staff:{actor.current().name}"], PLACE, key)


def look_up(*, program_id: int, text: str, now: datetime) -> Answer:
    """Return what a code is good for, without using it."""
    return codes.code_find(presented(program_id, text), now=now)


def use_code(*, program_id: int, text: str, receipt: str = "", key: str, now: datetime) -> Any:
    """Use a code; return the action. Of a wrong one nothing is kept but that it was tried.

    `receipt` is the number of the receipt or order it pays a part of, where that is there already.
    """
    seen = look_up(program_id=program_id, text=text, now=now)
    said = {"code": seen.redemption_id, **of_receipt(receipt)}
    asked = Asked(program_id, actions.Kind.CODE, key, seen.member_id, said)
    if seen.redemption_id is None:
        raise RefusedError(seen.refused)
    number = seen.redemption_id

    def do() -> Done:
        holder = Member.objects.filter(pk=seen.member_id or 0).first() if receipt.strip() else None
        if holder is not None:
            receipts.hold(holder)
        used = codes.code_use(presented(program_id, text, key), now=now)
        if used.refused:
            raise RefusedError(used.refused)
        done = paid(number, receipt, now)
        # Points of a voucher that was given out before were taken then.
        taken = done.points if seen.state == Redemption.State.RESERVED else 0
        return Done(taken, done.reference, done.subject_id, done.details, done.member_id)

    return actions.once(asked, do, now=now)


def take_back(redemption_id: int, *, key: str, now: datetime) -> int:
    """Take a redemption back: its points return to where they came from; return how many."""
    back = resolving.redemption_return(Return(redemption_id, f"till:{key}"), now=now)
    if back.refused:
        raise RefusedError(back.refused)
    return back.points
