"""Leads: chances that a customer will buy, how far each is, and every step it took."""

from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import FieldsInvalidError, UnknownError
from vinculo.exchange import scopes
from vinculo.identify.leads import stages
from vinculo.identify.records.leads import selectors, services
from vinculo.identify.records.leads.services import Prospect
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Lead

router = Router(tags=["leads"])
Stage = Literal["interest", "qualified", "quote", "order", "converted", "lost"]


class Known(Given):
    """What may be known of a lead besides whose it is and how far."""

    source: fields.Name = ""
    interest: fields.Name = ""
    product_id: fields.StrictId | None = None
    amount_minor: fields.Amount | None = None
    currency: fields.Currency | None = None
    expected_on: fields.Day | None = None


class LeadIn(Known):
    """A new lead of a customer."""

    customer_id: fields.StrictId
    stage: Stage = "interest"
    reason: fields.Name = ""


class MoveIn(Given):
    """Where a lead goes; a step back, a loss and a new beginning need a `reason`. `seen` is where you think it is."""

    to_stage: Stage
    reason: fields.Name = ""
    seen: Stage | None = None


class StepOut(Schema):
    """One step of a lead; steps are only added, and one that is taken back is a step as well."""

    id: int
    from_stage: str
    to_stage: str
    reason: str
    way: str
    happened_at: datetime
    by: str


class LeadOut(Schema):
    """A lead with its steps; `customer_id` is the party it was opened for."""

    id: int
    customer_id: int
    stage: str
    stage_since: datetime
    source: str
    interest: str
    product_id: int | None
    category: str
    amount_minor: int | None
    currency: str
    expected_on: date | None
    opened_at: datetime
    opened_by: str
    steps: list[StepOut]


class Asked(Schema):
    """Which leads; `open` are all that are still pursued."""

    customer_id: fields.Id | None = None
    stage: Stage | Literal["open"] | None = None
    source: fields.Name | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get("/leads", response=Page[LeadOut], summary="List leads", **needs(scopes.LEADS_READ))
def lead_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List leads in the order of their numbers: all, of a customer, at a stage, from where they came."""
    wanted = Q()
    if asked.customer_id is not None:
        wanted &= Q(customer_id__in=membership.members_of(customer_id=found.customer(asked.customer_id).pk))
    if asked.stage:
        wanted &= Q(stage__in=stages.OPEN if asked.stage == "open" else (asked.stage,))
    if asked.source:
        wanted &= Q(source=asked.source)
    place = cursors.open_sealed("leads", asked.cursor)
    rows = selectors.lead_page(after=int(place[0]) if place else 0, limit=asked.limit + 1, wanted=wanted)
    page, following = cursors.page("leads", rows, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": [shown(each) for each in page], "next": following}


@router.post("/leads", response={201: LeadOut}, summary="Open a lead", **needs(scopes.LEADS_WRITE))
def lead_add(request: HttpRequest, response: HttpResponse, said: LeadIn) -> LeadOut:
    """Open a lead of a customer, who need not be a prospect."""
    found.customer(said.customer_id)
    made = services.lead_open(
        customer_id=said.customer_id,
        prospect=prospect(said.model_dump(include=set(Known.model_fields))),
        stage=said.stage,
        reason=said.reason,
        now=timezone.now(),
    )
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.pk}"
    return shown(existing(made.pk))


@router.get("/leads/{lead_id}", response=LeadOut, summary="Read a lead", **needs(scopes.LEADS_READ))
def lead_get(request: HttpRequest, lead_id: fields.Id) -> LeadOut:
    """Read a lead with its steps."""
    return shown(existing(lead_id))


@router.patch("/leads/{lead_id}", response=LeadOut, summary="Change a lead", **needs(scopes.LEADS_WRITE))
def lead_patch(request: HttpRequest, lead_id: fields.Id, said: Known) -> LeadOut:
    """Change what is sent of a lead and leave the rest; its stage is moved instead. Null forgets."""
    row = existing(lead_id)
    stands = {name: getattr(row, name) for name in Prospect.__dataclass_fields__}
    change = prospect({**stands, **said.model_dump(exclude_unset=True)})
    services.lead_change(lead_id=row.pk, prospect=change)
    return shown(existing(row.pk))


@router.post("/leads/{lead_id}/move", response={201: LeadOut}, summary="Move a lead", **needs(scopes.LEADS_WRITE))
def lead_move(request: HttpRequest, lead_id: fields.Id, said: MoveIn) -> LeadOut:
    """Move a lead to another stage, forward or back; one that is converted makes its prospect a customer."""
    row = existing(lead_id)
    services.lead_move(
        lead_id=row.pk, to_stage=said.to_stage, reason=said.reason, seen=said.seen or "", now=timezone.now()
    )
    return shown(existing(row.pk))


def prospect(said: dict[str, Any]) -> Prospect:
    """Return what is known of a lead; an amount needs its currency."""
    if said.get("amount_minor") is not None and not said.get("currency"):
        raise FieldsInvalidError("An amount needs its currency.", field="body.currency")
    return Prospect(**{**said, "currency": said.get("currency") or ""})


def existing(lead_id: int) -> Lead:
    """Return a lead with its steps, or the problem that there is none."""
    rows = selectors.lead_page(after=lead_id - 1, limit=1, wanted=Q(pk=lead_id))
    if not rows:
        raise UnknownError("There is no lead {number}.", number=lead_id)
    return rows[0]


def shown(lead: Lead) -> LeadOut:
    """Return a lead."""
    return LeadOut(
        id=lead.pk,
        customer_id=lead.customer_id,
        stage=lead.stage,
        stage_since=lead.stage_since,
        source=lead.source,
        interest=lead.interest,
        product_id=lead.product_id,
        category=lead.category.path if lead.category else "",
        amount_minor=lead.amount_minor,
        currency=lead.currency,
        expected_on=lead.expected_on,
        opened_at=lead.opened_at,
        opened_by=lead.opened_by,
        steps=[
            StepOut(
                id=each.pk,
                from_stage=each.from_stage,
                to_stage=each.to_stage,
                reason=each.reason,
                way=each.way,
                happened_at=each.happened_at,
                by=each.by,
            )
            for each in sorted(lead.steps.all(), key=lambda step: step.pk)
        ],
    )
