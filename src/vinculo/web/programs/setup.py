"""Setting up a programme and its units on a page; what is fixed once there are points is shown and not offered."""

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from vinculo.foundation.errors import InputError
from vinculo.programs.records import approval
from vinculo.programs.records.desk import setup
from vinculo.programs.records.models import EarningPolicy, Program, Unit
from vinculo.web import permission
from vinculo.web.programs import door

MOST_MONTHS, MOST_POINTS = 1200, 10**12
OF_PROGRAM = ("code", "name", "name_es", "currency", "zone", "started_on", "state")


class DeskForm(forms.Form):
    """A form of the desk: some of its fields may be fixed."""

    use_required_attribute = False

    def __init__(self, *args: Any, fixed: Iterable[str] = (), **named: Any) -> None:
        named.setdefault("label_suffix", "")
        super().__init__(*args, **named)
        for name in fixed:
            self.fields[name].disabled = True

    def said(self, *without: str) -> dict[str, Any]:
        """Return what was said, without some fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in without}


class DayInput(forms.DateInput):
    """A day, picked as the browser lets one."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class NameInSpanish(forms.CharField):
    """The name that is read in Spanish; without one it is the same in both languages."""

    def __init__(self, max_length: int = 120) -> None:
        super().__init__(label=gettext_lazy("Name in Spanish, where it differs"), max_length=max_length, required=False)


class ProgramForm(DeskForm):
    """A programme."""

    code = forms.SlugField(label=gettext_lazy("Code, part of its addresses"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    name_es = NameInSpanish()
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    started_on = forms.DateField(label=gettext_lazy("Starts on"), widget=DayInput())
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Program.State.choices)
    four_eyes = forms.BooleanField(
        label=gettext_lazy("Rules are approved by somebody else than their author"), required=False
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(each, each) for each in sorted(available_timezones())]


class UnitForm(DeskForm):
    """A unit of a programme."""

    code = forms.SlugField(label=gettext_lazy("Code, as rules name it"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    name_es = NameInSpanish(max_length=80)
    spendable = forms.BooleanField(label=gettext_lazy("Can be spent"), required=False)
    qualifying = forms.BooleanField(label=gettext_lazy("Decides levels"), required=False)
    expiry = forms.ChoiceField(label=gettext_lazy("Points are lost"), choices=Unit.Expiry.choices)
    expiry_months = forms.IntegerField(label=gettext_lazy("After months"), min_value=0, max_value=MOST_MONTHS)
    expiry_rounding = forms.ChoiceField(
        label=gettext_lazy("At the end of the"), choices=Unit.Rounding.choices, required=False
    )
    expiry_day = forms.CharField(label=gettext_lazy("On the day (12-31)"), max_length=5, required=False)
    grace_days = forms.IntegerField(label=gettext_lazy("Days of grace"), min_value=0, max_value=366)
    return_policy = forms.ChoiceField(
        label=gettext_lazy("What returns take back of points already spent"), choices=Unit.Returns.choices
    )
    floor = forms.IntegerField(label=gettext_lazy("Floor (0 or below)"), min_value=-MOST_POINTS, max_value=0)


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, door.APPROVE)
def program_new(request: HttpRequest) -> HttpResponse:
    """Open a programme."""
    initial = {"currency": settings.CURRENCY, "zone": settings.TIME_ZONE, "state": "draft", "four_eyes": True}
    form = ProgramForm(request.POST or None, initial=initial, fixed=("state",))
    if request.method == "POST" and form.is_valid():
        made = kept(form, lambda: setup.program_open(code=form.cleaned_data["code"], said=of_program(form),
                                                     now=timezone.now()))  # fmt: skip
        if made:
            approval.policy_set(program_id=made.pk, four_eyes=form.cleaned_data["four_eyes"])
            messages.success(request, _("The programme is prepared: give it points, rules and levels, then open it."))
            return redirect("program", made.code)
    return render(request, "programs/setup.html", {"form": form, "title": _("New programme")})


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, door.APPROVE)
def program_change(request: HttpRequest, program: str) -> HttpResponse:
    """Change a programme."""
    found = door.program_of(program)
    initial = {name: getattr(found, name) for name in OF_PROGRAM}
    fixed = ("code", *setup.program_fixed(found))
    form = ProgramForm(
        request.POST or None, initial={**initial, "four_eyes": approval.four_eyes(found.pk)}, fixed=fixed
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = {**of_program(form), "state": form.cleaned_data["state"]}
        if kept(form, lambda: setup.program_change(program_id=found.pk, said=said)):
            if EarningPolicy.objects.filter(program=found).exists() or not form.cleaned_data["four_eyes"]:
                approval.policy_set(program_id=found.pk, four_eyes=form.cleaned_data["four_eyes"])
            messages.success(request, _("The programme is saved."))
            return redirect("program", found.code)
    units = [(each, setup.unit_fixed(each)) for each in Unit.objects.filter(program=found).order_by("id")]
    context = {"form": form, "title": _("Set up"), "units": units, "fixed": fixed[1:]}
    return door.shown(request, found, "programs/setup.html", context)


def of_program(form: ProgramForm) -> dict[str, Any]:
    """Return what was said of a programme."""
    said = form.said("code", "four_eyes", "state")
    return {**said, "currency": said["currency"].upper()}


def kept(form: forms.Form, do: Callable[[], Any]) -> Any:
    """Do it and return what was made; what is refused stands on the form."""
    try:
        return do()
    except InputError as error:
        form.add_error(None, permission.said(error))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, door.APPROVE)
def unit_new(request: HttpRequest, program: str) -> HttpResponse:
    """Open a unit."""
    found = door.program_of(program)
    initial = {"spendable": True, "expiry": "none", "expiry_months": 0, "grace_days": 0, "floor": 0}
    form = UnitForm(request.POST or None, initial={**initial, "return_policy": "balance"})
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if kept(form, lambda: setup.unit_open(program_id=found.pk, code=code, said=form.said("code"))):
            return redirect("program_change", found.code)
    return door.shown(request, found, "programs/setup.html", {"form": form, "title": _("New points")})


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, door.APPROVE)
def unit_change(request: HttpRequest, program: str, unit_id: int) -> HttpResponse:
    """Change a unit."""
    found = door.program_of(program)
    unit = Unit.objects.filter(pk=unit_id, program=found).first()
    if unit is None:
        raise Http404
    initial = {name: getattr(unit, name) for name in ("code", *setup.OF_UNIT)}
    fixed = ("code", *setup.unit_fixed(unit))
    form = UnitForm(request.POST or None, initial=initial, fixed=fixed)
    if request.method == "POST" and form.is_valid() and kept(
        form, lambda: setup.unit_change(unit_id=unit.pk, said=form.said("code"))
    ):  # fmt: skip
        messages.success(request, _("The points are saved."))
        return redirect("program_change", found.code)
    return door.shown(request, found, "programs/setup.html", {"form": form, "title": unit, "fixed": fixed[1:]})
