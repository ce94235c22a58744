"""Resolving: what was set aside is given out, used, cancelled or out of time; of all who try, one does.

Whoever resolves a redemption holds its row. What it took of stock, limits, codes and points goes with it, once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from vinculo.foundation import actor
from vinculo.programs.records import facts
from vinculo.programs.records.earning import orders, receipts
from vinculo.programs.records.models import PointsPaid, Program, Redemption, RedemptionReturn, Reward
from vinculo.programs.records.rewards import limits, points, stock, vault
from vinculo.programs.records.rewards.points import Movement

State = Redemption.State
SWEPT = 500
"""Redemptions that a sweep resolves in one transaction."""


@dataclass(frozen=True)
class Redeemed:
    """What became of a redemption: `refused` is empty, or a code of `refusals`."""

    redemption_id: int
    state: str
    refused: str = ""
    points: int = 0
    code: str = ""
    """The code as it is shown, as long as it can be."""
    good_until: datetime | None = None
    balance: int | None = None
    """What is left in the wallet, when points moved."""
    replayed: bool = False


def redemption_issue(*, redemption_id: int, now: datetime) -> Redeemed:
    """Give a reward out that was set aside: its points are taken, its code is shown and can be used from now on."""
    with transaction.atomic():
        redemption = locked(redemption_id)
        if refused := unless(redemption, (State.RESERVED,), now):
            return once_more(redemption, refused, State.ISSUED)
        return give_out(redemption, now=now)


def redemption_confirm(*, redemption_id: int, place: str = "", key: str = "", now: datetime) -> Redeemed:
    """Note that a reward was used; points that were set aside are taken, and its code is good no more.

    Whoever asks again with the same key is told that it was done; without it, that it was done before.
    """
    with transaction.atomic():
        redemption = locked(redemption_id)
        if refused := unless(redemption, (State.RESERVED, State.ISSUED), now):
            again = bool(key) and redemption.confirm_key == key
            return once_more(redemption, refused, State.CONFIRMED if again else "")
        if not vault.use(redemption.pk, now=now, place=place) and has_code(redemption):
            return replace(told(redemption), refused="code.used")
        balance = take(redemption, now=now) if redemption.state == State.RESERVED else None
        redemption.confirm_key, redemption.place = key, place or redemption.place
        resolve(redemption, State.CONFIRMED, now)
        return replace(told(redemption), balance=balance)


def redemption_cancel(*, redemption_id: int, now: datetime) -> Redeemed:
    """Cancel what is set aside: points, stock, code and limits get it back, once."""
    with transaction.atomic():
        redemption = locked(redemption_id)
        if refused := unless(redemption, (State.RESERVED,), now):
            return once_more(redemption, refused, State.CANCELLED)
        balances = undo([redemption], "cancel", now=now)
        resolve(redemption, State.CANCELLED, now)
        return replace(told(redemption), balance=balances.get(redemption.pk))


@dataclass(frozen=True)
class Return:
    """Pieces of a redemption that come back; nothing said is all that are left. `key` tells it from other returns."""

    redemption_id: int
    key: str
    quantity: int = 0
    restock: bool = True


def redemption_return(back: Return, *, now: datetime) -> Redeemed:
    """Take a redemption back after its points were taken: they go to the lots they came from, with their last days.

    In part or in full, never more than was given; the same key again changes nothing. A code that was not used yet is
    good no more.
    """
    with transaction.atomic():
        redemption = locked(back.redemption_id)
        before = RedemptionReturn.objects.filter(redemption=redemption, key=back.key).first()
        if before is not None:
            other = back.quantity and back.quantity != before.quantity
            refused = "redemption.conflict" if other else ""
            return replace(told(redemption), refused=refused, points=int(before.points), replayed=not other)
        if redemption.state not in (State.ISSUED, State.CONFIRMED):
            return replace(told(redemption), refused=f"redemption.{redemption.state}")
        left = redemption.quantity - redemption.returned_quantity
        quantity = back.quantity or left
        if not 0 < quantity <= left:
            return replace(told(redemption), refused="return.too_many")
        return take_back(redemption, replace(back, quantity=quantity), now=now)


def take_back(redemption: Redemption, back: Return, *, now: datetime) -> Redeemed:
    """Take pieces of a redemption back, whose row is held."""
    amount = int(redemption.points) // redemption.quantity * back.quantity
    if redemption.order_number and redemption.member:
        # The points of its order follow: the member is held before wallets are, as by whoever settles orders.
        receipts.hold(redemption.member)
    if back.restock and redemption.stock_held:
        stock.restock(redemption.reward_id or 0, back.quantity)
    limits.give_back([(use, each * back.quantity) for use, each in redemption.charges])
    redemption.returned_quantity += back.quantity
    if redemption.returned_quantity == redemption.quantity:
        vault.give_back([redemption.pk])
        resolve(redemption, State.RETURNED, now)
    else:
        redemption.save(update_fields=["returned_quantity"])
    outcomes = points.move(redemption.program_id, [Movement("reverse", redemption, amount, key=back.key)], now=now)
    outcome = outcomes.get(redemption.pk)
    RedemptionReturn.objects.create(
        redemption=redemption,
        key=back.key,
        quantity=back.quantity,
        points=amount,
        restocked=back.restock and redemption.stock_held,
        posting_id=outcome.posting_id if outcome else None,
        happened_at=now,
        author=actor.current().name,
    )
    if redemption.order_number:
        order_follow(redemption, now=now)
    return replace(told(redemption), points=amount, balance=outcome.balance if outcome else None)


def order_follow(redemption: Redemption, *, now: datetime) -> None:
    """Tell earning what of the order of a redemption was paid with rewards, those taken back left out."""
    order = (redemption.program_id, redemption.order_source, redemption.order_number)
    program_id, source, number = order
    # Held before it is summed up: rewards that pay one order at the same moment would each know of themselves alone.
    of_order = {"program_id": program_id, "source": source, "number": number}
    PointsPaid.objects.get_or_create(**of_order, defaults={"paid_minor": 0})
    PointsPaid.objects.select_for_update(of=("self",), no_key=True).get(**of_order)
    orders.order_paid(program_id=program_id, source=source, number=number, paid_minor=paid_minor(*order), now=now)


def paying_for(program_id: int, source: str, number: str) -> QuerySet[Redemption]:
    """Return the redemptions that paid a part of an order."""
    return Redemption.objects.filter(program_id=program_id, order_source=source, order_number=number)


def paid_minor(program_id: int, source: str, number: str) -> int:
    """Return what rewards paid of an order, those taken back left out."""
    left = paying_for(program_id, source, number).values_list("paid_minor", "quantity", "returned_quantity")
    return sum(amount * (pieces - back) // pieces for amount, pieces, back in left)


def redemptions_expire(*, program_id: int, now: datetime) -> int:
    """Resolve what was not used in time: what is set aside goes back, what was given out lapses. Return how many.

    Running it twice, or twice at a time, changes nothing more.
    """
    count = 0
    while found := sweep(program_id, now):
        count += found
    return count


def expire_all(*, now: datetime) -> dict[str, int]:
    """Resolve in every programme what was not used in time; return how many in each."""
    return {each.code: redemptions_expire(program_id=each.pk, now=now) for each in Program.objects.order_by("pk")}


@transaction.atomic
def sweep(program_id: int, now: datetime) -> int:
    """Resolve some redemptions that are out of time and that nobody else is resolving."""
    late = Redemption.objects.filter(program_id=program_id, good_until__lte=now)
    open_ones = late.filter(state__in=(State.RESERVED, State.ISSUED)).order_by("id")
    rows = list(
        open_ones.select_for_update(skip_locked=True, of=("self",), no_key=True).select_related("reward")[:SWEPT]
    )
    reserved = [each for each in rows if each.state == State.RESERVED]
    issued = [each for each in rows if each.state == State.ISSUED]
    undo(reserved, "timeout", now=now)
    vault.give_back([each.pk for each in issued])
    for found, state in ((reserved, State.EXPIRED), (issued, State.LAPSED)):
        Redemption.objects.filter(pk__in=[each.pk for each in found]).update(
            state=state, resolved_at=now, resolved_by=actor.current().name
        )
    return len(rows)


def locked(redemption_id: int) -> Redemption:
    """Return a redemption whose row is held until the end of the transaction."""
    found = Redemption.objects.select_for_update(of=("self",), no_key=True).select_related("reward")
    return found.get(pk=redemption_id)


def unless(redemption: Redemption, wanted: Sequence[str], now: datetime) -> str:
    """Return why a redemption cannot go on, or nothing when it can."""
    if redemption.state not in wanted:
        return f"redemption.{redemption.state}"
    if redemption.good_until <= now:
        return "redemption.expired" if redemption.state == State.RESERVED else "redemption.lapsed"
    return ""


def once_more(redemption: Redemption, refused: str, wanted: str) -> Redeemed:
    """Answer who asks for what has been done: it was done, and is not done again."""
    if redemption.state == wanted:
        return replace(told(redemption), replayed=True)
    return replace(told(redemption), refused=refused)


def give_out(redemption: Redemption, *, now: datetime) -> Redeemed:
    """Take the points and let the code be used until it is good no more; what needs no code is done."""
    assert redemption.reward is not None
    balance = take(redemption, now=now)
    redemption.good_until = now + timedelta(minutes=redemption.reward.good_for_minutes)
    needs = redemption.reward.codes != Reward.Codes.NONE
    resolve(redemption, State.ISSUED if needs else State.CONFIRMED, now)
    return replace(told(redemption), balance=balance)


def take(redemption: Redemption, *, now: datetime) -> int | None:
    """Take what is set aside for good, and announce it; return the balance if points moved."""
    stock.leave([redemption])
    movement = Movement("confirm", redemption, int(redemption.points))
    outcome = points.move(redemption.program_id, [movement], now=now).get(redemption.pk)
    redemption.confirm_posting_id = outcome.posting_id if outcome else None
    facts.reward_redeemed.send(
        sender=Redemption,
        redemption_id=redemption.pk,
        reward_id=redemption.reward_id,
        member_id=redemption.member_id,
    )
    return outcome.balance if outcome else None


def undo(redemptions: Sequence[Redemption], kind: str, *, now: datetime) -> dict[int, int]:
    """Put back what redemptions set aside; return the balances by redemption where points moved."""
    if not redemptions:
        return {}
    stock.put_back(redemptions)
    limits.give_back([(use, each * one.quantity) for one in redemptions for use, each in one.charges])
    vault.give_back([each.pk for each in redemptions])
    movements = [Movement(kind, each, int(each.points)) for each in redemptions]
    outcomes = points.move(redemptions[0].program_id, movements, now=now)
    return {number: outcome.balance for number, outcome in outcomes.items()}


def resolve(redemption: Redemption, state: str, now: datetime) -> None:
    """Write what became of a redemption whose row is held."""
    redemption.state, redemption.resolved_at, redemption.resolved_by = state, now, actor.current().name
    redemption.save()


def has_code(redemption: Redemption) -> bool:
    """Tell whether a redemption goes with a code."""
    return redemption.reward is not None and redemption.reward.codes != Reward.Codes.NONE


def told(redemption: Redemption) -> Redeemed:
    """Return what is told of a redemption; a code at hand is shown once its points were taken, others at once."""
    seen = redemption.state == State.ISSUED or (
        redemption.state == State.RESERVED
        and redemption.reward is not None
        and redemption.reward.codes == Reward.Codes.GENERATED
    )
    return Redeemed(
        redemption_id=redemption.pk,
        state=redemption.state,
        refused=redemption.refused,
        points=int(redemption.points),
        code=vault.show(redemption.pk) if seen else "",
        good_until=redemption.good_until,
    )
