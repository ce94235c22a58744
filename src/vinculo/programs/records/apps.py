"""The Django app of programmes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """What is promised to members, and the ledger that keeps it."""

    name = "vinculo.programs.records"
    label = "programs"
    verbose_name = _("Programmes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what the rooms below announce."""
        from vinculo.programs.records.earning import listening as earning
        from vinculo.programs.records.guarantees import listening as guarantees

        earning.listen()
        guarantees.listen()
