"""Purchases: what a receipt would earn, what it earned, and what is taken back when goods come back.

A receipt is settled by the engine that settles orders, with the same rules and limits: it is a purchase of one line,
whose pieces are its minor units, so that a return of a part of the amount takes that part of the points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vinculo.foundation import actor
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Source
from vinculo.programs.earning.explanation import Told
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.earning import awarding, deeds, keeping, posting, using
from vinculo.programs.records.earning.awarding import Settled, Work
from vinculo.programs.records.earning.deeds import Deed, DeedLine
from vinculo.programs.records.histories import loading
from vinculo.programs.records.ledger import services
from vinculo.programs.records.models import Account, Earning, Member, Posting, Program, TillPurchase
from vinculo.programs.records.rules import services as ruled
from vinculo.programs.records.rules import trying
from vinculo.programs.records.rules.trying import Tried, TriedLine
from vinculo.programs.records.till import actions, standing
from vinculo.programs.records.till.actions import Asked, Done, RefusedError

SOURCE = "vinculo:till"
"""Of the postings of receipts; no source of orders has a colon."""
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


def tried(member: Member, amount_minor: int, *, now: datetime) -> Tried:
    """Return a receipt as the engine tries it."""
    return Tried(member.pk, now, [TriedLine(amount_minor)], source=SOURCE)


def would_earn(member: Member, *, amount_minor: int, now: datetime) -> Earnable:
    """Return what a receipt would earn now; nothing is written."""
    told = trying.dry_run(program_id=member.program_id, tried=tried(member, amount_minor, now=now))
    points: dict[str, int] = {}
    for each in told:
        if each.points:
            points[each.rule.unit] = points.get(each.rule.unit, 0) + each.points
    return Earnable(points, told)


def book(member: Member, *, amount_minor: int, number: str, key: str, now: datetime) -> Any:
    """Book the points of a receipt, once under its number; return the action."""
    number = number.strip()[:LONGEST]
    asked = Asked(member.program_id, actions.Kind.AWARD, key, member.pk, {"amount": amount_minor, "number": number})

    def do() -> Done:
        actions.member_require(member)
        if amount_minor <= 0:
            raise RefusedError("purchase.amount")
        if not number:
            raise RefusedError("purchase.reference")
        hold(member)
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
        settled = settle(made, now=now)
        return Done(
            spent_unit(member, settled.awarded), number, made.pk, {"amount": amount_minor, "points": settled.awarded}
        )

    return actions.once(asked, do, now=now)


def hold(member: Member) -> None:
    """Let nobody else settle this member until the end of the transaction."""
    customer = member.customer_id or 0
    current = membership.current_of([customer])[customer]
    rules = ruled.ruleset(Program.objects.get(pk=member.program_id))
    posting.hold(member.program_id, [current], alone=bool(using.with_budget(rules.rules)))


def elsewhere(program_id: int, number: str) -> bool:
    """Tell whether an order of this number earned points by another door."""
    sources = list(Source.objects.values_list("code", flat=True))
    return Earning.objects.filter(program_id=program_id, source__in=sources, event=number).exists()


def settle(purchase: TillPurchase, *, now: datetime) -> Settled:
    """Bring the points of a receipt in line with what of it did not come back."""
    program = Program.objects.get(pk=purchase.program_id)
    rules = ruled.ruleset(program)
    line = DeedLine("", purchase.amount_minor, purchase.returned_minor, str(purchase.amount_minor))
    day = keeping.day(program, purchase.happened_at)
    made = Deed(SOURCE, purchase.number, "purchase", purchase.member_id, purchase.happened_at, day, (line,))

    def evaluable(wanted: Sequence[Deed]) -> Any:
        request = tried(purchase.member, purchase.amount_minor, now=purchase.happened_at)
        past = loading.needs_past(rules.rules)
        return trying.order_history(program, request, purchase.member, past=past), wanted

    return awarding.settle(program=program, rules=rules, work=Work([made], evaluable), now=now)


def unsettle(purchase: TillPurchase, *, now: datetime) -> Settled:
    """Take back all that a receipt earned: it was none."""
    program = Program.objects.get(pk=purchase.program_id)
    known = Earning.objects.filter(program=program, source=SOURCE, event=purchase.number).values_list("pk", flat=True)
    work = Work((), lambda wanted: deeds.of_events(program, wanted), list(known))
    return awarding.settle(program=program, rules=ruled.ruleset(program), work=work, now=now)


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
        hold(member)
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
        settled = settle(purchase, now=now)
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
