"""Previews: what a merge or its undo would do, before anybody decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vinculo.identify.consents import standing
from vinculo.identify.leads import stages
from vinculo.identify.records import facts, selectors_hand
from vinculo.identify.records.consents import selectors as consents
from vinculo.identify.records.consents.selectors import Held
from vinculo.identify.records.membership import golden, selectors, services
from vinculo.identify.records.models import (
    Assertion,
    ConsentChannel,
    ConsentEntry,
    ConsentPurpose,
    Customer,
    HouseholdMembership,
    Identifier,
    Lead,
    Merge,
    Order,
    Relation,
    RightsRequest,
)
from vinculo.identify.records.timeline import selectors as timeline
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
    "households": (
        _("Places in households"),
        lambda ids: HouseholdMembership.objects.filter(customer_id__in=ids).count(),
    ),
    "rights": (
        _("Requests about data"),
        lambda ids: RightsRequest.objects.filter(customer_id__in=list(ids)).count(),
    ),
    "events": (_("Visits and other events"), lambda ids: timeline.event_count(customer_ids=ids)),
}
"""What follows a customer, by a code: its name, and how many there are of some parties. Other rooms tell theirs."""

MANY = 20
"""So many leads are named."""


@dataclass(frozen=True)
class Agreed:
    """What holds of one purpose and channel: on each side by itself, and of both as one customer."""

    purpose: ConsentPurpose
    channel: ConsentChannel | None
    apart: tuple[Held, ...]
    together: Held

    @property
    def tightens(self) -> bool:
        """Tell whether somebody may be contacted now and not any more when they are one."""
        return any(each.contactable for each in self.apart) and not self.together.contactable


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
        sides=told(*(side(each, members[each]) for each in current)),
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
    first, second = told(side(home, staying), side(leaving[0] if leaving else home, leaving))
    return first, second


def told(*sides: Side) -> tuple[Side, ...]:
    """Return sides with what other rooms say of them."""
    heard: Any = facts.parties_compared.send(sender=Customer, sides=[each.party_ids for each in sides])
    rows = [row for _listener, found in heard for row in found]
    return tuple(
        replace(each, children=[*each.children, *((name, counts[place]) for name, counts in rows)])
        for place, each in enumerate(sides)
    )


def agreed(sides: Sequence[Side], *, now: datetime) -> list[Agreed]:
    """Return what may be done with two sides apart and as one, where either has ever answered.

    The most restrictive survives: a merge makes nobody more contactable, and its undo gives back what was.
    """
    apart = [consents.held(customer_ids=each.party_ids, now=now) for each in sides]
    together = consents.held(customer_ids=[party for each in sides for party in each.party_ids], now=now)
    found = [
        Agreed(whole.purpose, whole.channel, parts, whole)
        for whole, *rest in zip(together, *apart, strict=True)
        for parts in [tuple(rest)]
    ]
    return [each for each in found if any(part.state != standing.SILENT or part.blocked for part in each.apart)]


def leads_followed(sides: Sequence[Side]) -> list[Lead]:
    """Return the leads of two sides that are pursued and that somebody looks after."""
    ids = [party for each in sides for party in each.party_ids]
    found = Lead.objects.filter(customer_id__in=ids, stage__in=stages.OPEN, owner__isnull=False)
    return list(found.select_related("owner").order_by("-stage_since", "-id")[:MANY])


def side(customer_id: int, party_ids: tuple[int, ...]) -> Side:
    """Return one side."""
    customer = golden.shown(Customer.objects.get(pk=customer_id), party_ids)
    fields = selectors_hand.fields_of(customer)
    for each in golden.golden_of(party_ids):
        fields |= {name: value for name, value in each.values.items() if name in fields}
    children = [(name, count(party_ids)) for name, count in CHILDREN.values()]
    return Side(customer, party_ids, fields, children)
