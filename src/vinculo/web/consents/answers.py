"""Answers: what a customer says without signing in, by the link of a mail; no cookie, no redirect, no name shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vinculo.identify.consents.standing import GIVEN
from vinculo.identify.records.consents import confirmation, links, log, selectors
from vinculo.identify.records.consents.links import Bearer
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.consents.selectors import Held
from vinculo.identify.records.models import ConsentEntry, RightsRequest
from vinculo.web import permission, shell

FORM = "preferences/1"
ERASED = RightsRequest.Kind.ERASURE


# The signed link is the permission: whoever lacks it cannot send the form, so no cookie is needed to tell.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@permission.everybody
def preferences(request: HttpRequest, signed: str) -> HttpResponse:
    """Show a customer what was agreed to, and take what is changed."""
    bearer = links.bearer_of(links.PREFERENCES, signed, good_for=links.GOOD_FOR)
    if bearer is None or gone(bearer):
        return answered(request, _("This link does not work any more"), ask_again(), status=404)
    now = timezone.now()
    ids = ids_of(bearer)
    held = selectors.held(customer_ids=ids, now=now)
    saved = False
    if request.method == "POST":
        evidence = Evidence(now, "preference page", form=FORM, address=bearer.address, more=circumstances(request))
        if request.POST.get("everything"):
            log.consents_withdraw_all(customer_ids=ids, evidence=evidence, now=now)
        else:
            save(request, held, ids, evidence)
        held, saved = selectors.held(customer_ids=ids, now=now), True
    spoken = shell.language()
    context: dict[str, Any] = {
        "groups": grouped(held, spoken),
        "address": bearer.address,
        "saved": saved,
        "blocked": next((each.blocked for each in held if each.blocked), ""),
    }
    return private(render(request, "consents/preferences.html", context))


def save(request: HttpRequest, held: list[Held], ids: list[int], evidence: Evidence) -> None:
    """Write down what differs from what holds; a box that was never ticked says nothing."""
    spoken = shell.language()
    for each in held:
        wanted, given = each.code in request.POST, each.state == GIVEN
        if wanted == given or (wanted and each.blocked):
            continue
        said = Evidence(**{**vars(evidence), "text_shown": each.purpose.text_in(spoken)})
        log.consent_record(
            customer_ids=ids,
            purpose=each.purpose,
            channel=each.channel,
            action=ConsentEntry.Action.GIVEN if wanted else ConsentEntry.Action.WITHDRAWN,
            evidence=said,
            now=evidence.happened_at,
        )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@permission.everybody
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Unsubscribe with one click (RFC 8058): a POST does, whatever it carries; a GET only shows the button.

    A bad link, a repeated one and a good one are answered alike: nobody learns who is known here.
    """
    if request.method != "POST":
        return private(render(request, "consents/unsubscribe.html"))
    bearer = links.bearer_of(links.UNSUBSCRIBE, signed)
    if bearer is not None and not gone(bearer):
        now = timezone.now()
        evidence = Evidence(now, "one-click unsubscribe", address=bearer.address, more=circumstances(request))
        withdraw(bearer, evidence)
    return answered(request, _("You are unsubscribed"), _("You will receive no more of these messages."))


def withdraw(bearer: Bearer, evidence: Evidence) -> None:
    """Withdraw what a link is about."""
    for purpose, channel in selectors.topics(every=True):
        if (purpose.code, channel.code if channel else "") == (bearer.purpose, bearer.channel):
            log.consent_record(
                customer_ids=ids_of(bearer),
                purpose=purpose,
                channel=channel,
                action=ConsentEntry.Action.WITHDRAWN,
                evidence=evidence,
                now=evidence.happened_at,
            )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@permission.everybody
def confirm(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask once more, so that no scanner of mails agrees for anybody; a POST then agrees."""
    now = timezone.now()
    if request.method == "POST":
        state, asked = confirmation.confirmation_give(signed=signed, more=circumstances(request), now=now)
        if state == confirmation.GIVEN:
            return answered(request, _("Thank you"), _("You have agreed. You can take it back at any time."))
    else:
        state, asked = confirmation.confirmation_find(signed=signed, now=now)
        if state == confirmation.GIVEN and asked is not None:
            return private(render(request, "consents/confirm.html", {"asked": asked}))
    if state == confirmation.REPEATED:
        return answered(request, _("This is confirmed already"), _("There is nothing more to do."))
    status = 410 if state == confirmation.EXPIRED else 404
    return answered(request, _("This link does not work any more"), ask_again(), status=status)


def ask_again() -> str:
    """Return what can be done about a link that is no good."""
    return _("Nothing was changed. Ask us for a new link.")


def answered(request: HttpRequest, heading: str, sentence: str, *, status: int = 200) -> HttpResponse:
    """Return a page that says one thing."""
    return private(render(request, "consents/answer.html", {"heading": heading, "sentence": sentence}, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """Return a page that nobody keeps, and whose address is told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def ids_of(bearer: Bearer) -> list[int]:
    """Return the ids of the customer a link speaks for, the one it was sent to first."""
    found = selectors.customer_ids_of(customer_id=bearer.customer_id)
    return [bearer.customer_id, *(each for each in found if each != bearer.customer_id)]


def gone(bearer: Bearer) -> bool:
    """Tell whether the person was erased."""
    return selectors.blocked_by(customer_ids=[bearer.customer_id]) == ERASED or not selectors.known(bearer.customer_id)


def circumstances(request: HttpRequest) -> dict[str, Any]:
    """Return what the request itself shows of who answered."""
    found = {"ip": request.META.get("REMOTE_ADDR", ""), "agent": request.headers.get("User-Agent", "")[:200]}
    return {**found, "gpc": True} if request.headers.get("Sec-GPC") == "1" else found


def grouped(held: list[Held], spoken: str) -> list[dict[str, Any]]:
    """Return the purposes with what is asked of each."""
    groups: dict[str, dict[str, Any]] = {}
    for each in held:
        group = groups.setdefault(
            each.purpose.code, {"purpose": each.purpose, "text": each.purpose.text_in(spoken), "held": []}
        )
        group["held"].append(each)
    return list(groups.values())
