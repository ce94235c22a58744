"""The editor of a rule: a draft is written, and written anew, until it is proposed."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.programs.earning import attributes
from vinculo.programs.records.models import Program, Rule, RuleVersion, Unit
from vinculo.programs.records.rules import services as rules
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.rules import form as rule_form
from vinculo.web.programs.rules import listing
from vinculo.web.programs.rules.form import RuleForm
from vinculo.web.programs.setup import kept


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE)
def rule_new(request: HttpRequest, program: str) -> HttpResponse:
    """Write a new rule."""
    found = door.program_of(program)
    unit = Unit.objects.filter(program=found).order_by("id").values_list("code", flat=True).first() or "points"
    initial = rule_form.filled({"code": "x", "unit": unit})
    form = RuleForm(request.POST or None, initial=initial, program=found)
    return edited(request, found, form, title=_("New rule"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE)
def rule_edit(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Write a draft anew, or the next version of a rule."""
    found = door.program_of(program)
    rule = listing.rule_of(found, rule_id)
    last = RuleVersion.objects.filter(rule=rule).order_by("-version").first()
    assert last is not None  # a rule is made with its first version
    drafted = last.state == RuleVersion.State.DRAFT
    initial: dict[str, Any] = {**rule_form.filled(last.definition), "code": rule.code}
    initial |= {"name": last.name, "name_es": last.name_es}
    initial |= {"starts_on": last.starts_on if drafted else None, "ends_on": last.ends_on if drafted else None}
    rows = len(last.definition["caps"]) + 1
    form = RuleForm(request.POST or None, initial=initial, program=found, rows=rows, fixed=("code",))
    return edited(request, found, form, title=str(last), rule=rule)


def edited(
    request: HttpRequest, program: Program, form: RuleForm, *, title: str, rule: Rule | None = None
) -> HttpResponse:
    """Keep what the form says, or show it."""
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if rule is None and Rule.objects.filter(program=program, code=code).exists():
            form.add_error("code", _("There is a rule of this code: write its next version on its page."))
        elif version := drafted(program, form, code):
            messages.success(request, _("The draft is saved."))
            return redirect("program_rule", program.code, version.rule_id)
    form.fields["condition"].widget.attrs["hx-post"] = reverse("program_condition", args=[program.code])
    condition = str(form["condition"].value() or "")
    context = {
        "form": form,
        "title": title,
        "rule": rule,
        "fault": rule_form.fault(condition),
        "condition": condition,
        "attributes": named(),
    }
    return door.shown(request, program, "programs/rules/edit.html", context)


def drafted(program: Program, form: RuleForm, code: str) -> RuleVersion | None:
    """Write the draft; what is refused stands on the form."""
    found: RuleVersion | None = kept(
        form,
        lambda: rules.rule_draft(
            program_id=program.pk,
            code=code,
            name=form.cleaned_data["name"],
            name_es=form.cleaned_data["name_es"],
            definition=form.definition,
            now=timezone.now(),
            dates=form.dates,
        ),
    )
    return found


def named() -> list[tuple[str, str, str]]:
    """Return what a condition may name: each attribute, what it means, and an example of its use."""
    translate = permission.analytical()
    return [(each.name, translate(each.meaning), example(each)) for each in attributes.ATTRIBUTES.values()]


def example(each: attributes.Attribute) -> str:
    """Return how a condition asks for an attribute."""
    if each.kind == "flag":
        return each.name
    if each.kind == "date":
        return f"{each.name} >= {date.today().year}-01-01"  # noqa: DTZ011 # only an example
    if each.kind == "text":
        choices = each.choices[:2] or ("'a'", "'b'")
        return f"{each.name} in ({', '.join(choices)})"
    return f"{each.name} >= 3"


@require_POST
@permission.needs(door.MANAGE)
def condition_check(request: HttpRequest, program: str) -> HttpResponse:
    """Say whether a condition can be read, and where it cannot."""
    door.program_of(program)
    condition = request.POST.get("condition", "").replace("\0", "")
    return render(
        request, "programs/rules/condition.html", {"fault": rule_form.fault(condition), "condition": condition}
    )
