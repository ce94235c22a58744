"""Places: the pages of finance beside each other, and who may open them."""

from django.utils.translation import gettext_lazy as _

from vinculo.web.programs.layout import Tab

VIEW = "staff.finance_view"
SEE = (VIEW,)
APPROVE = (VIEW, "staff.program_approve")
CLOSE = (VIEW, "staff.finance_close")
TABS = (
    Tab("program_money", _("Overview"), VIEW),
    Tab("program_report", _("Roll-forward"), VIEW, ("rollforward",)),
    Tab("program_report", _("Liability"), VIEW, ("liability",)),
    Tab("program_report", _("Breakage"), VIEW, ("breakage",)),
    Tab("program_estimates", _("True-up"), VIEW),
    Tab("program_report", _("Ageing"), VIEW, ("ageing",)),
    Tab("program_rates", _("Cost of a point"), VIEW),
    Tab("program_report", _("Exposure"), VIEW, ("exposure",)),
    Tab("program_budgets", _("Budgets of campaigns"), VIEW),
    Tab("program_report", _("Entries"), VIEW, ("entries",)),
    Tab("program_report", _("Control totals"), VIEW, ("control",)),
    Tab("program_closes", _("Closed periods"), VIEW),
)
