"""Households: persons who live together, from a day until a day."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import UnknownError
from vinculo.exchange import scopes
from vinculo.identify.records.households import selectors, services
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Household, HouseholdMembership

router = Router(tags=["households"])
Why = Literal["family", "address", "contact"]


class HouseholdIn(Given):
    """A household and who is in it."""

    name: fields.Name = ""
    kind: Why = "family"
    customer_ids: Annotated[list[fields.StrictId], Field(max_length=50)] = Field(default_factory=list)


class NameIn(Given):
    """Another name."""

    name: fields.Name


class PlaceIn(Given):
    """Somebody who comes into a household."""

    customer_id: fields.StrictId
    kind: Why = "family"
    begins_on: fields.Day | None = None


class LeaveIn(Given):
    """The day from which somebody is not in it any more."""

    on: fields.Day


class PlaceOut(Schema):
    """A place in a household, of the party it was made with."""

    id: int
    customer_id: int
    kind: str
    begins_on: date | None
    ends_on: date | None


class HouseholdOut(Schema):
    """A household with everybody who is, was or will be in it."""

    id: int
    name: str
    created_at: datetime
    members: list[PlaceOut]


class Asked(Schema):
    """Which households."""

    customer_id: fields.Id | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get("/households", response=Page[HouseholdOut], summary="List households", **needs(scopes.RELATIONS_READ))
def household_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List households in the order of their numbers: all, or those a customer was ever in."""
    members = None
    if asked.customer_id is not None:
        members = membership.members_of(customer_id=found.customer(asked.customer_id).pk)
    place = cursors.open_sealed("households", asked.cursor)
    rows = selectors.household_page(after=int(place[0]) if place else 0, limit=asked.limit + 1, customer_ids=members)
    page, following = cursors.page("households", rows, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": shown(page), "next": following}


@router.post("/households", response={201: HouseholdOut}, summary="Make a household", **needs(scopes.RELATIONS_WRITE))
def household_add(request: HttpRequest, response: HttpResponse, said: HouseholdIn) -> HouseholdOut:
    """Make a household of some persons."""
    for each in said.customer_ids:
        found.customer(each)
    made = services.household_create(
        customer_ids=list(dict.fromkeys(said.customer_ids)), name=said.name, kind=said.kind, now=timezone.now()
    )
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.pk}"
    return shown([made])[0]


@router.get(
    "/households/{household_id}", response=HouseholdOut, summary="Read a household", **needs(scopes.RELATIONS_READ)
)
def household_get(request: HttpRequest, household_id: fields.Id) -> HouseholdOut:
    """Read a household."""
    return shown([existing(household_id)])[0]


@router.patch(
    "/households/{household_id}", response=HouseholdOut, summary="Rename a household", **needs(scopes.RELATIONS_WRITE)
)
def household_patch(request: HttpRequest, household_id: fields.Id, said: NameIn) -> HouseholdOut:
    """Give a household another name."""
    return shown([services.household_rename(household_id=existing(household_id).pk, name=said.name)])[0]


@router.post(
    "/households/{household_id}/members",
    response={201: HouseholdOut},
    summary="Take somebody in",
    **needs(scopes.RELATIONS_WRITE),
)
def member_add(request: HttpRequest, household_id: fields.Id, said: PlaceIn) -> HouseholdOut:
    """Take a person into a household; one who is in it already stays as he is."""
    household = existing(household_id)
    found.customer(said.customer_id)
    services.membership_add(household_id=household.pk, **said.model_dump(), now=timezone.now())
    return shown([household])[0]


@router.post(
    "/households/{household_id}/members/{member_id}/end",
    response={201: HouseholdOut},
    summary="Let somebody leave",
    **needs(scopes.RELATIONS_WRITE),
)
def member_end(request: HttpRequest, household_id: fields.Id, member_id: fields.Id, said: LeaveIn) -> HouseholdOut:
    """Let a person leave a household on a day; `member_id` is the number of the place."""
    household = existing(household_id)
    if member_id not in {each.pk for each in selectors.places_of(household_ids=[household.pk])}:
        raise UnknownError("This household has no place {number}.", number=member_id)
    services.membership_end(membership_id=member_id, on=said.on, now=timezone.now())
    return shown([household])[0]


def existing(household_id: int) -> Household:
    """Return a household, or the problem that there is none."""
    try:
        return selectors.household_get(household_id=household_id)
    except Household.DoesNotExist:
        raise UnknownError("There is no household {number}.", number=household_id) from None


def shown(rows: list[Household]) -> list[HouseholdOut]:
    """Return households with their members."""
    places: dict[int, list[HouseholdMembership]] = {each.pk: [] for each in rows}
    for place in selectors.places_of(household_ids=list(places)):
        places[place.household_id].append(place)
    return [
        HouseholdOut(
            id=each.pk,
            name=each.name,
            created_at=each.created_at,
            members=[
                PlaceOut(
                    id=place.pk,
                    customer_id=place.customer_id,
                    kind=place.kind,
                    begins_on=place.begins_on,
                    ends_on=place.ends_on,
                )
                for place in places[each.pk]
            ],
        )
        for each in rows
    ]
