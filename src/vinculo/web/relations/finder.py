"""Finder: the other customer, searched as one types; found ones are choices of the form one is in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.models import Customer
from vinculo.measure.records import selectors as lists
from vinculo.measure.records.selectors import Filters
from vinculo.web import permission
from vinculo.web.customers.asked import LONGEST_SEARCH
from vinculo.web.relations import people

SHOWN = 8


@require_GET
@permission.needs(*people.CHANGE)
def customer_find(request: HttpRequest) -> HttpResponse:
    """Show the first customers whom a search finds, each a choice."""
    return render(request, "relations/found.html", {"found": found(request)})


def found(request: HttpRequest) -> dict[str, object]:
    """Return whom the search of a request finds, of one kind where it asks for one."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    kind = request.GET.get("only", "")
    if not text:
        return {"text": "", "people": []}
    filters = Filters(search=text, kind=kind if kind in Customer.Kind.values else "")
    page = lists.customer_list(filters, sort="name", size=SHOWN)
    known = selectors_customer.customers_of(customer_ids=page.ids)
    numbers = selectors_customer.numbers_of(customer_ids=page.ids)
    rows = [(known[each], numbers.get(each, "")) for each in page.ids if each in known]
    return {"text": text, "people": rows, "more": page.more_after}
