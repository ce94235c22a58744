"""Own: what a member agreed to, what we promised her, what we know of her, joining and leaving."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vinculo.identify.records.consents import log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.rights import collection
from vinculo.programs.records.guarantees import selectors as guarantees
from vinculo.programs.records.models import Guarantee, Member, Promise
from vinculo.programs.records.portal import joining, people, sessions
from vinculo.web import shell
from vinculo.web.consents import answers
from vinculo.web.portal import door
from vinculo.web.portal.door import Visit

ORIGIN = "member portal"
STATES = {
    Promise.State.OPEN: pgettext_lazy("promise", "open"),
    Promise.State.KEPT: gettext_lazy("kept"),
    Promise.State.BROKEN: gettext_lazy("not kept"),
    Promise.State.EXCLUDED: gettext_lazy("does not count"),
    Promise.State.EARLY: gettext_lazy("kept"),
}


@require_safe
@door.person
def more(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the way to everything else."""
    context = {"several": len(visit.session.choices) > 1, "open_to": people.programs_open(visit.customer_ids)}
    return door.page(request, "portal/more.html", context)


@require_safe
@door.member
def promises(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what we promise to everybody, and how the promises to this member stand."""
    public = guarantees.guarantee_list(program_id=visit.member.program_id, public_on=visit.today)
    found = [
        each
        for each in guarantees.promises_of(customer_ids=visit.customer_ids)
        if each.guarantee.program_id == visit.member.program_id
    ]
    context = {
        "public": [named(each) for each in public],
        "promises": [promise(each) for each in found],
    }
    return door.page(request, "portal/promises.html", context)


def named(guarantee: Guarantee) -> dict[str, str]:
    """Return the name and text of a guarantee in the language of the page."""
    return {"name": str(guarantee), "text": guarantee.text}


def promise(found: Promise) -> dict[str, Any]:
    """Return a promise as the page shows it, with what was given for it."""
    return {
        "promise": found,
        **named(found.guarantee),
        "state": STATES[Promise.State(found.state)],
        "points": found.guarantee.points if found.posting_id else 0,
        "reward": str(found.redemption.reward or "") if found.redemption else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@door.person
def preferences(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what may be sent to somebody, and take what is changed; what holds is what the staff sees too."""
    ids = visit.customer_ids
    held = selectors.held(customer_ids=ids, now=visit.now)
    if request.method == "POST":
        evidence = Evidence(visit.now, ORIGIN, form=answers.FORM, more=answers.circumstances(request))
        if request.POST.get("everything"):
            log.consents_withdraw_all(customer_ids=ids, evidence=evidence, now=visit.now)
        else:
            answers.save(request, held, ids, evidence)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("portal_preferences")
    context = {
        "groups": answers.grouped(held, shell.language()),
        "blocked": next((each.blocked for each in held if each.blocked), ""),
    }
    return door.page(request, "portal/preferences.html", context)


@require_safe
@door.person
def data(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what can be done about what we know."""
    return door.page(request, "portal/data.html")


@require_POST
@door.person
def data_download(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give somebody everything that is known of him."""
    packed = collection.archive(customer_ids=visit.customer_ids, language=shell.language(), now=visit.now)
    response = HttpResponse(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@door.moving
@door.person
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let a member leave, who says so twice."""
    if visit.found is None or visit.found.state == Member.State.LEFT:
        return redirect("portal_join")
    if request.method == "POST" and request.POST.get("sure"):
        joining.programme_leave(member=visit.found, now=visit.now)
        messages.success(request, _("You have left. You can come back whenever you like."))
        return redirect("portal_join")
    return door.page(request, "portal/leave.html")


@require_http_methods(["GET", "HEAD", "POST"])
@door.person
def join(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let a customer join a programme."""
    if request.method == "POST":
        wanted = request.POST.get("program", "")
        program_id = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else 0
        joining.programme_join(session=visit.session, program_id=program_id, now=visit.now)
        messages.success(request, _("Welcome. You are a member now."))
        return redirect("portal_home")
    return door.page(request, "portal/join.html", {"programs": people.programs_open(visit.customer_ids)})


@require_POST
@door.person
def signout_everywhere(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Sign out on every device."""
    sessions.sessions_close(customer_ids=visit.customer_ids)
    rotate_token(request)
    return door.drop(redirect("portal_signin"), door.SESSION)
