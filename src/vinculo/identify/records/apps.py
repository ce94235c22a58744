"""The Django app of the common customer base."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentifyConfig(AppConfig):
    """The common customer base: who is this."""

    name = "vinculo.identify.records"
    label = "identify"
    verbose_name = _("Customer base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let files speak again of whoever has come back, events say who is one customer, and imports be matched."""
        from vinculo.identify.records import facts

        for fact in (facts.customer_created, facts.customer_changed):
            fact.connect(lift, dispatch_uid="identify.lift")
        facts.customers_linked.connect(merge, dispatch_uid="identify.merge")
        facts.import_finished.connect(match, dispatch_uid="identify.match")


def lift(**fact: Any) -> None:
    """Take the tombstones away of what a customer bears."""
    from vinculo.identify.records.rights import tombstones

    tombstones.lift(**fact)


def merge(**fact: Any) -> None:
    """Make one customer of two that an event says to be one."""
    from vinculo.identify.records.membership import linked

    linked.merge(**fact)


def match(**fact: Any) -> None:
    """Have what an import brought matched as soon as it is in."""
    from vinculo.identify.records.matching import asking

    asking.arrivals_ask()
