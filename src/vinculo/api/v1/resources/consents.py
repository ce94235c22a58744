"""Consents: what customers are asked, what they answered with which evidence, and what holds now."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields, found
from vinculo.api.v1.declared import needs, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.problems import UnknownError
from vinculo.exchange import scopes
from vinculo.exchange.records.models import Token
from vinculo.identify.records.consents import log, selectors
from vinculo.identify.records.consents.selectors import Held
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import ConsentEntry

router = Router(tags=["consents"])
Text = Annotated[str, Field(strict=True, max_length=4000)]


class TopicOut(Schema):
    """What customers are asked: a purpose by a channel, or as a whole (`channel` is empty), and what they read."""

    purpose: str
    channel: str
    name: str
    text: str


class ConsentIn(Given):
    """An answer of a customer: when and where it was given, on which form, after which words, for which address."""

    action: Literal["given", "withdrawn"]
    purpose: fields.Code
    channel: fields.Code | None = None
    happened_at: fields.Moment | None = None
    origin: fields.Code
    form: fields.Name = ""
    text_shown: Text = ""
    address: fields.Name = ""
    evidence: Annotated[dict[fields.Code, fields.Name], Field(max_length=50)] = Field(default_factory=dict)
    expires_on: fields.Day | None = None


class EntryOut(Schema):
    """An entry of the log, which is only added to; evidence is null where the token may not see personal data."""

    id: int
    customer_id: int
    purpose: str
    channel: str
    action: str
    happened_at: datetime
    expires_on: date | None
    origin: str
    form: str
    text_shown: str
    address: str | None
    evidence: dict[str, Any] | None
    source: str
    recorded_by: str
    recorded_at: datetime


class HeldOut(Schema):
    """What holds now: `contactable` says whether it may be done; `blocked` the right that forbids it all the same."""

    purpose: str
    channel: str
    state: str
    contactable: bool
    blocked: str
    since: datetime | None
    expires_on: date | None
    addresses: list[str] | None
    """Where they may be reached; null where the token may not see personal data."""


class StateOut(Schema):
    """What a customer agreed to, over all its parties: the most restrictive answer counts."""

    customer_id: int
    asked_id: int
    consents: list[HeldOut]


class RecordedOut(StateOut):
    """What holds now, and the entries that were written: none where the answer says nothing new."""

    entries: list[EntryOut]


class Asked(Schema):
    """Which entries."""

    customer_id: fields.Id | None = None
    purpose: fields.Code | None = None
    channel: fields.Code | None = None
    action: Literal["given", "withdrawn", "expired"] | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


@router.get("/consent-topics", response=list[TopicOut], summary="What is asked", **needs(scopes.CONSENTS_READ))
def topic_list(request: HttpRequest) -> list[TopicOut]:
    """List what customers are asked, in the language asked for."""
    return [
        TopicOut(
            purpose=purpose.code,
            channel=channel.code if channel else "",
            name=f"{purpose}: {channel}" if channel else str(purpose),
            text=purpose.text_in(get_language() or "en"),
        )
        for purpose, channel in selectors.topics()
    ]


@router.get("/consents", response=Page[EntryOut], summary="The log of consents", **needs(scopes.CONSENTS_READ))
def entry_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the log in the order in which it was written: all, of a customer, of a purpose, a channel, an action."""
    wanted = Q()
    if asked.customer_id is not None:
        members = membership.members_of(customer_id=found.customer(asked.customer_id).pk)
        wanted &= Q(customer_id__in=members)
    for name, value in (("purpose__code", asked.purpose), ("channel__code", asked.channel), ("action", asked.action)):
        if value:
            wanted &= Q(**{name: value})
    place = cursors.open_sealed("consents", asked.cursor)
    rows = selectors.entry_page(after=int(place[0]) if place else 0, limit=asked.limit + 1, wanted=wanted)
    page, following = cursors.page("consents", rows, limit=asked.limit, place=lambda row: (row.pk,))
    token = token_of(request)
    return {"data": [entry_shown(each, token) for each in page], "next": following}


@router.get(
    "/customers/{customer_id}/consents",
    response=StateOut,
    summary="What a customer agreed to",
    **needs(scopes.CONSENTS_READ),
)
def state(request: HttpRequest, customer_id: fields.Id) -> dict[str, Any]:
    """Show what holds now for everything that customers are asked; `silent` where nothing was ever answered."""
    return state_of(customer_id, token_of(request))


@router.post(
    "/customers/{customer_id}/consents",
    response={201: RecordedOut},
    summary="Record an answer",
    **needs(scopes.CONSENTS_WRITE),
)
def consent_add(request: HttpRequest, customer_id: fields.Id, said: ConsentIn) -> dict[str, Any]:
    """Write down that a customer agreed to something or took it back, with the evidence.

    A withdrawal counts for every party of the customer, and outlives their separation; saying the same again adds
    nothing.
    """
    token, now = token_of(request), timezone.now()
    topic = selectors.topic_find(purpose=said.purpose, channel=said.channel or "")
    if topic is None:
        raise UnknownError(
            "Customers are not asked for {purpose} by {channel}.", purpose=said.purpose, channel=said.channel or "-"
        )
    evidence = log.Evidence(
        happened_at=said.happened_at or now,
        origin=said.origin,
        form=said.form,
        text_shown=said.text_shown,
        address=said.address,
        more=said.evidence,
        expires_on=said.expires_on,
        source=token.source,
    )
    made = log.consent_record(
        customer_ids=membership.members_of(customer_id=found.customer(customer_id).pk),
        purpose=topic[0],
        channel=topic[1],
        action=said.action,
        evidence=evidence,
        now=now,
    )
    return {**state_of(customer_id, token), "entries": [entry_shown(each, token) for each in made]}


def state_of(customer_id: int, token: Token) -> dict[str, Any]:
    """Return what a customer agreed to."""
    customer = found.customer(customer_id)
    members = membership.members_of(customer_id=customer.pk)
    personal = scopes.PERSONAL_DATA in token.scopes
    held = selectors.held(customer_ids=members, now=timezone.now())
    return {
        "customer_id": customer.pk,
        "asked_id": customer_id,
        "consents": [held_shown(each, personal=personal) for each in held],
    }


def held_shown(each: Held, *, personal: bool) -> HeldOut:
    """Return what holds for one topic."""
    answer = each.standing.answer
    return HeldOut(
        purpose=each.purpose.code,
        channel=each.channel.code if each.channel else "",
        state=each.state,
        contactable=each.contactable,
        blocked=each.blocked,
        since=answer.happened_at if answer else None,
        expires_on=answer.expires_on if answer else None,
        addresses=list(each.addresses) if personal else None,
    )


def entry_shown(entry: ConsentEntry, token: Token) -> EntryOut:
    """Return an entry of the log."""
    personal = scopes.PERSONAL_DATA in token.scopes
    return EntryOut(
        id=entry.pk,
        customer_id=entry.customer_id,
        purpose=entry.purpose.code,
        channel=entry.channel.code if entry.channel else "",
        action=entry.action,
        happened_at=entry.happened_at,
        expires_on=entry.expires_on,
        origin=entry.origin,
        form=entry.form,
        text_shown=entry.text_shown,
        address=entry.address if personal else None,
        evidence=entry.evidence if personal else None,
        source=entry.source.code if entry.source else "",
        recorded_by=entry.recorded_by,
        recorded_at=entry.recorded_at,
    )
