"""Views of webhooks: endpoints, what was delivered to them, and what is sent again."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.exchange import kinds
from vinculo.exchange.records import deliveries, endpoints
from vinculo.exchange.records.models import Delivery, Endpoint
from vinculo.foundation.errors import InputError
from vinculo.web import permission

PAGE = 50
DONE = ("test", "rotate", "disable", "enable", "replay")


@require_http_methods(["GET", "POST"])
@permission.needs("staff.webhook_manage")
def endpoint_list(request: HttpRequest) -> HttpResponse:
    """Show the endpoints; add one."""
    if request.method == "POST":
        try:
            endpoint = endpoints.endpoint_create(**said(request), now=timezone.now())
            messages.success(request, _("It is told of what happens from now on. Give its secret to the receiver."))
            return redirect("webhook", endpoint.pk)
        except InputError as error:
            messages.error(request, permission.said(error))
    context = {
        "endpoints": endpoints.endpoint_list(),
        "kinds": named_kinds(),
        "typed": request.POST,
        "chosen": request.POST.getlist("kind"),
    }
    return render(request, "webhooks/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@permission.needs("staff.webhook_manage")
def endpoint_view(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Show an endpoint and its deliveries; change it."""
    endpoint = existing(endpoint_id)
    if request.method == "POST":
        try:
            endpoints.endpoint_change(endpoint_id=endpoint_id, **said(request))
            messages.success(request, _("Saved."))
            return redirect("webhook", endpoint_id)
        except InputError as error:
            messages.error(request, permission.said(error))
    state = request.GET.get("state", "")
    found = deliveries.delivery_list(endpoint_id=endpoint_id, state=state if state in Delivery.State.values else "")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "endpoint": endpoint,
        "page": page,
        "rows": [(each, named(each.event.kind), tries(each)) for each in page],
        "state": state,
        "states": Delivery.State.choices,
        "dead": deliveries.delivery_list(endpoint_id=endpoint_id, state=Delivery.State.DEAD).count(),
        "both": endpoint.earlier_until is not None and endpoint.earlier_until > now,
        "resting": endpoint.resting_until is not None and endpoint.resting_until > now,
        "gone": endpoint.disabled_by == endpoints.GONE,
        "kinds": named_kinds(),
        "chosen": endpoint.kinds or list(kinds.KINDS),
    }
    return render(request, "webhooks/endpoint.html", context)


@require_POST
@permission.needs("staff.webhook_manage")
def endpoint_do(request: HttpRequest, endpoint_id: int, what: str) -> HttpResponse:
    """Test an endpoint, give it a new secret, switch it off or on, or send again what was given up."""
    existing(endpoint_id)
    if what not in DONE:
        raise Http404
    messages.success(request, done(endpoint_id, what))
    return redirect("webhook", endpoint_id)


@require_POST
@permission.needs("staff.webhook_manage")
def delivery_replay(request: HttpRequest, endpoint_id: int, delivery_id: int) -> HttpResponse:
    """Send one delivery again, under the same name."""
    if not deliveries.deliveries_replay(endpoint_id=endpoint_id, delivery_id=delivery_id, now=timezone.now()):
        raise Http404
    messages.success(request, _("It is sent again, under the same name."))
    return redirect("webhook", endpoint_id)


def done(endpoint_id: int, what: str) -> str:
    """Do one of the things that can be done with an endpoint; return what to say of it."""
    now = timezone.now()
    if what == "test":
        endpoints.endpoint_test(endpoint_id=endpoint_id, now=now)
        return _("A test is on its way: look here again in a moment.")
    if what == "rotate":
        endpoints.endpoint_rotate(endpoint_id=endpoint_id, now=now)
        return _("It has a new secret. For a day both sign: change the receiver over meanwhile.")
    if what == "disable":
        endpoints.endpoint_disable(endpoint_id=endpoint_id, now=now)
        return _("It is switched off.")
    if what == "enable":
        endpoints.endpoint_enable(endpoint_id=endpoint_id, now=now)
        return _("It is switched on, and told of what happens from now on.")
    count = deliveries.deliveries_replay(endpoint_id=endpoint_id, now=now)
    return ngettext("{count} delivery is sent again.", "{count} deliveries are sent again.", count).format(count=count)


def said(request: HttpRequest) -> dict[str, Any]:
    """Return what a form says of an endpoint."""
    return {
        "name": request.POST.get("name", "")[:80],
        "url": request.POST.get("url", ""),
        "wanted": request.POST.getlist("kind"),
    }


def existing(endpoint_id: int) -> Endpoint:
    """Return an endpoint, or the page that says there is none."""
    try:
        return endpoints.endpoint_get(endpoint_id=endpoint_id)
    except Endpoint.DoesNotExist:
        raise Http404 from None


def named_kinds() -> list[tuple[str, str]]:
    """Return the kinds of events with their names."""
    return [(code, _(name)) for code, name in kinds.KINDS.items()]


def named(kind: str) -> str:
    """Return what a kind of event is called."""
    return _("Test") if kind == kinds.TEST else _(kinds.KINDS.get(kind, kind))


def tries(delivery: Delivery) -> list[dict[str, Any]]:
    """Return what became of every try, the latest first."""
    return [{**each, "at": parse_datetime(each["at"])} for each in reversed(delivery.answers)]


urlpatterns = [
    path("webhooks/", endpoint_list, name="webhooks"),
    path("webhooks/<int:endpoint_id>/", endpoint_view, name="webhook"),
    path("webhooks/<int:endpoint_id>/deliveries/<int:delivery_id>/replay/", delivery_replay, name="delivery_replay"),
    path("webhooks/<int:endpoint_id>/<str:what>/", endpoint_do, name="webhook_do"),
]
