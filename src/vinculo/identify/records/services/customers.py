"""What is done with sources, customers and their identifiers by hand; imports write in bulk.

Every change by hand is a source record of its own beside those of imports, so it outlives their undo, and a file that
only repeats what it said before does not overwrite it. The record says who changed what, and can be undone.
"""

from datetime import datetime

from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts, selectors_hand
from vinculo.identify.records.models import Customer, Source
from vinculo.identify.records.rights import erased
from vinculo.identify.records.selectors_hand import CHANGEABLE, PARTS, text
from vinculo.identify.records.services import by_hand
from vinculo.identify.records.services.by_hand import Change, ChangedMeanwhileError

USUAL = {"kind": Customer.Kind.PERSON, "standing": Customer.Standing.PROSPECT}
"""What a customer who is added by hand is, unless told otherwise."""


def customer_create(*, change: Change, now: datetime, key: tuple[Source, str] | None = None) -> Customer:
    """Add a customer by hand and announce it; under a source's own number where it has one.

    Raises
    ------
    InputError
        It has no name, or fields that are not changed by hand.
    KeyTakenError
        The source knows another customer by that number.
    """
    by_hand.refuse_unknown(change.fields)
    told = {name: text(value) for name, value in {**USUAL, **change.fields}.items() if text(value)}
    told["name"] = (told.get("name") or " ".join(filter(None, (told.get(part) for part in PARTS)))).strip()
    if not told["name"]:
        raise InputError("A customer needs a name.")
    columns = {name: value for name, value in told.items() if name in CHANGEABLE}
    with by_hand.writing():
        customer = Customer.objects.create(**columns, created_at=now)
        if key is not None:
            by_hand.key_add(customer_id=customer.pk, source=key[0], key=key[1])
        by_hand.write(customer, Change(told, add=change.add), now=now, more={"created": True})
        facts.customer_created.send(sender=Customer, customer_id=customer.pk)
    customer.refresh_from_db()
    return customer


def customer_change(*, customer_id: int, change: Change, now: datetime) -> Customer:
    """Change a customer by hand and announce it; a new whole name or street leaves no part of the old one behind.

    Raises
    ------
    InputError
        A field is not one that is changed by hand, or the customer would be left without a name.
    ErasedError
        The customer was erased.
    ChangedMeanwhileError
        Somebody else changed one of these fields since the person looked; `fields` names them.
    """
    with by_hand.writing():
        erased.refuse(customer_id)
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        if by_hand.write(customer, change, now=now):
            facts.customer_changed.send(sender=Customer, customer_id=customer_id)
    customer.refresh_from_db()
    return customer


def customer_key_add(*, customer_id: int, source: Source, key: str) -> None:
    """Give a customer the number by which a source knows it, and announce it; the same one twice stays one.

    Raises
    ------
    KeyTakenError
        The source knows another customer by that number.
    """
    with by_hand.writing():
        erased.refuse(customer_id)
        by_hand.key_add(customer_id=customer_id, source=source, key=key)
        facts.customer_changed.send(sender=Customer, customer_id=customer_id)


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
            if customer.merged_into_id or customer.parties.exists():
                raise ChangedMeanwhileError("This customer was merged with another: separate them first.")
            by_hand.remove(customer)
            return None
        said = last.payload
        back = Change({**said["before"]}, seen=said["clean"])
        by_hand.write(customer, back, now=now, more={"undoes": last.pk}, added=said["removed"], removed=said["added"])
        facts.customer_changed.send(sender=Customer, customer_id=customer_id)
    customer.refresh_from_db()
    return customer
