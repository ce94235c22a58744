"""Cards: customers as vCards, each with the fields that stand of all its parties."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from vinculo.identify.cards.writing import Card, written
from vinculo.identify.records.matching import lookup
from vinculo.identify.records.membership import golden, selectors
from vinculo.identify.records.models import Address, Customer, Identifier

PIECE = 500
_PLACE = ("lines", "postcode", "city", "region")


def customers_of(*, source_id: int) -> list[int]:
    """Return the customers whom a source knows, each once, in their order."""
    found = Identifier.objects.filter(kind=Identifier.Kind.SOURCE_KEY, source_id=source_id).order_by("customer_id")
    current = selectors.current_of(found.values_list("customer_id", flat=True))
    return sorted(set(current.values()))


def cards(customer_ids: Sequence[int], *, version: str = "3.0") -> Iterator[bytes]:
    """Yield the cards of customers, in their order, a piece at a time."""
    for start in range(0, len(customer_ids), PIECE):
        yield "".join(written(card, version=version) for card in cards_of(customer_ids[start : start + PIECE])).encode()


def cards_of(customer_ids: Sequence[int]) -> list[Card]:
    """Return what the cards of customers say; numbers of nobody are passed over."""
    members = selectors.members_by(customer_ids)
    customer_of = {party: customer for customer, parties in members.items() for party in parties}
    known = Customer.objects.in_bulk(list(customer_ids))
    borne = defaultdict[tuple[int, str], list[str]](list)
    for each in Identifier.objects.filter(customer_id__in=customer_of).order_by("id"):
        borne[customer_of[each.customer_id], each.kind].append(each.value)
    places: dict[int, Address] = {}
    for place in Address.objects.filter(customer_id__in=customer_of, kind=Address.Kind.MAIN).order_by("-id"):
        places[customer_of[place.customer_id]] = place
    born = {customer_of[each["record_id"]]: each["birth_date"] for each in lookup.few_records(customer_of)}

    def card(customer: Customer) -> Card:
        place = places.get(customer.pk)
        fields = {name: getattr(place, name) if place else "" for name in _PLACE}
        fields |= {name: getattr(customer, name) for name in ("name", "country", "language")}
        fields |= {name: getattr(customer, name) for name in ("given_name", "family_name", "second_family_name")}
        if len(members[customer.pk]) > 1:
            fields |= {name: value for name, value in golden.fields_of(customer).items() if name in fields}
        keys = borne[customer.pk, Identifier.Kind.SOURCE_KEY]
        birth: date | None = born.get(customer.pk)
        return Card(
            key=keys[0] if keys else str(customer.pk),
            kind=customer.kind,
            emails=distinct(borne[customer.pk, Identifier.Kind.EMAIL]),
            phones=distinct(borne[customer.pk, Identifier.Kind.PHONE]),
            tax_id=next(iter(borne[customer.pk, Identifier.Kind.TAX_ID]), ""),
            birth_on=birth,
            **fields,
        )

    return [card(known[each]) for each in customer_ids if each in known]


def distinct(values: Sequence[str]) -> tuple[str, ...]:
    """Return values, each once."""
    return tuple(dict.fromkeys(values))
