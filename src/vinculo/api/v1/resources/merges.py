"""Merges: customers made one and separated again, and the parties behind a customer."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from vinculo.api.v1 import fields, found
from vinculo.api.v1.declared import needs
from vinculo.api.v1.fields import Given
from vinculo.api.v1.problems import UnknownError
from vinculo.exchange import scopes
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors, services
from vinculo.identify.records.models import Merge

router = Router(tags=["merges"])


class MergeIn(Given):
    """Which customers are one; `survivor` keeps its number, else the one with most orders, else the oldest."""

    customer_ids: Annotated[list[fields.StrictId], Field(min_length=2, max_length=50)]
    survivor: fields.StrictId | None = None
    reason: fields.Name = ""
    overrule: Annotated[bool, Field(strict=True)] = False
    """Whether what somebody has said against it is withdrawn."""


class UndoIn(Given):
    """Why they are not one after all."""

    reason: fields.Name = ""


class MergeOut(Schema):
    """A decision about who is who."""

    id: int
    kind: str
    customer_id: int
    party_ids: list[int]
    by: str
    reason: str
    recorded_at: datetime
    undoable: bool


class Party(Schema):
    """One party of a customer, as one source or one hand made it, and the numbers it is known by."""

    id: int
    created_at: datetime
    numbers: list[str]


class MembersOut(Schema):
    """Who a number leads to now, and all parties that are the same customer: every `id` answers for ever."""

    customer_id: int
    asked_id: int
    members: list[Party]
    decisions: list[MergeOut]


@router.post("/merges", response={201: MergeOut}, summary="Merge customers", **needs(scopes.CUSTOMERS_MERGE))
def merge(request: HttpRequest, said: MergeIn) -> MergeOut:
    """Make one customer of several; nothing is rewritten, and it can be taken back at any time."""
    for each in (*said.customer_ids, *([said.survivor] if said.survivor else [])):
        found.customer(each)
    made = services.customers_merge(
        customer_ids=said.customer_ids,
        now=timezone.now(),
        why=services.Why(said.reason),
        survivor=said.survivor,
        overrule=said.overrule,
    )
    return shown(made)


@router.post(
    "/merges/{merge_id}/undo", response={201: MergeOut}, summary="Separate again", **needs(scopes.CUSTOMERS_MERGE)
)
def merge_undo(request: HttpRequest, merge_id: fields.Id, said: UndoIn) -> MergeOut:
    """Take a merge back: its parties are the customers they were, and stay apart until somebody says otherwise."""
    try:
        selectors.merge_get(merge_id=merge_id)
    except Merge.DoesNotExist:
        raise UnknownError("There is no merge {number}.", number=merge_id) from None
    return shown(services.merge_undo(merge_id=merge_id, now=timezone.now(), why=services.Why(said.reason)))


@router.get(
    "/customers/{customer_id}/members",
    response=MembersOut,
    summary="Who is this customer?",
    **needs(scopes.CUSTOMERS_READ),
)
def members(request: HttpRequest, customer_id: fields.Id) -> dict[str, Any]:
    """List the parties of a customer, and what was decided about them; a number that lost a merge answers too."""
    customer = found.customer(customer_id)
    ids = selectors.members_of(customer_id=customer.pk)
    parties, numbers = selectors.customers_shown(ids), dict[int, list[str]]()
    for each in selectors_customer.identifiers_of(customer_ids=ids):
        if each.kind == "source_key":
            numbers.setdefault(each.customer_id, []).append(each.value)
    return {
        "customer_id": customer.pk,
        "asked_id": customer_id,
        "members": [
            {"id": each, "created_at": parties[each].created_at, "numbers": numbers.get(each, [])} for each in ids
        ],
        "decisions": [
            decided(each.merge, each.party_ids, undoable=each.undoable)
            for each in selectors.decision_list(customer_id=customer.pk)
        ],
    }


def shown(made: Merge) -> MergeOut:
    """Return a decision that was just made."""
    moved = {*made.begun.values_list("party_id", flat=True), *made.ended.values_list("party_id", flat=True)}
    return decided(made, tuple(sorted(moved)), undoable=made.kind == Merge.Kind.MERGE)


def decided(made: Merge, party_ids: tuple[int, ...], *, undoable: bool) -> MergeOut:
    """Return a decision."""
    return MergeOut(
        id=made.pk,
        kind=made.kind,
        customer_id=made.customer_id,
        party_ids=list(party_ids),
        by=made.by,
        reason=made.reason,
        recorded_at=made.recorded_at,
        undoable=undoable,
    )
