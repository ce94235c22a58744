"""Golden: what stands of a customer of several parties, worked out from what each of them says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from vinculo.identify import survivorship
from vinculo.identify.records import selectors_hand
from vinculo.identify.records.membership import selectors
from vinculo.identify.records.models import Address, Customer, Identifier, SourceRecord
from vinculo.identify.survivorship import Golden, Said

Key = tuple[int, str]
"""A source, and the key by which it knows a party."""


def golden_of(customer_ids: Sequence[int]) -> list[Golden]:
    """Return what stands of the parties of one customer."""
    return survivorship.golden(said_of(customer_ids))


def fields_of(customer: Customer) -> dict[str, str]:
    """Return the fields of a customer that may be changed by hand, as they stand."""
    held = selectors_hand.fields_of(customer)
    members = selectors.members_of(customer_id=customer.pk)
    if len(members) > 1:
        for each in golden_of(members):
            held |= {name: value for name, value in each.values.items() if name in held}
    return held


def shown(customer: Customer, customer_ids: Sequence[int]) -> Customer:
    """Return a customer to be looked at, not saved, with the fields that stand of its parties."""
    if len(customer_ids) > 1:
        for each in golden_of(customer_ids):
            for name, value in each.values.items():
                if name not in selectors_hand.PLACE:
                    setattr(customer, name, date.fromisoformat(value) if name == "acquired_on" else value)
    return customer


def names_of(customer_ids: Sequence[int]) -> dict[int, str]:
    """Return the names that stand of those customers who have several parties."""
    several = {each: ids for each, ids in selectors.members_by(customer_ids).items() if len(ids) > 1}
    said = {each.party_id: each for each in said_of([party for ids in several.values() for party in ids])}
    found = {}
    for customer_id, ids in several.items():
        name = survivorship.chosen("name", [said[party] for party in ids])
        if name is not None:
            found[customer_id] = name.values["name"]
    return found


def said_of(customer_ids: Sequence[int]) -> list[Said]:
    """Return what each of some parties says; a name that is only its number says nothing."""
    parties = selectors.customers_shown(customer_ids)
    places = dict[int, Address]()
    for place in Address.objects.filter(customer_id__in=parties, kind=Address.Kind.MAIN).order_by("-id"):
        places[place.customer_id] = place
    keys = defaultdict(list)
    named = Identifier.objects.filter(customer_id__in=parties, kind=Identifier.Kind.SOURCE_KEY).order_by("id")
    for key in named.select_related("source"):
        keys[key.customer_id].append(key)
    records = records_of([key for each in keys.values() for key in each])
    found = []
    for party_id in customer_ids:
        if party_id not in parties:
            continue
        fields = fields_said(parties[party_id], places.get(party_id), {key.value for key in keys[party_id]})
        told = [each for key in keys[party_id] for each in records[key.source_id, key.value]]
        found.append(
            Said(
                party_id=party_id,
                source=str(keys[party_id][0].source) if keys[party_id] else "",
                recorded_at=max((each.recorded_at for each in told), default=parties[party_id].created_at),
                fields=fields,
                by_hand=written_by_hand(told, fields),
            )
        )
    return found


def fields_said(party: Customer, place: Address | None, numbers: set[str]) -> dict[str, str]:
    """Return what a party says of itself."""
    said = {name: selectors_hand.text(getattr(party, name)) for name in selectors_hand.CHANGEABLE}
    said |= {name: getattr(place, name) if place else "" for name in selectors_hand.PLACE}
    if said["name"] in numbers:
        said["name"] = ""
    return said


def records_of(keys: Sequence[Identifier]) -> Mapping[Key, list[SourceRecord]]:
    """Return the records under some keys, the earliest first."""
    mine = Q(pk__in=())
    for key in keys:
        mine |= Q(source_id=key.source_id, kind="customers", source_key=key.value)
    found = defaultdict(list)
    for each in SourceRecord.objects.filter(mine).order_by("id"):
        found[each.source_id, each.source_key].append(each)
    return found


def written_by_hand(records: Sequence[SourceRecord], fields: Mapping[str, str]) -> dict[str, datetime]:
    """Return which fields stand as a person wrote them, and since when; what was undone or overtaken does not."""
    found = dict[str, datetime]()
    for each in sorted(records, key=lambda record: record.pk):
        if "before" not in each.payload or each.payload.get("created"):
            continue
        for name, value in each.payload["clean"].items():
            if "undoes" in each.payload or fields.get(name) != value:
                found.pop(name, None)
            else:
                found[name] = each.recorded_at
    return found
