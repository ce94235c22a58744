"""Upkeep: how long what is kept, and the register of what personal data are used for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.records.rights import processing, retention
from vinculo.web import permission

KEPT = {
    "prospects": (
        gettext_lazy("Prospects of whom nothing was heard"),
        gettext_lazy("No order, no record and no consent since; they are erased as if they had asked for it."),
    ),
    "originals": (
        gettext_lazy("Imported files"),
        gettext_lazy("The originals, rejected rows and previews; what was read of them stays, and undoing works."),
    ),
    "audit": (
        gettext_lazy("Audit trail"),
        gettext_lazy("Who changed what; twelve months are the least."),
    ),
    "questions": (
        gettext_lazy("Unanswered questions"),
        gettext_lazy("Consents asked for by e-mail that nobody confirmed."),
    ),
    "requests": (
        gettext_lazy("Closed requests of persons"),
        gettext_lazy("Except those that still hold: erasures, restrictions and objections."),
    ),
    "events": (
        gettext_lazy("Events of tracking clients"),
        gettext_lazy("Except those that an order, a role or a lead follows from; what they said of customers stays."),
    ),
    "quarantine": (
        gettext_lazy("Events in quarantine"),
        gettext_lazy("What could not be taken or understood, as it was written."),
    ),
}
"""What each rule is called and means."""


@require_GET
@permission.needs("staff.right_handle")
def retention_view(request: HttpRequest) -> HttpResponse:
    """Show the rules and what each would remove now; nothing is removed by looking."""
    rows: list[dict[str, Any]] = [
        {
            "due": each,
            "name": KEPT.get(each.rule.code, (each.rule.code, ""))[0],
            "means": KEPT.get(each.rule.code, ("", ""))[1],
        }
        for each in retention.dues(now=timezone.now())
    ]
    return render(request, "rights/retention.html", {"rows": rows})


@require_POST
@permission.needs("staff.right_handle", "staff.person_erase")
def retention_set(request: HttpRequest, code: str) -> HttpResponse:
    """Say how long one kind of data is kept."""
    written = request.POST.get("months", "").strip()
    if written and not (written.isdecimal() and 1 <= int(written) <= 1200):
        raise InputError("Say after how many months it goes.")
    if code in KEPT:
        months = int(written) if written else None
        retention.rule_set(code=code, months=months, active=bool(request.POST.get("active")))
        messages.success(request, _("The rule was saved. What is due goes in the night, not before."))
    return redirect("retention")


@require_GET
@permission.needs("staff.right_handle")
def processing_view(request: HttpRequest) -> HttpResponse:
    """Show the register of processing, to read and to print."""
    found = processing.register(now=timezone.now())
    rules = [(KEPT.get(code, (code,))[0], months, active) for code, months, active in found.retention]
    return render(request, "rights/processing.html", {"register": found, "rules": rules})


@require_GET
@permission.needs("staff.right_handle")
def processing_json(request: HttpRequest) -> HttpResponse:
    """Give the register of processing for other programs."""
    response = JsonResponse(processing.register(now=timezone.now()).plain(), json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="processing.json"'
    return response
