"""Paying: rewards that take something off a bill, and the receipt or order of which each pays a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vinculo.identify.records.models import Source
from vinculo.programs.records.earning.receipts import SOURCE
from vinculo.programs.records.models import Earning, Member, Redemption, TillPurchase
from vinculo.programs.records.rewards import paying, resolving
from vinculo.programs.records.rewards.paying import Payment
from vinculo.programs.records.till.actions import RefusedError
from vinculo.programs.rewards import payment
from vinculo.programs.till import shift

PLACE = "till"


@dataclass(frozen=True)
class Off:
    """A reward used at the till, and what it takes off a receipt."""

    redemption: Redemption
    off_minor: int


def open_of(member: Member, *, now: datetime) -> list[Redemption]:
    """Return the rewards a member used at the till in this shift that pay a part of nothing yet, the earliest first."""
    used = Redemption.objects.filter(
        member=member, state=Redemption.State.CONFIRMED, place=PLACE, order_number="", returned_quantity=0
    )
    recent = used.filter(reward__kind__in=payment.PAYING, resolved_at__gt=now - shift.LENGTH)
    return list(recent.select_related("reward").order_by("id"))


def taken_off(redemptions: Sequence[Redemption], amount_minor: int) -> list[Off]:
    """Return what each reward takes off a receipt, together never more than its amount."""
    left, found = amount_minor, []
    for each in redemptions:
        off = min(paying.worth(each, amount_minor), left)
        left -= off
        found.append(Off(each, off))
    return found


def pay(member: Member, *, pays: Sequence[int], number: str, amount_minor: int, now: datetime) -> int:
    """Note that rewards pay a part of a receipt that is being booked; return how much they pay together."""
    known = [each for each in open_of(member, now=now) if each.pk in set(pays)]
    if len(known) < len(set(pays)):
        raise RefusedError("pay.used")
    found = taken_off(known, amount_minor)
    for each in found:
        noted(Payment(each.redemption.pk, SOURCE, number, each.off_minor), now)
    return sum(each.off_minor for each in found)


def pay_known(redemption_id: int, *, number: str, now: datetime) -> None:
    """Note that a reward that was just used pays a part of a receipt or order that is there already.

    What a percentage took off an order of another system only that system knows.
    """
    redemption = Redemption.objects.select_related("reward").get(pk=redemption_id)
    if redemption.reward is None or redemption.reward.kind not in payment.PAYING:
        raise RefusedError("pay.nothing")
    receipt = TillPurchase.objects.filter(
        program_id=redemption.program_id, member_id=redemption.member_id or 0, number=number
    ).first()
    if receipt is not None:
        left = receipt.amount_minor - resolving.paid_minor(redemption.program_id, SOURCE, number)
        off = max(0, min(paying.worth(redemption, receipt.amount_minor), left))
        return noted(Payment(redemption_id, SOURCE, number, off), now)
    earned = Earning.objects.filter(program_id=redemption.program_id, member_id=redemption.member_id or 0, event=number)
    source = earned.filter(source__in=list(Source.objects.values_list("code", flat=True))).first()
    if source is None:
        raise RefusedError("purchase.unknown")
    if redemption.reward.kind != payment.MONEY_OFF:
        raise RefusedError("pay.elsewhere")
    return noted(Payment(redemption_id, source.source, number), now)


def noted(part: Payment, now: datetime) -> None:
    """Tell what a reward paid; the points of what it paid follow."""
    paid = paying.redemption_pay(part, now=now)
    if paid.refused:
        raise RefusedError("pay.used" if paid.refused == "redemption.conflict" else paid.refused)
