"""The Django app of measuring."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasureConfig(AppConfig):
    """What people look at, and saved to look at again."""

    name = "vinculo.measure.records"
    label = "measure"
    verbose_name = _("Saved views")
    default_auto_field = "django.db.models.BigAutoField"
