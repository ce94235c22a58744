"""The Django app of the common customer base."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentifyConfig(AppConfig):
    """The common customer base: who is this."""

    name = "vinculo.identify.records"
    label = "identify"
    verbose_name = _("Customer base")
    default_auto_field = "django.db.models.BigAutoField"
