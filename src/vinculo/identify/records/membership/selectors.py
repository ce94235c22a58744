"""What can be read of who is one customer with whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from vinculo.identify.records.models import Assertion, Customer, Merge


def current_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """Return the customer that each number leads to now: numbers that lost a merge lead on for ever."""
    asked = set(customer_ids)
    merged = Customer.objects.filter(pk__in=asked).values_list("id", Coalesce("merged_into", "id"))
    return {each: each for each in asked} | dict(merged)


def members_of(*, customer_id: int) -> tuple[int, ...]:
    """Return the parties of a customer: itself first, then those taken into it."""
    return members_by([customer_id])[customer_id]


def members_by(customer_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return the parties of several customers."""
    taken = defaultdict(list)
    rows = Customer.objects.filter(merged_into__in=list(customer_ids)).order_by("id")
    for customer_id, party_id in rows.values_list("merged_into", "id"):
        taken[customer_id].append(party_id)
    return {each: (each, *taken[each]) for each in customer_ids}


@dataclass(frozen=True)
class Decision:
    """A decision about a customer, the parties it moved, and whether it can be taken back."""

    merge: Merge
    party_ids: tuple[int, ...]
    undoable: bool


def decision_list(*, customer_id: int) -> list[Decision]:
    """Return what was decided about a customer and its parties, the latest first."""
    members = members_of(customer_id=customer_id)
    mine = Q(customer_id__in=members) | Q(begun__party_id__in=members) | Q(ended__party_id__in=members)
    found = Merge.objects.filter(mine).distinct().order_by("-id").prefetch_related("begun", "ended", "undone_by")
    return [
        Decision(
            merge=each,
            party_ids=tuple(sorted({row.party_id for row in (*each.begun.all(), *each.ended.all())})),
            undoable=each.kind == Merge.Kind.MERGE
            and not each.undone_by.all()
            and any(row.party_id in members and row.party_id != customer_id for row in each.begun.all()),
        )
        for each in found
    ]


def merge_get(*, merge_id: int) -> Merge:
    """Return a decision; raise `Merge.DoesNotExist` when there is none."""
    return Merge.objects.get(pk=merge_id)


def assertions_between(members: Sequence[int], others: Sequence[int]) -> QuerySet[Assertion]:
    """Return what is asserted of any two parties of two customers."""
    mine, theirs = list(members), list(others)
    either = Q(party__in=mine, other__in=theirs) | Q(party__in=theirs, other__in=mine)
    return Assertion.objects.filter(either, withdrawn_at=None).order_by("id")


def customers_shown(customer_ids: Iterable[int]) -> Mapping[int, Customer]:
    """Return customers by their numbers, merged ones too."""
    return Customer.objects.in_bulk(list(customer_ids))
