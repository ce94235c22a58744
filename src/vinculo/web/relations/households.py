"""The pages of households: one with its members and what they bring, and what a rule suggests over the whole base."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.identify.records import tasks
from vinculo.identify.records.households import selectors, services
from vinculo.identify.records.models import Household, HouseholdMembership
from vinculo.identify.records.relations import selectors as relations
from vinculo.web import permission
from vinculo.web.relations import finder, people, told


@require_GET
@permission.needs("staff.customer_list", *people.SEE)
def household_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer."""
    after = request.GET.get("after", "")
    found = selectors.suggestion_list(after=int(after) if after.isdecimal() and len(after) < 18 else 0)
    context: dict[str, Any] = {
        "suggestions": told.suggested(request, found),
        "count": selectors.suggestion_count(),
        "last": found[-1].group_id if found else 0,
        "may_change": request.user.has_perms(people.CHANGE),
    }
    return render(request, "relations/households.html", context)


@require_POST
@permission.needs("staff.customer_list", *people.CHANGE)
def household_look(request: HttpRequest) -> HttpResponse:
    """Look for households over the whole base, by the worker."""
    if tasks.households_ask(by=request.user.get_username()):
        messages.success(request, _("The base is being looked through: come back in a minute."))
    else:
        messages.info(request, _("The base is being looked through already."))
    return redirect("households")


@require_POST
@permission.needs(*people.CHANGE)
def suggestion_decide(request: HttpRequest, group_id: int) -> HttpResponse:
    """Accept a suggestion, for those who were chosen, or refuse it."""
    if request.POST.get("answer") == "accept":
        chosen = [int(each) for each in request.POST.getlist("person") if each.isdecimal() and len(each) < 18]
        made = services.suggestion_accept(group_id=group_id, customer_ids=chosen, now=timezone.now())
        messages.success(request, _("They are one household now."))
        return redirect("household", made.pk)
    services.suggestion_refuse(group_id=group_id, now=timezone.now())
    messages.success(request, _("They are not suggested again."))
    return redirect("households")


@require_POST
@permission.needs(*people.CHANGE)
def household_new(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Make a household of one person, to whom others are added."""
    customer = people.customer_of(customer_id)
    made = services.household_create(customer_ids=[customer.pk], now=timezone.now())
    return redirect("household", made.pk)


@require_GET
@permission.needs(*people.SEE)
def household_view(request: HttpRequest, household_id: int) -> HttpResponse:
    """Show a household: who is in it, what they bought and are worth, together and each."""
    household, day = household_of(household_id), people.day_of(request)
    members = selectors.member_list(household_id=household_id, day=day)
    past = selectors.member_list(household_id=household_id, day=day, past=True)
    customers = [each.customer for each in members]
    figures = people.figures(request, [*customers, *(each.customer for each in past)], day=day)
    ids = [each.pk for each in customers]
    rows = [
        {
            "member": each,
            "name": figures.names[each.customer_id],
            "money": figures.money([each.customer_id]),
            "value": figures.value([each.customer_id]),
            "last": figures.last([each.customer_id]),
        }
        for each in members
    ]
    context: dict[str, Any] = {
        "household": household,
        "title": told.household_name(request, household, customers),
        "rows": rows,
        "past": [(each, figures.names[each.customer_id]) for each in past],
        "money": figures.money(ids),
        "value": figures.value(ids),
        "last": figures.last(ids),
        "day": day,
        "today": day == timezone.localdate(),
        "kinds": HouseholdMembership.Kind.choices,
        "may_change": request.user.has_perms(people.CHANGE),
    }
    if context["may_change"]:
        everybody = [each.customer_id for each in (*members, *past)]
        found = relations.change_list(customer_ids=everybody, household_id=household_id)
        context["changes"] = told.of(request, found)
        context["found"] = finder.found(request)
    return render(request, "relations/household.html", context)


@require_POST
@permission.needs(*people.CHANGE)
def member_add(request: HttpRequest, household_id: int) -> HttpResponse:
    """Take a person into a household."""
    household_of(household_id)
    other, kind = request.POST.get("other", ""), request.POST.get("kind", "")
    if not other.isdecimal() or len(other) > 18:
        messages.error(request, _("Search the other customer and choose one of those found."))
    else:
        services.membership_add(
            household_id=household_id,
            customer_id=int(other),
            kind=kind if kind in HouseholdMembership.Kind.values else HouseholdMembership.Kind.FAMILY,
            now=timezone.now(),
        )
        messages.success(request, _("The household has one more."))
    return redirect("household", household_id)


@require_POST
@permission.needs(*people.CHANGE)
def member_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Let a person leave a household today."""
    try:
        membership = selectors.membership_get(membership_id=membership_id)
    except HouseholdMembership.DoesNotExist:
        raise Http404 from None
    services.membership_end(membership_id=membership_id, on=timezone.localdate(), now=timezone.now())
    messages.success(request, _("The household has one less."))
    return redirect("household", membership.household_id)


@require_POST
@permission.needs(*people.CHANGE)
def household_rename(request: HttpRequest, household_id: int) -> HttpResponse:
    """Give a household another name."""
    household_of(household_id)
    services.household_rename(household_id=household_id, name=request.POST.get("name", "").replace("\0", "")[:200])
    messages.success(request, _("The change was saved."))
    return redirect("household", household_id)


def household_of(household_id: int) -> Household:
    """Return a household, or the page that says there is none."""
    try:
        return selectors.household_get(household_id=household_id)
    except Household.DoesNotExist:
        raise Http404 from None
