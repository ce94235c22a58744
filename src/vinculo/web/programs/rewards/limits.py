"""Limits and budgets of rewards: what is left of each, and whether it stopped."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.measure.charts.reader import Reader
from vinculo.programs.records.models import RewardLimit
from vinculo.programs.records.rewards import catalogue, selectors
from vinculo.programs.records.rewards.selectors import Left
from vinculo.web import permission, tags
from vinculo.web.programs import door
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried
from vinculo.web.programs.rewards.catalogue import MANAGE
from vinculo.web.programs.rewards.form import LimitForm
from vinculo.web.programs.rewards.places import TABS


@require_GET
@permission.needs(door.SEE)
def limit_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the limits of a programme."""
    found = door.program_of(program)
    reader = door.reader_of(found)
    context: dict[str, Any] = {
        "title": _("Limits and budgets"),
        "rows": [row(each, reader) for each in selectors.limit_list(program_id=found.pk, now=timezone.now())],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/rewards/limits.html", context)


def row(found: Left, reader: Reader) -> dict[str, Any]:
    """Return a limit as people read it."""
    limit = found.limit
    left = None if found.used is None else limit.most - found.used
    reward = limit.reward
    of = str(reward) if reward else ""
    return {
        "limit": limit,
        "of": of or (_("Campaign {campaign}").format(campaign=limit.campaign) if limit.campaign else _("Everything")),
        "period": str(dict(RewardLimit.PERIODS)[limit.period]),
        "most": figure(limit, limit.most, reader),
        "used": figure(limit, found.used, reader),
        "left": figure(limit, left, reader),
        "percent": min(100, 100 * found.used // limit.most) if found.used is not None and limit.most else None,
        "stopped_at": found.stopped_at,
        "since": found.period_from if limit.period != "ever" else None,
    }


def figure(limit: RewardLimit, value: int | None, reader: Reader) -> str:
    """Write what a limit counts."""
    if value is None:
        return ""
    return tags.exactly(value, reader) if limit.measure == RewardLimit.Measure.COST else reader.number(value)


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def limit_new(request: HttpRequest, program: str) -> HttpResponse:
    """Set a limit."""
    found = door.program_of(program)
    form = LimitForm(request.POST or None, program=found)
    if kept(request, form, lambda: catalogue.limit_set(program_id=found.pk, limit=form.limit), _("The limit was set.")):
        return redirect("program_limits", program)
    note = _("A limit of the same kind, period, reward and campaign is replaced.")
    back = reverse("program_limits", args=[program])
    return form_shown(request, found, form, title=_("New limit"), back=back, note=note)


@require_POST
@permission.needs(*MANAGE)
def limit_end(request: HttpRequest, program: str, limit_id: int) -> HttpResponse:
    """End a limit."""
    found = door.program_of(program)
    if not RewardLimit.objects.filter(pk=limit_id, program=found).exists():
        raise Http404
    tried(request, lambda: catalogue.limit_end(limit_id=limit_id, now=timezone.now()), _("The limit was ended."))
    return redirect("program_limits", program)
