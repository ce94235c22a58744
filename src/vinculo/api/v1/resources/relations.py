"""Relations: whom customers are bound to, as what and on which days; and the hierarchies of organisations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, Field

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import UnknownError
from vinculo.exchange import scopes
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Relation, RelationKind
from vinculo.identify.records.relations import hierarchies, selectors, services
from vinculo.identify.records.relations.services import Details

router = Router(tags=["relations"])
Share = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=3), BeforeValidator(fields.counted)]
Decision = Literal["", "decider", "buyer", "influencer", "user", "gatekeeper", "initiator"]


class KindOut(Schema):
    """A kind of relation: `forward` is read of the first about the second, `inverse` of the second about the first."""

    code: str
    family: str
    forward: str
    inverse: str
    symmetric: bool
    first_kind: str
    second_kind: str


class Said(Given):
    """What may be said of a relation besides who and how; it holds from `begins_on` and no more on `ends_on`."""

    begins_on: fields.Day | None = None
    ends_on: fields.Day | None = None
    share_percent: Share | None = None
    post: fields.Name = ""
    decision: Decision = ""
    main_contact: Annotated[bool, Field(strict=True)] = False
    note: fields.Name = ""


class RelationIn(Said):
    """Two customers bound: `first_id` stands to `second_id` as the kind is read forward."""

    kind: fields.Code
    first_id: fields.StrictId
    second_id: fields.StrictId


class EndIn(Given):
    """The day from which it holds no more."""

    on: fields.Day


class RelationOut(Schema):
    """A relation; both customers are the parties it was made with."""

    id: int
    kind: str
    first_id: int
    second_id: int
    begins_on: date | None
    ends_on: date | None
    share_percent: str | None
    post: str
    decision: str
    main_contact: bool
    note: str
    recorded_at: datetime


class Asked(Schema):
    """Which relations."""

    customer_id: fields.Id | None = None
    kind: fields.Code | None = None
    on: fields.Day | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


class AskedTree(Schema):
    """Which hierarchy, on which day; today where none is said."""

    kind: fields.Code = "legal"
    on: fields.Day | None = None


class EdgeOut(Schema):
    """One organisation right below another."""

    child_id: int
    parent_id: int
    share_percent: float | None


class TreeOut(Schema):
    """The hierarchy around an organisation, of one kind on one day, and who stands above all."""

    customer_id: int
    kind: str
    on: date
    ultimate_parent_id: int
    edges: list[EdgeOut]


@router.get("/relation-kinds", response=list[KindOut], summary="Kinds of relations", **needs(scopes.RELATIONS_READ))
def kind_list(request: HttpRequest) -> list[KindOut]:
    """List the kinds of relations, read in the language asked for."""
    return [
        KindOut(
            code=each.code,
            family=each.family,
            forward=each.read(),
            inverse=each.read(backward=True),
            symmetric=each.symmetric,
            first_kind=each.first_kind,
            second_kind=each.second_kind,
        )
        for each in selectors.kind_list()
    ]


@router.get("/relations", response=Page[RelationOut], summary="List relations", **needs(scopes.RELATIONS_READ))
def relation_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List relations in the order of their numbers: all, those of a customer, of a kind, or holding `on` a day."""
    members = None
    if asked.customer_id is not None:
        members = membership.members_of(customer_id=found.customer(asked.customer_id).pk)
    place = cursors.open_sealed("relations", asked.cursor)
    rows = selectors.relation_page(
        after=int(place[0]) if place else 0,
        limit=asked.limit + 1,
        wanted=selectors.Wanted(members, asked.kind or "", asked.on),
    )
    page, following = cursors.page("relations", rows, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": [shown(each) for each in page], "next": following}


@router.post("/relations", response={201: RelationOut}, summary="Bind two customers", **needs(scopes.RELATIONS_WRITE))
def relation_add(request: HttpRequest, response: HttpResponse, said: RelationIn) -> RelationOut:
    """Bind two customers; what holds between them already on some of these days is answered as it is."""
    for each in (said.first_id, said.second_id):
        found.customer(each)
    details = Details(**said.model_dump(exclude={"kind", "first_id", "second_id"}))
    made = services.relation_add(
        kind=said.kind, first_id=said.first_id, second_id=said.second_id, details=details, now=timezone.now()
    )
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.pk}"
    return shown(made)


@router.get("/relations/{relation_id}", response=RelationOut, summary="Read a relation", **needs(scopes.RELATIONS_READ))
def relation_get(request: HttpRequest, relation_id: fields.Id) -> RelationOut:
    """Read a relation."""
    return shown(existing(relation_id))


@router.patch(
    "/relations/{relation_id}", response=RelationOut, summary="Change a relation", **needs(scopes.RELATIONS_WRITE)
)
def relation_patch(request: HttpRequest, relation_id: fields.Id, said: Said) -> RelationOut:
    """Change what is sent of a relation and leave the rest; who is bound, and how, stays. Null forgets a day."""
    row = existing(relation_id)
    stands = {name: getattr(row, name) for name in Said.model_fields}
    details = Details(**{**stands, **said.model_dump(exclude_unset=True)})
    return shown(services.relation_change(relation_id=row.pk, details=details, now=timezone.now()))


@router.post(
    "/relations/{relation_id}/end",
    response={201: RelationOut},
    summary="End a relation",
    **needs(scopes.RELATIONS_WRITE),
)
def relation_end(request: HttpRequest, relation_id: fields.Id, said: EndIn) -> RelationOut:
    """End a relation on a day; one that has ended earlier stays as it is."""
    row = existing(relation_id)
    return shown(services.relation_end(relation_id=row.pk, on=said.on, now=timezone.now()))


@router.get(
    "/customers/{customer_id}/hierarchy",
    response=TreeOut,
    summary="The hierarchy around an organisation",
    **needs(scopes.RELATIONS_READ),
)
def hierarchy(request: HttpRequest, customer_id: fields.Id, asked: Query[AskedTree]) -> TreeOut:
    """Show the tree in which an organisation stands; by itself it is its own ultimate parent."""
    members = membership.members_of(customer_id=found.customer(customer_id).pk)
    kind = next((each for each in selectors.kind_list() if each.code == asked.kind), None)
    if kind is None or kind.family != RelationKind.Family.HIERARCHY:
        raise UnknownError("There is no hierarchy {kind}.", kind=asked.kind)
    day = asked.on or timezone.localdate()
    tree = hierarchies.hierarchy_of(customer_ids=members, kind=kind, day=day)
    return TreeOut(
        customer_id=members[0],
        kind=kind.code,
        on=day,
        ultimate_parent_id=tree.root,
        edges=[
            EdgeOut(child_id=each.child, parent_id=each.parent, share_percent=each.share_percent)
            for each in tree.tree.edges
        ],
    )


def existing(relation_id: int) -> Relation:
    """Return a relation, or the problem that there is none."""
    try:
        return selectors.relation_get(relation_id=relation_id)
    except Relation.DoesNotExist:
        raise UnknownError("There is no relation {number}.", number=relation_id) from None


def shown(row: Relation) -> RelationOut:
    """Return a relation."""
    share = row.share_percent
    return RelationOut(
        id=row.pk,
        kind=row.kind.code,
        first_id=row.first_id,
        second_id=row.second_id,
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        share_percent=None if share is None else f"{share.normalize():f}",
        post=row.post,
        decision=row.decision,
        main_contact=row.main_contact,
        note=row.note,
        recorded_at=row.recorded_at,
    )
