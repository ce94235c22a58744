"""Terms of levels: written, previewed over the members there are, and proposed as a new version."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.foundation.errors import InputError, SettingsError
from vinculo.programs.levels.terms import Fall, Rung, Terms
from vinculo.programs.records.desk import previews
from vinculo.programs.records.desk.previews import Preview
from vinculo.programs.records.levels import approving, services
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.levels.services import NewTerms
from vinculo.programs.records.models import Level, LevelSet, Program
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.levels import form as level_form
from vinculo.web.programs.levels import page
from vinculo.web.programs.levels.form import SetForm, TermsForm


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, door.APPROVE)
def set_new(request: HttpRequest, program: str) -> HttpResponse:
    """Open a set of levels."""
    found = door.program_of(program)
    form = SetForm(request.POST or None, program=found, initial={"months": 12, "first_month": 1})
    if request.method == "POST" and form.is_valid():
        if LevelSet.objects.filter(program=found, code=form.cleaned_data["code"]).exists():
            form.add_error("code", _("There is a set of this code."))
        else:
            try:
                made = services.level_set_open(program_id=found.pk, new=form.new, now=timezone.now())
            except SettingsError as error:
                form.add_error(None, permission.said(error))
            else:
                messages.success(request, _("The set is open: now write its terms."))
                return redirect("program_terms", found.code, made.pk)
    return door.shown(request, found, "programs/levels/new.html", {"form": form})


def form_of(request: HttpRequest, level_set: LevelSet) -> TermsForm:
    """Return the form of new terms."""
    known = list(Level.objects.filter(level_set=level_set).order_by("rank"))
    last = next(iter(levels.terms_list(level_set_id=level_set.pk)), None)
    initial = level_form.filled(level_set, known, last)
    return TermsForm(request.POST or None, level_set=level_set, levels=known, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE)
def preview(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Write new terms and see what they would do."""
    found = door.program_of(program)
    level_set = page.set_of(found, set_id)
    form = form_of(request, level_set)
    context: dict[str, Any] = {"set": level_set, "form": form, "at_once": page.at_once(request, found)}
    if request.method == "POST" and form.is_valid():
        try:
            context |= previewed(found, level_set, form.new)
        except SettingsError as error:
            form.add_error(None, permission.said(error))
    return door.shown(request, found, "programs/levels/terms.html", context)


def previewed(program: Program, level_set: LevelSet, new: NewTerms) -> dict[str, Any]:
    """Return what new terms would do."""
    today = door.today_of(program)
    rungs = tuple(Rung(each.rank, each.threshold, each.kept) for each in new.levels)
    terms = Terms(rungs, Fall(new.fall), new.grace_days, begins_on=new.begins_on or today)
    seen = previews.preview(level_set, terms, as_of=today)
    names: dict[int, str] = {each.rank: str(each) for each in Level.objects.filter(level_set=level_set)}
    names |= {each.rank: names.get(each.rank, each.name_en) for each in new.levels}
    return {"preview": seen, "rows": rows(seen, names), "begins_on": terms.begins_on}


def rows(seen: Preview, names: dict[int, str]) -> list[tuple[str, int, int, int]]:
    """Return how many members stand on each level: now, when the terms begin, and if they had always held."""
    ranks = sorted({*names, *seen.now, *seen.begins.by_rank, *seen.always.by_rank, 0}, reverse=True)
    return [
        (
            names.get(rank) or _("no level"),
            seen.now.get(rank, 0),
            seen.begins.by_rank.get(rank, 0),
            seen.always.by_rank.get(rank, 0),
        )
        for rank in ranks
    ]


@require_POST
@permission.needs(door.MANAGE)
def propose(request: HttpRequest, program: str, set_id: int) -> HttpResponse:
    """Put terms before whoever approves; without four eyes, whoever may approve publishes them at once."""
    found = door.program_of(program)
    level_set = page.set_of(found, set_id)
    form = form_of(request, level_set)
    if form.is_valid():
        try:
            with transaction.atomic():
                made = approving.terms_propose(level_set_id=level_set.pk, new=form.new, now=timezone.now())
                at_once = page.at_once(request, found)
                terms = approving.terms_approve(proposal_id=made.pk, now=timezone.now()) if at_once else None
        except (InputError, SettingsError) as error:
            form.add_error(None, permission.said(error))
        else:
            published = _("Version {number} of the terms is published.")
            messages.success(
                request, published.format(number=terms.version) if terms else _("The terms wait for approval.")
            )
            return redirect("program_level_set", found.code, level_set.pk)
    return door.shown(request, found, "programs/levels/terms.html", {"set": level_set, "form": form}, status=400)
