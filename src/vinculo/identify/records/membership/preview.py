"""Previews: what a merge or its undo would do, before anybody decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinculo.identify.records import selectors_hand
from vinculo.identify.records.membership import golden, selectors, services
from vinculo.identify.records.models import (
    Assertion,
    ConsentEntry,
    Customer,
    Identifier,
    Lead,
    Merge,
    Order,
    Relation,
)
from vinculo.identify.survivorship import Golden

Counter = Callable[[Sequence[int]], int]
CHILDREN: dict[str, tuple[str | Promise, Counter]] = {
    "orders": (_("Orders"), lambda ids: Order.objects.filter(customer_id__in=list(ids)).count()),
    "identifiers": (_("Identifiers"), lambda ids: Identifier.objects.filter(customer_id__in=list(ids)).count()),
    "consents": (
        _("Answers about consent"),
        lambda ids: ConsentEntry.objects.filter(customer_id__in=list(ids)).count(),
    ),
    "relations": (
        _("Relations"),
        lambda ids: Relation.objects.filter(Q(first_id__in=list(ids)) | Q(second_id__in=list(ids))).count(),
    ),
    "leads": (_("Leads"), lambda ids: Lead.objects.filter(customer_id__in=list(ids)).count()),
}
"""What follows a customer, by a code: its name, and how many there are of some parties. Other rooms add theirs."""


@dataclass(frozen=True)
class Side:
    """One of those to be merged, or to be separated: its parties, what it says, and how much is attached to it."""

    customer: Customer
    party_ids: tuple[int, ...]
    fields: dict[str, str]
    children: list[tuple[str | Promise, int]]


@dataclass(frozen=True)
class Preview:
    """Both sides, what would stand of them together, and what somebody has said against it."""

    survivor: int
    sides: tuple[Side, ...]
    golden: list[Golden]
    against: list[Assertion]


def merge_preview(*, customer_ids: Sequence[int], survivor: int | None = None) -> Preview:
    """Return what merging some customers would do, the survivor first; raise `Customer.DoesNotExist` if one is not."""
    current = list(dict.fromkeys(selectors.current_of(customer_ids)[each] for each in customer_ids))
    members = selectors.members_by(current)
    kept = survivor if survivor in current else services.survivor_of(current)
    current.sort(key=lambda each: each != kept)
    return Preview(
        survivor=kept,
        sides=tuple(side(each, members[each]) for each in current),
        golden=golden.golden_of([party for each in current for party in members[each]]),
        against=[said for _one, _other, said in services.asserted_against(members)],
    )


def undo_preview(*, merge: Merge) -> tuple[Side, Side]:
    """Return who would stay and who would leave if a merge were taken back."""
    home = selectors.current_of([merge.customer_id])[merge.customer_id]
    members = selectors.members_of(customer_id=home)
    begun = set(merge.begun.values_list("party_id", flat=True))
    leaving = tuple(each for each in members if each in begun)
    staying = tuple(each for each in members if each not in begun)
    return side(home, staying), side(leaving[0] if leaving else home, leaving)


def side(customer_id: int, party_ids: tuple[int, ...]) -> Side:
    """Return one side."""
    customer = golden.shown(Customer.objects.get(pk=customer_id), party_ids)
    fields = selectors_hand.fields_of(customer)
    for each in golden.golden_of(party_ids):
        fields |= {name: value for name, value in each.values.items() if name in fields}
    children = [(name, count(party_ids)) for name, count in CHILDREN.values()]
    return Side(customer, party_ids, fields, children)
