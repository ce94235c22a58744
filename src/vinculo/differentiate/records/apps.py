"""The Django app of runs and what they serve."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DifferentiateConfig(AppConfig):
    """Runs and the scores they serve: what are they worth."""

    name = "vinculo.differentiate.records"
    label = "differentiate"
    verbose_name = _("Value")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow what happens to persons."""
        from vinculo.identify.records import facts

        facts.person_erased.connect(forget, dispatch_uid="differentiate.forget")
        facts.person_collected.connect(collect, dispatch_uid="differentiate.collect")


def forget(**fact: Any) -> None:
    """Forget a person; the engines are loaded only then."""
    from vinculo.differentiate.records.persons import erased

    erased.forget(**fact)


def collect(**fact: Any) -> tuple[str, list[dict[str, Any]]]:
    """Say what is known of a person."""
    from vinculo.differentiate.records.persons import erased

    return erased.collect(**fact)
