"""Views of tokens: made, shown once, revoked."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.exchange import scopes
from vinculo.exchange.records import tokens
from vinculo.exchange.records.models import Token
from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors
from vinculo.web import permission


@never_cache
@require_http_methods(["GET", "POST"])
@permission.needs("staff.token_manage")
def token_list(request: HttpRequest) -> HttpResponse:
    """Show the tokens, and make one: its text is in this answer and nowhere else."""
    context: dict[str, Any] = {"typed": request.POST, "chosen": request.POST.getlist("scope")}
    if request.method == "POST":
        try:
            context["made"], context["text"] = made(request)
            context |= {"typed": {}, "chosen": []}
        except InputError as error:
            messages.error(request, permission.said(error))
    now = timezone.now()
    rows = [(each, each.state(now), [named(code) for code in each.scopes]) for each in tokens.token_list()]
    context |= {
        "rows": rows,
        "scopes": [(each.code, _(each.name)) for each in scopes.SCOPES if may_give(request, each.code)],
        "integrations": [each for each in selectors.source_list() if each.kind == "api"],
        "per_minute": Token.PER_MINUTE,
        "earliest": (timezone.localdate() + timedelta(days=1)).isoformat(),
    }
    return render(request, "tokens/list.html", context)


@require_POST
@permission.needs("staff.token_manage")
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token."""
    try:
        token = tokens.token_revoke(token_id=token_id, now=timezone.now())
    except Token.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("{name} opens nothing any more.").format(name=token.name))
    return redirect("tokens")


def made(request: HttpRequest) -> tuple[Token, str]:
    """Make the token that the form describes; nobody gives what they may not do themselves."""
    wanted = request.POST.getlist("scope")
    if not all(may_give(request, code) for code in wanted):
        raise PermissionDenied
    day, calls = parsed(request.POST.get("expires_on", "")), request.POST.get("per_minute", "")
    return tokens.token_create(
        name=request.POST.get("name", "")[:80],
        integration=request.POST.get("integration", "")[:80],
        scopes=wanted,
        now=timezone.now(),
        expires_at=timezone.make_aware(datetime.combine(day, time())) if day else None,
        per_minute=min(int(calls), 100_000) if calls.isascii() and calls.isdigit() else Token.PER_MINUTE,
    )


def parsed(written: str) -> Any:
    """Return a day, or nothing.

    Raises
    ------
    InputError
        It is no day.
    """
    try:
        day = parse_date(written) if written else None
    except ValueError:
        day = None
    if written and day is None:
        raise InputError("Expected: a day such as 31/12/2024.")
    return day


def may_give(request: HttpRequest, code: str) -> bool:
    """Tell whether the user may do what a scope allows."""
    return code in scopes.BY_CODE and request.user.has_perms(scopes.permissions_of([code]))


def named(code: str) -> str:
    """Return what a scope is called."""
    return _(scopes.BY_CODE[code].name) if code in scopes.BY_CODE else code


urlpatterns = [
    path("tokens/", token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", token_revoke, name="token_revoke"),
]
