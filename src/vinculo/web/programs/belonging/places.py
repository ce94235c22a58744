"""Places: the pages of belonging beside each other."""

from django.utils.translation import gettext_lazy as _

from vinculo.web.programs.layout import Tab

TABS = (
    Tab("program_belonging", _("Challenges, streaks, badges")),
    Tab("program_ballots", _("Votes")),
    Tab("program_suggestions", _("Suggestions"), "staff.member_view"),
    Tab("program_referrals", _("Referrals")),
    Tab("program_early", _("Early access")),
    Tab("program_recognition", _("Recognition"), "staff.member_view"),
)
