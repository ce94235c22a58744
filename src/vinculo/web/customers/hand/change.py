"""Changing customers by hand: one is added, changed, and the last change taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.identify.records import selectors, selectors_customer, selectors_hand, services
from vinculo.identify.records.matching import lookup
from vinculo.identify.records.membership import golden
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer, Identifier
from vinculo.identify.records.rights import erased
from vinculo.web import permission
from vinculo.web.customers.hand.form import HELD, CustomerForm
from vinculo.web.matchings import why

NEEDED = ("staff.customer_view", "staff.customer_change", "staff.personal_data_view")
"""Nobody changes what the role does not show."""
NEW = {**dict.fromkeys(HELD, ""), "kind": "person", "standing": "prospect"}


@require_http_methods(["GET", "POST"])
@permission.needs(*NEEDED)
def customer_new(request: HttpRequest) -> HttpResponse:
    """Add a customer."""
    form = CustomerForm(request.POST or None, held=NEW)
    if request.method != "POST" or not form.is_valid():
        return page(request, form, status=400 if form.is_bound else 200)
    doubts = doubts_of(form)
    if doubts and not form.cleaned_data["anyway"]:
        return page(request, form, doubts=doubts, status=409)
    fields = {**{name: form.cleaned_data[name] for name in HELD}, **form.wanted, "name": form.whole_name}
    wanted = services.Change(fields, add=form.add)
    made = services.customer_create(change=wanted, now=timezone.now())
    messages.success(request, _("The customer was added."))
    return redirect("customer", made.pk)


@require_http_methods(["GET", "POST"])
@permission.needs(*NEEDED)
def customer_change(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Change a customer."""
    customer = customer_of(customer_id)
    if customer.merged_into_id:
        return redirect("customer_change", customer.merged_into_id)
    erased.refuse(customer_id)
    held = golden.fields_of(customer)
    identifiers = list(selectors_customer.identifiers_of(customer_ids=[customer_id]))
    form = CustomerForm(request.POST or None, held=held, identifiers=identifiers)
    if request.method != "POST" or not form.is_valid():
        return page(request, form, customer=customer, status=400 if form.is_bound else 200)
    doubts = doubts_of(form, customer)
    if doubts and not form.cleaned_data["anyway"]:
        return page(request, form, customer=customer, doubts=doubts, status=409)
    wanted = services.Change(form.wanted, add=form.add, remove=form.cleaned_data["remove"], seen=form.seen)
    try:
        services.customer_change(customer_id=customer_id, change=wanted, now=timezone.now())
    except services.ChangedMeanwhileError as error:
        now = customer_of(customer_id)
        after = form.after(golden.fields_of(now))
        return page(request, after, customer=now, problem=permission.said(error), status=409)
    messages.success(request, _("The change was saved."))
    return redirect(f"{reverse('customer', args=[customer_id])}?{request.GET.urlencode()}")


@require_POST
@permission.needs(*NEEDED)
def customer_undo(request: HttpRequest, customer_id: int, record_id: int) -> HttpResponse:
    """Take the last change by hand back."""
    customer_of(customer_id)
    kept = services.customer_change_undo(customer_id=customer_id, record_id=record_id, now=timezone.now())
    if kept is None:
        messages.success(request, _("The customer was removed again."))
        return redirect("customers")
    messages.success(request, _("The change was undone."))
    return redirect(f"{reverse('customer', args=[customer_id])}?{request.GET.urlencode()}")


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    try:
        return selectors.customer_get(customer_id=customer_id)
    except Customer.DoesNotExist:
        raise Http404 from None


def doubts_of(form: CustomerForm, customer: Customer | None = None) -> list[dict[str, Any]]:
    """Return why the person should look again: values that look wrong, and others who have the same."""
    found: list[dict[str, Any]] = [{"words": words} for words in form.remarks]
    mine = membership.members_of(customer_id=customer.pk) if customer else ()
    others = {each.customer_id: each.customer for each in selectors_hand.customers_with(identifiers=form.add, but=mine)}
    told = {}
    if customer is None:
        others |= {each.pk: each for each in selectors_hand.customers_named(name=form.whole_name)}
        told = {each.customer_id: why.said(each).sentence for each in lookup.customers_like(form.record)}
        others |= selectors_customer.customers_of(customer_ids=list(told))
    asked = _("Is this not the same customer?")
    return [*found, *({"words": asked, "other": other, "why": told.get(key)} for key, other in others.items())]


def page(
    request: HttpRequest,
    form: CustomerForm,
    *,
    status: int,
    customer: Customer | None = None,
    doubts: Sequence[Mapping[str, Any]] = (),
    problem: str = "",
) -> HttpResponse:
    """Show the form."""
    back = reverse("customer", args=[customer.pk]) if customer else reverse("customers")
    context = {
        "form": form,
        "customer": customer,
        "doubts": doubts,
        "problem": problem,
        "back": f"{back}?{request.GET.urlencode()}",
        "channels": selectors.channel_names(),
        "keys": customer.identifiers.filter(kind=Identifier.Kind.SOURCE_KEY) if customer else (),
    }
    return render(request, "customers/form.html", context, status=status)
