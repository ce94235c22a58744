"""Rules listed by how far they are, and the page of one: what it says, since when, who wrote and approved it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vinculo.programs.records import approval
from vinculo.programs.records.models import Program, Rule, RuleVersion, Unit
from vinculo.programs.records.rules import services as rules
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.rules import words

PAGE = 50
State = RuleVersion.State


@require_safe
@permission.needs(door.SEE)
def rule_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the rules of a programme: one row a version, those in a state where one is asked for."""
    found = door.program_of(program)
    state = request.GET.get("state", "")
    versions = RuleVersion.objects.filter(rule__program=found).select_related("rule")
    counts = {each: versions.filter(state=each).count() for each in State.values}
    if state in State.values:
        versions = versions.filter(state=state)
    else:
        state, versions = "", versions.filter(state__in=(State.DRAFT, State.PROPOSED, State.ACTIVE))
    page = Paginator(versions.order_by("rule__code", "-version"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [row(each) for each in page],
        "state": state,
        "states": [(code, name, counts[code]) for code, name in State.choices],
        "today": door.today_of(found),
    }
    return door.shown(request, found, "programs/rules/list.html", context)


def row(version: RuleVersion) -> dict[str, Any]:
    """Return what the list shows of a version."""
    return {"version": version, "for": words.TRIGGERS[version.definition["trigger"]]}


def rule_of(program: Program, rule_id: int) -> Rule:
    """Return a rule of a programme."""
    found = Rule.objects.filter(pk=rule_id, program=program).first()
    if found is None:
        raise Http404
    return found


def in_work(rule: Rule) -> RuleVersion | None:
    """Return the version that is a draft or waits for approval."""
    return RuleVersion.objects.filter(rule=rule, state__in=rules.IN_WORK).first()


@require_safe
@permission.needs(door.SEE)
def rule_page(request: HttpRequest, program: str, rule_id: int) -> HttpResponse:
    """Show a rule, all its versions, and what may be done with it now."""
    found = door.program_of(program)
    rule = rule_of(found, rule_id)
    reader, today = door.reader_of(found), door.today_of(found)
    versions = list(RuleVersion.objects.filter(rule=rule).order_by("-version"))
    units = {each.code: str(each) for each in Unit.objects.filter(program=found)}
    work = next((each for each in versions if each.state in rules.IN_WORK), None)
    active = next((each for each in versions if each.state == State.ACTIVE), None)
    context = {
        "rule": rule,
        "rows": [(each, words.said(rules.read(each), reader, units)) for each in versions],
        "work": work,
        "active": active,
        "today": today,
        "own": work is not None and approval.own(found.pk, work.authors, request.user.get_username()),
    }
    return door.shown(request, found, "programs/rules/rule.html", context)
