"""The records behind a customer, merging it with another, and taking a merge back; each with a look before the leap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import golden, preview, selectors, services
from vinculo.identify.records.membership.preview import Side
from vinculo.identify.records.models import Customer, Identifier, Merge
from vinculo.identify.records.rights import erased
from vinculo.identify.survivorship import Golden
from vinculo.measure.records import selectors as lists
from vinculo.web import permission
from vinculo.web.customers import masking, naming, rows
from vinculo.web.customers.hand import changes
from vinculo.web.customers.identity import told, words
from vinculo.web.matchings import why

NEEDED = ("staff.customer_view", "staff.customer_merge", "staff.personal_data_view")
"""Nobody decides who is who without seeing who they are."""
FOUND = 10
"""Customers offered to merge with."""


@dataclass(frozen=True)
class Stands:
    """What stands of a group of fields, whose it is and why."""

    name: str | Promise
    value: str
    number: str
    source: str
    rule: str | Promise


@require_GET
@permission.needs("staff.customer_view", "staff.personal_data_view")
def identity_view(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show the records behind a customer, what stands of them and why, and what was decided about them."""
    customer = customer_of(customer_id)
    if customer.merged_into_id:
        return redirect("customer_identity", customer.merged_into_id)
    members = selectors.members_of(customer_id=customer_id)
    parties = selectors.customers_shown(members)
    numbers = selectors_customer.numbers_of(customer_ids=members)
    search = request.GET.get("search", "").strip()
    context = {
        "customer": golden.shown(customer_of(customer_id), members),
        "parties": [(parties[each], numbers.get(each, ""), keys_of(each)) for each in members if each in parties],
        "stands": stands(golden.golden_of(members), numbers),
        "whys": [found for each in members[1:] if (found := why.of([each], [one for one in members if one != each]))],
        "decisions": [decision(each) for each in selectors.decision_list(customer_id=customer_id)],
        "search": search,
        "found": others(search, members) if search else [],
        "may_merge": request.user.has_perms(NEEDED) and erased.erased_at(customer_ids=members) is None,
    }
    name = "customers/identity_found.html" if request.headers.get("HX-Target") == "found" else "customers/identity.html"
    return render(request, name, context)


@require_http_methods(["GET", "POST"])
@permission.needs(*NEEDED)
def merge_view(request: HttpRequest, customer_id: int, other_id: int) -> HttpResponse:
    """Show what merging two customers would do; do it when asked to."""
    given = request.POST.get("survivor", request.GET.get("survivor", ""))
    survivor = int(given) if given in (str(customer_id), str(other_id)) else None
    for each in (customer_id, other_id):
        customer_of(each)
    if request.method == "POST":
        merge = services.customers_merge(
            customer_ids=[customer_id, other_id],
            now=timezone.now(),
            why=services.Why(request.POST.get("reason", "")),
            survivor=survivor,
            overrule=bool(request.POST.get("overrule")),
        )
        messages.success(request, _("They are one customer now. It can be taken back at any time."))
        return redirect("customer_identity", merge.customer_id)
    seen = preview.merge_preview(customer_ids=[customer_id, other_id], survivor=survivor)
    if len(seen.sides) < 2:
        return redirect("customer_identity", seen.survivor)
    party_ids = [party for side in seen.sides for party in side.party_ids]
    context = {
        "preview": seen,
        "turned": seen.sides[1].customer.pk,
        "fields": fields(seen.sides),
        "children": children(seen.sides),
        **told.context(request, seen.sides, told.MERGED),
        "stands": stands(seen.golden, selectors_customer.numbers_of(customer_ids=party_ids)),
        "why": why.of(*(side.party_ids for side in seen.sides)),
        "back": customer_id,
    }
    return render(request, "customers/merge.html", context)


@require_http_methods(["GET", "POST"])
@permission.needs(*NEEDED)
def merge_undo(request: HttpRequest, customer_id: int, merge_id: int) -> HttpResponse:
    """Show what taking a merge back would do; do it when asked to."""
    try:
        merge = selectors.merge_get(merge_id=merge_id)
    except Merge.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        services.merge_undo(merge_id=merge_id, now=timezone.now(), why=services.Why(request.POST.get("reason", "")))
        messages.success(request, _("They are separate again, and will not be merged by themselves."))
        return redirect("customer_identity", customer_id)
    sides = preview.undo_preview(merge=merge)
    context = {
        "merge": merge,
        "customer_id": customer_id,
        "sides": sides,
        "fields": fields(sides),
        "children": children(sides),
        **told.context(request, sides, told.SEPARATED),
    }
    return render(request, "customers/separate.html", context)


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    found = selectors.customers_shown([customer_id]).get(customer_id)
    if found is None:
        raise Http404
    return found


def keys_of(*party_ids: int) -> list[Identifier]:
    """Return what parties can be reached and found by."""
    return list(selectors_customer.identifiers_of(customer_ids=party_ids))


def stands(found: Sequence[Golden], numbers: dict[int, str]) -> list[Stands]:
    """Return what stands, in words."""
    return [
        Stands(
            name=words.GROUPS[each.group],
            value=written(each),
            number=numbers.get(each.party_id, str(each.party_id)),
            source=each.source,
            rule=words.RULES[each.rule],
        )
        for each in found
    ]


def written(found: Golden) -> str:
    """Write what stands of a group of fields as people read it."""
    if found.group == "name":
        return found.values["name"]
    return ", ".join(naming.shown(name, value) for name, value in found.values.items() if value)


def decision(found: selectors.Decision) -> dict[str, Any]:
    """Return a decision with the names of those it moved."""
    moved = selectors.customers_shown(found.party_ids)
    people = [masking.name_of(each, str(each.pk), personal=True) for each in moved.values()]
    return {"merge": found.merge, "names": people, "undoable": found.undoable}


def others(search: str, members: Sequence[int]) -> list[rows.Row]:
    """Return other customers that a search finds."""
    page = lists.customer_list(lists.Filters(search=search), size=FOUND + 1)
    ids = [each for each in page.ids if each not in members][:FOUND]
    return rows.rows_of(ids, run=None, personal=True)


def fields(sides: Sequence[Side]) -> list[dict[str, Any]]:
    """Return the fields of two sides beside each other, told apart where they differ."""
    names = [name for name in sides[0].fields if any(side.fields[name] for side in sides)]
    reach = [", ".join(each.value for each in keys_of(*side.party_ids)) for side in sides]
    return [
        {
            "name": changes.named(name),
            "values": [naming.shown(name, side.fields[name]) for side in sides],
            "differs": len({side.fields[name] for side in sides}) > 1,
        }
        for name in names
    ] + [{"name": _("Reached and found by"), "values": reach, "differs": False}]


def children(sides: Sequence[Side]) -> list[tuple[str | Promise, list[int]]]:
    """Return what follows each of two sides, beside each other."""
    return [
        (name, [side.children[place][1] for side in sides]) for place, (name, _count) in enumerate(sides[0].children)
    ]
