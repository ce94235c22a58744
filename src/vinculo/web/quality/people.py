"""The customers behind a figure of quality: who, why, what is written there, and where it is put right."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vinculo.identify.cleaning import emails, tax_ids
from vinculo.identify.quality import faults
from vinculo.identify.quality.faults import MEASURES, Fault
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Identifier, Source
from vinculo.identify.records.quality import ages, selectors
from vinculo.web import permission
from vinculo.web.customers import masking, rows
from vinculo.web.customers.hand import change
from vinculo.web.quality import page, words

PLACES = ("lines", "postcode", "city", "country")


@require_GET
@permission.needs("staff.quality_view", "staff.customer_list")
def quality_people(request: HttpRequest, source_id: int, field: str, kind: str) -> HttpResponse:
    """Show who fails a measure, or has one fault, by number."""
    source, asked = page.source_of(source_id), faults_of(field, kind)
    after = request.GET.get("after", "")
    found = selectors.customers_with(
        faults=asked,
        source_id=source.pk if source else None,
        after=int(after) if after.isdecimal() and len(after) < 19 else 0,
        size=selectors.PAGE + 1,
    )
    shown, personal = found[: selectors.PAGE], request.user.has_perm("staff.personal_data_view")
    ids = [each.customer_id for each in shown]
    why = {each.customer_id: [one for one in asked if one.of(each.holds, each.marks)] for each in shown}
    said = values(ids, field, personal=personal)
    since = stale(ids, field, source) if any(each.measure == faults.FRESH for each in asked) else {}
    overview = selectors.overview()
    context: dict[str, Any] = {
        "name": words.FIELDS[field],
        "source": page.named(source),
        "source_id": source_id,
        "field": field,
        "what": words.MEASURES.get(kind) or words.KINDS[kind],
        "measure": kind in MEASURES,
        "overview": overview,
        "rows": [
            {
                "row": row,
                "why": [words.KINDS[each.kind] for each in why[row.customer.pk]],
                "said": said[row.customer.pk],
                "since": since.get(row.customer.pk),
            }
            for row in rows.rows_of(ids, run=None, personal=personal)
        ],
        "after": ids[-1] if len(found) > selectors.PAGE else None,
        "may_change": personal and request.user.has_perms(change.NEEDED),
    }
    return render(request, "quality/people.html", context)


def faults_of(field: str, kind: str) -> list[Fault]:
    """Return the faults that an address asks for: one kind, or all that fail a measure."""
    found = [each for each in faults.of(field) if kind in (each.kind, each.measure)]
    if not found:
        raise Http404
    return found


def stale(customer_ids: Sequence[int], field: str, source: Source | None) -> dict[int, date]:
    """Return since when a field of some customers has been stale, to a source or to all, as they were measured."""
    now, known = timezone.now(), selectors.units_kept(customer_ids)
    parties = [party for members in membership.members_by(customer_ids).values() for party in members]
    found = ages.stale_of(parties, known, now=now, source_id=source.pk if source else None)
    return {customer: timezone.localdate(fields[field]) for customer, fields in found.items() if field in fields}


def values(customer_ids: Sequence[int], field: str, *, personal: bool) -> dict[int, list[dict[str, str]]]:
    """Return what is written in a field of some customers, masked for those who may not see it, and what was meant."""
    members = membership.members_by(customer_ids)
    owner = {party: customer for customer, parties in members.items() for party in parties}
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    if field == "name" and personal:
        for customer in selectors_customer.customers_of(customer_ids=list(owner)).values():
            parts = (customer.given_name, customer.family_name, customer.second_family_name)
            found[owner[customer.pk]].append({"value": " · ".join(filter(None, parts)), "meant": ""})
    elif field in PLACES:
        for place in selectors_customer.addresses_of(customer_ids=list(owner)):
            found[owner[place.customer_id]].append({"value": masking.place(place, personal=personal), "meant": ""})
    else:
        for each in selectors_customer.identifiers_of(customer_ids=list(owner)):
            if each.kind == field:
                value = masking.identifier(each, personal=personal)
                found[owner[each.customer_id]].append({"value": value, "meant": meant(each) if personal else ""})
    return found


def meant(found: Identifier) -> str:
    """Return what was probably meant by an identifier, as imports and the form suggest it."""
    cleaned = {"email": emails.clean, "tax_id": tax_ids.clean}.get(found.kind)
    suggestion = cleaned(found.value).suggestion if cleaned else ""
    return _("Did you mean {value}?").format(value=suggestion) if suggestion else ""
