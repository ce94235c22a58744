"""Changing relations: added, changed, ended, and the last change taken back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vinculo.foundation.errors import InputError
from vinculo.identify.records.models import LinkChange, Relation
from vinculo.identify.records.relations import changes, selectors, services
from vinculo.web import permission, shell
from vinculo.web.relations import people
from vinculo.web.relations.form import DetailsForm


@require_POST
@permission.needs(*people.CHANGE)
def relation_add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Bind a customer to another."""
    customer = people.customer_of(customer_id)
    code, _colon, direction = request.POST.get("way", "").replace("\0", "").partition(":")
    other = request.POST.get("other", "")
    form = DetailsForm(request.POST)
    if not other.isdecimal() or len(other) > 18:
        messages.error(request, _("Search the other customer and choose one of those found."))
    elif not form.is_valid():
        messages.error(request, form.problem)
    else:
        ends = (int(other), customer.pk) if direction == "backward" else (customer.pk, int(other))
        try:
            services.relation_add(
                kind=code, first_id=ends[0], second_id=ends[1], details=form.details, now=timezone.now()
            )
        except InputError as error:
            messages.error(request, permission.said(error))
        else:
            messages.success(request, _("The relation was added."))
    return redirect("customer_relations", customer_id)


@require_http_methods(["GET", "POST"])
@permission.needs(*people.CHANGE)
def relation_change(request: HttpRequest, relation_id: int) -> HttpResponse:
    """Change what is said of a relation."""
    relation = relation_of(relation_id)
    back = back_to(request, relation)
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=vars(relation))
    if request.method == "POST" and form.is_valid():
        try:
            services.relation_change(relation_id=relation_id, details=form.details, now=timezone.now())
        except InputError as error:
            form.add_error(None, permission.said(error))
        else:
            messages.success(request, _("The change was saved."))
            return redirect("customer_relations", back)
    names = people.names_of(request, [relation.first, relation.second])
    context: dict[str, Any] = {"form": form, "relation": relation, "back": back}
    context |= {"first": names[relation.first_id], "second": names[relation.second_id], "words": relation.kind.read()}
    return render(request, "relations/form.html", context, status=400 if form.errors else 200)


@require_POST
@permission.needs(*people.CHANGE)
def relation_end(request: HttpRequest, relation_id: int) -> HttpResponse:
    """End a relation today."""
    relation = relation_of(relation_id)
    services.relation_end(relation_id=relation_id, on=timezone.localdate(), now=timezone.now())
    messages.success(request, _("The relation was ended."))
    return redirect("customer_relations", back_to(request, relation))


@require_POST
@permission.needs(*people.CHANGE)
def change_undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Take the last change of a relation, or of a place in a household, back."""
    try:
        change = changes.change_undo(change_id=change_id, now=timezone.now())
    except LinkChange.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The change was undone."))
    if request.POST.get("next"):
        return redirect(shell.back(request))
    return redirect("customer_relations", change.customer_id)


def relation_of(relation_id: int) -> Relation:
    """Return a relation, or the page that says there is none."""
    try:
        return selectors.relation_get(relation_id=relation_id)
    except Relation.DoesNotExist:
        raise Http404 from None


def back_to(request: HttpRequest, relation: Relation) -> int:
    """Return the one of the two from whose page one came."""
    came = request.GET.get("from", "")
    return relation.second_id if came == str(relation.second_id) else relation.first_id
