"""What can be read of customers for changing them by hand: what they say now, who changed what, who else has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from vinculo.identify import folding
from vinculo.identify.records.models import Address, Customer, Identifier, SourceRecord

PARTS = ("given_name", "family_name", "second_family_name")
NAME = ("name", *PARTS)
CHANGEABLE = (*("kind", "standing"), *NAME, *("language", "country", "acquisition_channel", "acquired_on"))
"""Fields of a customer that may be changed by hand."""
PLACE = ("lines", "postcode", "city", "region")
"""Parts of the main address, which belong together."""


@dataclass(frozen=True)
class HandChange:
    """One change by hand: who, when, what it was and what it became."""

    record_id: int
    recorded_at: datetime
    by: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    added: Sequence[Mapping[str, Any]]
    removed: Sequence[Mapping[str, Any]]
    created: bool
    undoes: int | None


def text(value: object) -> str:
    """Return a value as records write it."""
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def fields_of(customer: Customer) -> dict[str, str]:
    """Return the fields of a customer that may be changed, those of its main address among them."""
    found: Address | None = customer.addresses.filter(kind=Address.Kind.MAIN).order_by("id").first()
    place = {name: getattr(found, name) if found else "" for name in PLACE}
    return {**{name: text(getattr(customer, name)) for name in CHANGEABLE}, **place}


def change_records(*, customer_id: int) -> QuerySet[SourceRecord]:
    """Return the records of changes by hand of a customer, the latest first."""
    keys = Identifier.objects.filter(customer_id=customer_id, kind=Identifier.Kind.SOURCE_KEY)
    mine = Q(pk__in=())
    for source_id, value in keys.values_list("source_id", "value"):
        mine |= Q(source_id=source_id, kind="customers", source_key=value)
    return SourceRecord.objects.filter(mine, payload__has_key="before").order_by("-id")


def change_of(record: SourceRecord) -> HandChange:
    """Return the change by hand that a record keeps."""
    said = record.payload
    return HandChange(
        record_id=record.pk,
        recorded_at=record.recorded_at,
        by=said["by"],
        before=said["before"],
        after=said["clean"],
        added=said["added"],
        removed=said["removed"],
        created=bool(said.get("created")),
        undoes=said.get("undoes"),
    )


def change_undoable(*, customer_id: int) -> SourceRecord | None:
    """Return the last change by hand that has not been undone, or nothing."""
    return undoable(list(change_records(customer_id=customer_id)))


def undoable(found: Sequence[SourceRecord]) -> SourceRecord | None:
    """Return the first record, of the latest first, that neither undoes another nor is undone."""
    undone = {each.payload.get("undoes") for each in found}
    return next((each for each in found if "undoes" not in each.payload and each.pk not in undone), None)


def customers_with(*, identifiers: Sequence[tuple[str, str]], but: Sequence[int] = ()) -> list[Identifier]:
    """Return, of other customers, the identifiers that say the same."""
    wanted = Q(pk__in=())
    for kind, value in identifiers:
        wanted |= Q(kind=kind, normalised=folding.identifier(kind, value))
    return list(
        Identifier.objects.filter(wanted)
        .exclude(customer_id__in=list(but))
        .select_related("customer")
        .order_by("id")[:5]
    )


def customer_bound(*, customer_ids: Sequence[int]) -> bool:
    """Tell whether a customer has relations, a place in a household, or leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM identify_bound WHERE customer_id = ANY(%s))", [list(customer_ids)])
        return bool(cursor.fetchone()[0])


def customers_named(*, name: str) -> list[Customer]:
    """Return customers of the same name, accents and capitals aside."""
    return list(Customer.objects.filter(search_text=folding.fold(name)).order_by("search_text", "id")[:5])
