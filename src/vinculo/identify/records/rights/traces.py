"""Traces: the values by which a person can be found again, wherever they were written down."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from vinculo.identify import folding
from vinculo.identify.records.models import Address, ConsentEntry, Customer, Identifier, SourceRecord

SHORTEST = 5
"""Letters of a value that is looked for in the midst of a text: a shorter one says too little."""
DIGITS = 9
"""Digits of a phone number that are enough to know it, whatever stands before them."""
NUMBERS, TYPED = ("phone", "card"), ("email", "phone", "tax_id", "vat", "card")
_NO_DIGIT = re.compile(r"\D")
POINTING = ("name", "email", "email_2", "phone", "phone_2", "tax_id", "lines", "contact")
"""Columns of a clean record that point to somebody."""


@dataclass(frozen=True)
class Traces:
    """What points to a person and to nobody else, folded as it is searched."""

    texts: frozenset[str] = field(default_factory=frozenset)
    """What a whole cell may say."""
    inner: frozenset[str] = field(default_factory=frozenset)
    """Those of the texts that are telling enough to be looked for in the midst of others."""
    phones: frozenset[str] = field(default_factory=frozenset)
    """The last digits of phones and cards."""
    keys: frozenset[tuple[int, str]] = field(default_factory=frozenset)
    """The numbers by which sources know the person, each with its source."""
    identifiers: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Kind and value of everything that is a typed identifier."""

    def keys_of(self, source_id: int) -> frozenset[str]:
        """Return the keys by which a source knows the person."""
        return frozenset(key for source, key in self.keys if source == source_id)

    def points(self, cell: object, keys: Iterable[str] = ()) -> bool:
        """Tell whether a text holds something that points to the person."""
        if cell in (None, ""):
            return False
        written = str(cell)
        folded = folding.fold(written)
        if folded in self.texts or any(text in folded for text in self.inner):
            return True
        if self.phones and any(phone in _NO_DIGIT.sub("", written) for phone in self.phones):
            return True
        return written.strip() in keys


def of(customer_ids: Sequence[int]) -> Traces:
    """Return everything that points to a customer, as the store holds it and as sources sent it.

    What another customer bears too, such as the telephone of a household, points to both and is left alone.
    """
    ids = list(customer_ids)
    bearing = list(Identifier.objects.filter(customer_id__in=ids))
    names = Customer.objects.filter(pk__in=ids).values_list("name", flat=True)
    streets = Address.objects.filter(customer_id__in=ids).values_list("lines", flat=True)
    said = [cell for record in records_of(bearing) for cell in pointing(record)]
    answered = ConsentEntry.objects.filter(customer_id__in=ids).exclude(address="").values_list("address", flat=True)
    keys = {(each.source_id, each.value) for each in bearing if each.kind == Identifier.Kind.SOURCE_KEY}
    typed = {(each.kind, each.normalised) for each in bearing if each.kind != Identifier.Kind.SOURCE_KEY}
    typed |= {(kind, folding.identifier(kind, value)) for kind, value in said if kind in TYPED}
    typed |= {("email", folding.fold(value)) for value in answered if "@" in value}
    typed -= shared(typed, ids)
    named = {folding.fold(name) for name in (*names, *(value for kind, value in said if kind in ("name", "contact")))}
    placed = {folding.fold(line) for line in (*streets, *(value for kind, value in said if kind == "lines"))}
    telling = {value for kind, value in typed if kind not in NUMBERS} | {name for name in named if " " in name}
    # Whoever has no name goes by the number of a source, which is looked for where it stands for a customer.
    plain = (telling | named | placed) - {folding.fold(key) for _source, key in keys}
    return Traces(
        texts=frozenset(text for text in plain if len(text) >= SHORTEST),
        inner=frozenset(text for text in telling & plain if len(text) >= SHORTEST),
        phones=frozenset(value[-DIGITS:] for kind, value in typed if kind in NUMBERS and len(value) >= DIGITS),
        keys=frozenset(keys),
        identifiers=frozenset(typed),
    )


def shared(typed: Iterable[tuple[str, str]], ids: Sequence[int]) -> set[tuple[str, str]]:
    """Return the identifiers that other customers bear too."""
    values = {value for _kind, value in typed}
    others = Identifier.objects.filter(normalised__in=values).exclude(customer_id__in=list(ids))
    return set(others.values_list("kind", "normalised"))


def records_of(bearing: Sequence[Identifier]) -> list[SourceRecord]:
    """Return every record that sources sent of a customer."""
    return [
        record
        for each in bearing
        if each.kind == Identifier.Kind.SOURCE_KEY
        for record in SourceRecord.objects.filter(
            source_id=each.source_id, kind="customers", source_key=each.value
        ).order_by("id")
    ]


def pointing(record: SourceRecord) -> list[tuple[str, str]]:
    """Return the cells of a record that point to somebody, with the kind of identifier they are."""
    clean = record.payload.get("clean") or {}
    before = record.payload.get("before") or {}
    cells = [(name, str(cells[name])) for cells in (clean, before) for name in POINTING if cells.get(name)]
    moved = [*(record.payload.get("added") or ()), *(record.payload.get("removed") or ())]
    return [
        *((name.removesuffix("_2"), value) for name, value in cells),
        *((str(each["kind"]), str(each["value"])) for each in moved),
    ]
