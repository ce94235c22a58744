"""Places: the pages of promises beside each other."""

from django.utils.translation import gettext_lazy as _

from vinculo.web.programs.layout import Tab

TABS = (
    Tab("program_promises", _("What was kept")),
    Tab("program_guarantees", _("Service guarantees")),
    Tab("program_hours", _("Service hours")),
)
