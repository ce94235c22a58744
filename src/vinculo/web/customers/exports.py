"""Exports: the list one sees, as CSV or as a workbook, streamed, harmless in a spreadsheet, masked as on the page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vinculo.foundation import money
from vinculo.identify.cleaning import places
from vinculo.identify.records.exports import cards
from vinculo.identify.records.membership import selectors as membership
from vinculo.measure import sheets
from vinculo.measure.charts.reader import Reader
from vinculo.measure.records import selectors as lists
from vinculo.measure.report import names
from vinculo.measure.sheets import Cell
from vinculo.web import permission, shell
from vinculo.web.customers import asked, naming, rows
from vinculo.web.customers.asked import Asked
from vinculo.web.customers.rows import Row

AT_ONCE = 2000
CHANCE = 10
"""Column of the chance to buy; the amounts follow."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@permission.needs("staff.customer_list", "staff.customer_export")
def customer_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the list as CSV."""
    return streamed(request, lambda rows, _formats: sheets.as_csv(rows), "text/csv; charset=utf-8", "customers.csv")


@require_GET
@permission.needs("staff.customer_list", "staff.customer_export")
def customer_workbook(request: HttpRequest) -> HttpResponseBase:
    """Give the list as an Excel workbook."""
    return streamed(request, sheets.as_workbook, WORKBOOK, "customers.xlsx")


@require_GET
@permission.needs("staff.customer_list", "staff.customer_export", "staff.personal_data_view")
def customer_cards(request: HttpRequest) -> HttpResponseBase:
    """Give the list as vCards."""
    return carded(cards_of_list(asked.read(request)), "customers.vcf")


@require_GET
@permission.needs("staff.customer_view", "staff.personal_data_view")
def customer_card(request: HttpRequest, customer_id: int) -> HttpResponseBase:
    """Give a customer as a vCard."""
    current = membership.current_of([customer_id])[customer_id]
    pieces = list(cards.cards([current]))
    if not any(pieces):
        raise Http404
    return carded(pieces, f"customer-{current}.vcf")


def cards_of_list(found: Asked) -> Iterator[bytes]:
    """Yield the cards of a list, read in pieces."""
    after = None
    while True:
        page = lists.customer_list(found.filters, sort=found.sort, backwards=found.backwards, after=after, size=AT_ONCE)
        yield from cards.cards(page.ids)
        if not page.more_after:
            return
        after = page.last


def carded(pieces: Iterable[bytes], name: str) -> HttpResponseBase:
    """Answer with vCards."""
    answer = StreamingHttpResponse(pieces, content_type="text/vcard; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def streamed(
    request: HttpRequest,
    write: Callable[[Iterable[Sequence[Cell]], Mapping[int, int]], Iterator[bytes]],
    kind: str,
    name: str,
) -> HttpResponseBase:
    """Answer with the list, written while it is read."""
    found, reader = asked.read(request), shell.reader(request)
    sheet = Sheet(found, Reader(reader.language, reader.currency), request.user.has_perm("staff.value_view"))
    # Everything that depends on the reader is settled here: the rest runs after the page's language is put away.
    answer = StreamingHttpResponse(write(sheet.rows(heads(sheet)), sheet.formats), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class Sheet:
    """The rows of an export, read in pieces from where the last one ended."""

    def __init__(self, found: Asked, reader: Reader, worth: bool) -> None:
        self.found, self.reader, self.worth = found, reader, worth
        self.unit = money.minor_per_major(reader.currency)
        self.named: dict[str, str] = {}
        self.words: dict[str, str] = {str(code): str(words) for code, words in (*naming.KINDS, *naming.STANDINGS)}
        self.formats = {CHANCE: sheets.SHARE, **dict.fromkeys(range(CHANCE + 1, CHANCE + 7), sheets.AMOUNT)}

    def rows(self, head: Sequence[str]) -> Iterator[Sequence[Cell]]:
        """Return the head, then one row a customer."""
        yield head
        after = None
        while True:
            found = self.found
            page = lists.customer_list(
                found.filters, sort=found.sort, backwards=found.backwards, after=after, size=AT_ONCE
            )
            with translation.override(self.reader.language):
                read = rows.rows_of(page.ids, run=found.run, personal=found.filters.personal)
            yield from map(self.cells, read)
            if not page.more_after:
                return
            after = page.last

    def cells(self, row: Row) -> Sequence[Cell]:
        """Return the cells of a customer."""
        value, customer = row.value, row.customer
        cells: list[Cell] = [row.number or str(customer.pk), row.name]
        cells += [self.words[customer.kind], self.words[customer.standing]]
        cells += [places.country_name(row.country, self.reader.language), row.country]
        if value is None:
            return [*cells, *[None] * (4 + 7 * self.worth)]
        cells += [self.name(value.value_tier), self.name(value.relationship_area), self.name(value.rfmt_segment)]
        cells.append(value.last_purchase_on)
        if self.worth:
            amounts = (value.net_sales_minor, value.contribution_minor, value.residual_value_minor)
            ends = (value.residual_value_low_minor, value.residual_value_high_minor, value.total_value_minor)
            cells += [round(value.p_buys, 4), *(amount / self.unit for amount in (*amounts, *ends))]
        return cells

    def name(self, code: str) -> str:
        """Return the name of a code."""
        if code not in self.named:
            self.named[code] = names.of(self.reader, code)
        return self.named[code]


def heads(sheet: Sheet) -> Sequence[str]:
    """Return the names of the columns in the language of the page."""
    # An import knows these headers for certain.
    found = [_("Customer number"), _("Full name"), _("Kind"), _("Standing"), _("Country")]
    found += [_("Country code"), _("Tier"), _("Area"), _("Segment")]
    found.append(_("Last purchase"))
    if sheet.worth:
        found += [_("Chance to buy"), _("Net sales"), _("Past profit"), _("Residual value"), _("Residual value, low")]
        found += [_("Residual value, high"), _("Total value")]
    return found
