"""Told: changes, households and hierarchies in words."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.households.selectors import Suggestion
from vinculo.identify.records.models import Customer, Household, HouseholdMembership, LinkChange, Relation, RelationKind
from vinculo.identify.records.relations import selectors
from vinculo.measure.charts.reader import Reader
from vinculo.web import shell
from vinculo.web.relations import people

HIERARCHIES = {
    "legal": gettext_lazy("Legal hierarchy"),
    "billing": gettext_lazy("Billing hierarchy"),
    "sales": gettext_lazy("Sales hierarchy"),
    "franchise": gettext_lazy("Franchise"),
    "branch": gettext_lazy("Branches"),
}
EVIDENCE = {
    "address": gettext_lazy("the same address"),
    "phone": gettext_lazy("the same phone"),
    "email": gettext_lazy("the same e-mail"),
    "surname": gettext_lazy("a surname in common"),
    "child": gettext_lazy("a child in common"),
}
FIELDS = {
    "begins_on": gettext_lazy("since"),
    "ends_on": gettext_lazy("until"),
    "share_percent": gettext_lazy("share"),
    "post": gettext_lazy("post"),
    "decision": gettext_lazy("decision"),
    "main_contact": gettext_lazy("main contact"),
    "note": gettext_lazy("note"),
}


def hierarchy_name(kind: RelationKind) -> str:
    """Return the name of a hierarchy; one that a company added goes by how it is read."""
    return str(HIERARCHIES.get(kind.code) or kind.read())


def household_name(request: HttpRequest, household: Household, members: Sequence[Customer]) -> str:
    """Return the name of a household, by the surnames of those in it where it has none of its own."""
    if not request.user.has_perm("staff.personal_data_view"):
        return _("Household {number}").format(number=household.pk)
    surnames = list(dict.fromkeys(each.family_name for each in members if each.family_name))[:3]
    if household.name or not surnames:
        return household.name or _("Household {number}").format(number=household.pk)
    return _("Household {names}").format(names=" · ".join(surnames))


def suggested(request: HttpRequest, found: Sequence[Suggestion]) -> list[dict[str, Any]]:
    """Return suggestions as people read them."""
    return [
        {
            "group_id": each.group_id,
            "people": list(people.names_of(request, each.people).items()),
            "kind": HouseholdMembership.Kind(each.kind).label,
            "why": ", ".join(str(EVIDENCE[code]) for code in each.evidence if code in EVIDENCE),
        }
        for each in found
    ]


def of(request: HttpRequest, changes: Sequence[LinkChange]) -> list[dict[str, Any]]:
    """Return changes as people read them: who is bound how, what became of it, and whether it can be taken back."""
    ids = {each for change in changes for each in (change.customer_id, change.other_id) if each}
    names = people.names_of(request, selectors_customer.customers_of(customer_ids=list(ids)).values())
    kinds = {kind.pk: kind for kind in selectors.kind_list()}
    undoable = selectors.undoable_of(changes)
    return [
        {
            "change": change,
            "words": words(change),
            "what": what(change, names, kinds),
            "fields": fields(change),
            "undoable": change.pk in undoable,
        }
        for change in changes
    ]


def words(change: LinkChange) -> str:
    """Return what was done."""
    if change.undoes_id:
        return _("took a change back")
    return _("added") if change.before is None else _("changed")


def what(change: LinkChange, names: dict[int, str], kinds: dict[int, RelationKind]) -> str:
    """Return who is bound to whom."""
    first, second = (names.get(each or 0, "–") for each in (change.customer_id, change.other_id))  # noqa: RUF001
    said = change.after or change.before or {}
    if change.subject == LinkChange.Subject.MEMBERSHIP:
        return _("{name} in household {number}").format(name=first, number=said.get("household_id", ""))
    kind = kinds.get(int(said.get("kind_id", 0)))
    return f"{first} {kind.read() if kind else ''} {second}"


def fields(change: LinkChange) -> list[dict[str, str]]:
    """Return what it was and what it became, field by field."""
    before, after = change.before or {}, change.after or {}
    return [
        {"name": str(label), "before": shown(name, before.get(name)), "after": shown(name, after.get(name))}
        for name, label in FIELDS.items()
        if (before.get(name) or "") != (after.get(name) or "")
    ]


def shown(name: str, value: object) -> str:
    """Return a value of a relation as people read it."""
    if value in (None, "", False):
        return ""
    if name in ("begins_on", "ends_on"):
        return Reader(shell.language(), "").day(str(value))
    if name == "decision" and value in Relation.Decision.values:
        return str(Relation.Decision(str(value)).label)
    return _("yes") if value is True else str(value)
