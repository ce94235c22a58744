"""Purchases: what a receipt would earn, what it earned, and what is taken back when goods come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vinculo.foundation import actor
from vinculo.identify.records.models import Source
from vinculo.programs.earning.explanation import Told
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.earning import receipts
from vinculo.programs.records.earning.receipts import SOURCE
from vinculo.programs.records.ledger import services
from vinculo.programs.records.models import Account, Earning, Member, Posting, TillPurchase
from vinculo.programs.records.rules import trying
from vinculo.programs.records.till import actions, paying, standing
from vinculo.programs.records.till.actions import Asked, Done, RefusedError

LONGEST = 120


@dataclass(frozen=True)
class Earnable:
    """What a receipt would earn now: points by unit, and what became of each rule."""

    points: dict[str, int]
    told: Sequence[Told]


@dataclass(frozen=True)
class Returnable:
    """What gave points under a number: a receipt of the till, or an award that came by another door."""

    number: str
    member_id: int
    purchase: TillPurchase | None
    award: Posting | None
    points: int
    """Of the unit that is spent, that are held still."""

    @property
    def left_minor(self) -> int | None:
        """Return what of the amount did not come back yet."""
        return self.purchase.amount_minor - self.purchase.returned_minor if self.purchase else None


def would_earn(member: Member, *, amount_minor: int, paid_minor: int = 0, now: datetime) -> Earnable:
    """Return what a receipt, of which rewards pay a part, would earn now; nothing is written."""
    tried = receipts.tried(member, amount_minor, at=now, paid_minor=paid_minor)
    told = trying.dry_run(program_id=member.program_id, tried=tried)
    points: dict[str, int] = {}
    for each in told:
        if each.points:
            points[each.rule.unit] = points.get(each.rule.unit, 0) + each.points
    return Earnable(points, told)


def book(member: Member, *, amount_minor: int, number: str, pays: Sequence[int] = (), key: str, now: datetime) -> Any:
    """Book the points of a receipt, once under its number; return the action.

    `pays` are the redemptions that pay a part of it (`paying.open_of`); the amount is the one before they do.
    """
    number = number.strip()[:LONGEST]
    said: dict[str, Any] = {"amount": amount_minor, "number": number}
    if pays:
        said["pays"] = sorted(set(pays))
    asked = Asked(member.program_id, actions.Kind.AWARD, key, member.pk, said)

    def do() -> Done:
        actions.member_require(member)
        if amount_minor <= 0:
            raise RefusedError("purchase.amount")
        if not number:
            raise RefusedError("purchase.reference")
        # Redemptions are held before the member, as by whoever takes one back.
        paid = paying.pay(member, pays=pays, number=number, amount_minor=amount_minor, now=now) if pays else 0
        receipts.hold(member)
        if TillPurchase.objects.filter(program_id=member.program_id, number=number).exists():
            raise RefusedError("purchase.booked")
        if elsewhere(member.program_id, number):
            raise RefusedError("purchase.elsewhere")
        made = TillPurchase.objects.create(
            program_id=member.program_id,
            member=member,
            number=number,
            amount_minor=amount_minor,
            happened_at=now,
            author=actor.current().name,
        )
        settled = receipts.settle(made, now=now)
        details = {"amount": amount_minor, "points": settled.awarded, "paid": paid}
        return Done(spent_unit(member, settled.awarded), number, made.pk, details)

    return actions.once(asked, do, now=now)


def elsewhere(program_id: int, number: str) -> bool:
    """Tell whether an order of this number earned points by another door."""
    sources = list(Source.objects.values_list("code", flat=True))
    return Earning.objects.filter(program_id=program_id, source__in=sources, event=number).exists()


def spent_unit(member: Member, points: dict[str, int]) -> int:
    """Return the points of the unit that is spent."""
    unit = standing.unit_of(member.program_id)
    return points.get(unit.code, 0) if unit else 0


def returnable(*, program_id: int, number: str, member: Member | None = None) -> Returnable:
    """Return what gave points under the number of a receipt or order.

    Raises
    ------
    RefusedError
        Nothing did, or it is of another member, or came from a system that tells of its returns itself.
    """
    number = number.strip()[:LONGEST]
    purchase = TillPurchase.objects.filter(program_id=program_id, number=number).select_related("member").first()
    if purchase is not None:
        if member is not None and purchase.member_id != member.pk:
            raise RefusedError("purchase.member")
        return Returnable(number, purchase.member_id, purchase, None, held(purchase))
    if number and elsewhere(program_id, number):
        raise RefusedError("return.elsewhere")
    award = awarded(member, number) if member and number else None
    if member is None or award is None:
        raise RefusedError("purchase.unknown")
    return Returnable(number, member.pk, None, award, award.amount)


def held(purchase: TillPurchase) -> int:
    """Return the points of the unit that is spent that a receipt holds still."""
    unit = standing.unit_of(purchase.program_id)
    earning = Earning.objects.filter(program_id=purchase.program_id, source=SOURCE, event=purchase.number).first()
    if earning is None or unit is None:
        return 0
    rows = earning.awards.filter(account__unit=unit).values_list("given", "taken", "forgiven")
    return sum(given - taken - forgiven for given, taken, forgiven in rows)


def awarded(member: Member, number: str) -> Posting | None:
    """Return the latest award to a member under a reference that was not taken back."""
    unit = standing.unit_of(member.program_id)
    wallets = Account.objects.filter(member_id=member.pool_id or member.pk, unit=unit, kind="wallet")
    mine = Posting.objects.filter(account__in=list(wallets), kind="award", outcome="", reference=number)
    taken = Posting.objects.filter(refers_to__in=mine.values("pk"), kind="reverse", outcome="").values("refers_to")
    return mine.exclude(pk__in=taken).exclude(source=SOURCE).order_by("-id").first()


def give_back(member: Member, *, number: str, back_minor: int, key: str, now: datetime) -> Any:
    """Take back the points of what is returned: of a part of the amount, or (0) of all that is left."""
    asked = Asked(
        member.program_id, actions.Kind.RETURN, key, member.pk, {"number": number.strip(), "back": back_minor}
    )

    def do() -> Done:
        receipts.hold(member)
        found = returnable(program_id=member.program_id, number=number, member=member)
        if found.purchase is None:
            return reversed_award(member, found, back_minor, key, now)
        purchase = TillPurchase.objects.select_for_update().get(pk=found.purchase.pk)
        left = purchase.amount_minor - purchase.returned_minor
        back = back_minor or left
        if not 0 < back <= left:
            raise RefusedError("return.amount")
        purchase.returned_minor += back
        purchase.save(update_fields=["returned_minor"])
        settled = receipts.settle(purchase, now=now)
        details = {"back": back, "points": settled.taken, "forgiven": spent_unit(member, settled.forgiven)}
        return Done(-spent_unit(member, settled.taken), purchase.number, purchase.pk, details)

    return actions.once(asked, do, now=now)


def reversed_award(member: Member, found: Returnable, back_minor: int, key: str, now: datetime) -> Done:
    """Take an award back that came by another door, as a whole."""
    assert found.award is not None
    assert found.award.account_id is not None
    if back_minor:
        raise RefusedError("return.whole")
    post = Post(
        source=SOURCE,
        event=f"return:{key}",
        kind="reverse",
        account_id=found.award.account_id,
        amount=0,
        happened_at=now,
        refers_to=found.award.pk,
        reference=found.number,
        author=actor.current().name,
        member_id=member.pk,
    )
    outcome = services.points_post(program_id=member.program_id, posts=[post], now=now)[0]
    if outcome.refused:
        raise RefusedError(outcome.refused)
    details = {"forgiven": found.award.amount - outcome.amount, "final": True}
    return Done(-outcome.amount, found.number, None, details)
