"""What is done with sources, customers and their identifiers by hand; imports write in bulk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vinculo.foundation.errors import InputError
from vinculo.identify import folding
from vinculo.identify.records import facts
from vinculo.identify.records.models import Customer, Identifier, Source

CHANGEABLE = (
    *("kind", "standing", "name", "given_name", "family_name", "second_family_name", "language", "country"),
    *("acquisition_channel", "acquired_on"),
)
"""Fields of a customer that may be changed by hand."""


@dataclass(frozen=True)
class NewCustomer:
    """What is known of a customer who is added by hand."""

    name: str
    kind: str = Customer.Kind.PERSON
    standing: str = Customer.Standing.PROSPECT
    given_name: str = ""
    family_name: str = ""
    second_family_name: str = ""
    language: str = ""
    country: str = ""
    acquisition_channel: str = ""
    acquired_on: date | None = None


def source_ensure(*, code: str, name: str = "", kind: str = Source.Kind.FILE) -> Source:
    """Return the source of a code, made when there is none yet."""
    source, _made = Source.objects.get_or_create(code=code, defaults={"name": name or code, "kind": kind})
    return source


def customer_create(*, new: NewCustomer, now: datetime) -> Customer:
    """Add a customer by hand and announce it."""
    if not new.name.strip():
        raise InputError("A customer needs a name.")
    with transaction.atomic():
        customer = Customer.objects.create(**new.__dict__, created_at=now)
        facts.customer_created.send(sender=Customer, customer_id=customer.pk)
    return customer


def customer_change(*, customer_id: int, changes: Mapping[str, object]) -> Customer:
    """Change fields of a customer and announce it; refuse fields that are not changed by hand."""
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InputError("{fields} of a customer cannot be changed by hand.", fields=", ".join(unknown))
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        for field, value in changes.items():
            setattr(customer, field, value)
        customer.full_clean()
        customer.save(update_fields=[*changes, "search_text"])
        facts.customer_changed.send(sender=Customer, customer_id=customer.pk)
    return customer


def identifier_add(*, customer_id: int, kind: str, value: str, source: Source) -> Identifier:
    """Give a customer an identifier; the same one twice stays one."""
    identifier, _made = Identifier.objects.get_or_create(
        customer_id=customer_id,
        kind=kind,
        normalised=identifier_normalise(kind=kind, value=value),
        source=source,
        defaults={"value": value.strip()},
    )
    return identifier


def identifier_normalise(*, kind: str, value: str) -> str:
    """Return the form an identifier is searched in: digits of phones and cards, folded text of all else."""
    if kind in (Identifier.Kind.PHONE, Identifier.Kind.CARD):
        return "".join(character for character in value if character.isdecimal())
    return folding.fold(value)
