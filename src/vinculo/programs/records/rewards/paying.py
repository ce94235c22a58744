"""Paying: what of an order was paid with rewards, told to earning, so that points are not given for points."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from vinculo.programs.records.models import PointsPaid, Redemption
from vinculo.programs.records.rewards import resolving
from vinculo.programs.records.rewards.resolving import Redeemed
from vinculo.programs.rewards import payment as payments


@dataclass(frozen=True)
class Payment:
    """A reward that was used to pay a part of an order, which may be known later; its amount in minor units.

    Money off is worth what the reward says; of a percentage whoever worked the price out says what came off.
    """

    redemption_id: int
    source: str
    number: str
    amount_minor: int | None = None


def redemption_pay(payment: Payment, *, now: datetime) -> Redeemed:
    """Note which order a reward paid a part of, once; the points of the order follow at once.

    It was used before (`redemption_confirm`, `code_use`). With another order it is refused (`redemption.conflict`).
    """
    with transaction.atomic():
        redemption = resolving.locked(payment.redemption_id)
        order = (payment.source, payment.number)
        if redemption.order_number:
            same = order == (redemption.order_source, redemption.order_number)
            told = resolving.told(redemption)
            return replace(told, replayed=True) if same else replace(told, refused="redemption.conflict")
        if redemption.state != Redemption.State.CONFIRMED:
            return replace(resolving.told(redemption), refused=f"redemption.{redemption.state}")
        redemption.order_source, redemption.order_number = order
        redemption.paid_minor = worth(redemption) if payment.amount_minor is None else max(0, payment.amount_minor)
        redemption.save(update_fields=["order_source", "order_number", "paid_minor"])
        resolving.order_follow(redemption, now=now)
        return resolving.told(redemption)


def worth(redemption: Redemption, of_minor: int = 0) -> int:
    """Return what a redemption takes off a price by itself; of a percentage the price has to be known."""
    reward = redemption.reward
    if reward is None:
        return 0
    pieces = redemption.quantity
    return payments.off(reward.kind, reward.amount_minor, reward.percentage_bp, pieces=pieces, of_minor=of_minor)


def order_release(*, program_id: int, source: str, number: str) -> None:
    """Let rewards pay for something else: the order they paid a part of never was."""
    paid = resolving.paying_for(program_id, source, number).order_by("id")
    paid = paid.filter(pk__in=[each.pk for each in paid.select_for_update(no_key=True)])
    paid.update(order_source="", order_number="", paid_minor=0)
    PointsPaid.objects.filter(program_id=program_id, source=source, number=number).delete()
