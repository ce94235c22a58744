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
        """Let files speak again of whoever has come back, events say who is one customer, and quality be measured."""
        from vinculo.identify.records import facts

        for fact in (facts.customer_created, facts.customer_changed):
            fact.connect(lift, dispatch_uid="identify.lift")
        facts.customers_linked.connect(merge, dispatch_uid="identify.merge")
        for fact in (facts.import_finished, facts.import_undone, facts.matching_published):
            fact.connect(measure, dispatch_uid="identify.measure")


def lift(**fact: Any) -> None:
    """Take the tombstones away of what a customer bears."""
    from vinculo.identify.records.rights import tombstones

    tombstones.lift(**fact)


def merge(**fact: Any) -> None:
    """Make one customer of two that an event says to be one."""
    from vinculo.identify.records.membership import linked

    linked.merge(**fact)


def measure(**fact: Any) -> None:
    """Have the quality of the base measured soon."""
    from vinculo.identify.records.quality import measuring

    measuring.ask(**fact)
