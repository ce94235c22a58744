"""Estimates: the share of points expected to be redeemed, proposed by one and approved by another: the true-up."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.records.finance import services
from vinculo.programs.records.finance.services import Proposal
from vinculo.programs.records.models import Program, RedemptionEstimate
from vinculo.web import permission
from vinculo.web.programs import door, tables
from vinculo.web.programs.form import DayField, Fields, units_of
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried
from vinculo.web.programs.reports.places import APPROVE, SEE, TABS
from vinculo.web.programs.tables import DAY, MOMENT, MONEY, SHARE, Column, Table, Tag

State = RedemptionEstimate.State
TONES = {State.APPROVED: "good", State.REFUSED: "bad"}


class EstimateForm(Fields):
    """A new estimate: of which unit, from when, what share, and why."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    effective_on = DayField(label=gettext_lazy("Effective on"))
    rate = forms.DecimalField(
        label=gettext_lazy("Redeemed in the end, of a hundred points"), min_value=0, max_value=100, max_digits=9
    )
    method = forms.CharField(label=gettext_lazy("Method"), required=False, max_length=40)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400)
    wide = ("reason",)

    def __init__(self, *args: Any, program: Program, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offer("unit", units_of(program))

    @property
    def proposal(self) -> Proposal:
        """Return what is proposed."""
        said = self.cleaned_data
        share = said["rate"] / Decimal(100)
        return Proposal(said["effective_on"], share, said["reason"], method=said["method"])


@require_GET
@permission.needs(*SEE)
def estimate_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the estimates, those that wait first."""
    found = door.program_of(program)
    waiting = list(estimates_of(found).filter(state=State.PROPOSED))
    context: dict[str, Any] = {
        "title": _("True-up"),
        "waiting": waiting,
        "mine": request.user.get_username(),
        "tables": [estimates_table(found).shown(door.reader_of(found))],
        "files": True,
        "figures": tables.FIGURES,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/finance/estimates.html", context)


def estimates_of(program: Program) -> QuerySet[RedemptionEstimate]:
    """Return the estimates of a programme, the latest first."""
    found = RedemptionEstimate.objects.filter(unit__program=program).select_related("unit", "previous")
    return found.order_by("-effective_on", "-pk")


def estimates_table(program: Program) -> Table:
    """Return the estimates somebody decided on."""
    columns = [
        Column(_("Effective on"), DAY),
        Column(_("Unit")),
        Column(_("Rate before"), SHARE, _("The estimate it follows.")),
        Column(_("Redemption rate"), SHARE, _("Share of points expected to be redeemed in all.")),
        Column(_("Owed before"), MONEY, _("On its day, with the estimate before.")),
        Column(_("Owed after"), MONEY, _("On its day, with this estimate.")),
        Column(_("True-up"), MONEY, _("What is owed more, or less, by the new estimate alone.")),
        Column(_("Reason")),
        Column(_("Proposed by")),
        Column(_("Decided by")),
        Column(_("Decided at"), MOMENT),
        Column(_("State")),
    ]
    rows = []
    for each in estimates_of(program).exclude(state=State.PROPOSED):
        before, after = each.owed_before_minor, each.owed_after_minor
        change = None if before is None or after is None else after - before
        rows.append(
            [
                *(each.effective_on, str(each.unit), each.previous.rate if each.previous else None, each.rate),
                *(before, after, change, each.reason, each.proposed_by, each.decided_by, each.decided_at),
                Tag(str(each.get_state_display()), TONES.get(State(each.state), "")),
            ]
        )
    return Table("estimates", _("Settled estimates"), columns, rows)


@require_http_methods(["GET", "POST"])
@permission.needs(*APPROVE)
def estimate_new(request: HttpRequest, program: str) -> HttpResponse:
    """Propose an estimate."""
    found = door.program_of(program)
    form = EstimateForm(request.POST or None, program=found, initial={"effective_on": door.today_of(found)})

    def write() -> None:
        services.estimate_propose(
            unit_id=int(form.cleaned_data["unit"]),
            proposal=form.proposal,
            author=request.user.get_username(),
            now=timezone.now(),
        )

    if kept(request, form, write, _("The estimate was proposed: somebody else approves it.")):
        return redirect("program_estimates", program)
    back = reverse("program_estimates", args=[program])
    return form_shown(request, found, form, title=_("Propose an estimate"), back=back)


@require_POST
@permission.needs(*APPROVE)
def estimate_decide(request: HttpRequest, program: str, estimate_id: int) -> HttpResponse:
    """Approve an estimate of somebody else, or refuse one."""
    found = door.program_of(program)
    if not RedemptionEstimate.objects.filter(pk=estimate_id, unit__program=found).exists():
        raise Http404
    approve = request.POST.get("verdict") == "approve"
    decide = services.estimate_approve if approve else services.estimate_refuse
    tried(
        request,
        lambda: decide(estimate_id=estimate_id, author=request.user.get_username(), now=timezone.now()),
        _("The estimate was approved.") if approve else _("The estimate was refused."),
    )
    return redirect("program_estimates", program)
