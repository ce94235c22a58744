"""The Django app of runs and what they serve."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DifferentiateConfig(AppConfig):
    """Runs and the scores they serve: what are they worth."""

    name = "vinculo.differentiate.records"
    label = "differentiate"
    verbose_name = _("Value")
    default_auto_field = "django.db.models.BigAutoField"
