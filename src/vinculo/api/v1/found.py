"""Found: what a call names, looked up, or the problem that there is none."""

from collections.abc import Iterable
from typing import Protocol

from vinculo.api.v1.problems import FieldsInvalidError, UnknownError
from vinculo.identify import typed
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer

CLEANED = ("email", "phone", "tax_id")


class Points(Protocol):
    """A kind of identifier and its value."""

    @property
    def kind(self) -> str:
        """Return the kind."""

    @property
    def value(self) -> str:
        """Return the value."""


def customer(customer_id: int) -> Customer:
    """Return the customer that a number leads to now.

    Raises
    ------
    UnknownError
        Nobody has ever had it, or nobody has it any more.
    """
    current = membership.current_of([customer_id])[customer_id]
    found = selectors_customer.customers_of(customer_ids=[current]).get(current)
    if found is None:
        raise UnknownError("There is no customer {number}.", number=customer_id)
    return found


def cleaned(kind: str, value: str, country: str) -> str:
    """Return a value as the store writes it; one that cannot be read is asked for as it is."""
    return typed.read({kind: value}, country).values.get(kind, value) if kind in CLEANED else value


def pointers(given: Iterable[Points], country: str) -> list[tuple[str, str]]:
    """Return identifiers as the store writes them.

    Raises
    ------
    FieldsInvalidError
        One is no e-mail address, phone or tax number.
    """
    taken = []
    for each in given:
        if each.kind not in CLEANED:
            taken.append((each.kind, each.value))
            continue
        read = typed.read({each.kind: each.value}, country)
        if each.kind not in read.values:
            raise FieldsInvalidError(
                "{value} is no {kind} that anybody could be found by.",
                value=each.value,
                kind=each.kind,
                field="body.identifiers",
            )
        taken.append((each.kind, read.values[each.kind]))
    return taken
