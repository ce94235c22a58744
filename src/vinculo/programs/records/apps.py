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
        """Listen to what is announced."""
        # Models may be imported only now.
        from vinculo.identify.records import facts as of_customers
        from vinculo.programs.records import facts
        from vinculo.programs.records.belonging import sweeps
        from vinculo.programs.records.earning import listening as earning
        from vinculo.programs.records.guarantees import listening as guarantees
        from vinculo.programs.records.levels import deciding
        from vinculo.programs.records.till import byhand

        facts.points_posted.connect(deciding.decide_after_posting, dispatch_uid="programs.levels")
        of_customers.person_erased.connect(sweeps.forget, dispatch_uid="programs.forget")
        of_customers.person_erased.connect(byhand.forget, dispatch_uid="programs.hand.forget")
        earning.listen()
        guarantees.listen()
