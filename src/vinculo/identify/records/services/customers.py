"""What is done with sources, customers and their identifiers by hand; imports write in bulk.

Every change by hand is a source record of its own beside those of imports, so it outlives their undo, and a file that
only repeats what it said before does not overwrite it. The record says who changed what, and can be undone.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from vinculo.foundation.errors import InputError
from vinculo.identify import folding
from vinculo.identify.records import facts, selectors_hand
from vinculo.identify.records.models import Customer, Identifier, Source
from vinculo.identify.records.services import by_hand
from vinculo.identify.records.services.by_hand import Change, ChangedMeanwhileError


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


def customer_create(*, new: NewCustomer, now: datetime, change: Change | None = None) -> Customer:
    """Add a customer by hand, with what else is known, and announce it."""
    if not new.name.strip():
        raise InputError("A customer needs a name.")
    with by_hand.writing():
        fields = {name: value for name, value in asdict(new).items() if value}
        customer = Customer.objects.create(**asdict(new), created_at=now)
        more = change or Change({})
        by_hand.write(customer, Change({**more.fields, **fields}, add=more.add), now=now, more={"created": True})
        facts.customer_created.send(sender=Customer, customer_id=customer.pk)
    return customer


def customer_change(*, customer_id: int, change: Change, now: datetime) -> Customer:
    """Change a customer by hand and announce it; a new whole name or street leaves no part of the old one behind.

    Raises
    ------
    InputError
        A field is not one that is changed by hand, or the customer would be left without a name.
    ChangedMeanwhileError
        Somebody else changed one of these fields since the person looked; `fields` names them.
    """
    with by_hand.writing():
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        if by_hand.write(customer, change, now=now):
            facts.customer_changed.send(sender=Customer, customer_id=customer_id)
    customer.refresh_from_db()
    return customer


def customer_change_undo(*, customer_id: int, record_id: int, now: datetime) -> Customer | None:
    """Take the last change by hand back; a customer who was added by hand and has no orders yet is removed (nothing).

    Raises
    ------
    ChangedMeanwhileError
        It is not the last change any more, or an import has changed the same fields since.
    """
    with by_hand.writing():
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        last = selectors_hand.change_undoable(customer_id=customer_id)
        if last is None or last.pk != record_id:
            raise ChangedMeanwhileError("This is not the last change any more: look at the customer again.")
        if last.payload.get("created"):
            by_hand.remove(customer)
            return None
        said = last.payload
        back = Change({**said["before"]}, seen=said["clean"])
        by_hand.write(customer, back, now=now, more={"undoes": last.pk}, added=said["removed"], removed=said["added"])
        facts.customer_changed.send(sender=Customer, customer_id=customer_id)
    customer.refresh_from_db()
    return customer
