"""Views of the ingest: one address for each call of the tracking API, its short forms, and the settings path."""

import logging
import time
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from vinculo.api import open_to
from vinculo.api.ingest import bodies, keys, pace
from vinculo.foundation.errors import InputError
from vinculo.identify.events import calls, origins
from vinculo.identify.events.calls import Parcel
from vinculo.identify.records.events import keys as write_keys
from vinculo.identify.records.events import receiving
from vinculo.identify.records.events.keys import Spoken

SHORT = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": "batch"}
"""Paths of the browser client."""
VERBS = {**{name: name for name in (*calls.TYPES, calls.BATCH)}, **SHORT, "import": calls.BATCH}
COME_AGAIN_SECONDS = 2
LOG = logging.getLogger(__name__)


@open_to.programs
def call(request: HttpRequest, verb: str) -> HttpResponse:
    """Take the events of a request in; 200 once they are committed."""
    if verb not in VERBS:
        return refusal(404, "events.no_such_call", f"There is no call {verb[:40]}: use one of {', '.join(VERBS)}.")
    if request.method != "POST":
        return refusal(405, "events.method", "Send events with POST.")
    try:
        parcel = calls.opened(bodies.read(request), VERBS[verb])
        return taken(request, parcel, timezone.now())
    except InputError as error:
        return refusal(400, error.code, error.sentence)
    except DatabaseError as error:
        # Clients keep a batch after a 429, as often as it takes; after a 500 they give up in the end.
        LOG.warning("Events had to wait: %s", type(error).__name__)
        connection.close()
        return too_much(COME_AGAIN_SECONDS)


def taken(request: HttpRequest, parcel: Parcel, now: datetime) -> HttpResponse:
    """Take the events in for the source whose key is shown, at the pace it may send."""
    speaker = speaking(request, parcel.write_key, now)
    if speaker is None:
        return refusal(401, "events.unknown_key", "This write key is not valid: make one on the page of the source.")
    origin = request.headers.get("Origin", "")
    if not origins.allowed(origin, speaker.origins):
        return refusal(403, "events.origin", "Pages of this site may not send: name it on the page of the source.")
    if seconds := pace.wait_seconds(speaker.source_id, len(parcel.items), speaker.limit_per_second):
        return too_much(seconds)
    client = calls.client(parcel) or request.headers.get("User-Agent", "").partition(" ")[0][:80]
    receiving.events_receive(
        source_id=speaker.source_id,
        parcel=parcel,
        read=calls.read(parcel, received=now, zone=speaker.zone),
        client=client,
        now=now,
    )
    return shared(JsonResponse({"success": True}), origin, speaker)


def shared(response: HttpResponse, origin: str, speaker: Spoken) -> HttpResponse:
    """Let the page that asked read the answer, and no other where the source names its sites."""
    if origin and speaker.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin"
    return response


def speaking(request: HttpRequest, in_body: str, now: datetime) -> Spoken | None:
    """Return the source whose key a request shows."""
    shown = keys.shown(request, in_body)
    return write_keys.key_find(text="" if "\x00" in shown else shown, now=now)


@open_to.programs
def client_settings(request: HttpRequest, key: str) -> HttpResponse:
    """Tell the browser client where to send: it waits for this before it sends anything."""
    speaker = write_keys.key_find(text=key, now=timezone.now())
    if speaker is None:
        return refusal(404, "events.unknown_key", "This write key is not valid: make one on the page of the source.")
    origin = request.headers.get("Origin", "")
    if not origins.allowed(origin, speaker.origins):
        return refusal(403, "events.origin", "Pages of this site may not send: name it on the page of the source.")
    sending = {"apiKey": key, "apiHost": f"{request.get_host()}/v1", "protocol": request.scheme, "type": "server"}
    bundled = {"unbundledIntegrations": [], "addBundledMetadata": True, "versionSettings": {}}
    plan: dict[str, Any] = {"track": {"__default": {"enabled": True, "integrations": {}}}}
    told = JsonResponse(
        {
            "integrations": {"Segment.io": {**sending, **bundled}},
            "plan": plan,
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )
    return shared(told, origin, speaker)


def refusal(status: int, code: str, sentence: str) -> HttpResponse:
    """Say why nothing was taken in."""
    return JsonResponse({"success": False, "code": code, "message": sentence}, status=status)


def too_much(seconds: int) -> HttpResponse:
    """Ask a client to keep its events and come again."""
    response = refusal(429, "events.too_many", f"Too much at once: come again in {seconds} s.")
    response.headers["Retry-After"] = str(seconds)
    response.headers["X-RateLimit-Reset"] = str(int(time.time()) + seconds)
    return response


urlpatterns = [
    path("v1/projects/<str:key>/settings", client_settings, name="client_settings"),
    path("v1/<str:verb>", call, name="ingest"),
    path("v1/<str:verb>/", call),
]
