"""Relations written: added, changed, ended; saying the same twice changes nothing."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q

from vinculo.foundation import actor
from vinculo.identify.records.models import Customer, LinkChange, Relation, RelationKind
from vinculo.identify.records.relations import changes
from vinculo.identify.records.relations.changes import RelationError
from vinculo.identify.records.rights import erased


@dataclass(frozen=True)
class Details:
    """What there is to say of a relation besides who and how."""

    begins_on: date | None = None
    ends_on: date | None = None
    share_percent: Decimal | None = None
    post: str = ""
    decision: str = ""
    main_contact: bool = False
    note: str = ""


def relation_add(*, kind: str, first_id: int, second_id: int, details: Details, now: datetime) -> Relation:
    """Bind two customers; what holds between them already on some of these days is returned as it is.

    Raises
    ------
    RelationError
        The kind does not join such customers, the days or the share make no sense.
    CircleError
        The second stands below the first already.
    """
    way = kind_of(kind)
    if way.symmetric and first_id > second_id:
        first_id, second_id = second_id, first_id
    with changes.writing(first_id, second_id):
        erased.refuse(first_id, second_id)
        refuse_unfit(way, first_id, second_id)
        same = Relation.objects.filter(kind=way, first_id=first_id, second_id=second_id, post=details.post.strip())
        for each in same.order_by("id"):
            if overlapping(each, details):
                return each
        made = Relation(kind=way, first_id=first_id, second_id=second_id)
        return write(made, details, before=None, now=now)


def relation_change(*, relation_id: int, details: Details, now: datetime) -> Relation:
    """Change what is said of a relation; who is bound and how stays."""
    found = Relation.objects.select_related("kind").get(pk=relation_id)
    with changes.writing(found.first_id, found.second_id):
        row = Relation.objects.select_for_update().get(pk=relation_id)
        return write(row, details, before=changes.said(row), now=now)


def relation_end(*, relation_id: int, on: date, now: datetime) -> Relation:
    """End a relation on a day: it held until the day before. One that has ended earlier stays as it is."""
    found = Relation.objects.get(pk=relation_id)
    with changes.writing(found.first_id, found.second_id):
        row = Relation.objects.select_for_update().get(pk=relation_id)
        before = changes.said(row)
        if row.ends_on is None or row.ends_on > on:
            row.ends_on = on
        return changes.save(row, before=before, now=now)


def relation_take_back(*, relation_id: int, now: datetime) -> bool:
    """Take back what the same hand added and nobody else has changed; tell whether it went."""
    found = Relation.objects.filter(pk=relation_id).first()
    if found is None:
        return False
    with changes.writing(found.first_id, found.second_id):
        row = Relation.objects.select_for_update().get(pk=relation_id)
        said = LinkChange.objects.filter(subject=LinkChange.Subject.RELATION, row_id=relation_id)
        if said.exclude(by=actor.current().name).exists() or not said.exists():
            return False
        changes.note(row, before=changes.said(row), after=None, now=now)
        row.delete()
    return True


def write(row: Relation, details: Details, *, before: dict[str, object] | None, now: datetime) -> Relation:
    """Write the details of a relation; an organisation has one main contact at a time."""
    for name, value in asdict(details).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if row.kind.family != RelationKind.Family.ROLE and (row.decision or row.main_contact):
        raise RelationError("Only a role in an organisation has a part in its decisions.")
    if row.kind.family != RelationKind.Family.HIERARCHY and row.share_percent is not None:
        raise RelationError("Only a hierarchy has shares.")
    try:
        saved = changes.save(row, before=before, now=now)
    except ValidationError as error:
        raise RelationError("{problem}", problem=" ".join(error.messages)) from error
    if saved.main_contact:
        roles = Relation.objects.filter(second_id=row.second_id, kind__family=RelationKind.Family.ROLE)
        for other in roles.filter(main_contact=True).exclude(pk=saved.pk).select_for_update():
            earlier = changes.said(other)
            other.main_contact = False
            changes.save(other, before=earlier, now=now)
    return saved


def kind_of(code: str) -> RelationKind:
    """Return a kind of relation by its code."""
    found = RelationKind.objects.filter(code=code).first()
    if found is None:
        raise RelationError("There is no kind of relation {found}.", found=code)
    return found


def refuse_unfit(way: RelationKind, first_id: int, second_id: int) -> None:
    """Refuse a kind that does not join such customers."""
    known = dict(Customer.objects.filter(Q(pk=first_id) | Q(pk=second_id)).values_list("pk", "kind"))
    for customer_id, wanted in ((first_id, way.first_kind), (second_id, way.second_kind)):
        if customer_id not in known:
            raise RelationError("There is no customer {number}.", number=customer_id)
        if wanted and known[customer_id] != wanted:
            if wanted == Customer.Kind.PERSON:
                raise RelationError("This relation needs a person where an organisation was given.")
            raise RelationError("This relation needs an organisation where a person was given.")


def overlapping(row: Relation, details: Details) -> bool:
    """Tell whether a relation holds on some of the days asked for."""
    begins, ends = row.begins_on or date.min, row.ends_on or date.max
    return begins < (details.ends_on or date.max) and (details.begins_on or date.min) < ends
