"""Merging and separating customers: rows are added and closed, and nothing that belongs to anybody is touched.

Orders, consents, points and whatever else keep the party they came with; who reads them asks for all parties of the
customer. So a merge costs a row a party, and its undo gives back what was there to the last detail.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, product
from typing import Any

from django.db.models import Count

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.membership import moves, selectors
from vinculo.identify.records.models import Assertion, Customer, Merge, Order
from vinculo.identify.records.rights import erased
from vinculo.identify.records.services import by_hand

MANY_PAIRS = 400
"""Up to so many pairs of parties are kept apart one by one; beyond, only those of the two customers themselves."""


@dataclass(frozen=True)
class Why:
    """Why something is decided: in words, by whom, and what spoke for it."""

    reason: str = ""
    decided_by: str = Merge.Decider.STEWARD
    evidence: Mapping[str, Any] = field(default_factory=dict)


def survivor_of(customer_ids: Sequence[int]) -> int:
    """Return the customer that takes the others in: most orders, else the oldest, else the lowest number."""
    orders: dict[int, int] = defaultdict(int)
    members = selectors.members_by(customer_ids)
    owner = {party: customer for customer, ids in members.items() for party in ids}
    counted = Order.objects.filter(customer_id__in=list(owner)).values("customer_id").annotate(count=Count("id"))
    for party, count in counted.values_list("customer_id", "count"):
        orders[owner[party]] += count
    born = dict(Customer.objects.filter(pk__in=list(customer_ids)).values_list("id", "created_at"))
    return min(customer_ids, key=lambda each: (-orders[each], born[each], each))


def customers_merge(
    *,
    customer_ids: Sequence[int],
    now: datetime,
    why: Why | None = None,
    survivor: int | None = None,
    overrule: bool = False,
) -> Merge:
    """Make one customer of several, with all parties of each; announce it. What is one already is left as it is.

    What somebody has said against it is refused, or withdrawn when it is to be overruled.

    Raises
    ------
    InputError
        Fewer than two different customers, one that does not exist, or two that somebody has said are not the same.
    """
    with decided(customer_ids) as locked:
        current = sorted({locked[each].merged_into_id or each for each in customer_ids})
        if len(current) < 2:
            raise InputError("There is nothing to merge: name two different customers.")
        kept = survivor if survivor is not None else survivor_of(current)
        if kept not in current:
            raise InputError("Customer {number} is none of those to be merged.", number=kept)
        members = selectors.members_by(current)
        erased.refuse(*current)
        withdraw(members, now) if overrule else refuse_asserted(members)
        merge = Merge.objects.create(kind=Merge.Kind.MERGE, customer_id=kept, recorded_at=now, **told(why))
        moved = [party for customer in current if customer != kept for party in members[customer]]
        moves.move([(party, kept, merge.pk) for party in moved], now=now)
        facts.customers_merged.send(sender=Customer, customer_id=kept, party_ids=moved)
    return merge


def merge_undo(*, merge_id: int, now: datetime, why: Why | None = None) -> Merge:
    """Take a merge back: its parties are the customers they were, and stay apart until somebody says otherwise.

    Raises
    ------
    InputError
        It is no merge, it was taken back already, or none of its parties is with that customer any more.
    """
    merge = selectors.merge_get(merge_id=merge_id)
    begun = dict(merge.begun.values_list("party_id", "customer_id"))
    with decided([*begun, merge.customer_id]) as locked:
        if merge.kind != Merge.Kind.MERGE or merge.undone_by.exists():
            raise InputError("This is not a merge that can be taken back.")
        home = locked[merge.customer_id].merged_into_id or merge.customer_id
        leaving = sorted(party for party in begun if locked[party].merged_into_id == home)
        if not leaving:
            raise InputError("None of these is with customer {number} any more.", number=home)
        staying = sorted(set(selectors.members_of(customer_id=home)) - set(leaving))
        undo = Merge.objects.create(
            kind=Merge.Kind.UNMERGE, customer_id=home, undoes=merge, recorded_at=now, **told(why)
        )
        before = dict(merge.ended.values_list("party_id", "customer_id"))
        # Where a party was its own customer, or belonged to one that stays behind, it is its own again.
        back = {party: before.get(party, party) for party in leaving}
        back = {party: target if target in leaving else party for party, target in back.items()}
        moves.move([(party, back[party], undo.pk) for party in leaving], now=now)
        keep_apart(staying, leaving, undo)
        facts.customers_separated.send(sender=Customer, customer_id=home, party_ids=leaving, undoes=merge_id)
    return undo


def parties_separate(*, customer_id: int, party_ids: Sequence[int], now: datetime, why: Why | None = None) -> Merge:
    """Let parties of a customer go, whatever brought them there; together they are one customer, and stay apart.

    Raises
    ------
    InputError
        One of them is not a party of that customer, or is the customer itself.
    """
    with decided([customer_id, *party_ids]) as locked:
        leaving = sorted(set(party_ids))
        strange = [each for each in leaving if locked[each].merged_into_id != customer_id]
        if strange or not leaving:
            raise InputError("None of these is with customer {number} any more.", number=customer_id)
        staying = sorted(set(selectors.members_of(customer_id=customer_id)) - set(leaving))
        undo = Merge.objects.create(kind=Merge.Kind.UNMERGE, customer_id=customer_id, recorded_at=now, **told(why))
        moves.move([(party, leaving[0], undo.pk) for party in leaving], now=now)
        keep_apart(staying, leaving, undo)
        facts.customers_separated.send(sender=Customer, customer_id=customer_id, party_ids=leaving, undoes=None)
    return undo


def assertion_set(*, party_id: int, other_id: int, verdict: str, now: datetime, reason: str = "") -> Assertion:
    """Say of two parties that they are the same, or are not; what was said of them before is withdrawn."""
    low, high = sorted((party_id, other_id))
    if low == high:
        raise InputError("A customer is always the same as itself: name two.")
    with decided([low, high]):
        return asserted(low, high, verdict=verdict, now=now, reason=reason)


@contextmanager
def decided(customer_ids: Sequence[int]) -> Iterator[dict[int, Customer]]:
    """Hold customers, with those they belong to, while it is decided who they are; nobody else decides meanwhile."""
    with by_hand.writing():
        asked = set(customer_ids)
        asked |= set(selectors.current_of(asked).values())
        locked = {each.pk: each for each in Customer.objects.filter(pk__in=asked).order_by("id").select_for_update()}
        lacking = sorted(set(customer_ids) - set(locked))
        if lacking:
            raise InputError("There is no customer {number}.", number=lacking[0])
        yield locked


def told(why: Why | None) -> dict[str, Any]:
    """Return the columns of a decision that say why."""
    why = why or Why()
    by = actor.current().name
    return {"decided_by": why.decided_by, "reason": why.reason.strip(), "evidence": dict(why.evidence), "by": by}


def asserted_against(members: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int, Assertion]]:
    """Yield, of every two customers, what somebody has said against their being one."""
    for one, another in combinations(sorted(members), 2):
        found = selectors.assertions_between(members[one], members[another])
        for said in found.filter(verdict=Assertion.Verdict.DIFFERENT):
            yield one, another, said


def refuse_asserted(members: Mapping[int, Sequence[int]]) -> None:
    """Refuse to merge what somebody has said is not the same."""
    for one, another, said in asserted_against(members):
        raise InputError(
            "{by} has said on {day} that customers {one} and {another} are not the same: withdraw that first.",
            by=said.by or "?",
            day=f"{said.recorded_at:%Y-%m-%d}",
            one=one,
            another=another,
        )


def withdraw(members: Mapping[int, Sequence[int]], now: datetime) -> None:
    """Withdraw what somebody has said against these being one."""
    against = [said.pk for _one, _another, said in asserted_against(members)]
    Assertion.objects.filter(pk__in=against).update(withdrawn_at=now)


def keep_apart(staying: Sequence[int], leaving: Sequence[int], undo: Merge) -> None:
    """Write down that two sides are not the same, or the next matching would merge them again."""
    pairs = list(product(staying, leaving))
    for one, another in pairs if len(pairs) <= MANY_PAIRS else pairs[:1]:
        low, high = sorted((one, another))
        asserted(low, high, verdict=Assertion.Verdict.DIFFERENT, now=undo.recorded_at, reason=undo.reason, merge=undo)


def asserted(
    low: int, high: int, *, verdict: str, now: datetime, reason: str = "", merge: Merge | None = None
) -> Assertion:
    """Write an assertion in place of the one in force."""
    Assertion.objects.filter(party_id=low, other_id=high, withdrawn_at=None).update(withdrawn_at=now)
    return Assertion.objects.create(
        party_id=low,
        other_id=high,
        verdict=verdict,
        by=actor.current().name,
        reason=reason,
        recorded_at=now,
        merge=merge,
    )
