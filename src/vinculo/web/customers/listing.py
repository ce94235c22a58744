"""The list of customers: searched as one types, filtered, sorted, page by page, saved as a view."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vinculo.differentiate.rfmt import segments
from vinculo.foundation import money
from vinculo.identify import folding
from vinculo.identify.cleaning import places
from vinculo.measure import selection
from vinculo.measure.charts.reader import Reader
from vinculo.measure.records import selectors as lists
from vinculo.measure.records import services
from vinculo.measure.records.places import OF_EVERYBODY, SORTS, Place
from vinculo.measure.records.selectors import Count, Page
from vinculo.measure.report import names
from vinculo.web import permission, shell
from vinculo.web.customers import asked, rows
from vinculo.web.customers.asked import Asked

TIERS = ("high_performance", "high_potential", "standard", "below_zero")
AREAS = ("acquire", "maintain", "maximise", "build_loyalty", "retain", "let_go")
DIMENSIONS = {"country": "country", "channel": "channel", "group": "segment", "category": "dominant_category"}
"""Terms of the form whose choices are what the run holds, and their columns."""


@require_GET
@permission.needs("staff.customer_list")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Show one page of the list; only the people of it, when the search asks as one types."""
    found = asked.read(request)
    page = page_of(request, found)
    context = {
        "asked": found,
        "page": page,
        "rows": rows.rows_of(page.ids, run=found.run, personal=found.filters.personal),
        "count": count_of(found),
        "columns": columns(request, found),
        "links": links(found, page),
        "chips": chips(request, found),
        "meant": meant(request, found),
        "by_name": found.written(sort="name", backwards="") if found.filters.search and by_value(found) else "",
    }
    if request.headers.get("HX-Target") == "people":
        response = render(request, "customers/people.html", context)
        response.headers["HX-Push-Url"] = f"?{found.query}"
        return response
    context |= {"choices": choices(request, found), "kept": kept(found)}
    context |= {"views": lists.view_list(owner_id=request.user.pk or 0), "worth": worth(request, found)}
    context["silent"] = found.filters.chosen.given("since_last_from")
    return render(request, "customers/list.html", context)


@require_GET
@permission.needs("staff.customer_list")
def customer_count(request: HttpRequest) -> HttpResponse:
    """Count exactly what the list could only estimate at once."""
    found = asked.read(request)
    count = lists.customer_count(found.filters, sort=found.sort, exactly=True)
    return render(request, "customers/count.html", {"count": count, "asked": found})


def page_of(request: HttpRequest, found: Asked) -> Page:
    """Return the page that follows a customer, or comes before one, or the first."""
    places = {side: place_of(found, request.GET.get(side, "")) for side in ("after", "before")}
    return lists.customer_list(
        found.filters, sort=found.sort, backwards=found.backwards, after=places["after"], before=places["before"]
    )


def place_of(found: Asked, text: str) -> Place | None:
    """Return where the customer stands whom an address names."""
    if not text.isdecimal() or len(text) > 18:
        return None
    return lists.customer_place(found.filters, customer_id=int(text), sort=found.sort)


def count_of(found: Asked) -> Count:
    """Count the list, or estimate it where counting takes its time."""
    return lists.customer_count(found.filters, sort=found.sort)


def columns(request: HttpRequest, found: Asked) -> list[dict[str, object]]:
    """Return the heads of the columns, with where a click on each leads."""
    whole = "name" if found.filters.personal else "number"
    heads = [(whole, _("Customer"), False), ("", _("Tier"), False), ("", _("Area"), False)]
    heads += [("", _("Country"), False), ("last", _("Last purchase"), False)]
    if request.user.has_perm("staff.value_view"):
        heads += [("", _("Chance to buy"), True), ("contribution", _("Past profit"), True)]
        heads += [("residual", _("Residual value"), True), ("total", _("Total value"), True)]
    return [
        {
            "name": name,
            "number": number,
            "sorted": sorting(found, sort),
            "query": found.written(sort=sort, backwards="1" if again(found, sort) else "")
            if sort and (found.run or sort in OF_EVERYBODY)
            else "",
        }
        for sort, name, number in heads
    ]


def again(found: Asked, sort: str) -> bool:
    """Tell whether a click on a column turns its order round."""
    return sort == found.sort and not found.backwards


def sorting(found: Asked, sort: str) -> str:
    """Return how a column is sorted, as a screen reader says it."""
    if not sort or sort != found.sort:
        return ""
    # The rank of the past profit rises as the profit falls, and so do the days since the last purchase.
    falling = sort in ("contribution", "last") or SORTS[sort].natural == "desc"
    return "descending" if falling != found.backwards else "ascending"


