"""Calls: what a tracking client sends, told apart event by event; the shape is that of Segment's tracking API.

Nothing of an event is changed: beside it as it was written stand the values it is told by. What cannot be taken is
refused by itself, with its reason, and never sinks its batch.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

import msgspec

from vinculo.foundation.errors import InputError
from vinculo.identify.events import clock, limits, splitting

TYPES = ("identify", "track", "page", "screen", "group", "alias")
BATCH = "batch"
MARK = "\x1e"
"""Stands between values on their way to the store: it is in none of them, and JSON holds it as an escape only."""
UNHEARD = ("\x00", MARK)
NOBODY = frozenset(("null", "undefined", "none", "nan", "[object object]"))
"""What programs write for nobody: a customer of that name would be everybody."""


class MalformedError(InputError):
    """The body is no JSON object: send what the tracking API of Segment describes."""

    code = "events.malformed"


class TooLargeError(InputError):
    """The body is too large: send at most 500 KB and 2,500 events at a time, and 32 KB an event."""

    code = "events.too_large"


class Envelope(msgspec.Struct, rename="camel"):
    """A batch around its events."""

    batch: list[msgspec.Raw] | None = None
    write_key: Any = None
    sent_at: Any = None
    context: Any = None
    integrations: Any = None


class Wire(msgspec.Struct, rename="camel"):
    """The values an event is told by, as they were written."""

    type: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    message_id: Any = None
    previous_id: Any = None
    group_id: Any = None
    event: Any = None
    name: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    write_key: Any = None
    context: msgspec.Raw = msgspec.Raw(b"")


class Library(msgspec.Struct):
    """The client that speaks."""

    name: str = ""
    version: str = ""


class Spoken(msgspec.Struct):
    """The part of a context that names the client."""

    library: Library


@dataclass(frozen=True, slots=True)
class Call:
    """One event: the values it is told by, and all of it as it was written."""

    message_id: str
    type: str
    name: str
    user_key: str
    visitor_key: str
    happened_at: datetime
    remark: str
    payload: str


class Refused(NamedTuple):
    """One event that cannot be taken, as it was written, and a code that says why."""

    reason: str
    raw: str


@dataclass(frozen=True)
class Parcel:
    """The body of one request, opened: its events are not read yet."""

    items: list[str]
    only: str = ""
    """The type of a single call; empty for a batch."""
    write_key: str = ""
    sent_at: Any = None
    shared: str = ""
    """Context and integrations of the batch, as JSON: they hold for every event that does not say otherwise."""


_ENVELOPES = msgspec.json.Decoder(Envelope)
_CALLS = msgspec.json.Decoder(Wire)
_SPOKEN = msgspec.json.Decoder(Spoken)
_ENCODER = msgspec.json.Encoder()


def opened(body: bytes, verb: str) -> Parcel:
    """Open the body of a request to the address of a verb.

    Raises
    ------
    MalformedError
        It is no JSON object.
    TooLargeError
        It holds too many events, or a single one that is too large.

    Examples
    --------
    >>> opened(b'{"batch": [{"type": "page"}, {"type": "track"}], "writeKey": "k"}', "batch").write_key
    'k'
    """
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise MalformedError from None
    if not text.startswith("{"):
        raise MalformedError
    parcel = batch(text) if verb == BATCH else single(text, verb)
    if len(parcel.items) > limits.BATCH_EVENTS:
        raise TooLargeError
    return parcel


def batch(text: str) -> Parcel:
    """Open a batch; where it is no JSON as a whole, by its brackets."""
    try:
        found = _ENVELOPES.decode(text)
        items = [bytes(item).decode() for item in found.batch or ()]
    except (msgspec.MsgspecError, RecursionError):
        cut = splitting.split(text)
        if cut is None:
            raise MalformedError from None
        items = cut.items
        try:
            found = _ENVELOPES.decode(splitting.mended(cut.envelope) or "")
        except (msgspec.MsgspecError, RecursionError):
            raise MalformedError from None
    shared = {name: said for name in ("context", "integrations") if isinstance(said := getattr(found, name), dict)}
    return Parcel(
        items,
        write_key=found.write_key if isinstance(found.write_key, str) else "",
        sent_at=found.sent_at,
        shared=_ENCODER.encode(shared).decode() if any(shared.values()) else "",
    )


def single(text: str, verb: str) -> Parcel:
    """Open a single call."""
    if len(text.encode()) > limits.EVENT_BYTES:
        raise TooLargeError
    found = wire(text)
    if found is None:
        raise MalformedError
    return Parcel([text], only=verb, write_key=found.write_key if isinstance(found.write_key, str) else "")


def wire(item: str) -> Wire | None:
    """Return the values of an event, mended where need be; nothing where it cannot be read."""
    try:
        return _CALLS.decode(item)
    except (msgspec.MsgspecError, RecursionError):
        try:
            return _CALLS.decode(splitting.mended(item) or "")
        except (msgspec.MsgspecError, RecursionError):
            return None


def read(parcel: Parcel, *, received: datetime, zone: tzinfo) -> Iterator[Call | Refused]:
    """Read the events of a request, each by itself.

    >>> from datetime import UTC
    >>> parcel = opened(b'{"batch": [{"type": "track", "event": "Seen", "userId": 7}, 3, {"type": "page"}]}', "batch")
    >>> seen, three, page = read(parcel, received=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC)
    >>> seen.user_key, three.reason, page.reason
    ('7', 'not_an_object', 'nobody')
    """
    for item in parcel.items:
        try:
            yield understood(item, parcel, received, zone)
        except Refusal as refusal:
            yield Refused(refusal.reason, item)


class Refusal(ValueError):  # what a rule gives back, caught where it is made
    """An event that cannot be taken."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def understood(item: str, parcel: Parcel, received: datetime, zone: tzinfo) -> Call:
    """Read one event."""
    if len(item) * 4 > limits.EVENT_BYTES and len(item.encode()) > limits.EVENT_BYTES:
        raise Refusal("too_large")
    if splitting.too_deep(item):
        raise Refusal("too_deep")
    payload = item
    try:
        found = _CALLS.decode(item)
    except msgspec.ValidationError:
        raise Refusal("not_an_object") from None
    except (msgspec.MsgspecError, RecursionError):
        payload = splitting.mended(item) or ""
        mended = wire(payload)
        if mended is None:
            raise Refusal("malformed") from None
        found = mended
    kind = parcel.only or found.type
    if kind not in TYPES:
        raise Refusal("type")
    user, visitor = key(found.user_id, "user_id"), key(found.anonymous_id, "anonymous_id")
    if not (user or visitor):
        raise Refusal("nobody")
    try:
        at, remark = clock.happened(
            original=found.timestamp if found.original_timestamp is None else found.original_timestamp,
            sent=parcel.sent_at if found.sent_at is None else found.sent_at,
            received=received,
            zone=zone,
        )
    except clock.UnreadableTimeError:
        raise Refusal("time") from None
    message = key(found.message_id, "message_id") or str(uuid.uuid4())
    return Call(message, str(kind), named(found, str(kind), user), user, visitor, at, remark, payload)


