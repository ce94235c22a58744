"""Relations read: those of a customer both ways, their kinds, who changed what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from vinculo.identify.records.models import Customer, HouseholdMembership, LinkChange, Relation, RelationKind

SHOWN = 20
MANY = 500
"""So many relations of a customer are shown."""


@dataclass(frozen=True)
class Bond:
    """A relation as one side sees it."""

    relation: Relation
    other: Customer
    backward: bool
    """Seen from the second of the two."""
    holds: bool

    @property
    def words(self) -> str:
        """Return how it is read, in the language of the page."""
        return self.relation.kind.read(backward=self.backward)

    @property
    def family(self) -> str:
        """Return what it is about."""
        return self.relation.kind.family


def holding(day: date, prefix: str = "") -> Q:
    """Return the condition that something dated holds on a day."""
    begun = Q(**{f"{prefix}begins_on__isnull": True}) | Q(**{f"{prefix}begins_on__lte": day})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": day}))


def kind_list() -> QuerySet[RelationKind]:
    """Return the kinds of relations in the order of lists."""
    return RelationKind.objects.order_by("position", "id")


def bond_list(*, customer_ids: Sequence[int], day: date) -> list[Bond]:
    """Return the relations of a customer both ways: those that hold first, by kind, and those of other days."""
    mine = set(customer_ids)
    found = Relation.objects.filter(Q(first_id__in=mine) | Q(second_id__in=mine))
    # What binds two rows of one customer binds nobody.
    found = found.exclude(first_id__in=mine, second_id__in=mine)
    rows = found.select_related("kind", "first", "second").order_by("kind__position", "id")[:MANY]
    bonds = [seen(row, mine, day) for row in rows]
    return sorted(bonds, key=lambda bond: (not bond.holds, not bond.relation.main_contact))


def seen(row: Relation, mine: set[int], day: date) -> Bond:
    """Return a relation as the customer sees it."""
    backward = row.second_id in mine
    return Bond(row, row.first if backward else row.second, backward, holds(row, day))


def holds(row: Relation, day: date) -> bool:
    """Tell whether a relation holds on a day."""
    return (row.begins_on is None or row.begins_on <= day) and (row.ends_on is None or row.ends_on > day)


def relation_get(*, relation_id: int) -> Relation:
    """Return a relation; raise `Relation.DoesNotExist` when there is none."""
    return Relation.objects.select_related("kind", "first", "second").get(pk=relation_id)


def change_list(*, customer_ids: Sequence[int], household_id: int | None = None) -> list[LinkChange]:
    """Return the latest changes of customers' relations and households, or of one household, the latest first."""
    mine = list(customer_ids)
    found = LinkChange.objects.filter(Q(customer_id__in=mine) | Q(other_id__in=mine))
    if household_id is not None:
        places = HouseholdMembership.objects.filter(household_id=household_id).values("pk")
        found = found.filter(subject=LinkChange.Subject.MEMBERSHIP, row_id__in=places)
    return list(found.select_related("undone_by").order_by("-id")[:SHOWN])


def undoable_of(found: Sequence[LinkChange]) -> set[int]:
    """Return those of some changes that can be taken back: of each row the last that stands."""
    rows, last = set(), set()
    for each in found:
        if each.undoes_id is None and not hasattr(each, "undone_by") and (each.subject, each.row_id) not in rows:
            rows.add((each.subject, each.row_id))
            last.add(each.pk)
    return last


@dataclass(frozen=True)
class Influence:
    """Somebody whom a customer recommended us to, or influences, and the share of his value put down to it."""

    customer_id: int
    referred: bool
    share: float


def influence_list(*, customer_ids: Sequence[int], day: date) -> list[Influence]:
    """Return whom a customer recommended us to until a day, and whom it influences on that day.

    Of several who recommended the same one, each gets an equal part of the share.
    """
    mine = list(customer_ids)
    counting = Relation.objects.filter(kind__influence_share__gt=0).select_related("kind")
    referral = Q(kind__family=RelationKind.Family.REFERRAL)
    brought = list(counting.filter(referral, Q(begins_on=None) | Q(begins_on__lte=day), first_id__in=mine))
    whom = [row.second_id for row in brought]
    by = (
        Relation.objects.filter(referral, second_id__in=whom)
        .values("second_id")
        .annotate(by=Count("first_id", distinct=True))
    )
    referrers = {each["second_id"]: each["by"] for each in by}
    found = [
        Influence(row.second_id, True, float(row.kind.influence_share) / referrers[row.second_id]) for row in brought
    ]
    forward = Q(first_id__in=mine) | Q(second_id__in=mine, kind__symmetric=True)
    for row in counting.filter(forward, holding(day)).exclude(referral):
        other = row.second_id if row.first_id in mine else row.first_id
        found.append(Influence(other, False, float(row.kind.influence_share)))
    return found


def organisations_with_a_parent(*, day: date) -> QuerySet[Relation, int]:
    """Return the ids of the organisations that belong to another on a day."""
    found = Relation.objects.filter(holding(day), kind__family=RelationKind.Family.HIERARCHY)
    return found.values_list("first_id", flat=True)


@dataclass(frozen=True)
class Wanted:
    """Which relations: of a customer, of a kind, holding on a day."""

    customer_ids: Sequence[int] | None = None
    kind: str = ""
    day: date | None = None

    @property
    def condition(self) -> Q:
        """Return the condition of it."""
        found = Q()
        if self.customer_ids is not None:
            found &= Q(first_id__in=list(self.customer_ids)) | Q(second_id__in=list(self.customer_ids))
        if self.kind:
            found &= Q(kind__code=self.kind)
        return found & holding(self.day) if self.day else found


def relation_page(*, after: int, limit: int, wanted: Wanted) -> list[Relation]:
    """Return relations after a number, in the order of numbers."""
    found = Relation.objects.filter(wanted.condition, pk__gt=after).select_related("kind")
    return list(found.order_by("pk")[:limit])
