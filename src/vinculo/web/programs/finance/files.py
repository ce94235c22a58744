"""Files: the tables of estimates, rates and budgets, as CSV and as workbooks."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from vinculo.programs.records.models import Program
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.finance import budgets, estimates, rates
from vinculo.web.programs.reports.places import SEE
from vinculo.web.programs.tables import Table

TABLES: Mapping[str, Callable[[Program], Table]] = {
    "estimates": estimates.estimates_table,
    "rates": rates.rates_table,
    "budgets": budgets.budgets_table,
}


@require_GET
@permission.needs(*SEE)
def table_file(request: HttpRequest, program: str, table: str, form: str) -> HttpResponseBase:
    """Give a table as CSV or as a workbook."""
    found = door.program_of(program)
    if table not in TABLES or form not in ("csv", "xlsx"):
        raise Http404
    return tables.handed(TABLES[table](found), form, f"{found.code}-{table}", door.reader_of(found))
