"""The page of a lead: what is known of it, every step it took, and where it may go."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.leads import stages
from vinculo.identify.records.leads import selectors, services
from vinculo.identify.records.models import Customer, Lead
from vinculo.web import permission
from vinculo.web.prospects import board
from vinculo.web.prospects.form import LeadForm, currency_of, initial_of
from vinculo.web.relations import finder, people

SEE = ("staff.customer_view", "staff.prospect_view")
CHANGE = (*SEE, "staff.prospect_change", "staff.relation_view", "staff.relation_change", "staff.personal_data_view")


@require_GET
@permission.needs(*SEE)
def prospect_view(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Show a lead."""
    lead = lead_of(lead_id)
    steps = selectors.step_list(lead_id=lead_id)
    labels = {code: str(words) for code, words in Lead.Stage.choices}
    personal = request.user.has_perm("staff.personal_data_view")
    may_change = request.user.has_perms(CHANGE)
    context: dict[str, Any] = {
        "row": board.rows_of(request, [lead])[0],
        "lead": lead,
        "steps": [
            {
                "step": step,
                "before": labels.get(step.from_stage, ""),
                "after": labels[step.to_stage],
                "reason": step.reason if personal else "",
            }
            for step in steps
        ],
        "undoable": steps[0].pk if steps and steps[0].from_stage and not steps[0].undoes_id else None,
        "moves": moves(lead) if may_change else (),
        "may_change": may_change,
    }
    return render(request, "prospects/page.html", context)


def moves(lead: Lead) -> list[dict[str, Any]]:
    """Return where a lead may go, and which is the next step on its way."""
    place = stages.WAY.index(lead.stage) + 1 if lead.stage in stages.WAY else len(stages.WAY)
    after = stages.WAY[place] if place < len(stages.WAY) else ""
    return [
        {"stage": stage, "label": label, "needs_reason": stages.needs_reason(lead.stage, stage), "next": stage == after}
        for stage, label in Lead.Stage.choices
        if stages.may_move(lead.stage, stage)
    ]


@require_http_methods(["GET", "POST"])
@permission.needs(*CHANGE)
def prospect_new(request: HttpRequest) -> HttpResponse:
    """Open a lead of a customer, found as one types or given by the address."""
    given = request.POST.get("other") or request.GET.get("customer", "")
    customer = people.customer_of(int(given)) if given.isdecimal() and len(given) < 18 else None
    form = LeadForm(request.POST or None, currency=currency_of(request))
    if request.method == "POST" and form.is_valid() and customer:
        stage = form.cleaned_data["stage"] or stages.INTEREST
        made = services.lead_open(customer_id=customer.pk, prospect=form.prospect, stage=stage, now=timezone.now())
        messages.success(request, _("The lead was opened."))
        return redirect("prospect", made.pk)
    problem = _("Search the customer and choose one of those found.") if request.method == "POST" else ""
    return page(request, form, customer=customer, problem="" if customer else problem)


@require_http_methods(["GET", "POST"])
@permission.needs(*CHANGE)
def prospect_change(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Change what is known of a lead."""
    lead = lead_of(lead_id)
    form = LeadForm(request.POST or None, currency=currency_of(request, lead), initial=initial_of(lead))
    if request.method == "POST" and form.is_valid():
        services.lead_change(lead_id=lead_id, prospect=form.prospect)
        messages.success(request, _("The change was saved."))
        return redirect("prospect", lead_id)
    return page(request, form, customer=lead.customer, lead=lead)


@require_POST
@permission.needs(*CHANGE)
def prospect_move(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Move a lead to another stage."""
    lead_of(lead_id)
    given = request.POST
    try:
        services.lead_move(
            lead_id=lead_id,
            to_stage=given.get("stage", ""),
            reason=given.get("reason", "").replace("\0", "")[:2000],
            seen=given.get("seen", ""),
            now=timezone.now(),
        )
    except InputError as error:
        messages.error(request, permission.said(error))
    else:
        messages.success(request, _("The lead was moved."))
    return redirect("prospect", lead_id)


@require_POST
@permission.needs(*CHANGE)
def prospect_undo(request: HttpRequest, lead_id: int, step_id: int) -> HttpResponse:
    """Take the last step of a lead back."""
    lead_of(lead_id)
    services.lead_step_undo(lead_id=lead_id, step_id=step_id, now=timezone.now())
    messages.success(request, _("The step was taken back."))
    return redirect("prospect", lead_id)


def lead_of(lead_id: int) -> Lead:
    """Return a lead, or the page that says there is none."""
    try:
        return selectors.lead_get(lead_id=lead_id)
    except Lead.DoesNotExist:
        raise Http404 from None


def page(
    request: HttpRequest,
    form: LeadForm,
    *,
    customer: Customer | None = None,
    lead: Lead | None = None,
    problem: str = "",
) -> HttpResponse:
    """Show the form."""
    context: dict[str, Any] = {"form": form, "customer": customer, "lead": lead, "problem": problem}
    context |= {"sources": selectors.source_names(), "found": finder.found(request)}
    context["name"] = people.names_of(request, [customer])[customer.pk] if customer else ""
    return render(request, "prospects/form.html", context, status=400 if form.errors or problem else 200)
