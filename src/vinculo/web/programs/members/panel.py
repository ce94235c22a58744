"""The memberships of a customer on its own page: what it has, where it stands, what comes next, what was promised."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from vinculo.programs.members import cards
from vinculo.programs.records.guarantees import selectors as guarantees
from vinculo.programs.records.ledger import selectors as ledger
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Member, Program
from vinculo.web import permission, shell
from vinculo.web.programs import door

SEE = "staff.member_view"
PROMISES = 5


def section(request: HttpRequest, ids: Sequence[int]) -> dict[str, Any]:
    """Return what the customer's page shows of its memberships, several where customers were merged."""
    if not request.user.has_perm(SEE) or not Program.objects.exists():
        return {}
    found = list(ledger.members_of(ids))
    taking_part = {each.program_id for each in found if each.left_on is None}
    promises = guarantees.promises_of(customer_ids=ids, most=PROMISES)
    open_to = []
    if request.user.has_perm("staff.member_manage"):
        running = Program.objects.filter(state=Program.State.OPEN).exclude(pk__in=taking_part)
        open_to = list(running.order_by("id"))
    return {
        "cards": [card(request, each) for each in found],
        "promises": [(each, str(each.guarantee)) for each in promises],
        "open_to": open_to,
    }


def card(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Return one membership."""
    translate = permission.analytical()
    lasting = member.left_on is None
    outlooks = (
        levels.forecast_of(member=member, as_of=door.today_of(member.program), language=shell.language())
        if lasting
        else []
    )
    balances = ledger.balances_of(member)
    lost = ledger.expiring_of([each.wallet for each in balances if each.unit.spendable])
    expiring = [(each.unit, days[0]) for each in balances if (days := lost.get(each.wallet.pk))]
    return {
        "member": member,
        "number": cards.shown(member.number),
        "balances": balances,
        "expiring": expiring,
        "levels": [
            (each.place.level, [sentence.say(translate) for sentence in each.sentences[:1]]) for each in outlooks
        ],
    }