def links(found: Asked, page: Page) -> dict[str, str]:
    """Return the queries of the page before and of the next."""
    before = found.written(before=page.first.customer_id) if page.first and page.more_before else ""
    after = found.written(after=page.last.customer_id) if page.last and page.more_after else ""
    return {"before": before, "after": after}


def chips(request: HttpRequest, found: Asked) -> list[dict[str, str]]:
    """Return the terms of the list in words, each with the query without it."""
    reader, chosen = shell.reader(request), found.filters.chosen
    said = zip(chosen.terms, chosen.words(reader), strict=True)
    terms = [{"words": words, "query": found.written(without=term)} for term, words in said]
    if chosen.run:
        run = _("Run of {day}").format(day=reader.day(found.run.as_of)) if found.run else ""
        terms.insert(0, {"words": run, "query": found.written(without=("run", chosen.run))})
    return terms


def choices(request: HttpRequest, found: Asked) -> list[dict[str, Any]]:
    """Return the selects of the form: for each term its values and which is chosen."""
    reader, chosen = shell.reader(request), found.filters.chosen
    known = {"tier": TIERS, "area": AREAS, "segment": tuple(segments.names())}
    found_in = asked.labels_of(found.run) if found.run else {}
    offered = {
        **{name: [(code, names.of(reader, code)) for code in codes] for name, codes in known.items()},
        **{name: named(reader, name, found_in.get(column, ())) for name, column in DIMENSIONS.items()},
    }
    several = {name for name in offered if sum(term == name for term, _value in chosen.terms) > 1}
    return [
        {
            "name": name,
            "label": reader.say(selection.TERMS[name].label),
            "options": with_chosen(options, chosen.given(name)),
            "chosen": chosen.given(name),
        }
        for name, options in offered.items()
        if found.run and options and name not in several
    ]


def named(reader: Reader, term: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return the values of a dimension with their names, in the order of these."""
    found = [(each, selection.name_of(reader, selection.TERMS[term], each)) for each in values]
    return sorted(found, key=lambda each: folding.fold(each[1]))


def meant(request: HttpRequest, found: Asked) -> dict[str, str] | None:
    """Return the list of a country whose name or code was typed into the search, where the run has customers there."""
    code = places.country(found.filters.search).value if found.filters.search else None
    if code is None or found.run is None or code not in asked.labels_of(found.run)["country"]:
        return None
    query = found.written(country=code, q="")
    return {"words": places.country_name(code, shell.reader(request).language), "query": query}


def by_value(found: Asked) -> bool:
    """Tell whether the list holds only customers who have bought because it is sorted by what they are worth."""
    return found.sort not in OF_EVERYBODY and not found.filters.chosen.terms


def with_chosen(options: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Return the options and the one chosen, if it is none of them."""
    return options if not chosen or chosen in dict(options) else [*options, (chosen, chosen)]


def kept(found: Asked) -> list[tuple[str, str]]:
    """Return the terms that no field of the form shows, so that sending it keeps them."""
    chosen = found.filters.chosen
    fields = {"tier", "area", "segment", *DIMENSIONS, *asked.WORTH.values(), "since_last_from"}
    single = {name for name in fields if sum(term == name for term, _value in chosen.terms) <= 1}
    terms = [("run", chosen.run)] if chosen.run else []
    return [*terms, *(term for term in chosen.terms if term[0] not in single), ("sort", found.sort)]


def worth(request: HttpRequest, found: Asked) -> dict[str, str]:
    """Return the fields of amounts as they were filled in, in whole units."""
    unit = money.minor_per_major(shell.reader(request).currency)
    chosen = found.filters.chosen
    return {
        field: str(round(int(chosen.given(term)) / unit)) if chosen.given(term) else ""
        for field, term in asked.WORTH.items()
    }


@require_POST
@permission.needs("staff.view_save")
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name."""
    query = request.POST.get("query", "")[:2000]
    shared = bool(request.POST.get("shared")) and request.user.has_perm("staff.view_share")
    services.view_save(
        owner_id=request.user.pk or 0, name=request.POST.get("name", ""), query=query, shared=shared, now=timezone.now()
    )
    messages.success(request, _("The view was saved."))
    return redirect(f"/customers/?{query}")


@require_POST
@permission.needs("staff.view_save")
def view_remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a view of one's own."""
    if not services.view_remove(owner_id=request.user.pk or 0, view_id=view_id):
        raise Http404
    messages.success(request, _("The view was removed."))
    return redirect("customers")
