"""By hand: what a person changes of a customer, written as a record and followed by the customer as imports are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify import folding
from vinculo.identify.records import facts, selectors_hand
from vinculo.identify.records.imports import watch
from vinculo.identify.records.membership import golden
from vinculo.identify.records.models import Address, Customer, Identifier, Source
from vinculo.identify.records.parties import customers
from vinculo.identify.records.parties.arrivals import Arrival
from vinculo.identify.records.selectors_hand import CHANGEABLE, NAME, PARTS, PLACE, text

BY_HAND = "by-hand"
"""Code of the source of what the staff types in."""


class ChangedMeanwhileError(InputError):
    """Somebody else has changed this customer meanwhile."""

    code = "customer.changed_meanwhile"


class BusyError(InputError):
    """An import is being written at this moment: save again in a minute."""

    code = "store.busy"


class KeyTakenError(InputError):
    """Another customer has this number already."""

    code = "customer.key_taken"


@dataclass(frozen=True)
class Change:
    """What a person wants changed of a customer: fields, and identifiers by kind and value, or by their number."""

    fields: Mapping[str, object]
    add: Sequence[tuple[str, str]] = ()
    remove: Sequence[int] = ()
    seen: Mapping[str, object] | None = None
    """What the fields said when the person looked; a field that says something else by now is not overwritten."""


def source_ensure(*, code: str, name: str = "", kind: str = Source.Kind.FILE) -> Source:
    """Return the source of a code, made when there is none yet."""
    source, _made = Source.objects.get_or_create(code=code, defaults={"name": name or code, "kind": kind})
    return source


def identifier_add(*, customer_id: int, kind: str, value: str, source: Source) -> Identifier:
    """Give a customer an identifier; the same one twice stays one."""
    identifier, _made = Identifier.objects.get_or_create(
        customer_id=customer_id,
        kind=kind,
        normalised=folding.identifier(kind, value),
        source=source,
        defaults={"value": value.strip()},
    )
    return identifier


def key_add(*, customer_id: int, source: Source, key: str) -> Identifier:
    """Give a customer the number by which a source knows it."""
    held = Identifier.objects.filter(kind=Identifier.Kind.SOURCE_KEY, source=source, value=key).first()
    if held is not None and held.customer_id != customer_id:
        raise KeyTakenError(
            "{source} knows customer {number} by {key} already.", source=source.code, number=held.customer_id, key=key
        )
    return identifier_add(customer_id=customer_id, kind=Identifier.Kind.SOURCE_KEY, value=key, source=source)


@contextmanager
def writing() -> Iterator[None]:
    """Write while no import does: one that is half in would not see what a hand changes under it."""
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            watch.beside_others(cursor)
        except OperationalError:
            raise BusyError from None
        yield


def write(
    customer: Customer,
    change: Change,
    *,
    now: datetime,
    more: Mapping[str, Any] | None = None,
    added: Iterable[Mapping[str, Any]] = (),
    removed: Iterable[Mapping[str, Any]] = (),
) -> bool:
    """Write a change down as a record of every source that knows the customer, and bring the customer in line."""
    refuse_unknown(change.fields)
    keys = keys_of(customer)
    own, held = selectors_hand.fields_of(customer), golden.fields_of(customer)
    wanted = whole({name: text(value) for name, value in change.fields.items()}, held)
    differing = {name: value for name, value in wanted.items() if value != held[name]}
    fields = wanted if (more or {}).get("created") else together(differing, wanted, held)
    refuse_changed(change.seen, held, differing)
    gone = [*remove_identifiers(customer, change.remove), *remove_like(customer, removed)]
    come = [*added, *new_identifiers(customer, change.add)]
    if not (differing or gone or come or more):
        return False
    validate(customer, fields)
    # Of a customer of several parties, what this one said itself is what an undo gives back.
    before = {name: own[name] for name in fields}
    said = {"clean": fields, "by_hand": True, "added": come, "removed": gone}
    full = {**said, "before": before, "by": actor.current().name, **(more or {})}
    with connection.cursor() as cursor:
        raw: Any = cursor
        for place, key in enumerate(keys):
            arrival = Arrival(0, key.source_id, "customers", now)
            customers.change(raw, arrival, key=key.value, said=said if place else full)
    put_identifiers(customer, come)
    return True


def refuse_unknown(fields: Mapping[str, object]) -> None:
    """Refuse fields that are not changed by hand."""
    unknown = sorted(set(fields) - {*CHANGEABLE, *PLACE})
    if unknown:
        raise InputError("{fields} of a customer cannot be changed by hand.", fields=", ".join(unknown))


def whole(wanted: dict[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with the name that its parts make, or without the parts that a new name does not have."""
    parts = {part: wanted[part] for part in PARTS if part in wanted}
    if "name" in wanted:
        changed = wanted["name"] != held["name"]
        return {**(dict.fromkeys(PARTS, "") if changed else {}), **wanted}
    if any(value != held[part] for part, value in parts.items()):
        name = " ".join(filter(None, ({**held, **parts}[part] for part in PARTS)))
        return {**wanted, "name": name}
    return wanted


