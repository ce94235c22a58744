"""Requests of persons about their data: the register, and what is done for one of them."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.consents import selectors
from vinculo.identify.records.models import Customer, RightsRequest
from vinculo.identify.records.rights import collection, register
from vinculo.web import permission, shell
from vinculo.web.customers import masking

HANDLING = ("staff.customer_view", "staff.right_handle")
GIVING = (*HANDLING, "staff.personal_data_view")
ERASING = ("staff.right_handle", "staff.person_erase")
STATES = (
    ("open", gettext_lazy("Open")),
    ("done", gettext_lazy("Done")),
    ("refused", gettext_lazy("Refused")),
    ("", gettext_lazy("All")),
)
SHOWN = 200


class RequestForm(forms.Form):
    """A request as it came in."""

    kind = forms.ChoiceField(label=gettext_lazy("What is asked for"), choices=RightsRequest.Kind.choices)
    received_on = forms.DateField(
        label=gettext_lazy("Received on"), widget=forms.DateInput(attrs={"type": "date"}), localize=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_GET
@permission.needs(*HANDLING)
def register_view(request: HttpRequest) -> HttpResponse:
    """Show the register of requests, those due first."""
    state = request.GET.get("state", RightsRequest.State.OPEN)
    state = state if state in dict(STATES) else RightsRequest.State.OPEN
    found = list(register.request_list(state=state)[:SHOWN])
    return render(
        request,
        "rights/register.html",
        {"rows": rows_of(request, found), "state": state, "states": STATES, "today": timezone.localdate()},
    )


def rows_of(request: HttpRequest, found: list[RightsRequest]) -> list[dict[str, Any]]:
    """Return requests with the names of whom they are about."""
    ids = [each.customer_id for each in found]
    customers = selectors_customer.customers_of(customer_ids=ids)
    numbers = selectors_customer.numbers_of(customer_ids=ids)
    personal = request.user.has_perm("staff.personal_data_view")
    return [
        {
            "request": each,
            "late": each.state == RightsRequest.State.OPEN and each.due_on < timezone.localdate(),
            "name": masking.name_of(
                customers.get(each.customer_id) or Customer(pk=each.customer_id),
                numbers.get(each.customer_id, ""),
                personal=personal,
            ),
        }
        for each in found
    ]


@require_GET
@permission.needs(*HANDLING)
def rights_view(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show what a customer has asked for, and what can be done about it."""
    return page(request, customer_of(customer_id))


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    found = selectors_customer.customers_of(customer_ids=[customer_id]).get(customer_id)
    if found is None:
        raise Http404
    return found


def page(
    request: HttpRequest, customer: Customer, *, form: RequestForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the page of a customer's requests."""
    ids = selectors.customer_ids_of(customer_id=customer.pk)
    rows = rows_of(request, list(register.request_list(customer_ids=ids)))
    numbers = selectors_customer.numbers_of(customer_ids=[customer.pk])
    personal = request.user.has_perm("staff.personal_data_view")
    erased = selectors.blocked_by(customer_ids=ids) == RightsRequest.Kind.ERASURE
    context = {
        "customer": customer,
        "name": masking.name_of(customer, numbers.get(customer.pk, ""), personal=personal),
        "rows": rows,
        "erased": erased,
        "form": form or RequestForm(initial={"received_on": timezone.localdate().isoformat()}, label_suffix=""),
        "may_give": personal and not erased,
        "may_change": request.user.has_perm("staff.customer_change") and personal and not erased,
        "may_erase": request.user.has_perms(ERASING),
    }
    return render(request, "rights/person.html", context, status=status)


@require_POST
@permission.needs(*HANDLING)
def request_open(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Write a request down."""
    customer = customer_of(customer_id)
    form = RequestForm(request.POST, label_suffix="")
    if not form.is_valid():
        return page(request, customer, form=form, status=400)
    received: date = form.cleaned_data["received_on"]
    register.request_open(
        customer_ids=selectors.customer_ids_of(customer_id=customer_id),
        kind=form.cleaned_data["kind"],
        received_on=received,
        note=form.cleaned_data["note"],
        now=timezone.now(),
    )
    messages.success(request, _("The request was written down."))
    return redirect("person_rights", customer_id)


@require_POST
@permission.needs(*HANDLING)
def request_close(request: HttpRequest, request_id: int) -> HttpResponse:
    """Note that a request was answered or refused."""
    found = request_of(request_id)
    done = request.POST.get("outcome") != "refused"
    register.request_close(request_id=request_id, done=done, answer=request.POST.get("answer", ""), now=timezone.now())
    messages.success(request, _("The request is closed."))
    return redirect("person_rights", found.customer_id)


@require_POST
@permission.needs(*HANDLING)
def request_lift(request: HttpRequest, request_id: int) -> HttpResponse:
    """End a restriction or an objection."""
    found = request_of(request_id)
    register.request_lift(request_id=request_id, now=timezone.now())
    messages.success(request, _("It holds no more. What was withdrawn stays withdrawn."))
    return redirect("person_rights", found.customer_id)


@require_POST
@permission.needs(*ERASING)
def person_erase(request: HttpRequest, request_id: int) -> HttpResponse:
    """Have the person of a request erased by a job: every file is looked through."""
    found = request_of(request_id)
    if found.kind != RightsRequest.Kind.ERASURE or found.state != RightsRequest.State.OPEN:
        raise Http404
    job = app.configure_task("identify.person_erase", queueing_lock=f"erase.{request_id}")
    job.defer(request_id=request_id, by=request.user.get_username())
    messages.success(request, _("The person is being erased. It may take some minutes; then the request is done."))
    return redirect("person_rights", found.customer_id)


def request_of(request_id: int) -> RightsRequest:
    """Return a request, or the page that says there is none."""
    found = RightsRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@permission.needs(*GIVING)
def person_export(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Give everything that is known of a customer, for the customer."""
    customer_of(customer_id)
    ids = selectors.customer_ids_of(customer_id=customer_id)
    packed = collection.archive(customer_ids=ids, language=shell.language(), now=timezone.now())
    response = HttpResponse(packed, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="person-{customer_id}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response
