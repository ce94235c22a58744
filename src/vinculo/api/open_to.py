"""Open to: views that keep their own door, by a key instead of a session, and say so."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
EVERYBODY = "everybody"


def programs(view: View) -> View:
    """Open a view to programs: without session, form token or a transaction around it.

    Any site may call it, unless the view says which.
    """

    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        response = allowed() if request.method == "OPTIONS" else view(request, **given)
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response

    # Read by the test that walks all addresses.
    vars(answered)["permissions"] = (EVERYBODY,)
    return login_not_required(csrf_exempt(transaction.non_atomic_requests(answered)))


def allowed() -> HttpResponse:
    """Answer a browser that asks whether it may call."""
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
            "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding, X-Retry-Count",
            "Access-Control-Max-Age": "86400",
        },
    )
