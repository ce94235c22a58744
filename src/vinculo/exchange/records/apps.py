"""The Django app of the exchange."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """The exchange: what other systems may ask, and what they are told."""

    name = "vinculo.exchange.records"
    label = "exchange"
    verbose_name = _("Exchange")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the facts of the rooms below."""
        from vinculo.exchange.records import listeners

        listeners.listen()
