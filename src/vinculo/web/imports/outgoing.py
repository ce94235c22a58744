"""Taking data out: blank files to begin with, and what a source has, as an import reads it again."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from vinculo.foundation import language
from vinculo.identify.records import selectors
from vinculo.identify.records.exports import tables
from vinculo.identify.templates import blanks
from vinculo.measure import sheets
from vinculo.measure.sheets import Cell
from vinculo.web import permission, shell
from vinculo.web.imports import words

WAYS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@permission.needs("staff.customer_export")
def takeout(request: HttpRequest) -> HttpResponse:
    """Show what can be taken out."""
    offered = [
        ("customers", words.KINDS[0][1], "staff.personal_data_view"),
        ("products", words.KINDS[1][1], "staff.product_view"),
        ("orders", words.KINDS[2][1], "staff.order_view"),
    ]
    kinds = [(code, name) for code, name, needed in offered if request.user.has_perm(needed)]
    return render(request, "imports/takeout.html", {"sources": selectors.source_list(), "kinds": kinds})


@require_GET
@permission.needs("staff.customer_list", "staff.customer_export", "staff.personal_data_view")
def customers_out(request: HttpRequest, way: str) -> HttpResponseBase:
    """Give the customers of a source."""
    return given(request, "customers", way)


@require_GET
@permission.needs("staff.product_view", "staff.customer_export")
def products_out(request: HttpRequest, way: str) -> HttpResponseBase:
    """Give the products of a source."""
    return given(request, "products", way)


@require_GET
@permission.needs("staff.order_view", "staff.customer_export")
def orders_out(request: HttpRequest, way: str) -> HttpResponseBase:
    """Give the lines in force of the orders of a source."""
    return given(request, "orders", way)


@require_GET
@permission.needs("staff.import_view")
def blank(request: HttpRequest, kind: str, way: str) -> HttpResponseBase:
    """Give a blank file in the language of the page: what goes below each header stands above it, or on its sheet."""
    if kind not in blanks.COLUMNS or way not in WAYS:
        raise Http404
    spoken = shell.language()
    translate = language.translator(spoken)
    if way == "xlsx":
        head = [[column.header(spoken) for column in blanks.COLUMNS[kind]]]
        told = blanks.explained(kind, language=spoken, translate=translate)
        return answer(sheets.as_workbook(head, more=told), kind, way)
    lines = blanks.lines(kind, language=spoken, translate=translate)
    return answer(sheets.as_csv(lines, delimiter=blanks.DELIMITERS.get(spoken, ",")), kind, way)


def given(request: HttpRequest, kind: str, way: str) -> HttpResponseBase:
    """Answer with what a source has of a kind, written while it is read."""
    if way not in WAYS:
        raise Http404
    source = get_object_or_404(selectors.source_list(), code=request.GET.get("source", ""))
    without = () if request.user.has_perm("staff.money_view") else tables.MONEY
    rows: Iterator[Sequence[Cell]] = tables.rows(kind, source=source, language=shell.language(), without=without)
    return answer(sheets.as_workbook(rows) if way == "xlsx" else sheets.as_csv(rows), f"{source.code}-{kind}", way)


def answer(pieces: Iterable[bytes], name: str, way: str) -> HttpResponseBase:
    """Answer with a file."""
    streamed = StreamingHttpResponse(pieces, content_type=WAYS[way])
    streamed.headers["Content-Disposition"] = f'attachment; filename="{name}.{way}"'
    return streamed


urlpatterns = [
    path("imports/out/", takeout, name="takeout"),
    path("imports/out/customers.<slug:way>", customers_out, name="customers_out"),
    path("imports/out/products.<slug:way>", products_out, name="products_out"),
    path("imports/out/orders.<slug:way>", orders_out, name="orders_out"),
    path("imports/blank/<slug:kind>.<slug:way>", blank, name="blank"),
]
