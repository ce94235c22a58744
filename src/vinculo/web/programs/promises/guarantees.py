"""Guarantees: what is promised to everybody, written, published and ended; and the hours in which work is done."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.records.guarantees import published, selectors
from vinculo.programs.records.models import Guarantee, Program, ServiceHours
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried
from vinculo.web.programs.promises.form import DAYS, GuaranteeForm, HoursForm
from vinculo.web.programs.promises.places import TABS

MANAGE = (door.SEE, door.MANAGE)


@require_GET
@permission.needs(door.SEE)
def guarantee_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the guarantees of a programme with their terms."""
    found = door.program_of(program)
    today = door.today_of(found)
    context: dict[str, Any] = {
        "title": _("Service guarantees"),
        "rows": [row(each, today) for each in selectors.guarantee_list(program_id=found.pk)],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/promises/guarantees.html", context)


def row(found: Guarantee, today: Any) -> dict[str, Any]:
    """Return a guarantee as people read it."""
    state = "draft"
    if found.published_from:
        state = "ended" if found.published_to and found.published_to <= today else "public"
    reward = found.reward
    return {
        "it": found,
        "name": str(found),
        "text": found.text,
        "state": state,
        "reward": str(reward) if reward else "",
    }


def guarantee_of(program: Program, guarantee_id: int) -> Guarantee:
    """Return a guarantee of a programme, or the page that says there is none."""
    found = selectors.guarantee_list(program_id=program.pk).filter(pk=guarantee_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def guarantee_new(request: HttpRequest, program: str) -> HttpResponse:
    """Write a guarantee down; nothing is promised before it is published."""
    found = door.program_of(program)
    form = GuaranteeForm(request.POST or None, program=found)

    def write() -> None:
        published.guarantee_create(
            program_id=found.pk, code=form.cleaned_data["code"], draft=form.draft, now=timezone.now()
        )

    if kept(request, form, write, _("The guarantee was written down; nothing is promised before it is public.")):
        return redirect("program_guarantees", program)
    back = reverse("program_guarantees", args=[program])
    return form_shown(request, found, form, title=_("New guarantee"), back=back)


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def guarantee_change(request: HttpRequest, program: str, guarantee_id: int) -> HttpResponse:
    """Change a guarantee: its texts at any time, its terms as long as it was never public."""
    found = door.program_of(program)
    guarantee = guarantee_of(found, guarantee_id)
    form = GuaranteeForm(request.POST or None, program=found, guarantee=guarantee)
    if kept(
        request,
        form,
        lambda: published.guarantee_change(guarantee_id=guarantee.pk, draft=form.draft),
        _("The change was saved."),
    ):
        return redirect("program_guarantees", program)
    note = _("Its terms were published and stay: end it and publish another.") if guarantee.published_from else ""
    back = reverse("program_guarantees", args=[program])
    return form_shown(request, found, form, title=_("Change the guarantee"), back=back, note=note)


@require_POST
@permission.needs(door.SEE, door.APPROVE)
def guarantee_state(request: HttpRequest, program: str, guarantee_id: int) -> HttpResponse:
    """Make a guarantee public from today on, or promise nothing more from today on."""
    found = door.program_of(program)
    guarantee = guarantee_of(found, guarantee_id)
    publish = request.POST.get("state") == "public"
    work = published.guarantee_publish if publish else published.guarantee_end
    done = _("The guarantee is public.") if publish else _("Nothing more is promised; what was promised is kept.")
    tried(request, lambda: work(guarantee_id=guarantee.pk, day=door.today_of(found)), done)
    return redirect("program_guarantees", program)


@require_GET
@permission.needs(door.SEE)
def hours_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show when work is done."""
    found = door.program_of(program)
    rows = [
        {"it": each, "days": [(name, spans_of(each, code)) for code, name in DAYS.items()]}
        for each in ServiceHours.objects.filter(program=found).order_by("name")
    ]
    context: dict[str, Any] = {"title": _("Service hours"), "rows": rows, "tabs": tabs_of(request, found, TABS)}
    return door.shown(request, found, "programs/promises/hours.html", context)


def spans_of(found: ServiceHours, day: str) -> str:
    """Write the hours of a day of the week."""
    return ", ".join("–".join(span) for span in found.hours.get(day, ()))  # noqa: RUF001 # a span of hours


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def hours_change(request: HttpRequest, program: str, hours_id: int = 0) -> HttpResponse:
    """Write down when work is done."""
    found = door.program_of(program)
    known = ServiceHours.objects.filter(program=found, pk=hours_id).first()
    if hours_id and known is None:
        raise Http404
    form = HoursForm(request.POST or None, hours=known)

    def write() -> None:
        published.hours_set(program_id=found.pk, name=form.cleaned_data["name"], told=form.told, holidays=form.free)

    if kept(request, form, write, _("The hours were saved.")):
        return redirect("program_hours", program)
    back = reverse("program_hours", args=[program])
    return form_shown(request, found, form, title=_("Service hours"), back=back)