def named(found: Wire, kind: str, user: str) -> str:
    """Return the name of an event, and refuse one without what its type needs."""
    if kind == "track":
        if not isinstance(found.event, str) or not found.event.strip() or any(each in found.event for each in UNHEARD):
            raise Refusal("event")
        return found.event.strip()[: limits.NAME]
    if kind == "group" and not key(found.group_id, "group_id"):
        raise Refusal("group_id")
    if kind == "alias" and not (user and key(found.previous_id, "previous_id")):
        raise Refusal("previous_id")
    name = found.name if isinstance(found.name, str) and kind in ("page", "screen") else ""
    for each in UNHEARD:
        name = name.replace(each, "")
    return name.strip()[: limits.NAME]


def key(value: object, which: str) -> str:
    """Return a key as a text; empty for nobody. A whole number is one too.

    >>> key(42, "user_id"), key(" ana ", "user_id"), key(None, "user_id"), key("undefined", "user_id")
    ('42', 'ana', '', '')
    """
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**limits.ID else ""
    if not isinstance(value, str):
        raise Refusal(which)
    plain = value.strip()
    if len(plain) > limits.ID or any(each in plain for each in UNHEARD):
        raise Refusal(which)
    return "" if plain.lower() in NOBODY else plain


def client(parcel: Parcel) -> str:
    """Return the client that sent a request, as it names itself in its first event.

    >>> client(opened(b'{"event": "x", "context": {"library": {"name": "analytics-node", "version": "3"}}}', "track"))
    'analytics-node 3'
    """
    found = wire(parcel.items[0]) if parcel.items else None
    for said in (bytes(found.context) if found else b"", parcel.shared.encode()):
        try:
            library = _SPOKEN.decode(said).library
        except (msgspec.MsgspecError, RecursionError):
            continue
        return " ".join(f"{library.name} {library.version}".replace("\x00", "").split())[:80]
    return ""
