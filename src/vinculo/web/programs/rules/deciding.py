"""Deciding about rules: proposed, given back, approved by somebody else, withdrawn."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vinculo.foundation.errors import InputError
from vinculo.foundation.periods import parse_day
from vinculo.programs.records.models import RuleVersion
from vinculo.programs.records.rules import services as rules
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.rules import listing

LONGEST_NOTE = 2000


@require_POST
@permission.needs(door.MANAGE)
def propose(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Put a draft before whoever approves."""
    version = version_of(program, rule_id)
    return done(request, program, rule_id, lambda: rules.rule_propose(version_id=version.pk, now=timezone.now()),
                _("The rule waits for approval."))  # fmt: skip


@require_POST
@permission.needs(door.APPROVE)
def approve(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Approve a proposal of somebody else."""
    version = version_of(program, rule_id)
    return done(request, program, rule_id, lambda: rules.rule_approve(version_id=version.pk, now=timezone.now()),
                _("The rule is approved."))  # fmt: skip


@require_POST
@permission.needs(door.APPROVE)
def give_back(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Give a proposal back to its authors, with a note."""
    version = version_of(program, rule_id)
    note = request.POST.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
    return done(request, program, rule_id, lambda: rules.rule_return(version_id=version.pk, note=note),
                _("The rule is a draft again."))  # fmt: skip


@require_POST
@permission.needs(door.APPROVE)
def retire(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Withdraw a rule from a day on."""
    found = door.program_of(program)
    rule = listing.rule_of(found, rule_id)
    try:
        day = parse_day(request.POST.get("on", "")) if request.POST.get("on") else door.today_of(found)
    except ValueError:
        messages.error(request, _("The day could not be understood."))
        return redirect("program_rule", program, rule_id)
    return done(request, program, rule_id, lambda: rules.rule_retire(rule_id=rule.pk, on=day, now=timezone.now()),
                _("The rule is withdrawn."))  # fmt: skip


def version_of(program: str, rule_id: int) -> RuleVersion:
    """Return the version of a rule that is in work."""
    version = listing.in_work(listing.rule_of(door.program_of(program), rule_id))
    if version is None:
        raise Http404
    return version


def done(request: HttpRequest, program: str, rule_id: int, do: Callable[[], Any], words: str) -> HttpResponse:
    """Do it, say so or why not, and show the rule."""
    try:
        do()
    except InputError as error:
        door.refused(request, error)
    else:
        messages.success(request, words)
    return redirect("program_rule", program, rule_id)
