"""Views of sources that send events."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.records.events import keys, replay, selectors
from vinculo.identify.records.models import Sender
from vinculo.web import permission, shell
from vinculo.web.customers import masking
from vinculo.web.sources import words

RAW = 600
"""Characters of an event that are shown."""


@require_GET
@permission.needs("staff.source_view")
def source_list(request: HttpRequest) -> HttpResponse:
    """Show the sources that send events, and where one is added."""
    rows = []
    for sender in selectors.sender_list():
        seen = selectors.clients_seen(source_id=sender.source_id)
        waiting = sum(count for _reason, count in selectors.quarantine_reasons(source_id=sender.source_id))
        accepted, last = sum(each.accepted for each in seen), max((each.last_at for each in seen), default=None)
        rows.append({"sender": sender, "accepted": accepted, "last": last, "waiting": waiting})
    unknown = selectors.refusal_list(source_id=None)
    context = {"rows": rows, "unknown": unknown, "currency": shell.reader(request).currency}
    return render(request, "sources/list.html", context)


@require_POST
@permission.needs("staff.source_manage")
def source_add(request: HttpRequest) -> HttpResponse:
    """Add a source that sends events."""
    name = request.POST.get("name", "").strip()
    code = slugify(name)[:64]
    if not code:
        messages.error(request, _("Give the source a name."))
        return redirect("sources")
    try:
        sender = keys.sender_ensure(code=code, name=name, **settings_of(request))
    except InputError as error:
        messages.error(request, permission.said(error))
        return redirect("sources")
    return redirect("source", sender.source_id)


@require_GET
@permission.needs("staff.source_view")
def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show a source: its keys, how a client is told of it, and what comes in."""
    return shown(request, existing(source_id))


@never_cache
@require_GET
@permission.needs("staff.source_view")
def source_live(request: HttpRequest, source_id: int) -> HttpResponse:
    """Answer a page that asks what has come in meanwhile."""
    return render(request, "sources/live.html", live(request, existing(source_id)))


@never_cache
@require_POST
@permission.needs("staff.source_manage")
def key_add(request: HttpRequest, source_id: int) -> HttpResponse:
    """Make a key, and show it: this once."""
    sender = existing(source_id)
    try:
        made = keys.write_key_create(source_id=source_id, now=timezone.now())
    except InputError as error:
        messages.error(request, permission.said(error))
        return redirect("source", source_id)
    return shown(request, sender, new_key=made.text)


@require_POST
@permission.needs("staff.source_manage")
def key_revoke(request: HttpRequest, source_id: int, key_id: int) -> HttpResponse:
    """Take a key out of use."""
    if not selectors.write_key_list(source_id=source_id).filter(pk=key_id).exists():
        raise Http404
    keys.write_key_revoke(key_id=key_id, now=timezone.now())
    messages.success(request, _("The key is not valid any more."))
    return redirect("source", source_id)


@require_POST
@permission.needs("staff.source_manage")
def source_change(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change what a source leaves unsaid."""
    existing(source_id)
    try:
        limit = int(request.POST.get("limit_per_second") or 0)
    except ValueError:
        limit = 0
    try:
        sites = request.POST.get("sites", "").split()
        keys.sender_change(source_id=source_id, limit_per_second=limit, sites=sites, **settings_of(request))
    except InputError as error:
        messages.error(request, permission.said(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("source", source_id)


@require_POST
@permission.needs("staff.source_manage")
def quarantine_replay(request: HttpRequest, source_id: int) -> HttpResponse:
    """Try again what is in quarantine."""
    existing(source_id)
    found = replay.quarantine_replay(source_id=source_id, now=timezone.now())
    done = found["tried"] - found["left"]
    told = ngettext("%(number)s event came in after all.", "%(number)s events came in after all.", done)
    messages.success(request, told % {"number": done})
    return redirect("source", source_id)


def settings_of(request: HttpRequest) -> dict[str, str]:
    """Return the currency and the time zone of a form."""
    currency = request.POST.get("currency", "").strip().upper() or shell.reader(request).currency
    return {"currency": currency, "time_zone": request.POST.get("time_zone", "").strip() or "UTC"}


def existing(source_id: int) -> Sender:
    """Return a source that sends events, or the page that there is none."""
    try:
        return selectors.sender_get(source_id=source_id)
    except Sender.DoesNotExist:
        raise Http404 from None


def shown(request: HttpRequest, sender: Sender, *, new_key: str = "") -> HttpResponse:
    """Show the page of a source."""
    context = {
        **live(request, sender),
        "keys": selectors.write_key_list(source_id=sender.source_id),
        "refusals": selectors.refusal_list(source_id=sender.source_id),
        "new_key": new_key,
        "address": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "sources/page.html", context)


def live(request: HttpRequest, sender: Sender) -> dict[str, Any]:
    """Return what has come in of a source; what events say only for those who may see persons."""
    source_id = sender.source_id
    personal = request.user.has_perm("staff.personal_data_view")
    seen = selectors.clients_seen(source_id=source_id)
    aside = list(selectors.quarantine_list(source_id=source_id))
    stored = selectors.events_quarantined(events=[each.event for each in aside if each.event])
    return {
        "sender": sender,
        "clients": seen,
        "totals": {
            name: sum(getattr(each, name) for each in seen) for name in ("accepted", "duplicate", "quarantined")
        },
        "events": [
            {
                "event": each,
                "name": words.name(each.type, each.name),
                "remark": words.REMARKS.get(each.remark, ""),
                "user": masked(each.user_key, personal=personal),
            }
            for each in selectors.event_list(source_id=source_id)
        ],
        "reasons": [
            (words.REASONS.get(reason, reason), count)
            for reason, count in selectors.quarantine_reasons(source_id=source_id)
        ],
        "quarantine": [
            {
                "row": each,
                "reason": words.REASONS.get(each.reason, each.reason),
                "said": raw(bytes(each.raw), stored.get(each.event or 0)) if personal else "",
            }
            for each in aside
        ],
    }


def masked(key: str, *, personal: bool) -> str:
    """Return the key of a user; one that is an e-mail address only to those who may see persons."""
    return key if personal or "@" not in key else masking.HIDDEN


def raw(kept: bytes, payload: object) -> str:
    """Return an event in quarantine as it was written, cut where it is long."""
    return kept.decode("utf-8", "replace")[:RAW] if kept else written(payload)


def written(payload: object) -> str:
    """Return what an event says, cut where it is long."""
    return json.dumps(payload, ensure_ascii=False, indent=1, default=str)[:RAW]


urlpatterns = [
    path("sources/", source_list, name="sources"),
    path("sources/new/", source_add, name="source_add"),
    path("sources/<int:source_id>/", source_page, name="source"),
    path("sources/<int:source_id>/live/", source_live, name="source_live"),
    path("sources/<int:source_id>/change/", source_change, name="source_change"),
    path("sources/<int:source_id>/replay/", quarantine_replay, name="quarantine_replay"),
    path("sources/<int:source_id>/keys/", key_add, name="key_add"),
    path("sources/<int:source_id>/keys/<int:key_id>/revoke/", key_revoke, name="key_revoke"),
]
