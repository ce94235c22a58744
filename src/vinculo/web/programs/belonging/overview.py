"""Overview: challenges, streaks and badges, with how many take part and reached them, and where each is written."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.belonging import recognition
from vinculo.programs.belonging.recognition import Kind, Occasion
from vinculo.programs.records.belonging import drafting, selectors
from vinculo.programs.records.models import Badge, Challenge, Program, Streak
from vinculo.programs.records.models.belonging import State
from vinculo.web import permission, tags
from vinculo.web.programs import door, layout, tables
from vinculo.web.programs.belonging.form import BadgeForm, ChallengeForm, StreakForm, WordsForm
from vinculo.web.programs.belonging.places import TABS
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried
from vinculo.web.programs.tables import DAY, POINTS, Column, Link, Table, Tag

MANAGE = (door.SEE, door.MANAGE)
TONES = {State.OPEN: "good"}


@require_GET
@permission.needs(door.SEE)
def belonging(request: HttpRequest, program: str) -> HttpResponse:
    """Show what members take part in."""
    found = door.program_of(program)
    reader = door.reader_of(found)
    challenges = list(
        Challenge.objects.filter(program=found).select_related("unit", "badge").order_by("-ends_on", "pk")
    )
    streaks = list(Streak.objects.filter(program=found).select_related("unit", "badge").order_by("pk"))
    context: dict[str, Any] = {
        "title": _("Belonging"),
        "tables": [
            challenges_table(found, challenges).shown(reader),
            streaks_table(found, streaks).shown(reader),
            badges_table(found).shown(reader),
        ],
        "figures": tables.FIGURES,
        "movable": [("challenge", each) for each in challenges] + [("streak", each) for each in streaks],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/belonging/overview.html", context)


def link(program: Program, noun: str, row: Any) -> Link:
    """Return the name of something, leading to where it is written."""
    return Link(str(row), reverse(f"program_{noun}_change", args=[program.code, row.pk]))


def challenges_table(program: Program, found: list[Challenge]) -> Table:
    """Return the challenges of a programme."""
    columns = [
        Column(_("Challenge")),
        Column(_("Goal")),
        Column(_("From"), DAY),
        Column(_("Until"), DAY),
        Column(_("Points"), POINTS),
        Column(_("Badge")),
        Column(_("Joined"), POINTS, _("Members who take part.")),
        Column(_("Reached the goal"), POINTS, _("Members who were given what it brings, and still have it.")),
        Column(_("State")),
    ]
    reader = door.reader_of(program)
    rows: list[list[Any]] = []
    for each in found:
        joined, reached = selectors.challenge_figures(challenge_id=each.pk)
        spend = each.goal == Challenge.Goal.SPEND
        target = tags.exactly(each.target, reader) if spend else reader.number(each.target)
        rows.append(
            [
                *(
                    link(program, "challenge", each),
                    f"{each.get_goal_display()}: {target}",
                    each.begins_on,
                    each.ends_on,
                ),
                *(each.points, str(each.badge or ""), joined, reached, tag(each)),
            ]
        )
    return Table("challenges", _("Challenges"), columns, rows)


def tag(row: Challenge | Streak) -> Tag:
    """Return how something stands."""
    return Tag(str(row.get_state_display()), TONES.get(State(row.state), ""))


def streaks_table(program: Program, found: list[Streak]) -> Table:
    """Return the streaks of a programme."""
    columns = [
        Column(_("Streak")),
        Column(_("Every")),
        Column(_("What is done"), means=_("A purchase, where no event is named.")),
        Column(_("May be missed"), POINTS, _("Steps that may be missed.")),
        Column(_("Points by length")),
        Column(_("Badge")),
        Column(_("From"), DAY),
        Column(_("State")),
    ]
    rows = [
        [
            *(link(program, "streak", each), str(each.get_every_display()), each.event or _("a purchase"), each.grace),
            ", ".join(f"{length}: {points}" for length, points in each.rewards),
            *(str(each.badge or ""), each.begins_on, tag(each)),
        ]
        for each in found
    ]
    return Table("streaks", _("Streaks"), columns, rows)


def badges_table(program: Program) -> Table:
    """Return the badges of a programme."""
    columns = [
        Column(_("Badge")),
        Column(_("Code")),
        Column(_("Given for"), means=_("Besides challenges and streaks that name it.")),
        Column(_("Given"), POINTS, _("Members who have it.")),
    ]
    counts = selectors.badge_counts(program_id=program.pk)
    known = Badge.objects.filter(program=program).select_related("level").order_by("code")
    rows = [[link(program, "badge", each), each.code, given_for(each), counts.get(each.pk, 0)] for each in known]
    return Table("badges", _("Badges"), columns, rows)


def given_for(badge: Badge) -> str:
    """Return for what a badge is given by itself."""
    if badge.level:
        return _("level {level}").format(level=badge.level)
    if badge.years:
        return layout.spoken(recognition.words(Occasion(date.min, Kind.CUSTOMER, badge.years)))
    return ""


def written(
    request: HttpRequest, program: Program, form: WordsForm, write: Callable[[], object], title: str
) -> HttpResponse:
    """Write what a form says, or show it."""
    if kept(request, form, write, _("The change was saved.")):
        return redirect("program_belonging", program.code)
    return form_shown(request, program, form, title=title, back=reverse("program_belonging", args=[program.code]))


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def challenge_change(request: HttpRequest, program: str, row_id: int = 0) -> HttpResponse:
    """Write a challenge, a new one or one that is there."""
    found = door.program_of(program)
    known = known_of(Challenge, found, row_id)
    form = ChallengeForm(request.POST or None, program=found, known=known)

    def write() -> None:
        code = known.code if known else form.cleaned_data["code"]
        new_code(Challenge, found, code, known)
        drafting.challenge_write(program_id=found.pk, code=code, wording=form.wording, draft=form.draft, gift=form.gift)

    return written(request, found, form, write, _("Challenge"))


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def streak_change(request: HttpRequest, program: str, row_id: int = 0) -> HttpResponse:
    """Write a streak, a new one or one that is there."""
    found = door.program_of(program)
    known = known_of(Streak, found, row_id)
    form = StreakForm(request.POST or None, program=found, known=known)

    def write() -> None:
        code = known.code if known else form.cleaned_data["code"]
        new_code(Streak, found, code, known)
        drafting.streak_write(program_id=found.pk, code=code, wording=form.wording, draft=form.draft, gift=form.gift)

    return written(request, found, form, write, _("Streak"))


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def badge_change(request: HttpRequest, program: str, row_id: int = 0) -> HttpResponse:
    """Write a badge, a new one or one that is there."""
    found = door.program_of(program)
    known = known_of(Badge, found, row_id)
    form = BadgeForm(request.POST or None, program=found, known=known)

    def write() -> None:
        code = known.code if known else form.cleaned_data["code"]
        new_code(Badge, found, code, known)
        drafting.badge_write(program_id=found.pk, code=code, wording=form.wording, **form.given)

    return written(request, found, form, write, _("Badge"))


def known_of(kind: Any, program: Program, row_id: int) -> Any:
    """Return something of a programme, or nothing where a new one is written."""
    found = kind.objects.filter(program=program, pk=row_id).first()
    if row_id and found is None:
        raise Http404
    return found


def new_code(kind: Any, program: Program, code: str, known: Any) -> None:
    """Refuse the code of something else for a new one."""
    if known is None and kind.objects.filter(program=program, code=code).exists():
        raise drafting.DraftError("There is one of this code already: choose another.")


@require_POST
@permission.needs(door.SEE, door.APPROVE)
def state_change(request: HttpRequest, program: str, noun: str, row_id: int) -> HttpResponse:
    """Let members take part in a challenge or a streak, or no more."""
    found = door.program_of(program)
    kinds: dict[str, Any] = {"challenge": Challenge, "streak": Streak}
    if noun not in kinds:
        raise Http404
    row = known_of(kinds[noun], found, row_id)
    tried(request, lambda: drafting.state_set(row, request.POST.get("state", "")), _("The change was saved."))
    return redirect("program_belonging", program)
