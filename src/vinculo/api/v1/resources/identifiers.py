"""Identifiers: what points to a customer, added and taken away again."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from vinculo.api.v1 import fields, found
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given
from vinculo.api.v1.problems import UnknownError
from vinculo.api.v1.shapes import customers as shapes
from vinculo.api.v1.shapes.customers import CustomerOut
from vinculo.exchange import scopes
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.services import Change, customer_change, customer_key_add

router = Router(tags=["identifiers"])


class IdentifierIn(Given):
    """A value that points to a customer; a `source_key` is your own number for it, of the token's source."""

    kind: fields.AnyIdentifierKind
    value: fields.Code


@router.post(
    "/customers/{customer_id}/identifiers",
    response={201: CustomerOut},
    summary="Add an identifier",
    **needs(scopes.CUSTOMERS_WRITE),
)
def identifier_add(request: HttpRequest, customer_id: fields.Id, said: IdentifierIn) -> CustomerOut:
    """Give a customer an e-mail address, a phone, a number; the same one twice stays one."""
    token, customer = token_of(request), found.customer(customer_id)
    if said.kind == "source_key":
        customer_key_add(customer_id=customer.pk, source=token.source, key=said.value)
    else:
        add = found.pointers([said], customer.country or "ES")
        changed(customer, Change({}, add=add))
    return shapes.of_one(found.customer(customer.pk), token, asked_id=customer_id)


@router.delete(
    "/customers/{customer_id}/identifiers/{identifier_id}",
    response=CustomerOut,
    summary="Take an identifier away",
    **needs(scopes.CUSTOMERS_WRITE),
)
def identifier_remove(request: HttpRequest, customer_id: fields.Id, identifier_id: fields.Id) -> Any:
    """Take an identifier away from the party it came with; the number of a source stays."""
    customer = found.customer(customer_id)
    members = membership.members_of(customer_id=customer.pk)
    borne = {each.pk: each for each in selectors_customer.identifiers_of(customer_ids=members)}
    if identifier_id not in borne or borne[identifier_id].kind == "source_key":
        raise UnknownError("This customer has no identifier {number} that could be taken away.", number=identifier_id)
    party = selectors_customer.customers_of(customer_ids=[borne[identifier_id].customer_id])
    changed(party[borne[identifier_id].customer_id], Change({}, remove=[identifier_id]))
    return shapes.of_one(found.customer(customer.pk), token_of(request), asked_id=customer_id)


def changed(customer: Customer, change: Change) -> None:
    """Change a party."""
    customer_change(customer_id=customer.pk, change=change, now=timezone.now())
