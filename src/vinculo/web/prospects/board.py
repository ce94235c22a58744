"""The board of prospects: how many at each stage, what is expected of them, how many go on; and the list of them."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vinculo.foundation import money
from vinculo.identify.leads import stages
from vinculo.identify.records.leads import selectors
from vinculo.identify.records.leads.selectors import Asked
from vinculo.identify.records.models import Lead
from vinculo.measure import sheets
from vinculo.measure.charts.reader import Reader
from vinculo.measure.sheets import Cell
from vinculo.web import permission, shell
from vinculo.web.customers.asked import LONGEST_SEARCH
from vinculo.web.prospects.form import owners
from vinculo.web.relations import people

PAGE, AT_ONCE = 50, 500
SEE = ("staff.prospect_view", "staff.customer_list")


def asked(request: HttpRequest) -> Asked:
    """Read the query of a request; what makes no sense is left out."""
    given = request.GET
    stage, owner = given.get("stage", "open"), given.get("owner", "")
    return Asked(
        stage=stage if stage in ("open", *stages.STAGES) else "",
        owner_id=int(owner) if owner.isdecimal() and len(owner) < 18 else None,
        source=given.get("source", "").replace("\0", ""),
        search=" ".join(given.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH],
        personal=request.user.has_perm("staff.personal_data_view"),
    )


def query(found: Asked, **more: object) -> str:
    """Write what is asked as the query of an address."""
    said = {"stage": found.stage, "owner": found.owner_id, "source": found.source, "q": found.search, **more}
    return urlencode({name: value for name, value in said.items() if value not in ("", None) or name == "stage"})


@require_GET
@permission.needs(*SEE)
def prospect_list(request: HttpRequest) -> HttpResponse:
    """Show the board and one page of the list."""
    found, now = asked(request), timezone.now()
    page = Paginator(selectors.lead_list(found), PAGE).get_page(request.GET.get("page"))
    stays = selectors.stays_of(found)
    labels = dict(Lead.Stage.choices)
    context: dict[str, Any] = {
        "asked": found,
        "query": query(found),
        "page": page,
        "rows": rows_of(request, list(page.object_list)),
        "columns": [
            {
                "stage": column.stage,
                "label": labels[column.stage],
                "leads": column.leads,
                "amounts": amounts(request, column.amounts),
                "age_days": None if column.median_age_days is None else round(column.median_age_days),
                "query": query(found, stage=column.stage),
            }
            for column in selectors.columns_of(found, now=now)
        ],
        "passages": [
            {
                "label": labels[each.stage],
                "next": labels[after],
                "passage": each,
                "days": stays[each.stage].median_days if each.stage in stays else None,
            }
            for each, after in zip(selectors.passages_of(found), stages.WAY[1:], strict=False)
        ],
        "sources": selectors.source_names(),
        "owners": owners(),
        "stages": [("open", _("pursued")), *Lead.Stage.choices],
    }
    return render(request, "prospects/list.html", context)


def rows_of(request: HttpRequest, leads: Sequence[Lead]) -> list[dict[str, Any]]:
    """Return leads as people read them."""
    names = people.names_of(request, [lead.customer for lead in leads])
    now = timezone.now()
    return [
        {
            "lead": lead,
            "name": names[lead.customer_id],
            "amount": amounts(request, {lead.currency: lead.amount_minor}) if lead.amount_minor is not None else "",
            "age_days": (now - lead.stage_since).days,
        }
        for lead in leads
    ]


def amounts(request: HttpRequest, found: dict[str, int]) -> str:
    """Write amounts, each in its own currency."""
    language = shell.language()
    return " + ".join(Reader(language, currency).money(minor) for currency, minor in found.items())


@require_GET
@permission.needs(*SEE, "staff.customer_export")
def prospect_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the list as CSV."""
    head = [_("Customer"), _("Stage"), _("In it since"), _("Source"), _("Interest"), _("Product"), _("Category")]
    head += [_("Owner"), _("Expected amount"), _("Currency"), _("Expected on"), _("Opened on")]
    labels = {code: str(words) for code, words in Lead.Stage.choices}
    answer = StreamingHttpResponse(
        sheets.as_csv(cells(request, asked(request), head, labels)), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="prospects.csv"'
    return answer


def cells(request: HttpRequest, found: Asked, head: Sequence[str], labels: dict[str, str]) -> Iterator[Sequence[Cell]]:
    """Return the head, then one row a lead."""
    yield head
    for page in Paginator(selectors.lead_list(found), AT_ONCE):
        leads = list(page.object_list)
        names = people.names_of(request, [lead.customer for lead in leads])
        for lead in leads:
            unit = money.minor_per_major(lead.currency) if lead.currency else 1
            yield [
                *(names[lead.customer_id], labels[lead.stage], timezone.localtime(lead.stage_since).date()),
                *(lead.source, lead.interest, str(lead.product or ""), str(lead.category or "")),
                str(lead.owner or ""),
                None if lead.amount_minor is None else lead.amount_minor / unit,
                *(lead.currency, lead.expected_on, timezone.localtime(lead.opened_at).date()),
            ]
