"""The fraud queue: suspected referrals side by side with what raised them, decided one by one or several at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from vinculo.foundation.errors import InputError
from vinculo.programs.belonging.referrals import REASONS
from vinculo.programs.records.belonging import referrals, selectors
from vinculo.programs.records.models import Member, Program, Referral
from vinculo.web import permission
from vinculo.web.programs import door, layout
from vinculo.web.relations import people

LONGEST_NOTE = 2_000


@require_http_methods(["GET", "POST"])
@permission.needs(door.SEE, "staff.member_view", "staff.fraud_decide")
def fraud_queue(request: HttpRequest, program: str) -> HttpResponse:
    """Show what looks like fraud, and decide about what was chosen."""
    found = door.program_of(program)
    if request.method == "POST":
        decide(request, found)
        return redirect("program_fraud", program)
    waiting = selectors.suspected_list(program_id=found.pk)
    context: dict[str, Any] = {
        "title": _("Fraud queue"),
        "rows": rows_of(request, waiting),
        "waiting": Referral.objects.filter(plan__program=found, state=Referral.State.SUSPECTED).count(),
    }
    return door.shown(request, found, "programs/belonging/fraud.html", context)


def rows_of(request: HttpRequest, waiting: Sequence[Referral]) -> list[dict[str, Any]]:
    """Return suspected referrals with both members beside each other and the signals against them."""
    members = [each for row in waiting for each in (row.referrer, row.referee)]
    brought = selectors.brought_counts(member_ids=[each.pk for each in members])
    customers = layout.customers_of(each.customer_id for each in members)
    names = people.names_of(request, customers.values())

    def side(member: Member) -> dict[str, Any]:
        customer = customers.get(member.customer_id or 0)
        return {
            "member": member,
            "customer": customer,
            "name": names.get(customer.pk, "") if customer else "",
            "brought": brought.get(member.pk, 0),
        }

    return [
        {
            "it": row,
            "sides": [(_("Brought"), side(row.referrer)), (_("Was brought"), side(row.referee))],
            "reasons": [layout.spoken(REASONS[code]) for code in row.reasons if code in REASONS],
            "paid": row.payable_on,
        }
        for row in waiting
    ]


def decide(request: HttpRequest, program: Program) -> None:
    """Decide about the referrals that were chosen; one that is decided already is left as it is."""
    given = request.POST
    numbers = {number for text in given.getlist("referral") if (number := layout.number_of(text)) is not None}
    note, verdict = given.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE], given.get("verdict", "")
    if not numbers or verdict not in ("genuine", "fraud"):
        messages.error(request, _("Choose one or several, and say what they are."))
        return
    chosen = Referral.objects.filter(pk__in=numbers, plan__program=program, state=Referral.State.SUSPECTED)
    done = 0
    try:
        for number in chosen.order_by("pk").values_list("pk", flat=True):
            referrals.referral_decide(
                referral_id=number,
                genuine=verdict == "genuine",
                note=note,
                author=request.user.get_username(),
                now=timezone.now(),
            )
            done += 1
    except InputError as error:
        door.refused(request, error)
        return
    messages.success(
        request, ngettext("{count} referral was decided.", "{count} referrals were decided.", done).format(count=done)
    )
