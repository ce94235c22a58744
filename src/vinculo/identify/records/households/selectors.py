"""Households read: those of a customer, their members, and what a rule suggests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from vinculo.identify.records.models import Customer, Household, HouseholdMembership, HouseholdPair
from vinculo.identify.records.relations.selectors import holding

MANY = 200
"""So many members of a household, and suggestions of a page, are read."""


@dataclass(frozen=True)
class Suggestion:
    """Persons whom a rule takes for one household, and all that speaks for it."""

    group_id: int
    people: tuple[Customer, ...]
    evidence: tuple[str, ...]
    kind: str


def household_get(*, household_id: int) -> Household:
    """Return a household; raise `Household.DoesNotExist` when there is none."""
    return Household.objects.get(pk=household_id)


def membership_get(*, membership_id: int) -> HouseholdMembership:
    """Return a place in a household; raise `HouseholdMembership.DoesNotExist` when there is none."""
    return HouseholdMembership.objects.get(pk=membership_id)


def member_list(*, household_id: int, day: date, past: bool = False) -> list[HouseholdMembership]:
    """Return who is in a household on a day, or (`past`) who was in it on another."""
    found = HouseholdMembership.objects.filter(household_id=household_id)
    found = found.exclude(holding(day)) if past else found.filter(holding(day))
    return list(found.select_related("customer").order_by("customer__search_text", "id")[:MANY])


def memberships_of(*, customer_ids: Sequence[int], day: date) -> list[HouseholdMembership]:
    """Return the households of a customer on a day, each once."""
    found = HouseholdMembership.objects.filter(holding(day), customer_id__in=list(customer_ids))
    once: dict[int, HouseholdMembership] = {}
    for each in found.select_related("household").order_by("household_id", "id"):
        once.setdefault(each.household_id, each)
    return list(once.values())


def others_of(*, customer_ids: Sequence[int], day: date) -> set[int]:
    """Return who lives with a customer on a day."""
    mine = HouseholdMembership.objects.filter(holding(day), customer_id__in=list(customer_ids)).values("household_id")
    with_me = HouseholdMembership.objects.filter(holding(day), household_id__in=mine)
    return set(with_me.values_list("customer_id", flat=True)) - set(customer_ids)


def customers_in_a_household(*, day: date) -> QuerySet[HouseholdMembership, int]:
    """Return the ids of the customers who are in a household on a day."""
    return HouseholdMembership.objects.filter(holding(day)).values_list("customer_id", flat=True)


def suggestion_count() -> int:
    """Return how many suggestions wait for an answer."""
    return HouseholdPair.objects.filter(state=HouseholdPair.State.OPEN).values("group_id").distinct().count()


def suggestion_list(*, customer_ids: Sequence[int] | None = None, after: int = 0, size: int = 20) -> list[Suggestion]:
    """Return the suggestions that wait, those of one customer or all after a group, in the order of their groups."""
    pairs = HouseholdPair.objects.filter(state=HouseholdPair.State.OPEN, group_id__gt=after)
    if customer_ids is not None:
        pairs = pairs.filter(Q(first_id__in=list(customer_ids)) | Q(second_id__in=list(customer_ids)))
    groups = list(pairs.order_by("group_id").values_list("group_id", flat=True).distinct()[:size])
    found = HouseholdPair.objects.filter(state=HouseholdPair.State.OPEN, group_id__in=groups)
    gathered: dict[int, list[HouseholdPair]] = {group: [] for group in groups}
    for pair in found.select_related("first", "second").order_by("group_id", "id")[: size * MANY]:
        gathered[pair.group_id].append(pair)
    return [suggestion(group, members) for group, members in gathered.items() if members]


def suggestion(group_id: int, pairs: Sequence[HouseholdPair]) -> Suggestion:
    """Return the suggestion that some pairs make."""
    people = {each.pk: each for pair in pairs for each in (pair.first, pair.second)}
    evidence = sorted({str(each) for pair in pairs for each in pair.evidence})
    kinds = [pair.kind for pair in pairs]
    kind = next(kind for kind in HouseholdMembership.Kind.values if kind in kinds)
    ordered = sorted(people.values(), key=lambda each: (each.search_text, each.pk))
    return Suggestion(group_id, tuple(ordered), tuple(evidence), kind)


def household_page(*, after: int, limit: int, customer_ids: Sequence[int] | None = None) -> list[Household]:
    """Return households after a number, in the order of numbers: all, or those a customer was ever in."""
    found = Household.objects.filter(pk__gt=after).order_by("pk")
    if customer_ids is not None:
        places = HouseholdMembership.objects.filter(customer_id__in=list(customer_ids))
        found = found.filter(pk__in=places.values("household_id"))
    return list(found[:limit])


def places_of(*, household_ids: Sequence[int]) -> list[HouseholdMembership]:
    """Return who is, was or will be in some households."""
    return list(HouseholdMembership.objects.filter(household_id__in=list(household_ids)).order_by("id"))
