"""The relations of a customer: household, posts, hierarchies, whom it is bound to, what its network is worth."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from vinculo.differentiate.network import attribution
from vinculo.differentiate.records import selectors as scores
from vinculo.identify.records import selectors_hand
from vinculo.identify.records.households import selectors as households
from vinculo.identify.records.leads import selectors as leads
from vinculo.identify.records.models import Customer, HouseholdMembership, Relation, RelationKind
from vinculo.identify.records.relations import hierarchies, selectors
from vinculo.identify.records.relations.selectors import Bond
from vinculo.identify.records.rights import erased
from vinculo.web import permission, shell
from vinculo.web.relations import finder, people, told

FAMILIES = (
    (RelationKind.Family.HIERARCHY, gettext_lazy("Companies above and below")),
    (RelationKind.Family.ROLE, gettext_lazy("Accounts and roles")),
    (RelationKind.Family.REFERRAL, gettext_lazy("Referrals")),
    (RelationKind.Family.FAMILY, gettext_lazy("Family")),
    (RelationKind.Family.SOCIAL, gettext_lazy("Friends and acquaintances")),
)
WAYS = {
    attribution.REFERRAL: gettext_lazy("brought by recommendation"),
    attribution.HOUSEHOLD: gettext_lazy("of the same household"),
    attribution.INFLUENCE: gettext_lazy("under its influence"),
}
BRIEF = 5
"""Relations shown on the customer's own page."""


@require_GET
@permission.needs(*people.SEE)
def customer_relations(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show whom a customer is bound to."""
    customer = people.customer_of(customer_id)
    ids, day = people.ids_of(customer), people.day_of(request)
    context = gathered(request, customer, ids, day)
    changing = request.user.has_perms(people.CHANGE) and erased.erased_at(customer_ids=ids) is None
    if changing or request.user.has_perm("staff.audit_view"):
        context["changes"] = told.of(request, selectors.change_list(customer_ids=ids))
    if changing:
        context |= {
            "ways": ways_of(customer),
            "found": finder.found(request),
            "decisions": Relation.Decision.choices,
            "suggestions": told.suggested(request, households.suggestion_list(customer_ids=ids)),
        }
    return render(request, "relations/page.html", {**context, "may_change": changing})


def section(request: HttpRequest, customer: Customer, ids: Sequence[int]) -> dict[str, Any]:
    """Return what the customer's own page shows of relations; nothing to those who may not see them."""
    if not request.user.has_perms(people.SEE):
        return {}
    if not selectors_hand.customer_bound(customer_ids=ids):
        return {"customer": customer}
    context = gathered(request, customer, ids, timezone.localdate())
    bonds = [bond for _words, rows in context["families"] for bond in rows if bond["bond"].holds]
    seen = request.user.has_perm("staff.prospect_view")
    mine = leads.leads_of(customer_ids=ids) if seen else []
    return {**context, "bonds": bonds[:BRIEF], "more": len(bonds) > BRIEF, "leads": mine}


def gathered(request: HttpRequest, customer: Customer, ids: Sequence[int], day: date) -> dict[str, Any]:
    """Return the relations of a customer, under all of its ids, on a day."""
    bonds = selectors.bond_list(customer_ids=ids, day=day)
    names = people.names_of(request, [customer, *(bond.other for bond in bonds)])
    return {
        "customer": customer,
        "name": names[customer.pk],
        "day": day,
        "today": day == timezone.localdate(),
        "families": families(bonds, names),
        "households": [at_home(request, each, day) for each in households.memberships_of(customer_ids=ids, day=day)],
        "hierarchies": above(request, ids, day),
        "network": network(request, ids, day),
    }


def families(bonds: Sequence[Bond], names: dict[int, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the relations by what they are about; empty ones are left out."""
    found = []
    for family, words in FAMILIES:
        rows = [{"bond": bond, "name": names[bond.other.pk]} for bond in bonds if bond.family == family]
        if rows:
            found.append((str(words), rows))
    return found


def at_home(request: HttpRequest, membership: HouseholdMembership, day: date) -> dict[str, Any]:
    """Return a household with what it bought and is worth."""
    members = [each.customer for each in households.member_list(household_id=membership.household_id, day=day)]
    figures = people.figures(request, members, day=day)
    ids = [each.pk for each in members]
    return {
        "household": membership.household,
        "title": told.household_name(request, membership.household, members),
        "kind": membership.get_kind_display(),
        "people": [(each, figures.names[each.pk]) for each in members],
        "money": figures.money(ids),
        "value": figures.value(ids),
    }


def above(request: HttpRequest, ids: Sequence[int], day: date) -> list[dict[str, Any]]:
    """Return the hierarchies of an organisation: who stands above all, how far below it stands, how many there are."""
    found = []
    for kind in hierarchies.kinds_of(customer_ids=ids, day=day):
        held = hierarchies.hierarchy_of(customer_ids=ids, kind=kind, day=day)
        root = people.customer_of(held.root)
        found.append(
            {
                "kind": kind,
                "words": told.hierarchy_name(kind),
                "root": root,
                "root_name": people.names_of(request, [root])[root.pk],
                "depth": len(held.tree.way_up(held.customer_id)) - 1,
                "members": len(held.tree.members(held.root)),
            }
        )
    return found


def network(request: HttpRequest, ids: Sequence[int], day: date) -> dict[str, Any]:
    """Return what the network of a customer is worth, to those who may see what customers are worth."""
    run = shell.published(request)
    if run is None or not request.user.has_perm("staff.value_view"):
        return {}
    parts = scores.network_of(run_id=run.pk, customer_ids=ids, day=day)
    own = scores.totals_of(run_id=run.pk, customer_ids=ids)
    return {
        "parts": [(WAYS[part.way], part) for part in parts],
        "attributed": sum(part.attributed_minor for part in parts),
        "own": sum(own.values()) if own else None,
        "as_of": run.as_of,
    }


def ways_of(customer: Customer) -> list[tuple[str, list[dict[str, str]]]]:
    """Return in which ways a customer can be bound to another, as its form offers them."""
    offered: dict[str, list[dict[str, str]]] = {}
    for kind in selectors.kind_list():
        for backward in (False, True):
            mine, other = kind.first_kind, kind.second_kind
            mine, other = (other, mine) if backward else (mine, other)
            if (backward and kind.symmetric) or (mine and mine != customer.kind):
                continue
            words = kind.read(backward=backward)
            value = f"{kind.code}:{'backward' if backward else 'forward'}"
            offered.setdefault(kind.family, []).append({"value": value, "words": words, "family": kind.family})
    labels = dict(FAMILIES)
    return [(str(labels[RelationKind.Family(family)]), rows) for family, rows in offered.items()] or [(_("none"), [])]
