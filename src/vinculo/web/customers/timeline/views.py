"""The timeline on the page of a customer, on a page of its own, further back, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import golden
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Customer
from vinculo.identify.records.timeline import details, selectors
from vinculo.identify.timeline import streams
from vinculo.measure import sheets
from vinculo.measure.sheets import Cell
from vinculo.web import permission, shell
from vinculo.web.customers.timeline.telling import Teller, Told
from vinculo.web.relations import people

KINDS: dict[str, str | Promise] = {
    "orders": gettext_lazy("Orders"),
    "visits": gettext_lazy("Visits"),
    "consents": gettext_lazy("Consents"),
    "leads": gettext_lazy("Leads"),
    "relations": gettext_lazy("Relations"),
    "identity": gettext_lazy("Identity"),
    "changes": gettext_lazy("Changes by hand"),
    "sources": gettext_lazy("Sources"),
}
"""What a reader may ask for, in words."""
NEEDED: dict[str, tuple[str, ...]] = {
    "order": ("staff.order_view",),
    "event": ("staff.event_view",),
    "right": ("staff.right_handle",),
    "lead": ("staff.prospect_view",),
    "link": people.SEE,
    "change": ("staff.personal_data_view",),
}
"""What a reader must be allowed to see entries of a stream; others go with the customer's page."""
FIRST, SIZE, AT_ONCE = 15, 30, 200
"""Entries of the customer's page, of each further piece, and of each piece of a file."""


@dataclass(frozen=True)
class Asked:
    """The timeline of one customer as an address asks for it."""

    customer: Customer
    members: Sequence[int]
    kind: str
    wanted: tuple[str, ...]
    """The streams that are asked for and may be seen."""


def asked_of(request: HttpRequest, customer: Customer, members: Sequence[int]) -> Asked:
    """Return what an address asks for; a kind that nobody knows is none."""
    given = request.GET.get("show", "")
    kind = given if given in KINDS else ""
    return Asked(customer, members, kind, seen(request, streams.KINDS[kind] if kind else streams.STREAMS))


def seen(request: HttpRequest, wanted: Sequence[str] = streams.STREAMS) -> tuple[str, ...]:
    """Return those of some streams that a reader may see."""
    found = [stream for stream in wanted if request.user.has_perms(NEEDED.get(stream, ()))]
    changing = request.user.has_perm("staff.customer_change") or request.user.has_perm("staff.audit_view")
    return tuple(stream for stream in found if stream != "change" or changing)


def section(request: HttpRequest, customer: Customer, members: Sequence[int], size: int = FIRST) -> dict[str, Any]:
    """Return what a page shows of the timeline: entries by day, the kinds there are, and where it goes on."""
    asked = asked_of(request, customer, members)
    context = piece(request, asked, after=request.GET.get("after", ""), size=size)
    zone = timezone.get_current_timezone()
    there = selectors.present(customer_ids=members, wanted=seen(request), zone=zone)
    kinds = [(code, words) for code, words in KINDS.items() if there & set(streams.KINDS[code])]
    return {**context, "kinds": kinds, "may_export": request.user.has_perm("staff.customer_export")}


def piece(request: HttpRequest, asked: Asked, *, after: str, size: int) -> dict[str, Any]:
    """Return one piece of the timeline, by day."""
    page, told = read(request, asked, after=after, size=size)
    days = [(day, list(entries)) for day, entries in groupby(told, key=lambda each: each.entry.clock.date())]
    return {"customer": asked.customer, "days": days, "after": page.after, "show": asked.kind, "begun": bool(after)}


def read(request: HttpRequest, asked: Asked, *, after: str, size: int) -> tuple[selectors.Page, list[Told]]:
    """Read one piece of the timeline and tell it."""
    page = selectors.timeline(
        customer_ids=asked.members,
        wanted=asked.wanted,
        after=after,
        size=size,
        zone=timezone.get_current_timezone(),
    )
    return page, Teller(request, asked.customer, details.details_of(page.entries)).tell(page.entries)


@require_GET
@permission.needs("staff.customer_view")
@vary_on_headers("HX-Target")
def timeline_view(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show the timeline: all of it, one kind, or a piece further back."""
    customer = customer_of(customer_id)
    if customer.merged_into_id:
        there = reverse("customer_timeline", args=[customer.merged_into_id])
        return redirect(f"{there}?{request.GET.urlencode()}")
    members = membership.members_of(customer_id=customer_id)
    target = request.headers.get("HX-Target", "")
    if target == "older":
        asked = asked_of(request, customer, members)
        older = piece(request, asked, after=request.GET.get("after", ""), size=SIZE)
        return render(request, "customers/timeline/days.html", older)
    context = section(request, customer, members, SIZE)
    context["name"] = people.names_of(request, [golden.shown(customer, members)])[customer_id]
    whole = "section" if target == "timeline" else "page"
    return render(request, f"customers/timeline/{whole}.html", context)


@require_GET
@permission.needs("staff.customer_view", "staff.customer_export")
def timeline_csv(request: HttpRequest, customer_id: int) -> HttpResponseBase:
    """Give the whole timeline, or one kind of it, as CSV."""
    customer = customer_of(customer_id)
    asked = asked_of(request, customer, membership.members_of(customer_id=customer.merged_into_id or customer_id))
    # What depends on the reader is settled here: the rest runs after the page's language is put away.
    rows = written(request, asked, [_("Day"), _("Time"), _("Kind"), _("What happened"), _("More")], shell.language())
    answer = StreamingHttpResponse(sheets.as_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="timeline-{customer_id}.csv"'
    return answer


def written(request: HttpRequest, asked: Asked, head: Sequence[str], spoken: str) -> Iterator[Sequence[Cell]]:
    """Return the rows of a file, read in pieces from where the last one ended."""
    yield head
    after = ""
    while True:
        with translation.override(spoken):
            page, told = read(request, asked, after=after, size=AT_ONCE)
            rows = [cells(each) for each in told]
        yield from rows
        if not page.after:
            return
        after = page.after


def cells(told: Told) -> Sequence[Cell]:
    """Return one entry as the cells of a row."""
    day: date = told.entry.clock.date()
    return [day, told.time, told.tag, told.words, ", ".join(filter(None, (told.remark, told.link_words)))]


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    found = selectors_customer.customers_of(customer_ids=[customer_id]).get(customer_id)
    if found is None:
        raise Http404
    return found
