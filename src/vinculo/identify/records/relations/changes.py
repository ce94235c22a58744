"""Changes of relations and of places in households: each written down, and the last of a row taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.identify.records import facts
from vinculo.identify.records.models import HouseholdMembership, LinkChange, Relation

LOCKS = 1_447_644_751
"""Names the locks of pairs of customers among all others of the database."""
ROWS: dict[str, type[Relation] | type[HouseholdMembership]] = {
    LinkChange.Subject.RELATION: Relation,
    LinkChange.Subject.MEMBERSHIP: HouseholdMembership,
}
_CLOCKS = ("id", "recorded_at", "recorded_by")
Row = TypeVar("Row", bound=Relation | HouseholdMembership)


class RelationError(InputError):
    """The relation cannot be as it was asked for."""

    code = "relation.refused"


class CircleError(RelationError):
    """A circle would be closed: the second stands below the first already on some of these days."""

    code = "relation.circle"


class WholeError(RelationError):
    """The shares of one organisation would come to more than 100 % on some of these days."""

    code = "relation.whole"


class LinkChangedMeanwhileError(RelationError):
    """It is not the last change any more: look at the relations again."""

    code = "relation.changed_meanwhile"


@contextmanager
def writing(*customer_ids: int) -> Iterator[None]:
    """Write something that binds some customers: writers of the same wait for each other; the store's no is said."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for customer_id in sorted(customer_ids):
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [LOCKS, customer_id])
            yield
    except IntegrityError as error:
        raise refused(error) from error


def refused(error: IntegrityError) -> InputError:
    """Return what a constraint of the store means."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name == "identify_relation_no_circle":
        return CircleError()
    if name == "identify_relation_within_the_whole":
        return WholeError()
    if name == "identify_relation_two":
        return RelationError("A customer cannot be bound to itself.")
    if name.endswith("ends_after_it_begins"):
        return RelationError("It cannot end before it begins.")
    if name in ("identify_relation_once", "identify_membership_once"):
        return RelationError("It is there already: change or end that one.")
    if name == "identify_relation_share":
        return RelationError("A share lies above 0 and is 100 % at most.")
    raise error


def said(row: Relation | HouseholdMembership) -> dict[str, Any]:
    """Return what a row says, as a change writes it down."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: written(value) for name, value in values.items() if name not in _CLOCKS}


def written(value: object) -> object:
    """Return a value as JSON holds it, a number the same before and after the store has rounded it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def save(row: Row, *, before: dict[str, Any] | None, now: datetime, undoes: LinkChange | None = None) -> Row:
    """Save a row and write the change down, unless it changes nothing."""
    row.recorded_at, row.recorded_by = now, actor.current().name
    row.full_clean(validate_unique=False, validate_constraints=False)
    after = said(row)
    if before == after:
        return row
    row.save()
    note(row, before=before, after=after, now=now, undoes=undoes)
    return row


def note(
    row: Relation | HouseholdMembership,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    now: datetime,
    undoes: LinkChange | None = None,
) -> None:
    """Write a change down and announce it."""
    both = (row.first_id, row.second_id) if isinstance(row, Relation) else (row.customer_id, None)
    subject = LinkChange.Subject.RELATION if isinstance(row, Relation) else LinkChange.Subject.MEMBERSHIP
    LinkChange.objects.create(
        subject=subject,
        row_id=row.pk,
        customer_id=both[0],
        other_id=both[1],
        before=before,
        after=after,
        by=actor.current().name,
        recorded_at=now,
        undoes=undoes,
        import_id=actor.current().import_id,
    )
    facts.relations_changed.send(sender=LinkChange, customer_ids=[each for each in both if each])
    announce(row, before=before, after=after)


def announce(
    row: Relation | HouseholdMembership, *, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    """Say that a relation began or has an end now, or that a household changed; a file says it as a whole."""
    if actor.current().import_id:
        return
    if isinstance(row, HouseholdMembership):
        facts.household_changed.send(
            sender=HouseholdMembership, household_id=row.household_id, customer_id=row.customer_id
        )
        return
    told = {
        "relation_id": row.pk,
        "customer_id": row.first_id,
        "other_id": row.second_id,
        "kind": row.kind.code,
    }
    if before is None:
        facts.relation_added.send(sender=Relation, **told)
    if after is None or (after["ends_on"] and (before is None or before["ends_on"] != after["ends_on"])):
        facts.relation_ended.send(sender=Relation, **told)


def change_undo(*, change_id: int, now: datetime) -> LinkChange:
    """Take the last change of a relation, or of a place in a household, back; what was added goes.

    Raises
    ------
    LinkChangedMeanwhileError
        Something was changed after it, or it has been taken back already.
    """
    change = LinkChange.objects.get(pk=change_id)
    with writing(change.customer_id, *([change.other_id] if change.other_id else [])):
        last = undoable(change.subject, change.row_id)
        row = ROWS[change.subject].objects.filter(pk=change.row_id).first()
        if last is None or last.pk != change_id or row is None or said(row) != change.after:
            raise LinkChangedMeanwhileError
        if change.before is None:
            note(row, before=change.after, after=None, now=now, undoes=change)
            row.delete()
            return change
        before, columns = said(row), {field.attname: field for field in row._meta.concrete_fields}
        for name, value in change.before.items():
            setattr(row, name, columns[name].to_python(value))
        save(row, before=before, now=now, undoes=change)
    return change


def undoable(subject: str, row_id: int) -> LinkChange | None:
    """Return the last change of a row that neither undoes another nor is undone, or nothing."""
    found = LinkChange.objects.filter(subject=subject, row_id=row_id, undoes=None, undone_by=None)
    return found.order_by("-id").first()
