"""Events: what happened, in the order in which it was committed, as CloudEvents."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from vinculo.api.v1 import cursors, fields
from vinculo.api.v1.declared import needs
from vinculo.exchange import envelopes, kinds, scopes
from vinculo.exchange.records import outbox

router = Router(tags=["events"])
LIST = "events"


class Asked(Schema):
    """Which events."""

    after: Annotated[fields.Cursor, Field(description="`next` of the call before; nothing for the first event")] = ""
    limit: fields.Limit = fields.PAGE
    type: Annotated[str, Field(max_length=48, description="one kind, such as order.placed")] = ""


class CloudEvent(Schema):
    """An event after CloudEvents 1.0: who it is about is said by numbers, never by names."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    data: dict[str, Any]


class Feed(Schema):
    """What happened; `next` goes into `after`, also when nothing has happened yet."""

    events: list[CloudEvent]
    next: str


@router.get("/events", response=Feed, summary="What happened", **needs(scopes.EVENTS_READ))
def event_list(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what happened after a place, at most 90 days back.

    Ask again with `next`: nothing is left out, and nothing comes twice.
    """
    place = cursors.open_sealed(LIST, asked.after)
    after = int(place[0]) if place else 0
    wanted = [asked.type.removeprefix("vinculo.")] if asked.type else []
    rows = list(outbox.event_list(after=after, wanted=wanted)[: asked.limit])
    last = rows[-1].position if rows else after
    return {
        "events": [envelopes.cloud_event(outbox.told(each)) for each in rows if each.kind in kinds.KINDS],
        "next": cursors.seal(LIST, last),
    }