def together(differing: Mapping[str, str], wanted: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Return what differs, and with a part of a name or of an address all the others."""
    found = dict(differing)
    for group in ((*NAME, "kind"), PLACE):
        if set(group) & set(differing):
            found |= {name: wanted.get(name, held[name]) for name in group}
    return found


def refuse_changed(seen: Mapping[str, object] | None, held: Mapping[str, str], differing: Mapping[str, str]) -> None:
    """Refuse to overwrite what somebody else has written since it was seen."""
    if seen is None:
        return
    told = together(differing, held, held)
    lost = sorted(name for name in told if name in seen and text(seen[name]) != held[name])
    if lost:
        raise ChangedMeanwhileError(
            "Somebody else has changed this customer meanwhile: look at what it says now before you save.",
            fields=lost,
        )


def validate(customer: Customer, fields: Mapping[str, str]) -> None:
    """Refuse a customer without a name, and values a column cannot hold."""
    if not fields.get("name", customer.name).strip():
        raise InputError("A customer needs a name.")
    for name in CHANGEABLE:
        if name in fields:
            setattr(customer, name, fields[name] or (None if name == "acquired_on" else ""))
    customer.full_clean()


def keys_of(customer: Customer) -> list[Identifier]:
    """Return the keys under which sources know a customer; one who has none gets one of our own."""
    found = list(customer.identifiers.filter(kind=Identifier.Kind.SOURCE_KEY).order_by("id"))
    if found:
        return found
    source = source_ensure(code=BY_HAND, name="By hand", kind=Source.Kind.MANUAL)
    return [
        identifier_add(customer_id=customer.pk, kind=Identifier.Kind.SOURCE_KEY, value=f"H{customer.pk}", source=source)
    ]


def remove_identifiers(customer: Customer, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Remove identifiers by their numbers and return them; a key of a source stays."""
    found = customer.identifiers.filter(pk__in=list(numbers)).exclude(kind=Identifier.Kind.SOURCE_KEY)
    return taken(list(found.order_by("id")))


def remove_like(customer: Customer, wanted: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Remove identifiers by what they are and return them."""
    known = {(each["kind"], each["normalised"], each["source"]) for each in wanted}
    found = customer.identifiers.exclude(kind=Identifier.Kind.SOURCE_KEY).order_by("id")
    return taken([each for each in found if (each.kind, each.normalised, each.source_id) in known])


def taken(found: Sequence[Identifier]) -> list[dict[str, Any]]:
    """Delete identifiers and return what they were."""
    described = [described_as(each) for each in found]
    for each in found:
        each.delete()
    return described


def described_as(found: Identifier) -> dict[str, Any]:
    """Return an identifier as a record tells it."""
    return {
        "kind": found.kind,
        "value": found.value,
        "normalised": found.normalised,
        "source": found.source_id,
        "import": found.imported_id,
    }


def new_identifiers(customer: Customer, wanted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return, of what is to be added, what the customer does not have yet."""
    if not wanted:
        return []
    source = source_ensure(code=BY_HAND, name="By hand", kind=Source.Kind.MANUAL)
    known = set(customer.identifiers.values_list("kind", "normalised"))
    found = [(kind, value.strip(), folding.identifier(kind, value)) for kind, value in wanted]
    return [
        {"kind": kind, "value": value, "normalised": plain, "source": source.pk, "import": None}
        for kind, value, plain in found
        if (kind, plain) not in known
    ]


def put_identifiers(customer: Customer, wanted: Iterable[Mapping[str, Any]]) -> None:
    """Put identifiers in where the states of the records have not done so already."""
    for each in wanted:
        Identifier.objects.get_or_create(
            customer=customer,
            kind=each["kind"],
            normalised=each["normalised"],
            source_id=each["source"],
            defaults={"value": each["value"], "imported_id": each["import"]},
        )


def remove(customer: Customer) -> None:
    """Remove a customer who was added by hand, with all there is of it but its records."""
    if customer.orders.exists():
        raise ChangedMeanwhileError("This customer has orders by now and cannot be removed.")
    if selectors_hand.customer_bound(customer_ids=[customer.pk]):
        raise ChangedMeanwhileError("This customer has relations or leads by now and cannot be removed.")
    for table in (Identifier, Address):
        table.objects.filter(customer=customer).delete()
    # Django would look for lines of the customer, which no index finds; without orders there are none.
    Customer.objects.filter(pk=customer.pk)._raw_delete("default")
    facts.customer_removed.send(sender=Customer, customer_id=customer.pk)
