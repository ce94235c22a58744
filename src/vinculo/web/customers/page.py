"""The page of a customer: who it is, what it is worth and why, when it buys, and what."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vinculo.differentiate.records import selectors as scores
from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import golden
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Address, Identifier
from vinculo.identify.records.rights import erased
from vinculo.measure.records import selectors as lists
from vinculo.web import permission, shell
from vinculo.web.consents import page as consents
from vinculo.web.customers import asked, masking, naming, story
from vinculo.web.customers.asked import Asked
from vinculo.web.customers.hand import change
from vinculo.web.customers.timeline import views as timeline
from vinculo.web.programs.members import panel
from vinculo.web.quality import badge
from vinculo.web.relations import page as relations


@require_GET
@permission.needs("staff.customer_view")
def customer_view(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show a customer in one glance."""
    found = asked.read(request)
    customer = selectors_customer.customers_of(customer_ids=[customer_id]).get(customer_id)
    if customer is None:
        raise Http404
    if customer.merged_into_id:
        return redirect(f"{reverse('customer', args=[customer.merged_into_id])}?{request.GET.urlencode()}")
    members = membership.members_of(customer_id=customer_id)
    customer = golden.shown(customer, members)
    personal, reader = found.filters.personal, shell.reader(request)
    identifiers = list(selectors_customer.identifiers_of(customer_ids=members))
    places = selectors_customer.addresses_of(customer_ids=members)
    value = scores.value_find(run_id=found.run.pk, customer_id=customer_id) if found.run else None
    number = next((each.value for each in identifiers if each.kind == Identifier.Kind.SOURCE_KEY), "")
    context: dict[str, Any] = {
        "customer": customer,
        "members": members,
        "personal": personal,
        "contact": consents.contact_of(members),
        "quality": badge.of(members),
        "name": masking.name_of(customer, number, personal=personal),
        "reached": [
            *same((each, masking.identifier(each, personal=personal)) for each in identifiers),
            *same((each, masking.place(each, personal=personal)) for each in places),
        ],
        "country": customer.country or (value.country if value and value.country else ""),
        "language": naming.shown("language", customer.language),
        "value": value,
        "run": found.run,
        "asked": found,
        "near": neighbours(found, customer_id),
        "bound": relations.section(request, customer, members),
        "belongs": panel.section(request, members),
        **timeline.section(request, customer, members),
    }
    context["erased"] = erased.erased_at(customer_ids=members) if context["contact"]["blocked"] == "erasure" else None
    context["may_change"] = request.user.has_perms(change.NEEDED) and not context["erased"]
    if request.user.has_perm("staff.order_view"):
        sums = selectors_customer.order_sums_of(customer_ids=members)
        sales = story.sales(sums, found.run, value, reader)
        context |= {
            "rhythm": story.sentence(story.rhythm(sums, found.run, value), reader),
            "sales": sales,
            # Drawn by us from numbers; every word in it is escaped where it is written.
            "chart": mark_safe(sales.chart) if sales else "",
            "unusual": story.unusual(sums),
            "products": selectors_customer.products_of(customer_ids=members),
        }
    return render(request, "customers/page.html", context)


def same(found: Iterable[tuple[Identifier | Address, str]]) -> list[tuple[str, str, str]]:
    """Return what a customer is reached and found by: of what kind, what it says, and all the sources that say so."""
    said: dict[tuple[str, str], list[str]] = {}
    for each, shown in found:
        kind = each.get_kind_display()
        kind = _("Address ({kind})").format(kind=kind) if isinstance(each, Address) else kind[:1].upper() + kind[1:]
        said.setdefault((kind, shown), []).append(str(each.source))
    return [(kind, shown, ", ".join(dict.fromkeys(sources))) for (kind, shown), sources in said.items()]


def neighbours(found: Asked, customer_id: int) -> dict[str, int | None]:
    """Return who comes before and after in the list one came from."""
    place = lists.customer_place(found.filters, customer_id=customer_id, sort=found.sort, inside=True)
    if place is None:
        return {"before": None, "after": None}
    sides: dict[str, int | None] = {}
    for side in ("before", "after"):
        try:
            ids = lists.customer_list(
                found.filters, sort=found.sort, backwards=found.backwards, size=1, **{side: place}
            ).ids
        except InputError:
            ids = ()
        sides[side] = ids[0] if ids else None
    return sides
