"""Customers on their way out: who they are now, under which numbers, and only what the token may see of a person."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from ninja import Schema

from vinculo.exchange import scopes
from vinculo.exchange.records.models import Token
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import golden
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Address, Customer, Identifier


class IdentifierOut(Schema):
    """What points to a customer; the value is null where the token may not see personal data."""

    id: int
    kind: str
    value: str | None
    source: str
    customer_id: int
    """The party it came with: one of `member_ids`."""


class AddressOut(Schema):
    """Where a customer is; street and postcode are null where the token may not see personal data."""

    kind: str
    lines: str | None
    postcode: str | None
    city: str
    region: str
    country: str
    source: str


class CustomerOut(Schema):
    """A customer as it stands, whatever number was asked for."""

    id: int
    asked_id: int
    """The number that was asked for; another than `id` when that one was merged into this customer."""
    member_ids: list[int]
    """Every party that is this customer, itself first; orders keep the party they came with."""
    kind: str
    standing: str
    name: str | None
    given_name: str | None
    family_name: str | None
    second_family_name: str | None
    language: str
    country: str
    acquisition_channel: str
    acquired_on: date | None
    created_at: datetime
    identifiers: list[IdentifierOut]
    addresses: list[AddressOut]
    masked: bool
    """Whether personal data is left out."""


def of_many(customers: Sequence[Customer], token: Token) -> list[CustomerOut]:
    """Return customers with all their parties."""
    members = membership.members_by([each.pk for each in customers])
    party_ids = [party for ids in members.values() for party in ids]
    identifiers, addresses = defaultdict(list), defaultdict(list)
    for identifier in selectors_customer.identifiers_of(customer_ids=party_ids):
        identifiers[identifier.customer_id].append(identifier)
    for address in selectors_customer.addresses_of(customer_ids=party_ids):
        addresses[address.customer_id].append(address)
    return [
        shown(
            golden.shown(customer, members[customer.pk]),
            members[customer.pk],
            [each for party in members[customer.pk] for each in identifiers[party]],
            [each for party in members[customer.pk] for each in addresses[party]],
            masked=masks(token, customer),
        )
        for customer in customers
    ]


def of_one(customer: Customer, token: Token, *, asked_id: int | None = None) -> CustomerOut:
    """Return one customer, asked for by any number it ever had."""
    (found,) = of_many([customer], token)
    return found.model_copy(update={"asked_id": customer.pk if asked_id is None else asked_id})


def masks(token: Token, customer: Customer) -> bool:
    """Tell whether personal data is kept from a token; organisations have none."""
    return customer.kind == Customer.Kind.PERSON and scopes.PERSONAL_DATA not in token.scopes


def shown(
    customer: Customer,
    member_ids: Sequence[int],
    identifiers: Sequence[Identifier],
    addresses: Sequence[Address],
    *,
    masked: bool,
) -> CustomerOut:
    """Return a customer, without what points to the person where that is not for the token."""
    names = ("name", "given_name", "family_name", "second_family_name")
    return CustomerOut(
        id=customer.pk,
        asked_id=customer.pk,
        member_ids=list(member_ids),
        kind=customer.kind,
        standing=customer.standing,
        **{name: None if masked else getattr(customer, name) for name in names},
        language=customer.language,
        country=customer.country,
        acquisition_channel=customer.acquisition_channel,
        acquired_on=customer.acquired_on,
        created_at=customer.created_at,
        identifiers=[identifier_shown(each, masked=masked) for each in identifiers],
        addresses=[address_shown(each, masked=masked) for each in addresses],
        masked=masked,
    )


def identifier_shown(found: Identifier, *, masked: bool) -> IdentifierOut:
    """Return an identifier; a customer number names nobody."""
    hidden = masked and found.kind != Identifier.Kind.SOURCE_KEY
    return IdentifierOut(
        id=found.pk,
        kind=found.kind,
        value=None if hidden else found.value,
        source=found.source.code,
        customer_id=found.customer_id,
    )


def address_shown(found: Address, *, masked: bool) -> AddressOut:
    """Return an address; without the right, only the town and wider."""
    return AddressOut(
        kind=found.kind,
        lines=None if masked else found.lines,
        postcode=None if masked else found.postcode,
        city=found.city,
        region=found.region,
        country=found.country,
        source=found.source.code,
    )
