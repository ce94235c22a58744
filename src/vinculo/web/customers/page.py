"""The page of a customer: who it is, what it is worth and why, when it buys, and what."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from vinculo.differentiate.records import selectors as scores
from vinculo.foundation.errors import InputError
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.events import selectors as events
from vinculo.identify.records.membership import golden
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer, Identifier
from vinculo.measure.records import selectors as lists
from vinculo.web import permission, shell
from vinculo.web.consents import page as consents
from vinculo.web.customers import asked, masking, naming, story
from vinculo.web.customers.asked import Asked
from vinculo.web.customers.hand import change, changes
from vinculo.web.quality import badge
from vinculo.web.relations import page as relations
from vinculo.web.sources import words as event_words


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
    value = scores.value_find(run_id=found.run.pk, customer_id=customer_id) if found.run else None
    number = next((each.value for each in identifiers if each.kind == Identifier.Kind.SOURCE_KEY), "")
    context: dict[str, Any] = {
        "customer": customer,
        "members": members,
        "personal": personal,
        "contact": consents.contact_of(members),
        "quality": badge.of(members),
        "name": masking.name_of(customer, number, personal=personal),
        "identifiers": [(each, masking.identifier(each, personal=personal)) for each in identifiers],
        "addresses": [
            (each, masking.place(each, personal=personal))
            for each in selectors_customer.addresses_of(customer_ids=members)
        ],
        "country": customer.country or (value.country if value and value.country else ""),
        "language": naming.shown("language", customer.language),
        "records": history(customer, identifiers, personal=personal),
        "value": value,
        "run": found.run,
        "asked": found,
        "near": neighbours(found, customer_id),
        "bound": relations.section(request, customer, members),
        "events": event_words.said(events.events_of(customer_ids=members)),
    }
    may_change = request.user.has_perms(change.NEEDED)
    if personal and (may_change or request.user.has_perm("staff.audit_view")):
        context |= {"changes": changes.of(customer_id), "may_change": may_change}
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
            "orders": orders(members),
            "order_count": len(sums),
        }
    return render(request, "customers/page.html", context)


def orders(customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the latest orders with their lines."""
    found = list(selectors_customer.orders_of(customer_ids=customer_ids))
    lines = defaultdict(list)
    for line in selectors_customer.lines_of(orders=found):
        lines[line.order_id].append(line)
    return [
        {"order": order, "lines": lines[order.pk], "net_minor": sum(line.net_minor for line in lines[order.pk])}
        for order in found
    ]


def history(customer: Customer, identifiers: Sequence[Identifier], *, personal: bool) -> list[dict[str, Any]]:
    """Return the records that came in about a customer; what they say only to those who may read it."""
    return [
        {"record": record, "said": sorted(flat(record.payload)) if personal else []}
        for record in selectors_customer.records_of(identifiers=identifiers)
        if "before" not in record.payload
    ]


def flat(payload: object) -> list[tuple[str, str]]:
    """Return the cells of a record as they came: its raw part where it keeps one, else what they were cleaned to."""
    said = payload if isinstance(payload, dict) else {}
    cells: dict[str, object] = said.get("raw") or said.get("clean") or said
    return [(str(name), str(cell)) for name, cell in cells.items() if cell not in (None, "", [], {})]


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
