"""Rates: what a point costs and is worth from a day on, and the books: whose promise it is, and its accounts."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from vinculo.foundation import money
from vinculo.programs.finance import entries
from vinculo.programs.finance.rates import Rate
from vinculo.programs.records.finance import services
from vinculo.programs.records.models import Books, PointRate, Program
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.form import DayField, Fields, minor_of, units_of
from vinculo.web.programs.layout import form_shown, kept, tabs_of
from vinculo.web.programs.reports import words
from vinculo.web.programs.reports.places import CLOSE, SEE, TABS
from vinculo.web.programs.tables import DAY, MOMENT, MONEY, Column, Table


class RateForm(Fields):
    """What 1,000 points cost, or are worth, from a day on."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=list(words.KINDS.items()))
    valid_from = DayField(label=gettext_lazy("Valid from"))
    amount = forms.DecimalField(label=gettext_lazy("Amount for 1,000 points"), min_value=0, max_digits=14)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)
    wide = ("reason",)

    def __init__(self, *args: Any, program: Program, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offer("unit", units_of(program))
        self.fields["amount"].help_text = program.currency


class BooksForm(Fields):
    """Which legal entity owes the points, and the numbers of its accounts."""

    entity = forms.CharField(label=gettext_lazy("Legal entity"), max_length=120)
    wide = ("entity",)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for role in entries.ACCOUNTS:
            self.fields[role] = forms.CharField(label=str(words.ACCOUNTS[role]), required=False, max_length=40)


@require_GET
@permission.needs(*SEE)
def rate_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show all rates that were ever said, the latest first, and the books."""
    found = door.program_of(program)
    reader = door.reader_of(found)
    accounts = books_of(found)
    context: dict[str, Any] = {
        "title": _("Cost and fair value of a point"),
        "tables": [rates_table(found).shown(reader)],
        "files": True,
        "figures": tables.FIGURES,
        "entity": accounts.entity if accounts else "",
        "accounts": [
            (name, accounts.accounts.get(role, "") if accounts else "") for role, name in words.ACCOUNTS.items()
        ],
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/finance/rates.html", context)


def rates_table(program: Program) -> Table:
    """Return the rates of a programme."""
    columns = [
        Column(_("Valid from"), DAY),
        Column(_("Unit")),
        Column(_("What"), means=_("Cost: what honouring a point costs us. Fair value: what a member can buy with it.")),
        Column(_("1,000 points"), MONEY),
        Column(_("A point"), means=_("In units of the currency.")),
        Column(_("Reason")),
        Column(_("By")),
        Column(_("Written at"), MOMENT),
    ]
    reader = door.reader_of(program)
    known = PointRate.objects.filter(unit__program=program).select_related("unit").order_by("-valid_from", "-pk")
    rows = [
        [
            *(each.valid_from, str(each.unit), words.of(words.KINDS, each.kind), each.minor_per_1000),
            reader.number(each.minor_per_1000 / 1000 / minor_units(reader.currency), 5),
            *(each.reason, each.author, each.recorded_at),
        ]
        for each in known
    ]
    note = _("A rate is never overwritten: a later one follows it. Of two for one day the later written one holds.")
    return Table("rates", _("Rates and their dates"), columns, rows, note=note)


def minor_units(currency: str) -> int:
    """Return the minor units of one unit of a currency."""
    return money.minor_per_major(currency)


def books_of(program: Program) -> Books | None:
    """Return the books of a programme, if somebody has said them."""
    return Books.objects.filter(program=program).first()


@require_http_methods(["GET", "POST"])
@permission.needs(*CLOSE)
def rate_new(request: HttpRequest, program: str) -> HttpResponse:
    """Say what points cost, or are worth, from a day on."""
    found = door.program_of(program)
    form = RateForm(request.POST or None, program=found, initial={"valid_from": door.today_of(found)})

    def write() -> None:
        said = form.cleaned_data
        services.rate_set(
            unit_id=int(said["unit"]),
            rate=Rate(said["valid_from"], minor_of(said["amount"], found) or 0),
            kind=said["kind"],
            author=request.user.get_username(),
            reason=said["reason"],
            now=timezone.now(),
        )

    if kept(request, form, write, _("The rate was written down.")):
        return redirect("program_rates", program)
    back = reverse("program_rates", args=[program])
    return form_shown(request, found, form, title=_("New rate"), back=back)


@require_http_methods(["GET", "POST"])
@permission.needs(*CLOSE)
def books_change(request: HttpRequest, program: str) -> HttpResponse:
    """Say whose promise it is, and the numbers of the accounts."""
    found = door.program_of(program)
    known = books_of(found)
    initial = {"entity": known.entity, **known.accounts} if known else {}
    form = BooksForm(request.POST or None, initial=initial)

    def write() -> None:
        said = form.cleaned_data
        accounts = {role: said[role] for role in entries.ACCOUNTS if said[role]}
        services.books_set(program_id=found.pk, entity=said["entity"], accounts=accounts)

    if kept(request, form, write, _("The books were saved.")):
        return redirect("program_rates", program)
    return form_shown(request, found, form, title=_("Books"), back=reverse("program_rates", args=[program]))
