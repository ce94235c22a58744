"""Receipts: purchases told at a till, settled as orders are, with the same rules and limits.

A receipt is a purchase of one line, whose pieces are its minor units, so that a return of a part of the amount takes
that part of the points. What rewards paid of it is known as for any order, under the source of the till.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.records.earning import awarding, deeds, keeping, posting, using
from vinculo.programs.records.earning.awarding import Settled, Work
from vinculo.programs.records.earning.deeds import Deed, DeedLine
from vinculo.programs.records.histories import loading
from vinculo.programs.records.models import Earning, Member, PointsPaid, Program, TillPurchase
from vinculo.programs.records.rules import services as ruled
from vinculo.programs.records.rules import trying
from vinculo.programs.records.rules.trying import Tried, TriedLine

SOURCE = "vinculo:till"
"""Of the postings of receipts; no source of orders has a colon."""


def tried(member: Member, amount_minor: int, *, at: datetime, paid_minor: int = 0) -> Tried:
    """Return a receipt as the engine tries it; the tax in it is not known at a till."""
    return Tried(member.pk, at, [TriedLine(amount_minor)], source=SOURCE, paid=min(paid_minor, amount_minor))


def hold(member: Member) -> None:
    """Let nobody else settle this member until the end of the transaction."""
    customer = member.customer_id or 0
    current = membership.current_of([customer])[customer]
    rules = ruled.ruleset(Program.objects.get(pk=member.program_id))
    posting.hold(member.program_id, [current], alone=using.alone(member.program_id, rules.rules))


def settle(purchase: TillPurchase, *, now: datetime) -> Settled:
    """Bring the points of a receipt in line with what of it did not come back, and with what rewards paid of it."""
    program = Program.objects.get(pk=purchase.program_id)
    rules = ruled.ruleset(program)
    paid = paid_of(purchase)
    request = tried(purchase.member, purchase.amount_minor, at=purchase.happened_at, paid_minor=paid)

    def evaluable(wanted: Sequence[Deed]) -> Any:
        past = loading.needs_past(rules.rules)
        return trying.order_history(program, request, purchase.member, past=past), wanted

    made = deed_of(program, purchase, paid)
    return awarding.settle(program=program, rules=rules, work=Work([made], evaluable), now=now)


def deed_of(program: Program, purchase: TillPurchase, paid_minor: int) -> Deed:
    """Return a receipt as it is settled: a line, and what was paid for it in money."""
    amount, back = purchase.amount_minor, purchase.returned_minor
    line = DeedLine("", amount, back, f"{amount} {paid_minor}" if paid_minor else str(amount))
    return Deed(
        SOURCE,
        purchase.number,
        "purchase",
        purchase.member_id,
        purchase.happened_at,
        keeping.day(program, purchase.happened_at),
        (line,),
        price=deeds.paid((amount, amount, 0, amount, 0, paid_minor), back),
    )


def paid_of(purchase: TillPurchase) -> int:
    """Return what rewards paid of a receipt, never more than its amount."""
    paid = PointsPaid.objects.filter(program_id=purchase.program_id, source=SOURCE, number=purchase.number)
    return min(purchase.amount_minor, paid.values_list("paid_minor", flat=True).first() or 0)


def number_settle(*, program_id: int, number: str, now: datetime) -> Settled:
    """Settle the receipt of a number, if it is there already."""
    numbered = TillPurchase.objects.filter(program_id=program_id, number=number)
    found = numbered.select_related("member").first()
    if found is None:
        return Settled()
    hold(found.member)
    # It may have been undone while somebody else held the member.
    held = numbered.select_related("member").select_for_update(of=("self",)).first()
    return settle(held, now=now) if held else Settled()


def unsettle(purchase: TillPurchase, *, now: datetime) -> Settled:
    """Take back all that a receipt earned: it was none."""
    program = Program.objects.get(pk=purchase.program_id)
    known = Earning.objects.filter(program=program, source=SOURCE, event=purchase.number).values_list("pk", flat=True)
    work = Work((), lambda wanted: deeds.of_events(program, wanted), list(known))
    return awarding.settle(program=program, rules=ruled.ruleset(program), work=work, now=now)
