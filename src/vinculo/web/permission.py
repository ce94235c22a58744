"""Permission: every view says who may open it; a view that says nothing fails a test."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from vinculo.foundation import language
from vinculo.foundation.errors import InputError, VinculoError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # The marks of a chart carry their font and their cursor.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Stricter than that of the whole site: pages of ours need no script and no style inside them."""

SIGNED_IN, EVERYBODY = "signed in", "everybody"


def needs(*permissions: str) -> Callable[[View[P]], View[P]]:
    """Open a view to those who have all these permissions, such as `staff.customer_view`; others get the page 403.

    Methods differ in what they need by being different views.
    """
    return lambda view: declared(view, permissions)


def signed_in(view: View[P]) -> View[P]:
    """Open a view to everybody who is signed in, whatever the role."""
    return declared(view, (SIGNED_IN,))


def everybody(view: View[P]) -> View[P]:
    """Open a view to strangers too: what is needed before signing in."""
    return login_not_required(declared(view, (EVERYBODY,)))


def declared(view: View[P], permissions: tuple[str, ...]) -> View[P]:
    """Return the view behind its check, carrying what it declares."""
    asked = [each for each in permissions if each not in (SIGNED_IN, EVERYBODY)]

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if asked and not request.user.has_perms(asked):
            raise PermissionDenied
        try:
            response = view(request, *args, **kwargs)
        except InputError as error:
            transaction.set_rollback(True)
            response = render(request, "400.html", {"sentence": said(error)}, status=400)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    # Read by the test that walks all addresses.
    return cast(View[P], mark(guarded, permissions))


def said(error: VinculoError) -> str:
    """Say an error in the language of the page, by the catalogues of the platform or of the analytical half."""
    translate = analytical()

    def translated(sentence: str) -> str:
        found = gettext(sentence)
        return translate(sentence) if found == sentence else found

    return error.say(translated)


def analytical() -> language.Translate:
    """Return the translator of the analytical half's sentences into the language of the page."""
    spoken = (get_language() or "en").split("-")[0]
    return language.translator(spoken if spoken in language.LANGUAGES else "en")


def mark(view: Callable[..., HttpResponseBase], permissions: tuple[str, ...]) -> Callable[..., HttpResponseBase]:
    """Write on a view what it declares."""
    vars(view)["permissions"] = permissions
    return view
