"""Door: who comes in to the portal, in which language, and what is answered to whoever may not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from ipaddress import ip_network
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.ledger import services
from vinculo.programs.records.models import Member, PortalSession
from vinculo.programs.records.portal import people, sessions
from vinculo.web import permission

SESSION, ASKED, LANGUAGE, BROUGHT = "member", "member_asked", "member_language", "member_brought"
"""Cookies: who is signed in, which mail this browser waits for, in what language, and by whose code somebody came."""
PATH = "/member/"
P = ParamSpec("P")


@dataclass(frozen=True)
class Visit:
    """Somebody who is signed in, as a customer under all its ids and, unless there is none, as a member."""

    session: PortalSession
    customer_ids: list[int]
    found: Member | None
    now: datetime

    @property
    def member(self) -> Member:
        """Return the member; pages that need one are opened by nobody else."""
        assert self.found is not None
        return self.found

    @property
    def today(self) -> date:
        """Return the day where the programme runs."""
        return self.now.astimezone(ZoneInfo(self.member.program.zone)).date()


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
PersonView = Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]


def everybody(view: View[P]) -> View[P]:
    """Open a page to strangers too; nothing of it is kept by anybody on the way."""

    @wraps(view)
    def spoken(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit = visit_of(request)
        with translation.override(language_of(request, visit)), timezone.override(zone_of(visit)):
            vars(request)["visit"] = visit
            return private(answered(request, view, *args, **kwargs))

    return cast(View[P], permission.everybody(spoken))


def person(view: PersonView[P]) -> View[P]:
    """Open a page to whoever is signed in, member or not; others are asked to sign in."""

    @wraps(view)
    def known(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit: Visit | None = vars(request)["visit"]
        if visit is None:
            return redirect("portal_signin")
        if visit.session.customer_id is None:
            return redirect("portal_which")
        with actor.acting(f"member {visit.found.pk}" if visit.found else f"customer {visit.session.customer_id}"):
            return view(request, visit, *args, **kwargs)

    return everybody(known)


def member(view: PersonView[P]) -> View[P]:
    """Open a page to members who take part; others are told what to do."""

    @wraps(view)
    def active(request: HttpRequest, visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if visit.found is None:
            return redirect("portal_join")
        if visit.found.state != Member.State.ACTIVE:
            return page(request, "portal/stopped.html", status=403)
        return view(request, visit, *args, **kwargs)

    return person(active)


def moving(view: View[P]) -> View[P]:
    """Do what moves points again when somebody else's points were in the way; nothing of the first try stays."""

    @transaction.non_atomic_requests
    @wraps(view)
    def tried(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # What a page takes back is what was done for it, and nothing around it.
        return services.retried(transaction.atomic(lambda: view(request, *args, **kwargs)))

    return cast(View[P], tried)


def answered(request: HttpRequest, view: View[P], *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
    """Return what a view answers; what it cannot do is said on a page of the portal."""
    try:
        return view(request, *args, **kwargs)
    except InputError as error:
        transaction.set_rollback(True)
        return page(request, "portal/problem.html", {"sentence": permission.said(error)}, status=400)
    except (Http404, ObjectDoesNotExist):
        transaction.set_rollback(True)
        sentence = _("There is nothing at this address, or it is not yours.")
        return page(request, "portal/problem.html", {"sentence": sentence}, status=404)


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page of the portal."""
    visit: Visit | None = vars(request).get("visit")
    found = visit.found if visit else None
    spoken = translation.get_language() or "en"
    around = {
        "visit": visit,
        "member": found,
        "reader": Reader(spoken, found.program.currency if found else settings.CURRENCY),
    }
    return render(request, template, {**around, **(context or {})}, status=status)


@everybody
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer whoever asks for a page that the portal does not have."""
    raise Http404


def visit_of(request: HttpRequest) -> Visit | None:
    """Return who is signed in."""
    now = timezone.now()
    session = sessions.session_find(key=request.COOKIES.get(SESSION, ""), now=now)
    if session is None:
        return None
    if session.customer_id is None:
        return Visit(session, [], None, now)
    ids = people.ids_of(session.customer_id)
    return Visit(session, ids, people.lasting(session.member, ids), now)


def language_of(request: HttpRequest, visit: Visit | None) -> str:
    """Return the language to speak: the one that was chosen here, that of the customer, or that of the browser."""
    known = dict(settings.LANGUAGES)
    customer = visit.session.customer if visit else None
    wanted = (request.COOKIES.get(LANGUAGE, ""), (customer.language if customer else "")[:2])
    return next((each for each in wanted if each in known), translation.get_language_from_request(request)[:2])


def zone_of(visit: Visit | None) -> ZoneInfo | None:
    """Return the time zone of the programme; None is that of the company."""
    return ZoneInfo(visit.found.program.zone) if visit and visit.found else None


def private(response: HttpResponse) -> HttpResponse:
    """Return a page that nobody keeps, and whose address is told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    # Forms are told by it from those of other sites, so it is not "no-referrer".
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def keep(response: HttpResponse, name: str, value: str, seconds: int) -> HttpResponse:
    """Keep something in the browser, for the portal alone; no script reads it and no other site has it sent."""
    response.set_cookie(name, value, max_age=seconds, path=PATH, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response


def drop(response: HttpResponse, name: str) -> HttpResponse:
    """Let the browser forget something."""
    response.delete_cookie(name, path=PATH, samesite="Lax")
    return response


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from: of the long addresses the half that a household has for itself."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
