"""Places: the pages of rewards beside each other."""

from django.utils.translation import gettext_lazy as _

from vinculo.web.programs.layout import Tab

TABS = (
    Tab("program_rewards", _("Catalogue")),
    Tab("program_redemptions", _("Redemptions"), "staff.member_view"),
    Tab("program_limits", _("Limits and budgets")),
)
