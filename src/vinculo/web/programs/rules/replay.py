"""Simulations: a change of a rule over real orders, asked for, watched, and shown."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from vinculo.programs.finance import rates
from vinculo.programs.records.finance import books
from vinculo.programs.records.models import Program, Replay, Rule, RuleVersion, Unit
from vinculo.programs.records.rules import replays
from vinculo.web import permission, progress
from vinculo.web.programs import door
from vinculo.web.programs.rules import listing, outcome
from vinculo.web.programs.setup import DayInput, DeskForm, kept

SHOWN = 50


class ReplayForm(DeskForm):
    """Over which orders a change is replayed, and what a thousand points cost."""

    what = forms.ChoiceField(label=gettext_lazy("Change"))
    starts_on = forms.DateField(label=gettext_lazy("Orders from"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("until before"), widget=DayInput())
    cost = forms.DecimalField(
        label=gettext_lazy("Cost of 1,000 points, in minor units"), min_value=0, max_digits=12, decimal_places=4
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE)
def replay_ask(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Have the draft of a rule, or the end of it, replayed over real orders."""
    found = door.program_of(program)
    rule = listing.rule_of(found, rule_id)
    work = listing.in_work(rule)
    form = ReplayForm(request.POST or None, initial=usual(found))
    what = form.fields["what"]
    assert isinstance(what, forms.ChoiceField)
    what.choices = changes_of(rule, work)
    if not what.choices:
        messages.info(request, _("There is nothing to simulate: write a draft first."))
        return redirect("program_rule", found.code, rule.pk)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        definition = work.definition if work and said["what"] == "draft" else None
        asked = kept(
            form,
            lambda: replays.replay_ask(
                program_id=found.pk,
                starts_on=said["starts_on"],
                ends_on=said["ends_on"],
                changes={rule.code: definition},
                now=timezone.now(),
                cost_minor_per_1000=said["cost"],
            ),
        )
        if asked:
            return redirect("program_replay", found.code, asked.pk)
    return door.shown(request, found, "programs/rules/simulate.html", {"form": form, "rule": rule, "work": work})


def changes_of(rule: Rule, work: RuleVersion | None) -> list[tuple[str, str]]:
    """Return what can be simulated of a rule."""
    found = []
    if work is not None:
        found.append(("draft", _("Version {number} in place of what is in force").format(number=work.version)))
    if RuleVersion.objects.filter(rule=rule, state=RuleVersion.State.ACTIVE).exists():
        found.append(("none", _("Without this rule")))
    return found


def usual(program: Program) -> dict[str, Any]:
    """Return the last year, and what points cost today where finance said so."""
    today: date = door.today_of(program)
    unit = Unit.objects.filter(program=program, spendable=True).order_by("id").first()
    cost = books.rates_of(unit.pk, rates.COST).worth(1000, today) if unit else 0
    return {"starts_on": today - timedelta(days=365), "ends_on": today, "cost": round(Decimal(float(cost)), 2)}


@require_safe
@permission.needs(door.MANAGE)
def replay_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the simulations of a programme, the latest first."""
    found = door.program_of(program)
    rows = Replay.objects.filter(program=found).defer("result").order_by("-id")[:SHOWN]
    shown = [(each, changed(each)) for each in rows]
    return door.shown(request, found, "programs/rules/replays.html", {"rows": shown})


def replay_of(program: Program, replay_id: int) -> Replay:
    """Return a simulation of a programme."""
    found = Replay.objects.filter(pk=replay_id, program=program).first()
    if found is None:
        raise Http404
    return found


def changed(replay: Replay) -> list[str]:
    """Return the codes of the rules that a simulation changes."""
    old, new = replay.settings["old"], replay.settings["new"]
    return sorted(code for code in {*old, *new} if old.get(code) != new.get(code))


@require_safe
@permission.needs(door.MANAGE)
def replay_page(request: HttpRequest, program: str, replay_id: int) -> HttpResponse:
    """Show how far a simulation is, or what it found."""
    found = door.program_of(program)
    replay = replay_of(found, replay_id)
    over = how_far(found, replay)
    codes = changed(replay)
    context: dict[str, Any] = {
        "replay": replay,
        "changed": list(Rule.objects.filter(program=found, code__in=codes)),
        "starts_on": date.fromisoformat(replay.settings["starts_on"]),
        "last_on": date.fromisoformat(replay.settings["ends_on"]) - timedelta(days=1),
        "progress": None if over.over else over,
    }
    if replay.result:
        context |= outcome.shown(found, replay, door.reader_of(found), named=request.user.has_perm("staff.member_view"))
    return door.shown(request, found, "programs/rules/replay.html", context)


@require_safe
@permission.needs(door.MANAGE)
def replay_progress(request: HttpRequest, program: str, replay_id: int) -> HttpResponse:
    """Answer a page that asks how far a simulation is."""
    found = door.program_of(program)
    return progress.answer(request, how_far(found, replay_of(found, replay_id)))


def how_far(program: Program, replay: Replay) -> progress.Progress:
    """Return how far a simulation is, in words."""
    over = replay.state in (Replay.State.DONE, Replay.State.FAILED)
    words = replay.get_state_display().capitalize()
    share = replay.progress if replay.state == Replay.State.RUNNING else None
    address = reverse("program_replay_progress", args=[program.code, replay.pk])
    return progress.Progress(address, words, share, over)
