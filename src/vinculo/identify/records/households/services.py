"""Households written: made, joined, left; suggestions accepted and refused for good."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from vinculo.foundation import actor
from vinculo.identify.records.models import Customer, Household, HouseholdMembership, HouseholdPair
from vinculo.identify.records.relations import changes
from vinculo.identify.records.relations.changes import RelationError
from vinculo.identify.records.rights import erased

Kind = HouseholdMembership.Kind


def household_create(
    *, customer_ids: Sequence[int], name: str = "", kind: str = Kind.FAMILY, now: datetime
) -> Household:
    """Make a household of some persons."""
    with transaction.atomic():
        made = Household.objects.create(name=name.strip(), created_at=now, created_by=actor.current().name)
        for customer_id in customer_ids:
            membership_add(household_id=made.pk, customer_id=customer_id, kind=kind, now=now)
    return made


def household_rename(*, household_id: int, name: str) -> Household:
    """Give a household another name."""
    household = Household.objects.get(pk=household_id)
    household.name = name.strip()
    household.save(update_fields=["name"])
    return household


def membership_add(
    *,
    household_id: int,
    customer_id: int,
    kind: str = Kind.FAMILY,
    begins_on: date | None = None,
    suggested: bool = False,
    now: datetime,
) -> HouseholdMembership:
    """Take a person into a household; one who is in it already stays as he is.

    Raises
    ------
    RelationError
        It is no person.
    """
    with changes.writing(customer_id):
        erased.refuse(customer_id)
        if not Customer.objects.filter(pk=customer_id, kind=Customer.Kind.PERSON).exists():
            raise RelationError("A household is made of persons.")
        present = HouseholdMembership.objects.filter(household_id=household_id, customer_id=customer_id)
        for each in present.order_by("id"):
            if each.ends_on is None or (begins_on or date.min) < each.ends_on:
                return each
        made = HouseholdMembership(household_id=household_id, customer_id=customer_id)
        made.kind, made.begins_on, made.suggested = kind, begins_on, suggested
        return changes.save(made, before=None, now=now)


def membership_end(*, membership_id: int, on: date, now: datetime) -> HouseholdMembership:
    """Let a person leave a household on a day."""
    found = HouseholdMembership.objects.get(pk=membership_id)
    with changes.writing(found.customer_id):
        row = HouseholdMembership.objects.select_for_update().get(pk=membership_id)
        before = changes.said(row)
        if row.ends_on is None or row.ends_on > on:
            row.ends_on = on
        return changes.save(row, before=before, now=now)


def suggestion_accept(*, group_id: int, customer_ids: Sequence[int], now: datetime) -> Household:
    """Make those of a suggested group who were chosen one household, and refuse them with the others, for good.

    Where one of them is in a household already, the others join it.
    """
    with transaction.atomic():
        pairs = open_pairs(group_id)
        suggested = {each for pair in pairs for each in (pair.first_id, pair.second_id)}
        chosen = sorted(suggested & set(customer_ids))
        if len(chosen) < 2:
            raise RelationError("Choose two persons or more of this suggestion.")
        there = HouseholdMembership.objects.filter(customer_id__in=chosen, ends_on=None).order_by("household_id")
        first = there.first()
        household = first.household if first else household_create(customer_ids=(), now=now)
        kinds = {each: pair.kind for pair in pairs for each in (pair.first_id, pair.second_id) if inside(pair, chosen)}
        for customer_id in chosen:
            membership_add(
                household_id=household.pk,
                customer_id=customer_id,
                kind=kinds.get(customer_id, Kind.ADDRESS),
                suggested=True,
                now=now,
            )
        decide([pair.pk for pair in pairs if inside(pair, chosen)], HouseholdPair.State.ACCEPTED, now)
        split = [pair.pk for pair in pairs if (pair.first_id in chosen) != (pair.second_id in chosen)]
        decide(split, HouseholdPair.State.REFUSED, now)
    return household


def suggestion_refuse(*, group_id: int, now: datetime) -> int:
    """Refuse a suggested group: none of its pairs is suggested again. Return how many there were."""
    with transaction.atomic():
        return decide([pair.pk for pair in open_pairs(group_id)], HouseholdPair.State.REFUSED, now)


def open_pairs(group_id: int) -> list[HouseholdPair]:
    """Return the open pairs of a group, kept from others until the transaction ends."""
    found: QuerySet[HouseholdPair] = HouseholdPair.objects.filter(group_id=group_id, state=HouseholdPair.State.OPEN)
    return list(found.order_by("id").select_for_update())


def inside(pair: HouseholdPair, chosen: Sequence[int]) -> bool:
    """Tell whether both of a pair were chosen."""
    return pair.first_id in chosen and pair.second_id in chosen


def decide(pair_ids: Sequence[int], state: str, now: datetime) -> int:
    """Write down what was said to some pairs."""
    found = HouseholdPair.objects.filter(Q(pk__in=pair_ids))
    return found.update(state=state, decided_at=now, decided_by=actor.current().name)
