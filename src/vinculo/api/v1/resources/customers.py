"""Customers: found, read, added, changed, and asked for by what points to them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs, scope_require, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import FieldsInvalidError
from vinculo.api.v1.shapes import customers as shapes
from vinculo.api.v1.shapes.customers import CustomerOut
from vinculo.exchange import scopes
from vinculo.identify.records import selectors_api
from vinculo.identify.records.services import Change, customer_change, customer_create

router = Router(tags=["customers"])


class Named(Given):
    """What may be said of a customer; what is not sent stays as it is, an empty text empties a field."""

    kind: fields.Kind | None = None
    standing: fields.Standing | None = None
    name: fields.Name | None = None
    given_name: fields.Name | None = None
    family_name: fields.Name | None = None
    second_family_name: fields.Name | None = None
    language: fields.Language | None = None
    country: fields.Country | None = None
    acquisition_channel: fields.Name | None = None
    acquired_on: fields.Day | None = None
    lines: fields.Name | None = None
    postcode: fields.Postcode | None = None
    city: fields.Name | None = None
    region: fields.Name | None = None

    def said(self) -> dict[str, Any]:
        """Return what was sent."""
        sent = self.model_dump(include=set(Named.model_fields), exclude_unset=True)
        return {name: value for name, value in sent.items() if value is not None}


class Pointer(Given):
    """A value that points to a customer."""

    kind: fields.IdentifierKind
    value: fields.Code


class AnyPointer(Given):
    """A value that points to a customer; a customer number is asked for with its source."""

    kind: fields.AnyIdentifierKind
    value: fields.Code
    source: fields.Code | None = None


class CustomerIn(Named):
    """A new customer: a name, or parts of one; `number` is yours, of the token's source."""

    number: fields.Code | None = None
    identifiers: list[Pointer] = Field(default_factory=list, max_length=20)


class Asked(Schema):
    """Which customers."""

    number: fields.Code | None = None
    source: fields.Code | None = None
    email: fields.Code | None = None
    phone: fields.Code | None = None
    tax_id: fields.Code | None = None
    kind: fields.Kind | None = None
    standing: fields.Standing | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


class LookupIn(Given):
    """What points to whoever is asked for."""

    identifiers: list[AnyPointer] = Field(min_length=1, max_length=20)


class Match(Schema):
    """A customer that bears something of what was asked for, and the places of that in the question."""

    customer_id: int
    matched: list[int]


class LookupOut(Schema):
    """Whether anybody bears one of these values."""

    exists: bool
    customers: list[Match]


@router.get("/customers", response=Page[CustomerOut], summary="List customers", **needs(scopes.CUSTOMERS_READ))
def customer_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List customers by their numbers, or those whom an exact value points to; parties of others are not listed."""
    token = token_of(request)
    pointers = [(kind, value) for kind in ("email", "phone", "tax_id") if (value := getattr(asked, kind))]
    if pointers:
        scope_require(token, scopes.PERSONAL_DATA)
    place = cursors.open_sealed("customers", asked.cursor)
    rows = selectors_api.customer_page(
        after=int(place[0]) if place else 0,
        limit=asked.limit + 1,
        pointers=[(kind, found.cleaned(kind, value, "ES"), None) for kind, value in pointers]
        + ([("source_key", asked.number, asked.source)] if asked.number else []),
        kind=asked.kind or "",
        standing=asked.standing or "",
        source="" if asked.number else asked.source or "",
    )
    shown, following = cursors.page("customers", rows, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": shapes.of_many(shown, token), "next": following}


@router.post("/customers", response={201: CustomerOut}, summary="Add a customer", **needs(scopes.CUSTOMERS_WRITE))
def customer_add(request: HttpRequest, response: HttpResponse, said: CustomerIn) -> CustomerOut:
    """Add a customer. Ask first whether it is known (`/customers/lookup`): nothing is merged by itself here."""
    token = token_of(request)
    change = Change(said.said(), add=found.pointers(said.identifiers, said.country or "ES"))
    key = (token.source, said.number) if said.number else None
    customer = customer_create(change=change, now=timezone.now(), key=key)
    response.headers["Location"] = f"{request.path.rstrip('/')}/{customer.pk}"
    return shapes.of_one(customer, token)


@router.post(
    "/customers/lookup",
    response=LookupOut,
    summary="Does this customer exist?",
    **needs(scopes.CUSTOMERS_READ, changes=False),
)
def customer_lookup(request: HttpRequest, asked: LookupIn) -> dict[str, Any]:
    """Tell who bears one of some exact values. It is sent by POST so that no address of a person lands in a log.

    Whoever may not see personal data can ask for customer numbers only: an answer tells what is not shown.
    """
    token = token_of(request)
    if any(each.kind != "source_key" for each in asked.identifiers):
        scope_require(token, scopes.PERSONAL_DATA)
    pointers = [(each.kind, found.cleaned(each.kind, each.value, "ES"), each.source) for each in asked.identifiers]
    borne = selectors_api.bearers(pointers=pointers)
    matches = [{"customer_id": each, "matched": places} for each, places in sorted(borne.items())]
    return {"exists": bool(matches), "customers": matches}


@router.get("/customers/{customer_id}", response=CustomerOut, summary="Read a customer", **needs(scopes.CUSTOMERS_READ))
def customer_get(request: HttpRequest, response: HttpResponse, customer_id: fields.Id) -> CustomerOut:
    """Read a customer by any number it ever had.

    A number that lost a merge answers with the customer it leads to: `id` is that one, `asked_id` what you asked for.
    """
    customer = found.customer(customer_id)
    if customer.pk != customer_id:
        response.headers["Content-Location"] = request.path.replace(str(customer_id), str(customer.pk))
    return shapes.of_one(customer, token_of(request), asked_id=customer_id)


@router.patch(
    "/customers/{customer_id}", response=CustomerOut, summary="Change a customer", **needs(scopes.CUSTOMERS_WRITE)
)
def customer_patch(request: HttpRequest, customer_id: fields.Id, said: Named) -> CustomerOut:
    """Change what is sent and leave the rest; a number that was merged changes the customer it leads to.

    A name and an address count as a whole: a new name leaves no part of the old one behind.
    """
    if not said.said():
        raise FieldsInvalidError("Say what is to be changed.")
    customer = found.customer(customer_id)
    changed = customer_change(customer_id=customer.pk, change=Change(said.said()), now=timezone.now())
    return shapes.of_one(changed, token_of(request), asked_id=customer_id)
